import { expect, it } from 'vitest';
import { KIRO_LOGS } from '../../../../collector/agents/kiro/log.ts';
import { describeLog } from '../../../support/log-suite.ts';
import { readFixture } from '../../../support/read-log.ts';

const [conversation, session] = KIRO_LOGS;
const ID = '468c8450-0000-4000-8000-000000000001';

describeLog({
  format: conversation,
  fixture: 'kiro/conversation',
  path: `${ID}.jsonl`,
  others: [`${ID}.json`, `${ID}.lock`],
});

it('reads folder and model from the file beside the conversation', () => {
  if (session?.container !== 'document') throw new Error('no document');
  const relativePath = `${ID}.json`;
  const file = {
    agentId: 'kiro',
    formatId: session.id,
    root: '/t',
    path: `/t/${relativePath}`,
    relativePath,
  };
  expect(session.parseDocument(readFixture('kiro/session/input.json'), file, {})).toEqual({
    kind: 'records',
    events: [],
    sessions: [
      {
        nativeId: ID,
        cwd: '/home/ana/src/shop',
        model: 'claude-sonnet-4.5',
        startedMs: Date.parse('2026-06-05T02:35:10.931Z'),
      },
    ],
  });
  for (const text of ['', '[]', 'null', '{'])
    expect(session.parseDocument(text, file, {}).kind).toBe('rejected');
});
