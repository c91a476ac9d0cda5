import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Finding } from '../../../collector/contract/finding.ts';
import { MAX_SUPPRESSIONS } from '../../../collector/store/decisions.ts';
import type { Decider } from '../../../collector/store/finding-life.ts';
import { Store } from '../../../collector/store/store.ts';
import { batch, finding, toolCall } from '../../support/records.ts';
import { tempDir } from '../../support/temp.ts';

const DAY = 86_400_000;
let nowMs = 1_750_000_000_000;
const opened: Store[] = [];
afterEach(() => {
  for (const store of opened.splice(0)) store.close();
  nowMs = 1_750_000_000_000;
});
const open = (path = join(tempDir(), 'reeve.db')): Store => {
  const store = Store.open({ path, nowMs: () => nowMs, queue: () => true });
  opened.push(store);
  return store;
};
const restart = (store: Store): Store => {
  opened.splice(opened.indexOf(store), 1);
  store.close();
  return open(store.path);
};
const ana = (): Decider => ({ actor: { user: 'ana', uid: 1000, via: 'cli' }, timeMs: nowMs });
let calls = 0;
/** One more event on which the rule fires. */
const happens = (store: Store, id: string, over: Partial<Finding> = {}): Finding | undefined => {
  const event = toolCall(`c${++calls}`);
  const found = finding(id, { evidence: [{ eventId: event.id }], lastSeenMs: nowMs, ...over });
  return store.commit(batch({ events: [event], findings: [{ finding: found, eventId: event.id }] }))
    .findings[0];
};
const stateOf = (store: Store, id: string): Pick<Finding, 'status' | 'severity'> | undefined => {
  const found = store.read.finding(id);
  return found && { status: found.status, severity: found.severity };
};

describe('acknowledging', () => {
  it('holds over a restart and more of the same, and ends when it gets graver', () => {
    let store = open();
    happens(store, 'f', { severity: 'medium' });
    const done = store.life.acknowledge('f', 'known', ana());
    expect(done?.findings[0]).toMatchObject({
      status: 'acknowledged',
      decision: { by: 'ana', note: 'known' },
    });
    store = restart(store);
    expect(happens(store, 'f', { severity: 'medium' })).toMatchObject({ status: 'acknowledged', count: 2 });
    const worse = happens(store, 'f', { severity: 'critical' });
    expect(worse).toMatchObject({ status: 'open', severity: 'critical', count: 3 });
    expect(worse?.decision).toBeUndefined();
  });

  it('is written down with who, why and what, and queued for reporting', () => {
    const store = open();
    happens(store, 'f');
    const token = ['ghp_', 'x'.repeat(36)].join('');
    const done = store.life.acknowledge('f', `it is ${token}`, ana());
    expect(done?.recorded.record).toMatchObject({
      action: 'finding.acknowledge',
      actor: { user: 'ana', via: 'cli' },
      target: { kind: 'finding', id: 'f' },
    });
    const [row] = store.listAudit({ limit: 1 });
    expect(JSON.stringify([row, store.read.finding('f')])).not.toContain(token);
    expect(row?.reason).toContain('it is ');
    expect(store.verifyAudit()).toMatchObject({ ok: true, rows: 1 });
    expect(store.outbox.peek(100, 1_000_000).map(({ uid }) => uid)).toContain('f');
    expect(done?.recorded.event.input).toMatchObject({
      action: 'finding.acknowledge',
      targetKind: 'finding',
    });
  });

  it('changes nothing and writes nothing down when there is no such finding', () => {
    const store = open();
    expect(store.life.acknowledge('none', undefined, ana())).toBeUndefined();
    expect(store.life.reopen('none', undefined, ana())).toBeUndefined();
    expect(store.life.feedback('none', { verdict: 'fine' }, ana())).toBeUndefined();
    expect(store.listAudit({ limit: 10 })).toEqual([]);
  });

  it('is taken back by reopening', () => {
    const store = open();
    happens(store, 'f');
    store.life.acknowledge('f', undefined, ana());
    expect(store.life.reopen('f', undefined, ana())?.findings[0]).toMatchObject({ status: 'open' });
  });
});

