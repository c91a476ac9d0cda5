import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { storedBaselines } from '../../collector/baseline-list.ts';
import { Baselining } from '../../collector/baselining.ts';
import type { Finding } from '../../collector/contract/finding.ts';
import { DIMENSION_INDEX } from '../../collector/pipeline/baseline/dimensions.ts';
import { userKey } from '../../collector/pipeline/baseline/profile.ts';
import { readBaselines } from '../../collector/pipeline/baseline/rows.ts';
import { Store } from '../../collector/store/store.ts';
import {
  DAY_MS,
  Developer,
  ROUTINE,
  START_MS,
  takeover,
  type TimedEvent,
} from '../support/developer-months.ts';
import { batch, finding } from '../support/records.ts';
import { tempDir } from '../support/temp.ts';

const DAYS = 59;
/** Little work a day, so that two months are learned quickly. */
const CALM = { ...ROUTINE, sessionsPerDay: 2.2, callsPerSession: 10 };
const LAST_MS = START_MS + (DAYS + 3) * DAY_MS + 11 * 3_600_000;
const PLACES = [{ home: '/home/dev', platform: 'linux' as const, actor: { user: 'ana' } }];

interface Desk {
  readonly store: Store;
  readonly baselining: Baselining;
  readonly told: Finding[];
  readonly errors: unknown[];
  readonly time: { nowMs: number };
}

const desks: Desk[] = [];

function openDesk(path = join(tempDir(), 'reeve.db'), nowMs = LAST_MS): Desk {
  const told: Finding[] = [];
  const errors: unknown[] = [];
  const time = { nowMs };
  const store = Store.open({ path, nowMs: () => time.nowMs });
  const baselining = new Baselining({
    store,
    places: PLACES,
    nowMs: () => time.nowMs,
    onFindings: (findings) => told.push(...findings),
    onError: (error) => errors.push(error),
  });
  const desk: Desk = { store, baselining, told, errors, time };
  desks.push(desk);
  return desk;
}

afterEach(async () => {
  for (const { baselining, store } of desks.splice(0)) {
    await baselining.close();
    store.close();
  }
});

function commit(store: Store, events: readonly TimedEvent[], over: { findings?: Finding[] } = {}) {
  const sessions = new Map(
    events.map(({ place }) => [
      place.rootId,
      {
        nativeId: place.rootId.slice('claude-code:'.length),
        cwd: place.project,
        permissionMode: place.mode ?? '',
      },
    ]),
  );
  return store.commit(
    batch({
      actor: { user: 'ana' },
      events: events.map(({ event }) => event),
      sessions: [...sessions.values()],
      findings: (over.findings ?? []).map((one) => ({ finding: one })),
      usage: events
        .filter(({ event }) => event.kind === 'tool.call')
        .map(({ event, place }) => ({
          key: event.id,
          nativeSessionId: place.rootId.slice('claude-code:'.length),
          timeMs: event.timeMs,
          model: 'claude-sonnet-4-5',
          tokens: { input: 100, output: 300, cacheRead: 5_000, cacheWrite: 50 },
        })),
    }),
  );
}

/** Resolves when everything stored was learned: a change of nothing waits for that. */
async function caughtUp({ baselining }: Desk): Promise<void> {
  await baselining.pause({ agentId: 'nobody' }, false);
}

/** Two months on disk, as the logs of several projects give them: each project in one piece, not in order of time. */
function writeHistory(store: Store, developer: Developer): number {
  const all = Array.from({ length: DAYS }, (_, day) => developer.day(day)).flat();
  for (const project of developer.projects)
    commit(
      store,
      all.filter(({ place }) => place.project === project),
    );
  return all.filter(({ event }) => event.kind === 'tool.call').length;
}

/** Every host known of the user, not only those that are shown. */
function hostsOf({ store }: Desk): string[] {
  const user = readBaselines(store.baseline.load().rows).profiles.get(userKey('claude-code', 'ana'));
  return [...user!.dimensions[DIMENSION_INDEX.host]!.values.keys()];
}

const userOf = ({ store, time: { nowMs } }: Desk) =>
  storedBaselines(store, {}, nowMs).find(({ scope }) => scope === 'user');

