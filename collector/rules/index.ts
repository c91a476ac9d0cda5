import { BEHAVIOUR_RULES } from './behaviour.ts';
import { POSTURE_RULES } from './posture.ts';
import type { DetectionRule } from './rule.ts';
import { TEXT_RULES } from './texts.ts';

/** Every built-in rule, in the order of the catalogue. */
export const RULES: readonly DetectionRule[] = [...POSTURE_RULES, ...TEXT_RULES, ...BEHAVIOUR_RULES];
