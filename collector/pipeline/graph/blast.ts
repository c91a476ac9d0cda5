import { RESOURCE_ACCESS, type ResourceAccess } from '../../contract/event.ts';
import {
  type BlastRadius,
  GRAPH_SCHEMA_VERSION,
  type TouchGroup,
  type Touched,
} from '../../contract/graph.ts';
import { firstOf } from './first.ts';
import { GRAPH_LIMITS, type GraphInput, type GraphLimits } from './input.ts';
import { couldReach } from './reach.ts';
import { type Survey, surveySession, type Touch, type UseSeen } from './survey.ts';
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
  const all = [...survey.touches.map(draftOf), ...survey.uses.map(usedDraft)];
  const groups: Partial<Record<TouchGroup, number>> = {};
  for (const { group } of all) groups[group] = (groups[group] ?? 0) + 1;
  // What a person must see: flagged, outside, changed; plain reads go first.
  const { first, rest } = firstOf(all, limits.touched, (a, b) => b.weight - a.weight || inOrder(a, b));
  const kept = first.sort(inOrder).map(({ of }) => ('use' in of ? usedOf(of) : touchedOf(of)));
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
      ...(rest.length === 0 ? {} : { touched: rest.length }),
      ...(reachable.length <= MAX_REACHABLE ? {} : { 'could reach': reachable.length - MAX_REACHABLE }),
    },
  };
}

/** One thing before it is written out: most of them never are. */
interface Draft {
  readonly of: Touch | UseSeen;
  readonly group: TouchGroup;
  readonly value: string;
  readonly firstMs: number;
  readonly weight: number;
}

function draftOf(touch: Touch): Draft {
  const { group, value, tally, findings } = touch;
  const flagged = findings.size > 0 ? 20 : 0;
  const outside = group === 'files-inside' ? 0 : 6;
  return {
    of: touch,
    group,
    value,
    firstMs: tally.firstMs,
    weight: flagged + outside + strengthOfTouch(touch),
  };
}

function usedDraft(seen: UseSeen): Draft {
  const { use, tally } = seen;
  return { of: seen, group: 'principals', value: use.description, firstMs: tally.firstMs, weight: 6 };
}

function inOrder(a: Draft, b: Draft): number {
  return a.firstMs - b.firstMs || byText(a.group, b.group) || byText(a.value, b.value);
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

function usedOf({ use, tally, by }: UseSeen): Touched {
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

export function strengthOfTouch({ by }: Touch): number {
  let strength = 0;
  for (const byAccess of by.values()) strength = Math.max(strength, strengthOf(byAccess.keys()));
  return strength;
}