describe('a warm start', () => {
  it('learns what is stored in order of time, in the background, and tells nothing of the past', async () => {
    const desk = openDesk();
    const developer = new Developer(CALM, 3);
    const calls = writeHistory(desk.store, developer);
    desk.baselining.begin();
    expect(desk.store.baseline.load().rows).toEqual([]);
    let beats = 0;
    const beat = setInterval(() => (beats += 1), 1);
    await caughtUp(desk);
    clearInterval(beat);
    expect(beats).toBeGreaterThan(3);
    const user = userOf(desk);
    expect(user).toMatchObject({ state: 'ready', name: 'ana', agentId: 'claude-code' });
    // Runs of the last day may be open still.
    expect(user!.history.toolCalls).toBeGreaterThan(calls * 0.95);
    expect(user!.history.toolCalls).toBeLessThanOrEqual(calls);
    expect(user!.dimensions.find(({ dimension }) => dimension === 'model')?.top[0]?.value).toBe(
      'claude-sonnet-4-5',
    );
    expect(desk.told).toEqual([]);
    expect(desk.errors).toEqual([]);
  });

  it('learns nothing twice: a second start begins where the first one ended', async () => {
    const path = join(tempDir(), 'reeve.db');
    const first = openDesk(path);
    writeHistory(first.store, new Developer(CALM, 3));
    first.baselining.begin();
    await caughtUp(first);
    const before = userOf(first)!.history;
    await first.baselining.close();
    first.store.close();
    desks.pop();
    const second = openDesk(path);
    second.baselining.begin();
    await caughtUp(second);
    expect(userOf(second)!.history).toEqual(before);
  });

  it('that is interrupted begins again, with nothing half learned', async () => {
    const path = join(tempDir(), 'reeve.db');
    const first = openDesk(path);
    writeHistory(first.store, new Developer(CALM, 3));
    first.baselining.begin();
    await sleep(15);
    await first.baselining.close();
    expect(first.store.baseline.load()).toEqual({ rows: [] });
    first.store.close();
    desks.pop();
    const second = openDesk(path);
    second.baselining.begin();
    await caughtUp(second);
    const whole = openDesk();
    writeHistory(whole.store, new Developer(CALM, 3));
    whole.baselining.begin();
    await caughtUp(whole);
    expect(userOf(second)!.history).toEqual(userOf(whole)!.history);
  });
});

