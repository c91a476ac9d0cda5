/**
 * What the baseline costs, and how good it is, on made-up work: time per event against the time of parsing the same
 * stored events in the same run; the replay of 90 days in 20 projects from a real store; bytes kept; ordinary runs that
 * are told by mistake, and takeovers that are told at all.
 * Usage: node bench/baseline.ts [developers per style = 4] [days = 90]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Baselining } from '../collector/baselining.ts';
import { StoredEvent } from '../collector/contract/stored.ts';
import { createBaselines } from '../collector/pipeline/baseline/baselines.ts';
import { observeEvent } from '../collector/pipeline/baseline/observe.ts';
import { Store } from '../collector/store/store.ts';
import {
  DAY_MS,
  Developer,
  EXPLORER,
  ROUTINE,
  START_MS,
  type TimedEvent,
  utcHour,
} from '../test/support/developer-months.ts';
import { type LivedMonths, liveThrough } from '../test/support/live-through.ts';
import { report } from './shared/report.ts';

const developers = Number(process.argv[2] ?? 4);
const days = Number(process.argv[3] ?? 90);
const nowMs = START_MS + (days + 1) * DAY_MS;

function cpuMs(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1_000;
}

const busy = new Developer({ ...EXPLORER, projects: 20 }, 1);
const history: TimedEvent[] = Array.from({ length: days }, (_, day) => busy.day(day)).flat();

function perEvent(): readonly (readonly [string, string])[] {
  const options = { localHour: utcHour, silent: false, tainted: () => false };
  const texts = history.map(({ event }) => JSON.stringify(event));
  const parseMs = cpuMs(() => {
    for (const text of texts) StoredEvent.parse(JSON.parse(text));
  });
  const state = createBaselines();
  const observeMs = cpuMs(() => {
    for (const { event, place } of history) observeEvent(state, event, place, options);
  });
  return [
    ['events', String(history.length)],
    ['parsing a stored event', `${((parseMs * 1_000) / history.length).toFixed(2)} µs of processor time`],
    ['observing it', `${((observeMs * 1_000) / history.length).toFixed(2)} µs (budget 10)`],
    ['ratio', (observeMs / parseMs).toFixed(2)],
  ];
}

async function replay(dir: string): Promise<readonly (readonly [string, string])[]> {
  const store = Store.open({ path: join(dir, 'reeve.db'), nowMs: () => nowMs });
  for (let from = 0; from < history.length; from += 2_000) {
    const part = history.slice(from, from + 2_000);
    const nativeId = ({ place }: TimedEvent): string => place.rootId.slice(place.agentId.length + 1);
    store.commit({
      agentId: 'claude-code',
      actor: { user: 'ben' },
      events: part.map(({ event }) => event),
      findings: [],
      usage: part
        .filter(({ event }) => event.kind === 'tool.call')
        .map((one) => ({
          key: one.event.id,
          nativeSessionId: nativeId(one),
          timeMs: one.event.timeMs,
          model: 'claude-sonnet-4-5',
          tokens: { input: 500, output: 900, cacheRead: 20_000, cacheWrite: 400 },
        })),
      sessions: part.map((one) => ({ nativeId: nativeId(one), cwd: one.place.project })),
      states: new Map(),
      counts: new Map(),
    });
  }
  const baselining = new Baselining({
    store,
    places: [{ home: '/home/dev', platform: 'linux', actor: { user: 'ben' } }],
    nowMs: () => nowMs,
    onFindings: () => undefined,
    onError: (error) => {
      throw error;
    },
  });
  let longestMs = 0;
  let lastMs = performance.now();
  const beat = setInterval(() => {
    longestMs = Math.max(longestMs, performance.now() - lastMs);
    lastMs = performance.now();
  }, 1);
  const before = process.cpuUsage();
  const startMs = performance.now();
  baselining.begin();
  await baselining.pause({ agentId: 'nobody' }, false);
  const wallMs = performance.now() - startMs;
  const used = process.cpuUsage(before);
  clearInterval(beat);
  const rows = store.baseline.load().rows;
  const sizes = rows.filter(({ key }) => key.startsWith('p|')).map(({ body }) => body.length);
  await baselining.close();
  store.close();
  return [
    ['replay', `${days} days, ${busy.projects.length} projects, ${history.length} events`],
    [
      'replay takes',
      `${(wallMs / 1_000).toFixed(2)} s, ${((used.user + used.system) / 1e6).toFixed(2)} s of processor time (budget 5 s)`,
    ],
    ['longest hold-up', `${longestMs.toFixed(0)} ms`],
    [
      'state',
      `${(rows.reduce((sum, { body }) => sum + body.length, 0) / 1_000).toFixed(0)} kB (budget 5,000)`,
    ],
    [
      'a project',
      `${(sizes.reduce((sum, size) => sum + size, 0) / sizes.length / 1_000).toFixed(1)} kB on average, ${(Math.max(...sizes) / 1_000).toFixed(1)} kB at most`,
    ],
  ];
}

function quality(name: string, lived: LivedMonths): readonly (readonly [string, string])[] {
  return [
    [
      `${name}: told by mistake`,
      `${lived.alarms} in ${lived.workDays} days of work = ${(lived.alarms / lived.workDays).toFixed(3)} a day (budget 1), ${lived.medium} of them medium, at most ${lived.mostPerDay} on a day`,
    ],
    [`${name}: takeovers told`, `${lived.caught} of ${lived.takeovers}`],
  ];
}

const dir = mkdtempSync(join(tmpdir(), 'reeve-bench-'));
try {
  // Seeds other than the ones of the tests.
  const seeds = Array.from({ length: developers }, (_, n) => 101 + n);
  const calm = { ...ROUTINE, sessionsPerDay: 2.2, callsPerSession: 10 };
  report('baseline', [
    ...perEvent(),
    ...(await replay(dir)),
    ...quality('routine', liveThrough(ROUTINE, seeds, days)),
    ...quality('calm', liveThrough(calm, seeds, days)),
    ...quality('exploring', liveThrough(EXPLORER, seeds, days)),
  ]);
} finally {
  rmSync(dir, { recursive: true, force: true });
}
