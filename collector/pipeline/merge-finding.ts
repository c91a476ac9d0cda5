import { severityRank, type Finding } from '../contract/finding.ts';

const MAX_EVIDENCE = 20;

/**
 * Joins two sightings of one finding (same id). Times and counts add up, the worse severity stays, the first
 * pieces of evidence stay and the newest are appended up to 20. A resolved finding that is seen again reopens;
 * acknowledged and suppressed ones keep their status.
 */
export function mergeFinding(before: Finding, now: Finding): Finding {
  const worse = severityRank(now.severity) > severityRank(before.severity) ? now : before;
  const seen = new Set(before.evidence.map((item) => JSON.stringify(item)));
  const added = now.evidence.filter((item) => !seen.has(JSON.stringify(item)));
  return {
    ...before,
    severity: worse.severity,
    confidence: worse.confidence,
    why: worse.why,
    evidence: [...before.evidence, ...added].slice(0, MAX_EVIDENCE),
    firstSeenMs: Math.min(before.firstSeenMs, now.firstSeenMs),
    lastSeenMs: Math.max(before.lastSeenMs, now.lastSeenMs),
    count: before.count + now.count,
    status: before.status === 'resolved' ? 'open' : before.status,
  };
}
