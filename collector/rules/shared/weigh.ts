import { SEVERITIES, type Severity, severityRank } from '../../contract/finding.ts';
import type { SessionContext } from '../rule.ts';
import { askedFor } from './asked.ts';

/** A severity some steps lower, never below informational. */
export function lower(severity: Severity, steps = 1): Severity {
  return SEVERITIES[Math.max(0, severityRank(severity) - steps)] ?? 'informational';
}

export function worse(a: Severity, b: Severity): Severity {
  return severityRank(a) >= severityRank(b) ? a : b;
}

/**
 * The severity of something a person may have wanted: `low` when one of the last prompts names it, else as given.
 * @param words whole words a person would use for it; those under three letters say nothing and are left out
 */
export function unlessAsked(
  severity: Severity,
  context: Pick<SessionContext, 'prompts'>,
  words: readonly string[],
): Severity {
  if (severityRank(severity) <= severityRank('low')) return severity;
  return askedFor(
    context,
    words.filter((word) => word.length > 2),
  )
    ? 'low'
    : severity;
}
