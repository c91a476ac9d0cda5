import type { StoredEvent } from '../../contract/stored.ts';
import type { BaselineExample, BaselineRule, ExampleCall } from '../../rules/rule.ts';
import { exampleEvents, examplePlace } from '../example-events.ts';
import { redactEvent } from '../redact.ts';
import { type Baselines, createBaselines, closeRun, profilesOf } from './baselines.ts';
import { catalogued } from './dimensions.ts';
import { CLEAR_BITS, type Evidence, evidenceOf, scoreOf } from './evaluate.ts';
import { observeEvent, type SessionPlace } from './observe.ts';
import { peerEvidence } from './peers.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** A Monday, 0:00 UTC. */
const START_MS = Date.UTC(2026, 5, 1);
const DAYS = 60;
const EARLY_DAYS = 5;
const USUAL_HOUR = 10;
const STEP_MS = 20_000;

const USUAL: readonly ExampleCall[] = [
  { shell: 'git status', result: { status: 'ok' } },
  { shell: 'npm test', result: { status: 'ok' } },
  { shell: 'git diff', result: { status: 'ok' } },
  { read: '/home/dev/app/src/a.ts' },
  { write: '/home/dev/app/src/a.ts', content: 'x' },
];

/** Whether a run differs clearly in the way a rule is about, after two months of ordinary days. */
export function differs(rule: BaselineRule, example: BaselineExample): boolean {
  return evidenceOfExample(example).some(
    ({ what, bits }) => catalogued(what).code === rule.code && bits >= CLEAR_BITS,
  );
}

function evidenceOfExample(example: BaselineExample): Evidence[] {
  const state = createBaselines();
  const usual = eventsOf(example.usual ?? USUAL);
  const early = eventsOf(example.early ?? []);
  for (let day = 0; day < DAYS; day++) {
    const new_ = example.exploring === true ? eventsOf([{ shell: `explored${day} --help` }]) : [];
    const events = [...usual, ...(day < EARLY_DAYS ? early : []), ...new_];
    for (let project = 0; project <= (example.elsewhere ?? 0); project++)
      feed(state, events, placeOf({}, project, day), START_MS + day * DAY_MS + USUAL_HOUR * HOUR_MS, STEP_MS);
  }
  for (const run of state.runs.values()) closeRun(state, run);
  const times = example.twice === true ? 2 : 1;
  let found: Evidence[] = [];
  for (let n = 0; n < times; n++) {
    const day = DAYS + 1 + n;
    const startMs = START_MS + day * DAY_MS + (example.hour ?? USUAL_HOUR) * HOUR_MS;
    found = feed(
      state,
      eventsOf(example.then),
      placeOf(example, 0, day),
      startMs,
      example.everyMs ?? STEP_MS,
    );
  }
  return found;
}

function eventsOf(calls: readonly ExampleCall[]): StoredEvent[] {
  return exampleEvents({ name: '', calls }).map((event) => redactEvent(event));
}

function placeOf(example: Partial<BaselineExample>, project: number, day: number): SessionPlace {
  const { home, platform, workspace } = examplePlace({});
  return {
    rootId: `example:${project}-${day}`,
    agentId: 'example',
    user: 'dev',
    project: project === 0 ? workspace : `${workspace}-${project}`,
    workspace,
    home,
    platform,
    mode: example.mode ?? 'default',
    model: example.model ?? 'model-1',
    account: example.account ?? 'dev@example.com',
  };
}

/** @returns how the run of these events differs at its end */
function feed(
  state: Baselines,
  events: readonly StoredEvent[],
  place: SessionPlace,
  startMs: number,
  everyMs: number,
): Evidence[] {
  const firstMs = events[0]?.timeMs ?? 0;
  const localHour = (timeMs: number) => {
    const day = Math.floor(timeMs / DAY_MS);
    return { day, hourOfWeek: ((day + 3) % 7) * 24 + (Math.floor(timeMs / HOUR_MS) % 24) };
  };
  for (const [n, event] of events.entries()) {
    const timeMs = Math.round(startMs + ((event.timeMs - firstMs) / STEP_MS) * everyMs);
    const id = `${place.rootId}:${n}`;
    observeEvent(state, { ...event, id, timeMs, sessionId: place.rootId }, place, {
      localHour,
      silent: false,
      tainted: () => false,
    });
  }
  const run = [...state.runs.values()].find(({ rootId }) => rootId === place.rootId);
  if (run === undefined) return [];
  const profiles = profilesOf(state, run, startMs);
  const evidence = evidenceOf(run, profiles);
  const peers = peerEvidence(state.profiles.values(), run, profiles.project, scoreOf(evidence));
  return peers === undefined ? evidence : [...evidence, peers];
}
