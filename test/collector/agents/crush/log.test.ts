import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { CRUSH_LOGS } from '../../../../collector/agents/crush/log.ts';
import { eventsOf, readFixture } from '../../../support/read-log.ts';
import { describeStore } from '../../../support/sqlite-suite.ts';

describeStore(CRUSH_LOGS[0], 'crush/store', 'crush.db');

it('finds an answer that is written again as it grows, without reading the whole store', () => {
  const [format] = CRUSH_LOGS;
  if (format?.container !== 'sqlite') throw new Error('no store');
  const db = new Database(':memory:');
  db.exec(readFixture('crush/store/input.sql'));
  const add = db.prepare("INSERT INTO messages VALUES (?, 'cs1', 'assistant', ?, 'm', 'p', ?, ?, NULL)");
  const part = (finished: boolean): string =>
    JSON.stringify([
      {
        type: 'tool_call',
        data: { id: 'toolu_crush00099', name: 'bash', input: '{"command":"ls"}', finished },
      },
    ]);
  for (let n = 0; n < 2_000; n++) add.run(`old${String(n)}`, '[]', 1_780_400_000, 1_780_400_000);
  add.run('growing', part(false), 1_780_400_001, 1_780_400_001);
  const changed = format.queries.find(({ id }) => id === 'messages-changed');
  const read = db.prepare<[object], Record<string, unknown>>(changed?.sql ?? '');
  expect(read.all({ after: 0, limit: 5_000 }).length).toBeLessThanOrEqual(500);
  db.prepare("UPDATE messages SET parts = ?, updated_at = 1780400009 WHERE id = 'growing'").run(part(true));
  const rows = read.all({ after: 1_780_400_002, limit: 10 });
  db.close();
  const events = eventsOf(rows.map((row) => format.parseRow('messages-changed', row, {})));
  expect(events.map(({ kind }) => kind)).toEqual(['tool.call']);
});
