import { z } from 'zod';
import { Severity } from './finding.ts';

/** One current problem of Reeve itself or of what it can see. `code` is an entry of `health/warnings.ts`. */
export const HealthItem = z.object({
  code: z.string(),
  severity: Severity,
  text: z.string(),
  sinceMs: z.int().optional(),
});
export type HealthItem = z.infer<typeof HealthItem>;
