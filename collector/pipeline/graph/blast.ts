import { RESOURCE_ACCESS, type ResourceAccess } from '../../contract/event.ts';
import {
  type BlastRadius,
  GRAPH_SCHEMA_VERSION,
  type TouchGroup,
  type Touched,
} from '../../contract/graph.ts';
import { GRAPH_LIMITS, type GraphInput, type GraphLimits } from './input.ts';
import { couldReach } from './reach.ts';
import { type Survey, surveySession, type Touch } from './survey.ts';
import { byText, type Tally } from './tally.ts';

const MAX_REACHABLE = 500;

/**
 * Everything a session and its sub-agents touched, in the order of the first touch, with what was done and when; and,
 * kept apart, what its credentials and the accounts of this machine could have reached. The same for any order of events.
 */
export function blastRadius(
  input: GraphInput,
  limits: GraphLimits = GRAPH_LIMITS,
  survey: Survey = surveySession(input, limits),
): BlastRadius {
  const all = [...survey.touches.map(touchedOf), ...survey.uses.map((seen) => usedOf(seen))];
  const groups: Partial<Record<TouchGroup, number>> = {};
  for (const { group } of all) groups[group] = (groups[group] ?? 0) + 1;
  all.sort((a, b) => a.firstMs - b.firstMs || byText(a.group, b.group) || byText(a.value, b.value));
  const kept = all.length <= limits.touched ? all : strongest(all, limits.touched);
  const reachable = couldReach(input, survey);
  return {
    schemaVersion: GRAPH_SCHEMA_VERSION,
    sessionId: input.session.id,
    touched: kept,
    groups,
    deniedCalls: survey.deniedCalls,
    couldReach: reachable.slice(0, MAX_REACHABLE),
    omitted: {
      ...survey.omitted,
      ...(kept.length === all.length ? {} : { touched: all.length - kept.length }),
      ...(reachable.length <= MAX_REACHABLE ? {} : { 'could reach': reachable.length - MAX_REACHABLE }),
    },
  };
}

function touchedOf(touch: Touch): Touched {
  const access = new Set<ResourceAccess>();
  const sessions = new Set<string>();
  for (const [tool, byAccess] of touch.by) {
    sessions.add(tool.sessionId);
    for (const how of byAccess.keys()) access.add(how);
  }
  return {
    group: touch.group,
    value: touch.value,
    access: RESOURCE_ACCESS.filter((how) => access.has(how)),
    ...times(touch.tally),
    sessionIds: [...sessions].sort(byText),
    findings: [...touch.findings].sort(byText),
  };
}

function usedOf({ use, tally, by }: Survey['uses'][number]): Touched {
  return {
    group: 'principals',
    value: use.description,
    access: [],
    ...times(tally),
    sessionIds: [...new Set([...by.keys()].map(({ sessionId }) => sessionId))].sort(byText),
    findings: [],
  };
}

function times(tally: Tally): Pick<Touched, 'count' | 'firstMs' | 'lastMs' | 'eventIds'> {
  return {
    count: tally.count,
    firstMs: tally.firstMs,
    lastMs: tally.lastMs,
    eventIds: tally.earliest.map(({ id }) => id),
  };
}

const STRENGTH: Readonly<Record<ResourceAccess, number>> = {
  delete: 5,
  publish: 4,
  write: 3,
  execute: 2,
  connect: 1,
  read: 0,
};

/** How much an access matters when there is no room for all. */
export function strengthOf(access: Iterable<ResourceAccess>): number {
  let strength = 0;
  for (const how of access) strength = Math.max(strength, STRENGTH[how]);
  return strength;
}

/** Keeps what a person must see, in the order it happened: flagged, outside, changed; plain reads go first. */
function strongest(all: readonly Touched[], limit: number): Touched[] {
  const weight = (touched: Touched): number =>
    (touched.findings.length > 0 ? 20 : 0) +
    (touched.group === 'files-inside' ? 0 : 6) +
    strengthOf(touched.access);
  const kept = new Set(
    [...all]
      .sort((a, b) => weight(b) - weight(a) || a.firstMs - b.firstMs || byText(a.value, b.value))
      .slice(0, limit),
  );
  return all.filter((touched) => kept.has(touched));
}
