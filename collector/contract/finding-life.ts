import { z } from 'zod';
import { Finding, Severity } from './finding.ts';

/** At least one of these; all that are given must fit. */
export const SuppressionScope = z
  .object({
    ruleId: z.string().min(1).max(200).optional(),
    /** Equal to the finding's `subject.value`. */
    subject: z.string().min(1).max(4_096).optional(),
    /** The subject, or a file of the evidence, is this path or lies below it. */
    pathPrefix: z.string().min(2).max(4_096).optional(),
    /** The finding's `subject.cwd` is this folder or lies below it. */
    project: z.string().min(2).max(4_096).optional(),
  })
  .strict()
  .refine((scope) => Object.values(scope).some((value) => value !== undefined), {
    message: 'name a rule, a subject, a path or a project',
  });
export type SuppressionScope = z.infer<typeof SuppressionScope>;

/** "Do not show me these": a rule of the person about findings. */
export const Suppression = z.object({
  id: z.string(),
  scope: SuppressionScope,
  /** Redacted. */
  reason: z.string(),
  createdMs: z.int(),
  createdBy: z.string(),
  /** Absent: until it is removed. */
  expiresMs: z.int().optional(),
  /** Findings it hides now. */
  hidden: z.int(),
});
export type Suppression = z.infer<typeof Suppression>;

export const FEEDBACK_VERDICTS = ['fine', 'useful'] as const;

/**
 * What a person said about findings of one pattern, and what that does. A pattern is one rule on one subject in one
 * project. Each `fine` lowers its findings by one severity, two at most and never below `low`; `useful` takes all of
 * it back. Critical findings are never lowered, and nothing is hidden.
 */
export const Tuning = z.object({
  id: z.string(),
  ruleId: z.string(),
  subject: z.string(),
  project: z.string().optional(),
  verdict: z.enum(FEEDBACK_VERDICTS),
  /** Severities taken off: 0, 1 or 2. */
  steps: z.int().min(0).max(2),
  /** Redacted. */
  note: z.string().optional(),
  changedMs: z.int(),
  changedBy: z.string(),
});
export type Tuning = z.infer<typeof Tuning>;

/** How a finding reads for a person. Plain text, no markup; each a few sentences at most. */
export const FindingStory = z.object({
  whatHappened: z.string(),
  whyItMatters: z.string(),
  howSure: z.string(),
  /** What would show that it is harmless; may be empty. */
  harmlessWhen: z.array(z.string()),
  whatToDo: z.string(),
  whatWeWouldDo: z.string(),
});
export type FindingStory = z.infer<typeof FindingStory>;

/** What the catalogue says about the rule behind a finding. */
export const RuleInfo = z.object({
  id: z.string(),
  code: z.string(),
  title: z.string(),
  severity: Severity,
  why: z.string(),
  triage: z.string(),
  advice: z.string(),
  falsePositives: z.array(z.string()),
  references: z.array(z.string()),
});
export type RuleInfo = z.infer<typeof RuleInfo>;

/** Everything the page of one finding shows. */
export const FindingDetail = z.object({
  finding: Finding,
  story: FindingStory,
  /** Absent when this version does not know the rule any more. */
  rule: RuleInfo.optional(),
  /** What hides it, when it is suppressed. */
  suppression: Suppression.optional(),
  tuning: Tuning.optional(),
  /** Where its events stand in their session, for jumping there; events removed by retention are absent. */
  events: z.array(z.object({ eventId: z.string(), sessionId: z.string(), seq: z.int(), index: z.int() })),
});
export type FindingDetail = z.infer<typeof FindingDetail>;
