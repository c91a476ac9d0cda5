import { describe, expect, it } from 'vitest';
import { Config } from '../../collector/contract/config.ts';
import { RunningConfig } from '../../collector/running-config.ts';

const config = (value: unknown): Config => Config.parse(value);

describe('settings of a collector that runs', () => {
  it('become what is set now, and are told once', () => {
    let set = config({ retention: { days: 30 } });
    const running = new RunningConfig(config({}), () => set);
    const told: [number, number][] = [];
    running.onChange((now, before) => told.push([before.retention.days, now.retention.days]));
    running.reload();
    running.reload();
    set = config({ retention: { days: 60 } });
    running.reload();
    expect(running.now.retention.days).toBe(60);
    expect(told).toEqual([
      [90, 30],
      [30, 60],
    ]);
  });

  it('keep what counts at a start only', () => {
    const running = new RunningConfig(config({ advisories: { publicKey: 'first' } }), () =>
      config({
        processes: { events: false, patienceMs: 5_000 },
        advisories: { publicKey: 'second' },
      }),
    );
    running.reload();
    expect(running.now).toMatchObject({
      processes: { events: true, patienceMs: 5_000 },
      advisories: { publicKey: 'first' },
    });
  });

  it('stay as they are when a file cannot be understood, and without a way to read them anew', () => {
    const failing = new RunningConfig(config({ retention: { days: 30 } }), () => {
      throw new Error('line 3: not valid JSON');
    });
    expect(() => {
      failing.reload();
    }).toThrow('line 3');
    expect(failing.now.retention.days).toBe(30);
    const fixed = new RunningConfig(config({}));
    fixed.reload();
    expect(fixed.now).toEqual(config({}));
  });
});
