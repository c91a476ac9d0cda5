import { describe, expect, it } from 'vitest';
import { JUNIE_LOGS } from '../../../../collector/agents/junie/log.ts';
import { describeLog } from '../../../support/log-suite.ts';
import { eventsOf, readFixture, readLog, reviewable } from '../../../support/read-log.ts';

const [events, index] = JUNIE_LOGS;
const PATH = 'session-260817-120000-abcd/events.jsonl';

describeLog({
  format: events,
  fixture: 'junie/events',
  path: PATH,
  others: ['index.jsonl', 'session-260817-120000-abcd/state.json', 'session-1/x/events.jsonl'],
});

describe('junie', () => {
  it('reads folder and title of sessions from the index beside them', () => {
    if (index?.container !== 'jsonl') throw new Error('no log');
    const reading = readLog(index, readFixture('junie/index/input.jsonl'), 'index.jsonl');
    expect(reviewable(reading)).toEqual(JSON.parse(readFixture('junie/index/events.json')));
  });

  it('keeps nothing of the environment that its log holds', () => {
    if (events?.container !== 'jsonl') throw new Error('no log');
    const env = [{ key: 'SHOP_TOKEN', value: 'planted-value' }];
    const update = { kind: 'EnvironmentVariablesUpdatedEvent', env };
    const line = { kind: 'SessionA2uxEvent', timestampMs: 1_787_000_000_000, event: { agentEvent: update } };
    const reading = readLog(events, JSON.stringify(line), PATH);
    expect(JSON.stringify(reading)).not.toMatch(/SHOP_TOKEN|planted-value/);
  });

  it('tells a step once, however often its block comes again', () => {
    if (events?.container !== 'jsonl') throw new Error('no log');
    const stepId = '62c01dad-eff2-4fcc-bde3-000000000099';
    const block = (status: string): string =>
      JSON.stringify({
        kind: 'SessionA2uxEvent',
        timestampMs: 1_787_000_000_000,
        event: { agentEvent: { kind: 'TerminalBlockUpdatedEvent', stepId, status, command: 'ls' } },
      });
    const text = [block('IN_PROGRESS'), block('IN_PROGRESS'), block('COMPLETED'), block('COMPLETED')].join(
      '\n',
    );
    const kinds = eventsOf(readLog(events, text, PATH).outcomes).map(({ kind }) => kind);
    expect(kinds).toEqual(['session.start', 'tool.call', 'tool.result']);
  });
});
