import type { Finding } from '../../collector/contract/finding.ts';
import { severityRank } from '../../collector/contract/severity.ts';
import { agentName } from './names.ts';
import { plural } from './number.ts';
import { baseName } from './path.ts';

export interface Incidents {
  /** Findings of one incident stand together; the worst incident, then the latest, comes first. */
  readonly findings: readonly Finding[];
  /** The heading an incident stands under. */
  readonly nameOf: (finding: Finding) => string;
}

/** What belongs together: all that one session did, and all that is set on this machine. */
export function byIncident(findings: readonly Finding[], names?: ReadonlyMap<string, string>): Incidents {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = finding.sessionId ?? '';
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  for (const group of groups.values()) group.sort(worstFirst);
  const sorted = [...groups.values()].sort((a, b) => {
    const [first, second] = [a[0], b[0]];
    return first === undefined || second === undefined ? 0 : worstFirst(first, second);
  });
  return {
    findings: sorted.flat(),
    nameOf: (finding) => {
      const n = groups.get(finding.sessionId ?? '')?.length ?? 1;
      return `${incidentName(finding, names)} · ${plural(n, 'finding')}`;
    },
  };
}

function incidentName({ sessionId, subject }: Finding, names?: ReadonlyMap<string, string>): string {
  if (sessionId === undefined) return 'How this machine is set up';
  const agent = agentName(subject.agentId ?? sessionId.slice(0, sessionId.indexOf(':')), names);
  const run = sessionId.slice(sessionId.indexOf(':') + 1, sessionId.indexOf(':') + 9);
  return subject.cwd === undefined
    ? `${agent}, session ${run}`
    : `${agent} in ${baseName(subject.cwd)}, session ${run}`;
}

function worstFirst(a: Finding, b: Finding): number {
  return severityRank(b.severity) - severityRank(a.severity) || b.lastSeenMs - a.lastSeenMs;
}
