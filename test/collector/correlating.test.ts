import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Finding } from '../../collector/contract/finding.ts';
import { Correlating } from '../../collector/correlating.ts';
import { Store } from '../../collector/store/store.ts';
import { batch, finding, toolCall } from '../support/records.ts';
import { tempDir } from '../support/temp.ts';

const NOW = 1_750_000_000_000;
const opened: Store[] = [];
afterEach(() => {
  for (const store of opened.splice(0)) store.close();
});

function open(): { store: Store; correlating: () => Correlating; errors: unknown[] } {
  const store = Store.open({ path: join(tempDir(), 'reeve.db'), nowMs: () => NOW });
  opened.push(store);
  store.commit(batch({ events: [toolCall('a', { timeMs: NOW })] }));
  const errors: unknown[] = [];
  return {
    store,
    errors,
    correlating: () => new Correlating({ store, onError: (error) => errors.push(error) }),
  };
}

const step = (id: string, ruleCode: string, over: Partial<Finding> = {}): Finding =>
  finding(id, {
    ruleCode,
    ruleId: ruleCode.toLowerCase(),
    severity: 'high',
    firstSeenMs: NOW,
    lastSeenMs: NOW,
    ...over,
  });

describe('findings of several sources', () => {
  it('become one incident, with a process and a log in it', () => {
    const { store, correlating } = open();
    const cases = correlating();
    const [log] = store.saveFindings([step('f_log', 'B-02')]);
    if (log === undefined) throw new Error('it is stored');
    expect(cases.stored([log])).toEqual([]);
    const [process] = store.saveFindings([step('f_process', 'N-12', { lastSeenMs: NOW + 1_000 })]);
    if (process === undefined) throw new Error('it is stored');
    const told = cases.stored([process]);
    const incident = told.find(({ ruleId }) => ruleId === 'incident.blind-agent');
    expect(incident?.members).toEqual(['f_log', 'f_process']);
    expect(store.read.finding('f_log')?.incidentId).toBe(incident?.id);
    expect(store.read.finding('f_log')?.count).toBe(log.count);
    expect(cases.stored([process])).toEqual([]);
  });

  it('are found again after a restart', () => {
    const { store, correlating } = open();
    correlating().stored(store.saveFindings([step('f_log', 'B-02')]));
    const told = correlating().stored(store.saveFindings([step('f_process', 'N-12')]));
    expect(told.some(({ ruleId }) => ruleId === 'incident.blind-agent')).toBe(true);
  });

  it('leave out what a person has hidden', () => {
    const { store, correlating } = open();
    const cases = correlating();
    cases.stored(store.saveFindings([step('f_log', 'B-02')]));
    expect(cases.stored([step('f_process', 'N-12', { status: 'suppressed' })])).toEqual([]);
  });

  it('say so when the store fails, and do not stop anybody', () => {
    const { store, correlating, errors } = open();
    const cases = correlating();
    const findings = store.saveFindings([step('f_log', 'B-02'), step('f_process', 'N-12')]);
    store.close();
    opened.splice(0);
    expect(cases.stored(findings)).toEqual([]);
    expect(errors).toHaveLength(1);
  });
});
