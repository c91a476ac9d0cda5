import { IDENTITY_RULES } from './baselines/identity.ts';
import { NEWNESS_RULES } from './baselines/newness.ts';
import { SHAPE_RULES } from './baselines/shape.ts';
import type { BaselineRule } from './rule.ts';

/**
 * Deviations from what is usual, in the order of the catalogue. A run is told for all of them together, under the rule
 * of its strongest one; `pipeline/baseline` has the mathematics, `docs/baseline.md` tells it.
 */
export const BASELINE_RULES: readonly BaselineRule[] = [...NEWNESS_RULES, ...SHAPE_RULES, ...IDENTITY_RULES];

const BY_CODE: ReadonlyMap<string, BaselineRule> = new Map(BASELINE_RULES.map((one) => [one.code, one]));

/** The rule of a catalogue number. @throws when there is none: our bug */
export function baselineRule(code: string): BaselineRule {
  const found = BY_CODE.get(code);
  if (found === undefined) throw new Error(`no baseline rule ${code}`);
  return found;
}
