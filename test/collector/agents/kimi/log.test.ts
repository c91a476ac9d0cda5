import { expect, it } from 'vitest';
import { KIMI_LOGS } from '../../../../collector/agents/kimi/log.ts';
import { describeLog } from '../../../support/log-suite.ts';
import { onlyJsonl, readFixture, readLog } from '../../../support/read-log.ts';

const [format] = KIMI_LOGS;
const SESSION = 'wd_shop_0a1b2c3d4e5f/session_0199cccc-0000-7000-8000-000000000001';
const MAIN = `${SESSION}/agents/main/wire.jsonl`;
const others = [`${SESSION}/state.json`, `${SESSION}/context.jsonl`];

describeLog({ format, fixture: 'kimi/wire', path: MAIN, others });
describeLog({ format, fixture: 'kimi/legacy', path: 'd41d8cd98f00b204/0199cccc/wire.jsonl', others });

it('keeps numbered calls of two agents of one session apart', () => {
  const kimi = onlyJsonl(KIMI_LOGS);
  const text = readFixture('kimi/wire/input.jsonl');
  const main = readLog(kimi, text, MAIN).events.map(({ id }) => id);
  const child = readLog(kimi, text, `${SESSION}/agents/agent-0/wire.jsonl`).events;
  expect(child.filter(({ id }) => main.includes(id))).toEqual([]);
  expect(new Set(child.map((event) => event.parentNativeSessionId))).toEqual(
    new Set(['0199cccc-0000-7000-8000-000000000001']),
  );
});
