import { expect, it } from 'vitest';
import { GROK_LOGS } from '../../../../collector/agents/grok/log.ts';
import { describeLog } from '../../../support/log-suite.ts';
import { readFixture, readLog } from '../../../support/read-log.ts';

const [updates, summary] = GROK_LOGS;
const ID = '019f6000-0000-7000-8000-000000000001';

describeLog({
  format: updates,
  fixture: 'grok/updates',
  path: `%2Fhome%2Fana%2Fsrc%2Fshop/${ID}/updates.jsonl`,
  others: [`enc/${ID}/chat_history.jsonl`, `enc/${ID}/summary.json`, `enc/${ID}/sub/updates.jsonl`],
});

it('reads folder, branch, model and parent from the summary beside the updates', () => {
  if (summary?.container !== 'document') throw new Error('no document');
  const relativePath = `enc/${ID}/summary.json`;
  const file = {
    agentId: 'grok',
    formatId: summary.id,
    root: '/t',
    path: `/t/${relativePath}`,
    relativePath,
  };
  const outcome = summary.parseDocument(readFixture('grok/summary/input.json'), file, {});
  expect([outcome]).toEqual(JSON.parse(readFixture('grok/summary/events.json')));
  for (const text of ['', '[]', 'null', '{'])
    expect(summary.parseDocument(text, file, {}).kind).toBe('rejected');
});

it('remembers a bounded number of calls that never end', () => {
  if (updates?.container !== 'jsonl') throw new Error('no log');
  const lines = Array.from({ length: 500 }, (_, n) =>
    JSON.stringify({
      timestamp: 1_784_368_800,
      params: {
        update: {
          sessionUpdate: 'tool_call',
          toolCallId: `call-${String(n)}-${'x'.repeat(400)}`,
          title: 'y'.repeat(900),
        },
      },
    }),
  );
  const { state } = readLog(updates, lines.join('\n'), `enc/${ID}/updates.jsonl`);
  expect(JSON.stringify(state).length).toBeLessThan(65_536);
});
