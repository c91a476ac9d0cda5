/**
 * How fast Claude Code transcripts are parsed, against `JSON.parse` of every line in the same run.
 * `node bench/parse-claude.ts [megabytes=200]`. Lines are made here: 60 % are rows without interest (0.3-30 KB), the
 * rest a conversation with tool calls, results of all sizes and bookkeeping.
 */
import { CLAUDE_CODE_LOGS } from '../collector/agents/claude-code/log.ts';
import { createRandom, type Random } from '../test/support/mutate-json.ts';
import { onlyJsonl } from '../test/support/read-log.ts';

const SESSION = '5b1d7c1e-3a52-4c0f-9f53-000000000001';
const WORDS =
  'the build of shop failed at line const price = await load("db/schema.sql"); // näher 価格 \\n\tpath/to/file.ts '.split(
    ' ',
  );

function prose(random: Random, length: number): string {
  let text = '';
  while (text.length < length) text += `${WORDS[Math.floor(random() * WORDS.length)] ?? ''} `;
  return text;
}

/** Sizes of real logs are skewed: many small rows, few large ones. */
function size(random: Random, least: number, most: number): number {
  return Math.floor(least * (most / least) ** (random() ** 2));
}

function createRow(index: number, random: Random): unknown {
  const time = new Date(Date.UTC(2026, 10, 2) + index * 900).toISOString();
  const uuid = `row-${index}`;
  const common = {
    parentUuid: `row-${index - 1}`,
    isSidechain: false,
    userType: 'external',
    cwd: '/home/jane/shop',
    sessionId: SESSION,
    version: '2.1.219',
    gitBranch: 'main',
    slug: 'calm-river',
  };
  const choice = random();
  if (choice < 0.5) {
    return {
      ...common,
      type: 'progress',
      data: {
        type: 'bash_progress',
        output: prose(random, size(random, 300, 30_000)),
        elapsedTimeSeconds: 3,
      },
      toolUseID: `p${index}`,
      parentToolUseID: `toolu_${index - 1}`,
      uuid,
      timestamp: time,
    };
  }
  if (choice < 0.6) {
    return {
      type: 'file-history-snapshot',
      messageId: uuid,
      snapshot: { messageId: uuid, trackedFileBackups: { 'a.ts': prose(random, size(random, 300, 8_000)) } },
      isSnapshotUpdate: true,
    };
  }
  const usage = {
    input_tokens: 10,
    output_tokens: index % 900,
    cache_read_input_tokens: 40_000,
    cache_creation_input_tokens: 300,
    service_tier: 'standard',
  };
  const assistant = (block: unknown) => ({
    ...common,
    message: {
      model: 'claude-opus-4-6',
      id: `msg_${index >> 1}`,
      type: 'message',
      role: 'assistant',
      content: [block],
      stop_reason: null,
      usage,
    },
    requestId: `req_${index >> 1}`,
    type: 'assistant',
    uuid,
    timestamp: time,
  });
  if (choice < 0.7) return assistant({ type: 'text', text: prose(random, size(random, 100, 4_000)) });
  if (choice < 0.74)
    return assistant({
      type: 'tool_use',
      id: `toolu_${index}`,
      name: 'Bash',
      input: { command: `npm test -- ${prose(random, 60)}`, description: 'Run' },
    });
  if (choice < 0.78)
    return assistant({
      type: 'tool_use',
      id: `toolu_${index}`,
      name: 'Read',
      input: { file_path: `/home/jane/shop/src/${index}.ts` },
    });
  if (choice < 0.81)
    return assistant({
      type: 'tool_use',
      id: `toolu_${index}`,
      name: 'Edit',
      input: {
        file_path: '/home/jane/shop/a.ts',
        old_string: prose(random, 200),
        new_string: prose(random, size(random, 200, 20_000)),
      },
    });
  if (choice < 0.96) {
    const text = prose(random, size(random, 200, random() < 0.01 ? 1_000_000 : 12_000));
    return {
      ...common,
      type: 'user',
      message: {
        role: 'user',
        content: [
          { tool_use_id: `toolu_${index - 1}`, type: 'tool_result', content: text, is_error: random() < 0.1 },
        ],
      },
      uuid,
      timestamp: time,
      toolUseResult: { stdout: text, stderr: '', interrupted: false },
    };
  }
  if (choice < 0.98)
    return {
      ...common,
      attachment: { type: 'task_reminder', content: [], itemCount: 0 },
      type: 'attachment',
      uuid,
      timestamp: time,
    };
  return {
    ...common,
    type: 'user',
    message: { role: 'user', content: prose(random, size(random, 20, 2_000)) },
    uuid,
    timestamp: time,
    permissionMode: 'default',
    origin: { kind: 'human' },
  };
}

/** @returns whole lines, at least `bytes` of them */
function createLog(bytes: number): Buffer {
  const random = createRandom(1);
  const lines: Buffer[] = [];
  let total = 0;
  for (let index = 0; total < bytes; index++) {
    const line = Buffer.from(`${JSON.stringify(createRow(index, random))}\n`);
    lines.push(line);
    total += line.length;
  }
  return Buffer.concat(lines);
}

function eachLine(log: Buffer, visit: (start: number, end: number) => void): void {
  let start = 0;
  while (start < log.length) {
    const end = log.indexOf(10, start);
    visit(start, end);
    start = end + 1;
  }
}

function measure(name: string, log: Buffer, run: () => string): number {
  run();
  const best = Math.min(
    ...[0, 1, 2].map(() => {
      const start = process.hrtime.bigint();
      run();
      return Number(process.hrtime.bigint() - start) / 1e9;
    }),
  );
  const rate = log.length / 1e6 / best;
  console.log(`${name.padEnd(34)} ${rate.toFixed(0).padStart(6)} MB/s   ${run()}`);
  return rate;
}

const format = onlyJsonl(CLAUDE_CODE_LOGS);
const log = createLog(Number(process.argv[2] ?? '200') * 1e6);
console.log(`${(log.length / 1e6).toFixed(0)} MB, one thread, best of 3, Node ${process.version}`);

const reference = measure('JSON.parse of every line', log, () => {
  let lines = 0;
  eachLine(log, (start, end) => {
    const row: unknown = JSON.parse(log.toString('utf8', start, end));
    if (row !== null) lines++;
  });
  return `${lines} lines`;
});
measure('byte test alone', log, () => {
  let skipped = 0;
  eachLine(log, (start, end) => {
    if (format.skip?.(log, start, end) !== undefined) skipped++;
  });
  return `${skipped} skipped`;
});
const parse = (useSkip: boolean) => () => {
  const state = format.initialState({
    agentId: 'claude-code',
    formatId: format.id,
    root: '/r',
    path: '/r/s/x.jsonl',
    relativePath: `s/${SESSION}.jsonl`,
  });
  let events = 0;
  eachLine(log, (start, end) => {
    if (useSkip && format.skip?.(log, start, end) !== undefined) return;
    const outcome = format.parseLine(log.toString('utf8', start, end), start, state);
    if (outcome.kind === 'records') events += outcome.events.length;
  });
  return `${events} events`;
};
measure('parser without byte test', log, parse(false));
const rate = measure('parser', log, parse(true));
console.log(`parser / JSON.parse: ${(rate / reference).toFixed(2)}`);
