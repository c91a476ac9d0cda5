import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Numbers that are the same on every machine and in every run (mulberry32). */
export function random(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const WORDS =
  'the value of a cart total is read from cache when no coupon was given so we return early and log it import const export function await result error type string number test expect render state update index config build route handler query index schema model user order item price'.split(
    ' ',
  );

const COMMANDS = [
  'git status --short',
  'git diff HEAD~1 -- src/{0}.ts',
  'npm test -- --run src/{0}',
  'rg -n "{0}" src --type ts | head -40',
  'ls -la src/{0}',
  'cat src/{0}.ts | sed -n 1,120p',
  'npm run build 2>&1 | tail -20',
  'npx tsc --noEmit -p tsconfig.json',
  'pytest -q tests/test_{0}.py -k "{1}"',
  'docker compose up -d {0} && docker compose logs --tail 50 {0}',
  'curl -s http://localhost:3000/api/{0} | jq ".{1}"',
  'find . -name "*.{0}" -not -path "./node_modules/*" | xargs wc -l',
  'git add -A && git commit -m "{0}: {1}"',
  'cd packages/{0} && pnpm lint --fix',
  'kubectl get pods -n {0} -o wide',
  'for f in src/*.ts; do grep -c {0} "$f"; done',
  'sed -i "s/{0}/{1}/g" src/{0}.ts',
  'mkdir -p build/{0} && cp -r assets build/{0}',
  'python3 - <<\'EOF\'\nimport json\nprint(json.load(open("{0}.json"))["{1}"])\nEOF',
  'echo "{0}" >> notes/{1}.md',
  'rm -rf dist && npm run {0}',
];

interface Writer {
  words(n: number): string;
  pick<T>(from: readonly T[]): T;
  int(below: number): number;
  id(prefix: string): string;
}

function writer(next: () => number): Writer {
  const int = (below: number): number => Math.floor(next() * below);
  return {
    int,
    pick: (from) => from[int(from.length)]!,
    words: (n) => {
      let text = '';
      for (let i = 0; i < n; i++) text += `${WORDS[int(WORDS.length)]!}${i % 11 === 10 ? '\n' : ' '}`;
      return text;
    },
    id: (prefix) =>
      prefix + Array.from({ length: 22 }, () => 'abcdefghijkmnpqrstuvwxyz0123456789'[int(34)]!).join(''),
  };
}

/**
 * Writes about `totalBytes` of Claude Code transcripts: many projects, 1-9 MB a file, lines of 0.3-60 KB, six of ten
 * lines of kinds that tell nothing (progress, snapshots). @returns bytes, lines and tool calls written
 */
export function writeClaudeCorpus(
  home: string,
  totalBytes: number,
  seed = 7,
): { bytes: number; lines: number; calls: number; files: number } {
  const w = writer(random(seed));
  const totals = { bytes: 0, lines: 0, calls: 0, files: 0 };
  for (let project = 0; totals.bytes < totalBytes; project++) {
    const cwd = `/home/ana/src/project-${project % 40}`;
    const dir = join(home, '.claude', 'projects', cwd.replaceAll(/[^A-Za-z0-9]/g, '-'));
    mkdirSync(dir, { recursive: true });
    const sessionId = `${w.id('').slice(0, 8)}-0000-4000-a000-${w.id('').slice(0, 12)}`;
    const fd = openSync(join(dir, `${sessionId}.jsonl`), 'w');
    const size = Math.min(totalBytes - totals.bytes, 1_000_000 + w.int(8_000_000));
    totals.files++;
    for (let written = 0, n = 0; written < size; n++) {
      const lines = turn(w, sessionId, cwd, 1_750_000_000_000 + project * 3_600_000 + n * 9_000, totals);
      const text = `${lines.join('\n')}\n`;
      writeSync(fd, text);
      written += Buffer.byteLength(text);
      totals.bytes += Buffer.byteLength(text);
      totals.lines += lines.length;
    }
    closeSync(fd);
  }
  return totals;
}

function turn(
  w: Writer,
  sessionId: string,
  cwd: string,
  timeMs: number,
  totals: { calls: number },
): string[] {
  const base = (type: string, extra: object): string =>
    JSON.stringify({
      parentUuid: w.id(''),
      isSidechain: false,
      userType: 'external',
      cwd,
      sessionId,
      version: '2.1.330',
      gitBranch: 'main',
      type,
      ...extra,
      uuid: w.id(''),
      timestamp: new Date(timeMs).toISOString(),
    });
  const assistant = (block: object): string =>
    base('assistant', {
      requestId: w.id('req_'),
      message: {
        id: w.id('msg_'),
        type: 'message',
        role: 'assistant',
        model: 'claude-opus-4-8',
        content: [block],
        stop_reason: null,
        usage: {
          input_tokens: w.int(50),
          output_tokens: w.int(900),
          cache_read_input_tokens: 20_000 + w.int(80_000),
          cache_creation_input_tokens: w.int(3_000),
          service_tier: 'standard',
        },
      },
    });
  const lines: string[] = [];
  if (w.int(12) === 0)
    lines.push(
      base('user', {
        permissionMode: 'default',
        message: { role: 'user', content: w.words(10 + w.int(120)) },
      }),
    );
  if (w.int(3) === 0) lines.push(assistant({ type: 'text', text: w.words(20 + w.int(200)) }));
  const id = w.id('toolu_');
  const tool = call(w, cwd);
  lines.push(assistant({ type: 'tool_use', id, ...tool }));
  totals.calls++;
  for (let n = 0; n < 3 + w.int(3); n++) {
    lines.push(
      w.int(9) === 0
        ? JSON.stringify({
            type: 'file-history-snapshot',
            messageId: w.id(''),
            snapshot: {
              messageId: w.id(''),
              trackedFileBackups: {
                [`${cwd}/src/${w.pick(WORDS)}.ts`]: { backupFileName: w.id(''), version: 1 },
              },
              timestamp: new Date(timeMs).toISOString(),
            },
            isSnapshotUpdate: false,
          })
        : base('progress', {
            data: {
              type: 'bash_progress',
              output: w.words(10 + w.int(190)),
              fullOutput: w.words(w.int(20) === 0 ? 2_000 : 30),
              elapsedTimeSeconds: n,
              totalLines: w.int(400),
            },
            toolUseID: id,
            parentToolUseID: id,
          }),
    );
  }
  const output = w.words(w.int(20) === 0 ? 3_000 + w.int(5_000) : 20 + w.int(260));
  lines.push(
    base('user', {
      sourceToolAssistantUUID: w.id(''),
      message: {
        role: 'user',
        content: [{ tool_use_id: id, type: 'tool_result', content: output, is_error: w.int(15) === 0 }],
      },
      toolUseResult: { stdout: output, stderr: '', interrupted: false, isImage: false },
    }),
  );
  return lines;
}

function call(w: Writer, cwd: string): { name: string; input: object } {
  const file = `${cwd}/src/${w.pick(WORDS)}/${w.pick(WORDS)}.ts`;
  const kind = w.int(100);
  if (kind < 38) {
    const command = w.pick(COMMANDS).replaceAll('{0}', w.pick(WORDS)).replaceAll('{1}', w.pick(WORDS));
    return { name: 'Bash', input: { command, description: w.words(6) } };
  }
  if (kind < 58) return { name: 'Read', input: { file_path: file, offset: w.int(300), limit: 200 } };
  if (kind < 74)
    return {
      name: 'Edit',
      input: { file_path: file, old_string: w.words(30 + w.int(60)), new_string: w.words(30 + w.int(90)) },
    };
  if (kind < 84)
    return { name: 'Grep', input: { pattern: w.pick(WORDS), path: `${cwd}/src`, output_mode: 'content' } };
  if (kind < 89) return { name: 'Write', input: { file_path: file, content: w.words(200 + w.int(900)) } };
  if (kind < 94)
    return { name: 'mcp__tracker__get_issue', input: { id: w.int(900), fields: ['title', 'body'] } };
  if (kind < 97)
    return {
      name: 'TodoWrite',
      input: { todos: [{ content: w.words(8), status: 'pending', activeForm: w.words(8) }] },
    };
  if (kind < 99) return { name: 'Glob', input: { pattern: `**/*.${w.pick(WORDS)}` } };
  return {
    name: 'WebFetch',
    input: { url: `https://docs.example.com/${w.pick(WORDS)}`, prompt: w.words(12) },
  };
}
