import { expect, it } from 'vitest';
import { VSCODE_COPILOT_LOGS } from '../../../../collector/agents/vscode-copilot/log.ts';
import { describeLog } from '../../../support/log-suite.ts';
import { eventsOf, readFixture, readLog } from '../../../support/read-log.ts';

const [chat, document, transcript] = VSCODE_COPILOT_LOGS;
const CHAT = '7de89a80-0000-4000-8000-000000000001';
const others = ['ws1/state.vscdb', 'ws1/chatEditingSessions/x/state.json', 'ws1/workspace.json'];

describeLog({
  format: chat,
  fixture: 'vscode-copilot/chat',
  path: `ws1/chatSessions/${CHAT}.jsonl`,
  others: [...others, `ws1/chatSessions/old/${CHAT}.jsonl`],
  head: 3,
});
describeLog({
  format: document,
  fixture: 'vscode-copilot/chat-document',
  path: 'ws1/chatSessions/331fed7f-0000-4000-8000-000000000001.json',
  others,
});
describeLog({
  format: transcript,
  fixture: 'vscode-copilot/transcript',
  path: 'ws1/GitHub.copilot-chat/transcripts/5fcddc54-0000-4000-8000-000000000001.jsonl',
  others: [...others, 'ws1/GitHub.copilot-chat/debug-logs/x/main.jsonl'],
});

it('gives a call the same id in the transcript and in the chat', () => {
  if (chat?.container !== 'jsonl' || transcript?.container !== 'jsonl') throw new Error('no logs');
  const started = JSON.stringify({
    type: 'tool.execution_start',
    timestamp: '2026-02-08T19:52:00.000Z',
    data: { toolCallId: 'toolu_vsc_0001', toolName: 'run_in_terminal', arguments: { command: 'npm test' } },
  });
  const live = readLog(transcript, started, `ws1/GitHub.copilot-chat/transcripts/${CHAT}.jsonl`).events;
  const later = readLog(
    chat,
    readFixture('vscode-copilot/chat/input.jsonl'),
    `ws1/chatSessions/${CHAT}.jsonl`,
  ).events;
  const ids = later.map(({ id }) => id);
  expect(live.filter(({ kind }) => kind === 'tool.call')).toHaveLength(1);
  for (const event of live.filter(({ kind }) => kind === 'tool.call')) expect(ids).toContain(event.id);
});

it('remembers a bounded part of an answer that shows three thousand calls', () => {
  if (chat?.container !== 'jsonl') throw new Error('no log');
  const part = (n: number): object => ({
    kind: 'toolInvocationSerialized',
    toolId: 'run_in_terminal',
    toolCallId: `b0000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    toolSpecificData: { kind: 'terminal', command: 'x'.repeat(5_000) },
  });
  const request = { requestId: 'r', timestamp: 1_770_580_257_491, message: { text: 'go' }, response: [] };
  const lines = [
    { kind: 0, v: { creationDate: 1_770_580_242_421, requests: [request] } },
    ...Array.from({ length: 3 }, (_, at) => ({
      kind: 2,
      k: ['requests', 0, 'response'],
      v: Array.from({ length: 1_000 }, (__, n) => part(at * 1_000 + n)),
    })),
    { kind: 1, k: ['requests', 0, 'isCanceled'], v: true },
  ];
  const text = lines.map((line) => JSON.stringify(line)).join('\n');
  const whole = readLog(chat, text, 'ws1/chatSessions/a.jsonl');
  expect(JSON.stringify(whole.state).length).toBeLessThan(65_536);
  expect(eventsOf(whole.outcomes).filter(({ kind }) => kind === 'tool.call').length).toBeGreaterThan(1);
  const before = readLog(
    chat,
    lines
      .slice(0, -1)
      .map((line) => JSON.stringify(line))
      .join('\n'),
    'ws1/chatSessions/a.jsonl',
  );
  expect(JSON.stringify(before.state).length).toBeLessThan(65_536);
});