describe('suppressing', () => {
  it('hides what fits, also what comes later and after a restart, and nothing else', () => {
    let store = open();
    happens(store, 'f1');
    happens(store, 'f2', { ruleId: 'other.rule' });
    const { suppression } = store.life.suppress(
      { scope: { ruleId: 'read.ssh-keys' }, reason: 'test keys' },
      ana(),
    );
    expect(suppression).toMatchObject({ hidden: 1, createdBy: 'ana', reason: 'test keys' });
    expect(stateOf(store, 'f1')?.status).toBe('suppressed');
    expect(stateOf(store, 'f2')?.status).toBe('open');
    store = restart(store);
    expect(happens(store, 'f3')?.status).toBe('suppressed');
    expect(happens(store, 'f1')).toMatchObject({ status: 'suppressed', count: 2 });
    expect(store.life.rows.list()).toMatchObject([{ id: suppression.id, hidden: 2 }]);
  });

  it('ends at its time: findings are open again, new ones stay open, and the audit says that it was the clock', () => {
    let store = open();
    happens(store, 'f1');
    const { suppression } = store.life.suppress(
      { scope: { subject: '/home/ana/.ssh/id_ed25519' }, reason: 'this week', expiresMs: nowMs + 7 * DAY },
      ana(),
    );
    nowMs += 7 * DAY - 1;
    expect(store.life.expire(ana())).toEqual([]);
    expect(happens(store, 'f2')?.status).toBe('suppressed');
    nowMs += 1;
    // Nobody has looked yet, and still it does not hold any more.
    expect(happens(store, 'f3')?.status).toBe('open');
    store = restart(store);
    const policy: Decider = { actor: { user: 'reeve', via: 'policy' }, timeMs: nowMs };
    const [ended] = store.life.expire(policy);
    expect(ended?.findings.map(({ id, status }) => `${id} ${status}`).sort()).toEqual(['f1 open', 'f2 open']);
    expect(ended?.recorded.record).toMatchObject({
      action: 'suppression.expire',
      actor: { user: 'reeve', via: 'policy' },
      target: { kind: 'suppression', id: suppression.id },
    });
    expect(store.life.expire(policy)).toEqual([]);
    expect(store.life.rows.list()).toEqual([]);
  });

  it('shows again what only it hid when it is removed', () => {
    const store = open();
    happens(store, 'f1');
    happens(store, 'f2', { subject: { kind: 'tool-call', value: '/home/ana/.ssh/other' } });
    const wide = store.life.suppress({ scope: { ruleId: 'read.ssh-keys' }, reason: 'a' }, ana()).suppression;
    nowMs += 1;
    store.life.suppress({ scope: { subject: '/home/ana/.ssh/id_ed25519' }, reason: 'b' }, ana());
    const ended = store.life.endSuppression(wide.id, ana());
    expect(stateOf(store, 'f1')?.status).toBe('suppressed');
    expect(stateOf(store, 'f2')?.status).toBe('open');
    expect(ended?.recorded.record.result.detail).toBe('1 of 2 hidden findings are shown again.');
    expect(store.life.endSuppression(wide.id, ana())).toBeUndefined();
  });

  it('leaves one finding open that somebody reopened, and goes on hiding the others', () => {
    const store = open();
    happens(store, 'f1');
    happens(store, 'f2');
    store.life.suppress({ scope: { ruleId: 'read.ssh-keys' }, reason: 'a' }, ana());
    nowMs += 1;
    expect(store.life.reopen('f1', undefined, ana())?.findings[0]?.status).toBe('open');
    expect(happens(store, 'f1')?.status).toBe('open');
    expect(happens(store, 'f2')?.status).toBe('suppressed');
  });

  it('counts beforehand what it would hide, and which critical ones stay', () => {
    const store = open();
    const cwd = '/home/ana/src/shop';
    const subject = { kind: 'tool-call' as const, value: 'x', cwd };
    happens(store, 'f1', { subject });
    happens(store, 'f2', { subject, severity: 'critical' });
    expect(store.life.rows.wouldHide({ project: cwd })).toMatchObject({
      hide: [{ id: 'f1' }],
      criticalKept: 1,
    });
    store.life.suppress({ scope: { project: cwd }, reason: 'a' }, ana());
    expect(stateOf(store, 'f2')?.status).toBe('open');
    // It was high and hidden; now it is critical, and the person has not agreed to that.
    expect(happens(store, 'f1', { subject, severity: 'critical' })?.status).toBe('open');
  });

  it('refuses an end in the past, and more than a thousand', () => {
    const store = open();
    const scope = { ruleId: 'r' };
    expect(() => store.life.suppress({ scope, reason: 'a', expiresMs: nowMs }, ana())).toThrow(
      'lies in the past',
    );
    for (let n = 0; n < MAX_SUPPRESSIONS; n++)
      store.life.rows.add({ scope, reason: 'a', createdMs: nowMs, createdBy: 'ana' });
    expect(() => store.life.suppress({ scope, reason: 'a' }, ana())).toThrow('Remove some first');
    expect(store.listAudit({ limit: 10 })).toEqual([]);
  });

  it('hides a posture finding until what it is about is gone', () => {
    const store = open();
    const rules = new Set(['read.ssh-keys']);
    store.replaceFindings(rules, [finding('p')]);
    store.life.suppress({ scope: { ruleId: 'read.ssh-keys' }, reason: 'a' }, ana());
    expect(store.replaceFindings(rules, [finding('p')])).toEqual([]);
    expect(store.replaceFindings(rules, [finding('p', { why: 'Another sentence.' })])[0]?.status).toBe(
      'suppressed',
    );
    expect(store.replaceFindings(rules, [])[0]?.status).toBe('resolved');
    expect(store.read.finding('p')?.suppressionId).toBeUndefined();
  });
});

