import { expect, it } from 'vitest';
import { CLAUDE_DESKTOP_LOGS } from '../../../../collector/agents/claude-desktop/log.ts';
import { describeLog } from '../../../support/log-suite.ts';
import { onlyJsonl, readLog } from '../../../support/read-log.ts';

describeLog({
  format: CLAUDE_DESKTOP_LOGS[0],
  fixture: 'claude-desktop/mcp-server',
  path: 'mcp-server-github.log',
  others: ['mcp.log', 'main.log', 'old/mcp-server-github.log'],
  head: 2,
});

it('remembers a bounded number of calls without an answer, and skips what a server prints quickly', () => {
  const call = (n: number): string =>
    `2026-05-09T17:26:30.556Z [a] [info] Message from client: ${JSON.stringify({ method: 'tools/call', params: { name: 'x' }, jsonrpc: '2.0', id: n })}`;
  const lines = Array.from({ length: 1_000 }, (_, n) => call(n));
  const { state } = readLog(onlyJsonl(CLAUDE_DESKTOP_LOGS), lines.join('\n'), 'mcp-server-a.log');
  expect(JSON.stringify(state).length).toBeLessThan(65_536);
  const noise = `${'2026-05-09T17:26:30.556Z '.padEnd(60_000, '[')} {${'}'.repeat(200_000)}`;
  const startedMs = performance.now();
  for (let n = 0; n < 20; n++) readLog(onlyJsonl(CLAUDE_DESKTOP_LOGS), noise, 'mcp-server-a.log');
  expect(performance.now() - startedMs).toBeLessThan(2_000);
});
