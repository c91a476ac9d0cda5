import type { Finding } from '../contract/finding.ts';

/**
 * A list without the findings that are told by an incident of the same list; those whose incident is not in it stay.
 * The order is kept.
 */
export function foldIncidents(findings: readonly Finding[]): readonly Finding[] {
  const shown = new Set(findings.filter(({ members }) => members !== undefined).map(({ id }) => id));
  if (shown.size === 0) return findings;
  return findings.filter(({ incidentId }) => incidentId === undefined || !shown.has(incidentId));
}

/** What a list says in place of the title: how many findings an incident is made of. */
export function titleOf({ title, members }: Finding): string {
  return members === undefined ? title : `${title} (${members.length} findings)`;
}