describe('live events', () => {
  async function watching(): Promise<{ desk: Desk; developer: Developer; calls: number }> {
    const desk = openDesk();
    const developer = new Developer(CALM, 3);
    const calls = writeHistory(desk.store, developer);
    desk.baselining.begin();
    await caughtUp(desk);
    return { desk, developer, calls };
  }

  it('of a takeover are told as one finding, stored with what was learned', async () => {
    const { desk, developer } = await watching();
    for (const one of takeover(developer, LAST_MS, developer.projects[0]!, 0))
      desk.baselining.stored(commit(desk.store, [one]));
    const ids = new Set(desk.told.map(({ id }) => id));
    expect(ids.size).toBe(1);
    const [stored] = desk.store.read.findings({ limit: 10 });
    expect(stored).toMatchObject({ status: 'open', severity: 'medium' });
    expect(stored!.ruleId).toMatch(/^baseline\./);
    expect(stored!.deviations!.length).toBeGreaterThan(2);
    expect(desk.errors).toEqual([]);
  });

  it('are learned when the finding is acknowledged, and not before', async () => {
    const { desk, developer } = await watching();
    for (const one of takeover(developer, LAST_MS, developer.projects[0]!, 0))
      desk.baselining.stored(commit(desk.store, [one]));
    const nextDay = (n: number): void => {
      desk.time.nowMs = LAST_MS + n * DAY_MS;
      desk.baselining.stored(commit(desk.store, developer.session(desk.time.nowMs, developer.projects[0]!)));
    };
    nextDay(1);
    nextDay(2);
    await caughtUp(desk);
    expect(hostsOf(desk)).not.toContain('example.net');
    const [stored] = desk.store.read.findings({ limit: 1 });
    desk.store.replaceFindings(new Set([stored!.ruleId]), []);
    nextDay(3);
    await caughtUp(desk);
    expect(hostsOf(desk)).toContain('example.net');
  });

  it('that are part of a finding of another rule are judged but not learned', async () => {
    const { desk, developer } = await watching();
    const project = developer.projects[0]!;
    for (let n = 1; n <= 3; n++) {
      const place = developer.place(project);
      const bad = developer.call(place, LAST_MS + n * DAY_MS, {
        tool: { name: 'WebFetch', category: 'web' },
        resources: [{ kind: 'host', value: 'bad.example', access: 'connect' }],
      });
      const open = finding(`f_bad${n}`, {
        sessionId: place.rootId,
        evidence: [{ eventId: bad[0]!.event.id }],
      });
      desk.baselining.stored(commit(desk.store, bad, { findings: [open] }));
    }
    desk.time.nowMs = LAST_MS + 5 * DAY_MS;
    desk.baselining.stored(commit(desk.store, developer.session(desk.time.nowMs, project)));
    await caughtUp(desk);
    expect(hostsOf(desk)).not.toContain('bad.example');
    expect(hostsOf(desk)).toContain('example.com');
  });

  it('that somebody stored without telling are found in the gap', async () => {
    const { desk, developer, calls: before } = await watching();
    const quiet = developer.session(LAST_MS, developer.projects[0]!);
    commit(desk.store, quiet);
    desk.time.nowMs = LAST_MS + DAY_MS;
    desk.baselining.stored(commit(desk.store, developer.session(desk.time.nowMs, developer.projects[0]!)));
    await caughtUp(desk);
    const calls = quiet.filter(({ event }) => event.kind === 'tool.call').length;
    expect(userOf(desk)!.history.toolCalls).toBe(before + calls);
  });

  it('wait while history is learned, and are all learned once', async () => {
    const desk = openDesk();
    const developer = new Developer(CALM, 3);
    const calls = writeHistory(desk.store, developer);
    desk.baselining.begin();
    const live = developer.session(LAST_MS, developer.projects[0]!);
    for (const one of live) {
      desk.baselining.stored(commit(desk.store, [one]));
      await sleep(0);
    }
    await caughtUp(desk);
    desk.time.nowMs = LAST_MS + DAY_MS;
    desk.baselining.stored(commit(desk.store, developer.session(desk.time.nowMs, developer.projects[0]!)));
    await caughtUp(desk);
    const more = live.filter(({ event }) => event.kind === 'tool.call').length;
    expect(userOf(desk)!.history.toolCalls).toBe(calls + more);
  });

  it('are not kept from being stored by a store that takes nothing, and are learned later', async () => {
    const { desk, developer } = await watching();
    const before = userOf(desk)!.history.toolCalls;
    const full = new Error('database or disk is full');
    Object.assign(full, { code: 'SQLITE_FULL' });
    const saveBaseline = desk.store.saveBaseline.bind(desk.store);
    desk.store.saveBaseline = () => {
      throw full;
    };
    for (const one of takeover(developer, LAST_MS, developer.projects[0]!, 0))
      desk.baselining.stored(commit(desk.store, [one]));
    expect(desk.told).toEqual([]);
    expect(desk.errors).toEqual([]);
    desk.store.saveBaseline = saveBaseline;
    desk.baselining.begin();
    await caughtUp(desk);
    expect(new Set(desk.told.map(({ id }) => id)).size).toBe(1);
    expect(userOf(desk)!.history.toolCalls).toBeGreaterThanOrEqual(before);
  });
});

describe('an empty store', () => {
  it('is learned from the first event on, once, whatever happens between', async () => {
    const path = join(tempDir(), 'reeve.db');
    const developer = new Developer(CALM, 3);
    const days = [0, 1, 2, 3, 4].map((day) => developer.day(day));
    const first = openDesk(path);
    first.baselining.begin();
    await caughtUp(first);
    for (const events of days) first.baselining.stored(commit(first.store, events));
    expect(userOf(first)).toBeUndefined();
    await first.baselining.handlers['baseline.list']({});
    const before = userOf(first)!.history;
    expect(first.store.baseline.load().position).toBeDefined();
    // No orderly end: the second one begins with what was stored.
    const second = openDesk(path);
    second.baselining.begin();
    await caughtUp(second);
    expect(userOf(second)!.history).toEqual(before);
  });
});

describe('what a person can do', () => {
  it('is to forget a project, which then is learned anew', async () => {
    const desk = openDesk();
    const developer = new Developer(CALM, 3);
    writeHistory(desk.store, developer);
    desk.baselining.begin();
    await caughtUp(desk);
    const project = developer.projects[0]!;
    const { handlers } = desk.baselining;
    expect(await handlers['baseline.reset']({ project })).toEqual({ changed: 1 });
    expect(await handlers['baseline.list']({ project })).toEqual([]);
    expect((await handlers['baseline.list']({})).length).toBe(developer.projects.length);
    expect(await handlers['baseline.reset']({})).toEqual({ changed: developer.projects.length });
    expect(await handlers['baseline.list']({})).toEqual([]);
  });

  it('is to pause a project or everything, also before anything was learned', async () => {
    const path = join(tempDir(), 'reeve.db');
    const desk = openDesk(path);
    const developer = new Developer(CALM, 3);
    await desk.baselining.pause({}, true);
    expect(desk.store.baseline.load().position).toBeUndefined();
    writeHistory(desk.store, developer);
    desk.baselining.begin();
    await caughtUp(desk);
    expect(await desk.baselining.handlers['baseline.list']({})).toEqual([]);
    await desk.baselining.pause({}, false);
    desk.baselining.stored(commit(desk.store, developer.day(DAYS + 1)));
    desk.baselining.stored(commit(desk.store, developer.day(DAYS + 2)));
    await caughtUp(desk);
    expect((await desk.baselining.handlers['baseline.list']({})).length).toBeGreaterThan(0);
  });
});

