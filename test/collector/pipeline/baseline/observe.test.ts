import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Baselines,
  closeRun,
  createBaselines,
  settleWithheld,
} from '../../../../collector/pipeline/baseline/baselines.ts';
import { isUsual } from '../../../../collector/pipeline/baseline/count-model.ts';
import { DIMENSION_INDEX } from '../../../../collector/pipeline/baseline/dimensions.ts';
import { baselineFinding } from '../../../../collector/pipeline/baseline/finding.ts';
import { type Alarm, noteAlarm } from '../../../../collector/pipeline/baseline/judge.ts';
import {
  observeEvent,
  type ObserveOptions,
  observeTokens,
  type SessionPlace,
  taintRun,
} from '../../../../collector/pipeline/baseline/observe.ts';
import { projectKey, userKey } from '../../../../collector/pipeline/baseline/profile.ts';
import {
  DAY_MS,
  Developer,
  file,
  ROUTINE,
  shell,
  START_MS,
  takeover,
  type TimedEvent,
  utcHour,
} from '../../../support/developer-months.ts';

const OPTIONS: ObserveOptions = { localHour: utcHour, silent: false, tainted: () => false };
const DAYS = 60;
const NEXT_MS = START_MS + (DAYS + 3) * DAY_MS + 11 * 3_600_000;

function feed(state: Baselines, events: readonly TimedEvent[], options = OPTIONS): Alarm[] {
  const alarms: Alarm[] = [];
  for (const { event, place } of events) {
    const alarm = observeEvent(state, event, place, options);
    if (alarm === undefined) continue;
    noteAlarm(state, alarm, `f_${alarm.run.id}`);
    alarms.push(alarm);
  }
  return alarms;
}

let ana: Developer;
let learned: Baselines;

/** A copy of two months of routine work. */
function twoMonths(): Baselines {
  const state = structuredClone(learned);
  state.alarms.clear();
  state.changed.clear();
  return state;
}

beforeAll(() => {
  ana = new Developer(ROUTINE, 11);
  learned = createBaselines();
  for (let day = 0; day < DAYS; day++) feed(learned, ana.day(day));
  for (const run of learned.runs.values()) closeRun(learned, run);
});

