import { expect, it } from 'vitest';
import { PI_LOGS } from '../../../../collector/agents/pi/log.ts';
import { describeLog } from '../../../support/log-suite.ts';
import { onlyJsonl, readFixture, readLog } from '../../../support/read-log.ts';

const [format] = PI_LOGS;
const FOLDER = '--home-ana-src-shop--';
const PARENT = `${FOLDER}/2026-05-12T09-00-00-000Z_0199aaaa-0001-7000-8000-000000000001.jsonl`;
const FORK = `${FOLDER}/2026-05-12T10-00-00-000Z_0199aaaa-0002-7000-8000-000000000002.jsonl`;
const others = ['notes.txt', `${FOLDER}/notes.md`];

describeLog({ format, fixture: 'pi/session', path: PARENT, others });
describeLog({ format, fixture: 'pi/fork', path: FORK, others });
describeLog({
  format,
  fixture: 'pi/early',
  path: `${FOLDER}/2025-11-20T09-00-00-000Z_0198bbbb.jsonl`,
  others,
});

it('counts what a fork copied from its parent once', () => {
  const pi = onlyJsonl(PI_LOGS);
  const parent = readLog(pi, readFixture('pi/session/input.jsonl'), PARENT).events.map(({ id }) => id);
  const fork = readLog(pi, readFixture('pi/fork/input.jsonl'), FORK).events;
  const own = fork.filter(({ id }) => !parent.includes(id));
  expect(own.map(({ kind }) => kind)).toEqual(['session.start', 'prompt.submit', 'tool.call']);
  expect(own.every((event) => event.nativeSessionId.endsWith('2'))).toBe(true);
});
