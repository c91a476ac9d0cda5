import { expect, it } from 'vitest';
import { KIRO_LOGS } from '../../../../collector/agents/kiro/log.ts';
import { describeLog } from '../../../support/log-suite.ts';
import { readFixture } from '../../../support/read-log.ts';
import { describeStore } from '../../../support/sqlite-suite.ts';

const [conversation, session, history, messages, editorSession] = KIRO_LOGS;
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

describeStore(history, 'kiro/history', 'data.sqlite3');

describeLog({
  format: messages,
  fixture: 'kiro/messages',
  path: '0123456789abcdef/sess_b47d/messages.jsonl',
  others: ['cli/x.jsonl', '0123/sess_b47d/publish.cursor', '0123/sess_b47d/snapshots/messages.jsonl'],
});

it('reads folder, model and title from the file beside the messages of the editor', () => {
  if (editorSession?.container !== 'document') throw new Error('no document');
  const relativePath = '0123456789abcdef/sess_b47d/session.json';
  const file = {
    agentId: 'kiro',
    formatId: editorSession.id,
    root: '/t',
    path: `/t/${relativePath}`,
    relativePath,
  };
  const outcome = editorSession.parseDocument(readFixture('kiro/editor-session/input.json'), file, {});
  expect([outcome]).toEqual(JSON.parse(readFixture('kiro/editor-session/events.json')));
  for (const text of ['', '[]', 'null', '{'])
    expect(editorSession.parseDocument(text, file, {}).kind).toBe('rejected');
});
