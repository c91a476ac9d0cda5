import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One line of a Claude Code log: a shell call, with a number that makes it unlike all others. */
export function claudeCall(
  n: number,
  input: Readonly<Record<string, unknown>>,
  over: Readonly<Record<string, unknown>> & { readonly sessionId?: string } = {},
): string {
  return `${JSON.stringify({
    parentUuid: null,
    isSidechain: false,
    userType: 'external',
    cwd: '/home/ana/src/shop',
    sessionId: 'aaaaaaaa-0000-4000-8000-000000000001',
    version: '2.1.330',
    type: 'assistant',
    uuid: `u-${n}`,
    timestamp: new Date(Date.now() - 60_000 + n).toISOString(),
    requestId: `r-${n}`,
    message: {
      id: `m-${n}`,
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-4-5',
      content: [{ type: 'tool_use', id: `toolu_${over.sessionId ?? ''}_${n}`, name: 'Bash', input }],
      usage: { input_tokens: 1, output_tokens: 2 },
    },
    ...over,
  })}\n`;
}

/** Writes a log of Claude Code into a home; returns its path. */
export function claudeLog(
  home: string,
  project: string,
  sessionId: string,
  lines: readonly string[],
): string {
  const dir = join(home, '.claude/projects', project);
  mkdirSync(dir, { recursive: true });
  const path = join(dir, `${sessionId}.jsonl`);
  writeFileSync(path, lines.join(''));
  return path;
}
