import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export const LONG_SESSION = 'bbbbbbbb-0000-4000-8000-0000000000bb';

const CALLS_IN_A_TURN = 20;
const LINES_AT_ONCE = 2_000;

/** A Claude Code log of one very long session: turns of 20 calls with their results. @param events about so many */
export function claudeLongLog(home: string, events: number): void {
  const dir = join(home, '.claude/projects/-home-ana-src-long');
  mkdirSync(dir, { recursive: true });
  const file = openSync(join(dir, `${LONG_SESSION}.jsonl`), 'w');
  const calls = Math.floor(events / 2);
  const startMs = Date.now() - calls * 1_000 - 3_600_000;
  let lines: string[] = [];
  for (let n = 0; n < calls; n++) {
    const timeMs = startMs + n * 1_000;
    if (n % CALLS_IN_A_TURN === 0)
      lines.push(
        line(`p${n}`, timeMs, {
          type: 'user',
          message: { role: 'user', content: `Turn ${n / CALLS_IN_A_TURN}` },
        }),
      );
    const command = n === calls - 1 ? 'echo last of all' : n % 3 === 0 ? 'npm test' : `rg -n word${n} src`;
    lines.push(
      line(`a${n}`, timeMs, {
        type: 'assistant',
        requestId: `r${n}`,
        message: {
          id: `m${n}`,
          type: 'message',
          role: 'assistant',
          model: 'claude-opus-4-8',
          content: [{ type: 'tool_use', id: `toolu_long_${n}`, name: 'Bash', input: { command } }],
        },
      }),
      line(`t${n}`, timeMs + 400, {
        type: 'user',
        message: {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: `toolu_long_${n}`, content: 'fine' }],
        },
      }),
    );
    if (lines.length >= LINES_AT_ONCE) {
      writeSync(file, `${lines.join('\n')}\n`);
      lines = [];
    }
  }
  writeSync(file, `${lines.join('\n')}\n`);
  closeSync(file);
}

function line(seed: string, timeMs: number, body: object): string {
  return JSON.stringify({
    parentUuid: null,
    isSidechain: false,
    userType: 'external',
    cwd: '/home/ana/src/long',
    sessionId: LONG_SESSION,
    version: '2.1.330',
    gitBranch: 'main',
    uuid: `long-${seed}`,
    timestamp: new Date(timeMs).toISOString(),
    ...body,
  });
}
