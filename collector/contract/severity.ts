/** Without a schema, so that the window can have it without the library of schemas. */
export const SEVERITIES = ['informational', 'low', 'medium', 'high', 'critical'] as const;

/** 0 for informational, 4 for critical. */
export function severityRank(severity: (typeof SEVERITIES)[number]): number {
  return SEVERITIES.indexOf(severity);
}
