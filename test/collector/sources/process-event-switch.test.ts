import { describe, expect, it } from 'vitest';
import { ProcessEventSwitch } from '../../../collector/sources/process-event-switch.ts';

const MINUTE = 60_000;

function setUp(withAgents: boolean, refuse?: string) {
  const seen = { opened: 0, closed: 0, changes: [] as boolean[] };
  let end: (reason: string) => void = () => undefined;
  const events = new ProcessEventSwitch({
    withAgents,
    open: (handlers) => {
      seen.opened += 1;
      end = handlers.onEnd;
      return Promise.resolve(
        refuse === undefined
          ? {
              ok: true,
              events: {
                close: () => {
                  seen.closed += 1;
                  return Promise.resolve();
                },
              },
            }
          : { ok: false, reason: refuse },
      );
    },
    onBatch: () => undefined,
    onChange: (opened) => seen.changes.push(opened),
  });
  return {
    events,
    seen,
    end: (reason: string) => {
      end(reason);
    },
  };
}
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the switch of process events', () => {
  it('is on from the start where it does not follow agents', async () => {
    const { events, seen } = setUp(false);
    await events.start();
    expect(events.isOn).toBe(true);
    events.follow(false, 10 * MINUTE);
    await events.stop();
    expect(seen).toEqual({ opened: 1, closed: 1, changes: [] });
  });

  it('goes on with the first agent, and off a minute after the last', async () => {
    const { events, seen } = setUp(true);
    await events.start();
    expect(events).toMatchObject({ isOn: false, reason: 'no agent runs', refused: false });
    events.follow(false, MINUTE);
    events.follow(true, 2 * MINUTE);
    events.follow(true, 2 * MINUTE + 1);
    await settled();
    expect(events).toMatchObject({ isOn: true, reason: undefined });
    events.follow(false, 2.5 * MINUTE);
    expect(events.isOn).toBe(true);
    events.follow(false, 3.1 * MINUTE);
    expect(events).toMatchObject({ isOn: false, reason: 'no agent runs' });
    events.follow(true, 4 * MINUTE);
    await settled();
    expect(seen).toEqual({ opened: 2, closed: 1, changes: [true, false, true] });
    await events.stop();
  });

  it('says why it cannot, and asks again after ten minutes only', async () => {
    const { events, seen } = setUp(true, 'too old a kernel');
    await events.start();
    for (let minute = 0; minute < 25; minute += 1) {
      events.follow(true, minute * MINUTE);
      await settled();
    }
    expect(events).toMatchObject({ isOn: false, refused: true, reason: 'too old a kernel' });
    expect(seen.opened).toBe(3);
  });

  it('says that it ended by itself', async () => {
    const { events, seen, end } = setUp(true);
    await events.start();
    events.follow(true, 0);
    await settled();
    end('the thread failed');
    expect(events).toMatchObject({ isOn: false, refused: true, reason: 'the thread failed' });
    expect(seen.changes).toEqual([true, false]);
  });
});