describe('a sudden end', () => {
  const SCRIPT = `
    const [path, root] = process.argv.slice(1);
    const { Store } = await import(root + 'collector/store/store.ts');
    const { Baselining } = await import(root + 'collector/baselining.ts');
    const { Developer, ROUTINE, START_MS, DAY_MS, takeover } = await import(root + 'test/support/developer-months.ts');
    const developer = new Developer({ ...ROUTINE, sessionsPerDay: 2.2, callsPerSession: 10 }, 8);
    const all = Array.from({ length: 66 }, (_, day) => developer.day(day)).flat();
    all.push(...takeover(developer, START_MS + 68 * DAY_MS + 4e7, developer.projects[0], 0));
    all.push(...developer.day(70));
    const nowMs = () => START_MS + 71 * DAY_MS;
    const store = Store.open({ path, nowMs });
    const places = [{ home: '/home/dev', platform: 'linux', actor: { user: 'ana' } }];
    const baselining = new Baselining({ store, places, nowMs, onFindings() {}, onError(e) { throw e; } });
    baselining.begin();
    await baselining.pause({ agentId: 'nobody' }, false);
    process.stdout.write('ready\\n');
    const known = store.read.totals().lastSeq;
    for (let n = known; n < all.length; n += 100) {
      const part = all.slice(n, n + 100);
      const sessions = part.map(({ place }) => ({ nativeId: place.rootId.slice(12), cwd: place.project }));
      baselining.stored(store.commit({ agentId: 'claude-code', actor: { user: 'ana' }, usage: [], findings: [], states: new Map(), counts: new Map(), sessions, events: part.map(({ event }) => event) }));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await baselining.close();
    store.close();
    process.stdout.write('done\\n');
  `;
  const root = new URL('../../', import.meta.url).href;

  /** @returns whether it came to its end */
  async function run(path: string, killAfterMs: number | undefined): Promise<boolean> {
    const args = ['--input-type=module', '-e', SCRIPT, path, root];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (output === '' && killAfterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
      output += text;
    });
    await once(child, 'close');
    return output.endsWith('done\n');
  }

  /** Without what depends on when rows were written: weights keep six digits from one save to the next. */
  function learned(path: string) {
    const store = Store.open({ path, nowMs: () => LAST_MS });
    const entries = storedBaselines(store, {}, LAST_MS)
      .map(({ scope, name, history, dimensions }) => ({
        scope,
        name,
        history,
        dimensions: dimensions.map(({ dimension, known, top }) => ({
          dimension,
          known,
          runs: top.map(({ runs }) => runs).sort(),
        })),
      }))
      .sort((a, b) => (a.scope + a.name < b.scope + b.name ? -1 : 1));
    const findings = store.read.findings({ limit: 10 }).map(({ id, deviations, evidence }) => ({
      id,
      whats: deviations?.map(({ what }) => what),
      evidence: evidence.length,
    }));
    store.close();
    return { entries, findings };
  }

  it('at any moment loses nothing and counts nothing twice', async () => {
    const straight = join(tempDir(), 'reeve.db');
    expect(await run(straight, undefined)).toBe(true);
    const killed = join(tempDir(), 'reeve.db');
    let kills = 0;
    for (const ms of [30, 90, 60]) if (!(await run(killed, ms))) kills += 1;
    expect(kills).toBeGreaterThan(1);
    expect(await run(killed, undefined)).toBe(true);
    const [one, other] = [learned(straight), learned(killed)];
    expect(other.entries).toEqual(one.entries);
    // Weights keep six digits from one save to the next: a run at the very line may be told in one and not the other.
    expect(new Set(other.findings.map(({ id }) => id)).size).toBe(other.findings.length);
  }, 60_000);
});
