import { z } from 'zod';
import { type Baselines, createBaselines, REST_KEY } from './baselines.ts';
import { sizeOf } from './profile.ts';
import { readProfile, readRun, writeProfile, writeRun } from './stored.ts';

/** One row of the store; no body means that the row goes. */
export interface BaselineRow {
  readonly key: string;
  readonly body: string | undefined;
}

const Rest = z.object({
  alarms: z.array(z.tuple([z.string(), z.int(), z.int()])),
  paused: z.boolean(),
});

/** Everything that changed since it was asked last, as rows; afterwards nothing counts as changed. */
export function takeChanges(state: Baselines): BaselineRow[] {
  const rows = [...state.changed].map((key) => ({ key, body: bodyOf(state, key) }));
  state.changed.clear();
  return rows;
}

function bodyOf(state: Baselines, key: string): string | undefined {
  if (key === REST_KEY) {
    const alarms = [...state.alarms].map(([user, { day, count }]): [string, number, number] => [
      user,
      day,
      count,
    ]);
    const rest: z.infer<typeof Rest> = { alarms, paused: state.paused };
    return JSON.stringify(rest);
  }
  const run = state.runs.get(key) ?? state.withheld.get(key);
  if (run !== undefined) return writeRun(run);
  const profile = state.profiles.get(key);
  return profile === undefined ? undefined : writeProfile(profile);
}

/** @param rows as they were taken; rows that cannot be understood are left out */
export function readBaselines(rows: Iterable<{ readonly key: string; readonly body: string }>): Baselines {
  const state = createBaselines();
  for (const { key, body } of rows) {
    if (key === REST_KEY) readRest(state, body);
    else if (key.startsWith('r|') || key.startsWith('w|')) {
      const run = readRun(body);
      if (run !== undefined) (key.startsWith('r|') ? state.runs : state.withheld).set(key, run);
    } else if (key.startsWith('p|') || key.startsWith('u|')) {
      const profile = readProfile(key, body);
      if (profile === undefined) continue;
      state.profiles.set(key, profile);
      state.sizes.set(key, sizeOf(profile));
    }
  }
  return state;
}

function readRest(state: Baselines, body: string): void {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return;
  }
  const rest = Rest.safeParse(value);
  if (!rest.success) return;
  state.paused = rest.data.paused;
  for (const [user, day, count] of rest.data.alarms) state.alarms.set(user, { day, count });
}
