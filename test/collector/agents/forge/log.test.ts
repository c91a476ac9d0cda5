import { expect, it } from 'vitest';
import { FORGE_LOGS } from '../../../../collector/agents/forge/log.ts';
import { eventsOf } from '../../../support/read-log.ts';
import { describeStore } from '../../../support/sqlite-suite.ts';

describeStore(FORGE_LOGS[0], 'forge/store', '.forge.db');

it('names prompts of Forge by what they say, so that folding the beginning away repeats none', () => {
  const [format] = FORGE_LOGS;
  if (format?.container !== 'sqlite') throw new Error('no store');
  const prompts = (...texts: readonly string[]): readonly string[] => {
    const messages = texts.map((content) => ({ message: { text: { role: 'User', content } } }));
    const row = {
      conversation_id: 'c-1',
      saved_at: '2026-08-01 10:00:00',
      context: JSON.stringify({ messages }),
    };
    const events = eventsOf([format.parseRow('conversations', row, {})]);
    return events.flatMap(({ kind, id }) => (kind === 'prompt.submit' ? id : []));
  };
  const all = prompts('first', 'yes', 'yes', 'last');
  expect(new Set(all).size).toBe(4);
  for (const id of prompts('yes', 'last')) expect(all).toContain(id);
});