describe('feedback', () => {
  it('lowers the pattern a step at a time, two at most, and `useful` gives it all back', () => {
    let store = open();
    happens(store, 'f1', { sessionId: 'claude-code:s1' });
    const first = store.life.feedback('f1', { verdict: 'fine', note: 'our test key' }, ana());
    expect(first).toMatchObject({
      tuning: { steps: 1 },
      finding: { severity: 'medium', status: 'acknowledged' },
    });
    store = restart(store);
    expect(happens(store, 'f2')).toMatchObject({
      severity: 'medium',
      status: 'open',
      tuned: { from: 'high' },
    });
    expect(happens(store, 'f3', { subject: { kind: 'tool-call', value: 'else' } })?.severity).toBe('high');
    expect(happens(store, 'f4', { ruleId: 'other.rule' })?.severity).toBe('high');
    const second = store.life.feedback('f2', { verdict: 'fine' }, ana());
    expect(second?.findings.map(({ id, severity }) => `${id} ${severity}`).sort()).toEqual([
      'f1 low',
      'f2 low',
    ]);
    expect(store.life.feedback('f2', { verdict: 'fine' }, ana())?.tuning.steps).toBe(2);
    const back = store.life.feedback('f2', { verdict: 'useful' }, ana());
    expect(back?.findings.map(({ severity }) => severity)).toEqual(['high', 'high']);
    expect(happens(store, 'f5')?.severity).toBe('high');
  });

  it('never lowers a critical one, whatever was said', () => {
    const store = open();
    happens(store, 'f1', { severity: 'critical' });
    store.life.feedback('f1', { verdict: 'fine' }, ana());
    store.life.feedback('f1', { verdict: 'fine' }, ana());
    expect(store.read.finding('f1')).toMatchObject({ severity: 'critical', status: 'acknowledged' });
    expect(happens(store, 'f2', { severity: 'critical' })).toMatchObject({
      severity: 'critical',
      status: 'open',
    });
  });

  it('counts the severity as detected when it happens again: a lowered finding does not open as if it got graver', () => {
    const store = open();
    happens(store, 'f1');
    store.life.feedback('f1', { verdict: 'fine' }, ana());
    expect(happens(store, 'f1')).toMatchObject({ status: 'acknowledged', severity: 'medium', count: 2 });
    expect(happens(store, 'f1', { severity: 'critical' })).toMatchObject({
      status: 'open',
      severity: 'critical',
    });
  });

  it('can be forgotten, and says so in the audit', () => {
    const store = open();
    happens(store, 'f1');
    const { tuning } = store.life.feedback('f1', { verdict: 'fine' }, ana())!;
    expect(store.life.forgetTuning(tuning.id, ana())?.findings[0]?.severity).toBe('high');
    expect(store.life.forgetTuning(tuning.id, ana())).toBeUndefined();
    expect(store.listAudit({ limit: 10 }).map(({ action }) => action)).toEqual([
      'tuning.remove',
      'finding.feedback',
    ]);
    expect(store.verifyAudit().ok).toBe(true);
  });
});
