import { expect, it } from 'vitest';
import type { ParserState } from '../../../../collector/agents/spec-log.ts';
import { VOID_LOGS } from '../../../../collector/agents/void/log.ts';
import { describeStore } from '../../../support/sqlite-suite.ts';

describeStore(VOID_LOGS[0], 'void/chats', 'state.vscdb');

it('reads the chats of an editor again only when they changed, whatever else its store holds', () => {
  const [format] = VOID_LOGS;
  if (format?.container !== 'sqlite') throw new Error('no store');
  const state: ParserState = {};
  const read = (text: string): string =>
    format.parseRow(
      'value',
      {
        value: JSON.stringify({
          a: { id: 't', lastModified: '2026-03-01T10:00:00Z', messages: [{ role: text }] },
        }),
      },
      state,
    ).kind;
  expect([read('assistant'), read('assistant'), read('checkpoint'), read('assistant')]).toEqual([
    'records',
    'ignored',
    'records',
    'records',
  ]);
  expect(JSON.stringify(state).length).toBeLessThan(100);
});