describe('a run that differs', () => {
  it('is told once, with everything in one finding that explains itself', () => {
    const state = twoMonths();
    const project = ana.projects[0]!;
    const alarms = feed(state, takeover(ana, NEXT_MS, project, 0));
    const told = alarms.filter(({ update }) => !update);
    expect(told).toHaveLength(1);
    const finding = baselineFinding(alarms.at(-1)!, (text) => `${text.length}`.padEnd(24, '0'));
    expect(finding.severity).toBe('medium');
    expect(finding.subject).toMatchObject({ kind: 'session', cwd: project, agentId: 'claude-code' });
    expect(finding.deviations?.map(({ code }) => code)).toEqual(expect.arrayContaining(['D-03', 'D-04']));
    const words = finding.deviations?.map(({ text }) => text).join(' ') ?? '';
    expect(words).toContain('ssh-key');
    expect(words).toContain('example.net');
    expect(words).toMatch(/In \d+ runs on \d+ days about 1 host in \d+ was new; usual are /);
    expect(finding.why).toMatch(/happens (?:about once in \d+ days of work|less than once a year)/);
    expect(finding.why.length).toBeLessThanOrEqual(1_000);
    expect(finding.why).not.toMatch(/undefined|NaN|\[object/);
    expect(finding.evidence.length).toBeGreaterThan(1);
  });

  it('is told in the same words when the same events are looked at again', () => {
    const events = takeover(ana, NEXT_MS, ana.projects[0]!, 1);
    const one = feed(twoMonths(), events).map((alarm) => baselineFinding(alarm, (text) => text));
    const two = feed(twoMonths(), events).map((alarm) => baselineFinding(alarm, (text) => text));
    expect(one.length).toBeGreaterThan(0);
    expect(two).toEqual(one);
  });

  it('is not told for hours and pace alone: a release at night is no attack', () => {
    const state = twoMonths();
    const night = NEXT_MS - 8 * 3_600_000;
    const place = ana.place(ana.projects[0]!);
    const events: TimedEvent[] = [];
    for (let n = 0; n < 220; n++) {
      const call = [
        shell('git status'),
        shell('npm test'),
        shell('git push origin main'),
        shell('npm run build'),
      ][n % 4]!;
      events.push(...ana.call(place, night + n * 3_000, call));
    }
    expect(feed(state, events)).toEqual([]);
    expect([...state.runs.values()][0]?.score).toBeGreaterThan(8);
  });

  it('is not told for one new thing, however rare: evidence must be of two kinds', () => {
    const state = twoMonths();
    const place = ana.place(ana.projects[0]!);
    const events = [0, 1, 2, 3, 4, 5].flatMap((n) =>
      ana.call(place, NEXT_MS + n * 9_000, shell(`newtool${n} --version`)),
    );
    expect(feed(state, events)).toEqual([]);
  });

  it('needs more to be told the more was told on the same day', () => {
    const state = twoMonths();
    state.alarms.set(ROUTINE.user, { day: utcHour(NEXT_MS).day, count: 6 });
    expect(feed(state, takeover(ana, NEXT_MS, ana.projects[0]!, 0))).toEqual([]);
  });

  it('is silent for history from before the first start', () => {
    const state = twoMonths();
    const alarms = feed(state, takeover(ana, NEXT_MS, ana.projects[0]!, 0), { ...OPTIONS, silent: true });
    expect(alarms).toEqual([]);
  });
});

describe('too little history', () => {
  it('is no reason to call everything new: a new colleague, a new machine, a new agent', () => {
    const state = twoMonths();
    const colleague = new Developer({ ...ROUTINE, user: 'cleo' }, 5);
    const codex = new Developer(ROUTINE, 6, 'codex');
    for (let day = DAYS; day < DAYS + 7; day++) {
      expect(feed(state, colleague.day(day))).toEqual([]);
      expect(feed(state, codex.day(day))).toEqual([]);
    }
  });

  it('is not taken for novelty in a new project of somebody known', () => {
    const state = twoMonths();
    const alarms = [0, 1, 2, 3].flatMap((n) =>
      feed(state, ana.session(NEXT_MS + n * 3_600_000, '/home/dev/src/brand-new')),
    );
    expect(alarms).toEqual([]);
    expect(state.profiles.has(projectKey('claude-code', 'ana', '/home/dev/src/brand-new'))).toBe(true);
  });
});

describe('learning', () => {
  const at = (state: Baselines, value: string) =>
    state.profiles.get(userKey('claude-code', 'ana'))?.dimensions[DIMENSION_INDEX.host]?.values.get(value);

  it('leaves out a run that was told until somebody closes its finding', () => {
    const state = twoMonths();
    feed(state, takeover(ana, NEXT_MS, ana.projects[0]!, 0));
    for (const run of state.runs.values()) closeRun(state, run);
    expect(state.withheld.size).toBe(1);
    expect(at(state, 'example.net')).toBeUndefined();
    settleWithheld(state, () => true, NEXT_MS + DAY_MS);
    expect(at(state, 'example.net')).toBeUndefined();
    settleWithheld(state, () => false, NEXT_MS + DAY_MS);
    expect(at(state, 'example.net')).toMatchObject({ runs: 1, days: 1 });
    expect(state.withheld.size).toBe(0);
  });

  it('forgets a run that was told and that nobody closed within a month', () => {
    const state = twoMonths();
    feed(state, takeover(ana, NEXT_MS, ana.projects[0]!, 0));
    for (const run of state.runs.values()) closeRun(state, run);
    settleWithheld(state, () => true, NEXT_MS + 31 * DAY_MS);
    expect(state.withheld.size).toBe(0);
    expect(at(state, 'example.net')).toBeUndefined();
  });

  it('leaves out what only events of an open finding used, and keeps what others used too', () => {
    const state = twoMonths();
    const place = ana.place(ana.projects[0]!);
    const host = (value: string) => [{ kind: 'host', value, access: 'connect' } as const];
    const bad = ana.call(place, NEXT_MS, shell('curl x', host('bad.example')));
    const both = ana.call(place, NEXT_MS + 1_000, shell('curl x', host('both.example')));
    const again = ana.call(place, NEXT_MS + 2_000, shell('curl x', host('both.example')));
    const tainted = new Set([bad[0]!.event.id, both[0]!.event.id]);
    feed(state, [...bad, ...both, ...again], { ...OPTIONS, tainted: (id) => tainted.has(id) });
    for (const run of state.runs.values()) closeRun(state, run);
    expect(at(state, 'bad.example')).toBeUndefined();
    expect(at(state, 'both.example')).toBeDefined();
  });

  it('leaves it out as well when the finding comes after the event', () => {
    const state = twoMonths();
    const place = ana.place(ana.projects[0]!);
    const bad = ana.call(
      place,
      NEXT_MS,
      shell('curl x', [{ kind: 'host', value: 'late.example', access: 'connect' }]),
    );
    feed(state, bad);
    taintRun(state, place.rootId, new Set([bad[0]!.event.id]));
    for (const run of state.runs.values()) closeRun(state, run);
    expect(at(state, 'late.example')).toBeUndefined();
  });

  it('does nothing while paused', () => {
    const state = twoMonths();
    const user = state.profiles.get(userKey('claude-code', 'ana'))!;
    const before = user.toolCalls;
    user.paused = true;
    expect(feed(state, takeover(ana, NEXT_MS, ana.projects[0]!, 0))).toEqual([]);
    for (const run of state.runs.values()) closeRun(state, run);
    expect(user.toolCalls).toBe(before);
  });

  it('puts sub-agents into the run of the session a person started', () => {
    const state = createBaselines();
    const root = ana.place('/home/dev/src/x', 'claude-code:root');
    const child: SessionPlace = { ...root };
    feed(state, [...ana.call(root, NEXT_MS, shell('ls')), ...ana.call(child, NEXT_MS + 1, shell('ls'))]);
    expect(state.runs.size).toBe(1);
    expect([...state.runs.values()][0]?.toolCalls).toBe(2);
  });

  it('knows a project that moves work past midnight as two runs', () => {
    const state = createBaselines();
    const place = ana.place('/home/dev/src/x', 'claude-code:root');
    const midnight = START_MS + 5 * DAY_MS;
    feed(state, [
      ...ana.call(place, midnight - 5_000, shell('ls')),
      ...ana.call(place, midnight + 5_000, shell('ls')),
    ]);
    expect(state.runs.size).toBe(2);
  });

  it('counts tokens per five minutes, and not what comes much too late', () => {
    const state = createBaselines();
    const place = ana.place('/home/dev/src/x', 'claude-code:root');
    observeTokens(state, { timeMs: NEXT_MS, tokens: 40_000, model: 'm-1' }, place, OPTIONS);
    observeTokens(state, { timeMs: NEXT_MS + 60_000, tokens: 40_000 }, place, OPTIONS);
    observeTokens(state, { timeMs: NEXT_MS + 600_000, tokens: 5_000 }, place, OPTIONS);
    observeTokens(state, { timeMs: NEXT_MS - 3_000_000, tokens: 900_000 }, place, OPTIONS);
    const run = [...state.runs.values()][0]!;
    closeRun(state, run);
    const user = state.profiles.get(userKey('claude-code', 'ana'))!;
    expect(isUsual(user.dimensions[DIMENSION_INDEX.model]!, 'm-1', run.day)).toBe(false);
    expect(user.dimensions[DIMENSION_INDEX.model]!.values.has('m-1')).toBe(true);
    const tokens = user.rates[1]!;
    expect(tokens.sum / tokens.n).toBeCloseTo((80 + 5) / 2, 5);
  });
});

describe('a slow attacker', () => {
  it('who brings one new thing at a time is still told when they come together within the bound', () => {
    const state = twoMonths();
    const user = state.profiles.get(userKey('claude-code', 'ana'))!;
    const alarmBefore = user.scores.alarm!.bits;
    let day = DAYS;
    for (; day < DAYS + 14; day++) {
      feed(state, ana.day(day));
      // Every day a few planted names in a run of their own, never two kinds at once.
      const place = ana.place(ana.projects[0]!);
      for (let n = 0; n < 6; n++) {
        feed(
          state,
          ana.call(place, START_MS + day * DAY_MS + 40_000_000 + n * 9_000, shell(`plant${day}x${n} a`)),
        );
      }
    }
    expect((user.scores.alarm?.bits ?? 0) - alarmBefore).toBeLessThanOrEqual(6 + (16 * 4) / 30);
    state.alarms.clear();
    const alarms = feed(
      state,
      takeover(ana, START_MS + (day + 1) * DAY_MS + 40_000_000, ana.projects[0]!, 0),
    );
    expect(alarms.length).toBeGreaterThan(0);
  });
});

describe('a thing of the past', () => {
  it('counts when it is used again after a month', () => {
    const state = createBaselines();
    const developer = new Developer(ROUTINE, 21);
    const project = developer.projects[0]!;
    const read = (day: number): TimedEvent[] =>
      developer.call(
        developer.place(project),
        START_MS + day * DAY_MS + 40_000_000,
        file('Read', 'read', '/home/dev/.netrc', 'read'),
      );
    for (let day = 0; day < 60; day++) feed(state, [...developer.day(day), ...(day < 5 ? read(day) : [])]);
    feed(state, read(63));
    const run = [...state.runs.values()].at(-1);
    expect(run?.returned).toMatchObject([{ days: 59 }]);
  });
});
