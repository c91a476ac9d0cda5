import { BEHAVIOUR_RULES } from './behaviour.ts';
import type { DetectionRule } from './rule.ts';

/** Every built-in rule. */
export const RULES: readonly DetectionRule[] = [...BEHAVIOUR_RULES];
