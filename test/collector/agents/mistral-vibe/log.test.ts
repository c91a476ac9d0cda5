import { expect, it } from 'vitest';
import { MISTRAL_VIBE_LOGS } from '../../../../collector/agents/mistral-vibe/log.ts';
import { describeLog } from '../../../support/log-suite.ts';
import { eventsOf, readFixture } from '../../../support/read-log.ts';

const [messages, meta] = MISTRAL_VIBE_LOGS;
const SESSION = 'session_20260613_110000_def45678';

describeLog({
  format: messages,
  fixture: 'mistral-vibe/messages',
  path: `${SESSION}/messages.jsonl`,
  others: [`${SESSION}/meta.json`, 'messages.jsonl'],
});

it('reads folder, branch, model and tokens from the file beside the messages', () => {
  if (meta?.container !== 'document') throw new Error('no document');
  const relativePath = `${SESSION}/meta.json`;
  const file = {
    agentId: 'mistral-vibe',
    formatId: meta.id,
    root: '/t',
    path: `/t/${relativePath}`,
    relativePath,
  };
  const outcome = meta.parseDocument(readFixture('mistral-vibe/meta/input.json'), file, {});
  expect(eventsOf([outcome]).map((event) => event.nativeSessionId)).toEqual([SESSION]);
  expect(outcome).toMatchObject({
    usage: [
      { model: 'mistral-medium-3.5', tokens: { input: 200, output: 100, cacheRead: 0, cacheWrite: 0 } },
    ],
    sessions: [{ nativeId: SESSION, cwd: '/home/ana/src/shop', gitBranch: 'main' }, { nativeId: SESSION }],
  });
  for (const text of ['', '[]', 'null', '{}'])
    expect(meta.parseDocument(text, file, {}).kind).toBe('rejected');
});
