import { describe, expect, it } from 'vitest';
import { HealthTracker } from '../../../collector/health/tracker.ts';
import { WARNINGS } from '../../../collector/health/warnings.ts';

function tracked(): { health: HealthTracker; said: string[]; clock: { ms: number } } {
  const said: string[] = [];
  const clock = { ms: 1_000 };
  const health = new HealthTracker(
    () => clock.ms,
    (item, state) => said.push(`${state} ${item.code}: ${item.text}`),
  );
  return { health, said, clock };
}

describe('HealthTracker', () => {
  it('says a problem once when it begins and once when it ends', () => {
    const { health, said } = tracked();
    for (let n = 0; n < 3; n++) health.raise('report-failing', { reason: `try ${n}` });
    health.clear('report-failing');
    health.clear('report-failing');
    expect(said.map((line) => line.split(':')[0])).toEqual([
      'raised report-failing',
      'cleared report-failing',
    ]);
    expect(health.list()).toEqual([]);
  });

  it('keeps the time of the beginning and the newest text', () => {
    const { health, clock } = tracked();
    health.raise('report-failing', { reason: 'refused' });
    clock.ms = 9_000;
    health.raise('report-failing', { reason: 'timed out' });
    expect(health.list()).toEqual([
      {
        code: 'report-failing',
        severity: 'medium',
        sinceMs: 1_000,
        text: 'Events cannot be delivered: timed out. They are kept and sent later.',
      },
    ]);
  });

  it('tells problems of one code apart by their key', () => {
    const { health, said } = tracked();
    health.raise('rule-failed', { rule: 'a' }, 'a');
    health.raise('rule-failed', { rule: 'b' }, 'b');
    health.clear('rule-failed', 'a');
    expect(said).toHaveLength(3);
    expect(health.list().map(({ text }) => text)).toEqual([
      'Rule b failed and is off until the next start; the others work.',
    ]);
  });

  it('begins anew after an end', () => {
    const { health, said, clock } = tracked();
    health.raise('store-full');
    health.clear('store-full');
    clock.ms = 5_000;
    health.raise('store-full');
    expect(said).toHaveLength(3);
    expect(health.list()[0]?.sinceMs).toBe(5_000);
  });

  it('takes facts as they are: no placeholder inside a fact is filled, and one without a fact stays visible', () => {
    const { health } = tracked();
    health.raise('source-notice', { text: 'a {reason} $& {constructor}' });
    health.raise('clock-jump');
    expect(health.list().map(({ text }) => text)).toEqual([
      'a {reason} $& {constructor}',
      WARNINGS['clock-jump'].text,
    ]);
  });
});
