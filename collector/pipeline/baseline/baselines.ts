import { learnRun, noteNews } from './learn.ts';
import { outlierShare } from './peers.ts';
import { createProfile, type Profile, projectKey, sizeOf, userKey } from './profile.ts';
import { createRun, type Run } from './run.ts';

/** Time as people on this machine count it. */
export interface LocalHour {
  /** Local days since 1970. */
  readonly day: number;
  /** 0 is Monday, 0:00. */
  readonly hourOfWeek: number;
}

/** Everything that is learned, and what is under way. Changed in place; `changed` says which rows are to be stored. */
export interface Baselines {
  readonly profiles: Map<string, Profile>;
  readonly runs: Map<string, Run>;
  /** Runs that are part of an open finding: learned once a person says they were fine. */
  readonly withheld: Map<string, Run>;
  /** Runs told today, per user. */
  readonly alarms: Map<string, { day: number; count: number }>;
  readonly changed: Set<string>;
  readonly sizes: Map<string, number>;
  paused: boolean;
  sweptMs: number;
  last: Run | undefined;
  /** Profiles of the run looked up last: nearly always the next one's too. */
  pair: { readonly run: object; readonly user: Profile; readonly project: Profile } | undefined;
}

/** Row keys of what is neither a profile nor a run. */
export const REST_KEY = 'rest';

/** Profiles take at most this much; then the project that was quiet longest is forgotten. */
export const MAX_PROFILE_BYTES = 3_500_000;
const MAX_PROFILES = 400;
const MAX_RUNS = 40;
const MAX_WITHHELD = 16;
const WITHHELD_MS = 30 * 86_400_000;
/** A run is over after this time without a sign of it. */
const RUN_OVER_MS = 3 * 3_600_000;
const SWEEP_MS = 600_000;

export function createBaselines(): Baselines {
  return {
    profiles: new Map(),
    runs: new Map(),
    withheld: new Map(),
    alarms: new Map(),
    changed: new Set(),
    sizes: new Map(),
    paused: false,
    sweptMs: 0,
    last: undefined,
    pair: undefined,
  };
}

/** The run a moment of a session belongs to: one per root session and local day. */
export function runOf(
  state: Baselines,
  who: Pick<Run, 'rootId' | 'agentId' | 'user' | 'project'>,
  timeMs: number,
  day: number,
): Run {
  const { last } = state;
  if (last?.day === day && last.rootId === who.rootId) return last;
  const id = `r|${who.rootId}|${day}`;
  let run = state.runs.get(id);
  if (run === undefined) {
    if (state.runs.size >= MAX_RUNS) closeOldest(state);
    run = createRun({ ...who, id, day }, timeMs);
    state.runs.set(id, run);
  }
  state.last = run;
  return run;
}

/** The two profiles a run is compared with; made when they are missing. */
export function profilesOf(
  state: Baselines,
  run: Pick<Run, 'agentId' | 'user' | 'project' | 'day'>,
  timeMs: number,
): { readonly user: Profile; readonly project: Profile } {
  if (state.pair?.run === run) return state.pair;
  const { agentId, user, project } = run;
  const ensure = (id: string, scope: Profile['scope'], name: string): Profile => {
    const known = state.profiles.get(id);
    if (known !== undefined) return known;
    const profile = createProfile({ id, scope, agentId, name, user }, timeMs, run.day);
    state.profiles.set(id, profile);
    return profile;
  };
  state.pair = {
    run,
    user: ensure(userKey(agentId, user), 'user', user),
    project: ensure(projectKey(agentId, user, project), 'project', project),
  };
  return state.pair;
}

/** Closes runs that have ended by this time of the stream. Cheap when called for every event. */
export function closeEnded(state: Baselines, timeMs: number): void {
  if (timeMs - state.sweptMs < SWEEP_MS) return;
  state.sweptMs = timeMs;
  for (const run of state.runs.values()) if (timeMs - run.lastMs >= RUN_OVER_MS) closeRun(state, run);
}

function closeOldest(state: Baselines): void {
  let oldest: Run | undefined;
  for (const run of state.runs.values()) if (oldest === undefined || run.lastMs < oldest.lastMs) oldest = run;
  if (oldest !== undefined) closeRun(state, oldest);
}

/** Learns a run that is over, or keeps it apart while it is part of a finding. */
export function closeRun(state: Baselines, run: Run): void {
  state.runs.delete(run.id);
  state.changed.add(run.id);
  if (state.last === run) state.last = undefined;
  const { user, project } = profilesOf(state, run, run.startMs);
  if (state.paused || user.paused || project.paused) return;
  noteNews(run, project);
  noteOutlier(state, run, project);
  if (run.alarm !== undefined) {
    withhold(state, run);
    state.changed.add(project.id);
    return;
  }
  learn(state, run);
}

/** On which day a project stood out last; a second day makes it worth a word. */
function noteOutlier(state: Baselines, run: Run, project: Profile): void {
  if (run.score === undefined || run.day <= project.peerDay) return;
  if (outlierShare(state.profiles.values(), run, project, run.score) !== undefined) project.peerDay = run.day;
}

function withhold(state: Baselines, run: Run): void {
  const id = `w${run.id.slice(1)}`;
  state.withheld.set(id, run);
  state.changed.add(id);
  for (const oldest of state.withheld.keys()) {
    if (state.withheld.size <= MAX_WITHHELD) break;
    state.withheld.delete(oldest);
    state.changed.add(oldest);
  }
}

function learn(state: Baselines, run: Run): void {
  const { user, project } = profilesOf(state, run, run.startMs);
  learnRun(run, [user, project]);
  for (const profile of [user, project]) {
    state.changed.add(profile.id);
    state.sizes.set(profile.id, sizeOf(profile));
  }
  keepBounded(state);
}

/** Runs kept apart are learned when their finding is closed, and forgotten when nobody closes it. */
export function settleWithheld(
  state: Baselines,
  isOpen: (findingId: string) => boolean,
  nowMs: number,
): void {
  for (const [id, run] of state.withheld) {
    const open = run.alarm !== undefined && isOpen(run.alarm.findingId);
    if (open && nowMs - run.lastMs < WITHHELD_MS) continue;
    state.withheld.delete(id);
    state.changed.add(id);
    if (!open) learn(state, run);
  }
}

function keepBounded(state: Baselines): void {
  let bytes = 0;
  for (const size of state.sizes.values()) bytes += size;
  while (bytes > MAX_PROFILE_BYTES || state.profiles.size > MAX_PROFILES) {
    const quiet = quietest(state);
    if (quiet === undefined) return;
    bytes -= state.sizes.get(quiet.id) ?? 0;
    forget(state, quiet.id);
  }
}

/** Projects go before users; profiles of open runs stay. */
function quietest(state: Baselines): Profile | undefined {
  let found: Profile | undefined;
  for (const profile of state.profiles.values()) {
    if (found === undefined || comesBefore(profile, found)) found = profile;
  }
  return found;
}

function comesBefore(a: Profile, b: Profile): boolean {
  if (a.scope !== b.scope) return a.scope === 'project';
  return a.lastMs < b.lastMs;
}

export function forget(state: Baselines, profileId: string): void {
  state.profiles.delete(profileId);
  state.pair = undefined;
  state.sizes.delete(profileId);
  state.changed.add(profileId);
}
