import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBaselines, MAX_PROFILE_BYTES } from '../../../../collector/pipeline/baseline/baselines.ts';
import { noteAlarm } from '../../../../collector/pipeline/baseline/judge.ts';
import { observeEvent } from '../../../../collector/pipeline/baseline/observe.ts';
import { readBaselines, takeChanges } from '../../../../collector/pipeline/baseline/rows.ts';
import {
  DAY_MS,
  Developer,
  EXPLORER,
  ROUTINE,
  shell,
  START_MS,
  takeover,
  utcHour,
} from '../../../support/developer-months.ts';

const OPTIONS = { localHour: utcHour, silent: false, tainted: () => false };

function worked(days: number) {
  const developer = new Developer(ROUTINE, 4);
  const state = createBaselines();
  const feed = (events: ReturnType<Developer['day']>): void => {
    for (const { event, place } of events) {
      const alarm = observeEvent(state, event, place, OPTIONS);
      if (alarm !== undefined) noteAlarm(state, alarm, `f_${alarm.run.id}`);
    }
  };
  for (let day = 0; day < days; day++) feed(developer.day(day));
  feed(takeover(developer, START_MS + (days + 1) * DAY_MS + 40_000_000, developer.projects[0]!, 0));
  return { state, developer };
}

function bodies(rows: ReturnType<typeof takeChanges>): { key: string; body: string }[] {
  return rows.flatMap(({ key, body }) => (body === undefined ? [] : [{ key, body }]));
}

describe('stored rows', () => {
  it('bring back what was there, also in the middle of a run', () => {
    const { state, developer } = worked(16);
    const rows = bodies(takeChanges(state));
    expect(state.changed.size).toBe(0);
    const again = readBaselines(rows);
    for (const { key } of rows) again.changed.add(key);
    expect(bodies(takeChanges(again)).sort((a, b) => (a.key < b.key ? -1 : 1))).toEqual(
      rows.sort((a, b) => (a.key < b.key ? -1 : 1)),
    );
    // And it goes on as if nothing had happened.
    for (const { event, place } of developer.day(33)) {
      const one = observeEvent(state, event, place, OPTIONS);
      const other = observeEvent(again, event, place, OPTIONS);
      expect(other?.bits).toEqual(one?.bits);
    }
  });

  it('that are foreign, damaged or from another version are left out', () => {
    const { state } = worked(8);
    const rows = bodies(takeChanges(state));
    fc.assert(
      fc.property(fc.constantFrom(...rows), fc.nat(), fc.string({ maxLength: 5 }), (row, at, put) => {
        const cut = at % row.body.length;
        const damaged = row.body.slice(0, cut) + put + row.body.slice(cut + 1);
        expect(() => readBaselines([{ key: row.key, body: damaged }])).not.toThrow();
      }),
      { numRuns: 60 },
    );
    const odd = readBaselines([
      { key: 'p|x', body: 'null' },
      { key: 'r|x', body: '{}' },
      { key: 'rest', body: '[' },
      { key: 'else', body: '1' },
    ]);
    expect(odd.profiles.size + odd.runs.size).toBe(0);
  });

  it('hold local names only: no path below a project, no argument, no secret', () => {
    const developer = new Developer(ROUTINE, 9);
    const state = createBaselines();
    const place = developer.place('/home/dev/src/shop');
    const secret = ['ghp_', 'x'.repeat(36)].join('');
    const calls = [
      shell(`git push https://u:${secret}@git.example.com/x main`, [
        { kind: 'host', value: 'git.example.com', access: 'connect' },
      ]),
      {
        tool: { name: 'Read', category: 'read' as const },
        resources: [{ kind: 'file' as const, value: '/home/dev/private/diary.md', access: 'read' as const }],
      },
    ];
    for (const [n, call] of calls.entries()) {
      for (const { event } of developer.call(place, START_MS + n * 1_000, call))
        observeEvent(state, event, place, OPTIONS);
    }
    const text = bodies(takeChanges(state))
      .map(({ body }) => body)
      .join('\n');
    expect(text).toContain('git push');
    expect(text).not.toContain(secret);
    expect(text).not.toContain('diary');
  });
});

describe('the size of what is kept', () => {
  it('stays below five megabytes whatever names come', () => {
    const state = createBaselines();
    const developer = new Developer({ ...EXPLORER, user: 'mallory' }, 1);
    let serial = 0;
    const long = `${'n'.repeat(40)}\u0000"\\${'\u4e2d'.repeat(25)}`;
    for (let day = 0; day < 14; day++) {
      for (let run = 0; run < 40; run++) {
        const place = {
          ...developer.place(`/home/dev/src/p${serial % 250}`),
          agentId: `agent${serial % 9}`,
          user: `user${serial % 31}`,
        };
        serial += 1;
        const startMs = START_MS + day * DAY_MS + run * 900_000;
        for (let n = 0; n < 25; n++) {
          const call = shell(`${long}${serial}${n} x`, [
            { kind: 'host', value: `h${serial}x${n}.example`, access: 'connect' },
            { kind: 'repository', value: `${long}/${serial}/${n}`, access: 'write' },
            { kind: 'credential', value: `${long}${serial}${n}`, access: 'read' },
          ]);
          const [made] = developer.call(place, startMs + n * 1_000, call);
          observeEvent(state, made!.event, place, OPTIONS);
        }
      }
    }
    for (const key of [...state.profiles.keys(), ...state.runs.keys()]) state.changed.add(key);
    const stored = bodies(takeChanges(state)).reduce(
      (sum, { key, body }) => sum + key.length + body.length,
      0,
    );
    expect(stored).toBeGreaterThan(1_000_000);
    expect(stored).toBeLessThan(5_000_000);
    let estimated = 0;
    for (const size of state.sizes.values()) estimated += size;
    expect(estimated).toBeLessThanOrEqual(MAX_PROFILE_BYTES);
  });
});
