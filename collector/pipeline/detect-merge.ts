import { CONFIDENCES, severityRank, type Evidence, type Finding } from '../contract/finding.ts';

/** Enough for a person to understand a repeated finding: how it began and how it went on. */
const MAX_EVIDENCE = 10;
const MAX_MEMBERS = 50;

/**
 * One finding from two with the same id. Commutative: `mergeFinding(a, b)` equals `mergeFinding(b, a)`.
 * The wording comes from the graver one (then from the earlier one); times span both, counts add up, so the
 * caller must not merge the same event twice. A suppressed finding stays suppressed; an acknowledged one opens
 * again only when it got graver; a resolved one opens again when it comes back.
 */
export function mergeFinding(a: Finding, b: Finding): Finding {
  const [earlier, later] = inOrder(a, b);
  const main = severityRank(later.severity) > severityRank(earlier.severity) ? later : earlier;
  return {
    ...main,
    severity: main.severity,
    confidence:
      CONFIDENCES.indexOf(earlier.confidence) >= CONFIDENCES.indexOf(later.confidence)
        ? earlier.confidence
        : later.confidence,
    evidence: mergeEvidence(earlier.evidence, later.evidence),
    firstSeenMs: Math.min(a.firstSeenMs, b.firstSeenMs),
    lastSeenMs: Math.max(a.lastSeenMs, b.lastSeenMs),
    count: a.count + b.count,
    status: mergeStatus(a, b),
    ...mergeMembers(earlier, later),
  };
}

/** The parts of both; and the incident, if either knows one. */
function mergeMembers(earlier: Finding, later: Finding): Pick<Finding, 'members' | 'incidentId'> {
  const members = [...new Set([...(earlier.members ?? []), ...(later.members ?? [])])].slice(0, MAX_MEMBERS);
  const incidentId = earlier.incidentId ?? later.incidentId;
  return {
    ...(members.length === 0 ? {} : { members }),
    ...(incidentId === undefined ? {} : { incidentId }),
  };
}

function inOrder(a: Finding, b: Finding): readonly [Finding, Finding] {
  if (a.firstSeenMs !== b.firstSeenMs) return a.firstSeenMs < b.firstSeenMs ? [a, b] : [b, a];
  if (a.lastSeenMs !== b.lastSeenMs) return a.lastSeenMs < b.lastSeenMs ? [a, b] : [b, a];
  return JSON.stringify(a) <= JSON.stringify(b) ? [a, b] : [b, a];
}

function mergeEvidence(earlier: readonly Evidence[], later: readonly Evidence[]): Evidence[] {
  const all = new Map<string, Evidence>();
  for (const item of [...earlier, ...later]) {
    const key = item.eventId ?? `${item.path ?? ''}\u0000${item.line ?? ''}`;
    const known = all.get(key);
    // The same event may be known with and without its excerpt: keep the fuller one.
    if (known === undefined || Object.keys(item).length > Object.keys(known).length) all.set(key, item);
  }
  const list = [...all.values()];
  if (list.length <= MAX_EVIDENCE) return list;
  return [...list.slice(0, MAX_EVIDENCE / 2), ...list.slice(-MAX_EVIDENCE / 2)];
}

function mergeStatus(a: Finding, b: Finding): Finding['status'] {
  if (a.status === b.status) return a.status;
  if (a.status === 'suppressed' || b.status === 'suppressed') return 'suppressed';
  const [seen, other] = a.status === 'acknowledged' ? [a, b] : [b, a];
  if (seen.status !== 'acknowledged') return 'open';
  return severityRank(other.severity) > severityRank(seen.severity) ? 'open' : 'acknowledged';
}
