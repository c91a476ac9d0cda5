import { z } from 'zod';
import { Deviation } from './baseline.ts';
import { SEVERITIES } from './severity.ts';

export { SEVERITIES, severityRank } from './severity.ts';
export const Severity = z.enum(SEVERITIES);
export type Severity = z.infer<typeof Severity>;

export const CONFIDENCES = ['low', 'medium', 'high'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

/** Evidence bundles of the compliance mapping; each stands for a set of controls. */
export const BUNDLES = [
  'INV',
  'CFG',
  'SEC',
  'ACC',
  'CHG',
  'SUP',
  'MAL',
  'MON',
  'DLP',
  'DST',
  'OVR',
  'INC',
] as const;
export type Bundle = (typeof BUNDLES)[number];

export const Evidence = z.object({
  eventId: z.string().optional(),
  toolCallId: z.string().optional(),
  path: z.string().optional(),
  line: z.int().optional(),
  /** Redacted, at most 300 characters. */
  excerpt: z.string().optional(),
});
export type Evidence = z.infer<typeof Evidence>;

export const Finding = z.object({
  /** Deterministic: rule + subject + session. */
  id: z.string(),
  ruleId: z.string(),
  ruleCode: z.string(),
  severity: Severity,
  confidence: z.enum(CONFIDENCES),
  title: z.string(),
  /** One or two sentences for a person: what happened here and why it matters. */
  why: z.string(),
  subject: z.object({
    kind: z.enum(['tool-call', 'session', 'mcp-server', 'agent', 'credential', 'asset', 'process', 'config']),
    value: z.string(),
    agentId: z.string().optional(),
    cwd: z.string().optional(),
  }),
  sessionId: z.string().optional(),
  evidence: z.array(Evidence),
  taxonomies: z.object({
    attack: z.array(z.string()),
    atlas: z.array(z.string()),
    owasp: z.array(z.string()),
  }),
  bundles: z.array(z.enum(BUNDLES)),
  controls: z.array(z.string()),
  firstSeenMs: z.int(),
  lastSeenMs: z.int(),
  count: z.int(),
  status: z.enum(['open', 'acknowledged', 'suppressed', 'resolved']),
  advice: z.string(),
  actions: z.array(z.string()),
  /** The incident it is a part of: lists show that one instead. */
  incidentId: z.string().optional(),
  /** For incidents: ids of the findings it is made of, oldest first, at most 50. */
  members: z.array(z.string()).optional(),
  /** What a person said about it last. */
  decision: z
    .object({
      verb: z.enum(['acknowledged', 'reopened', 'fine', 'useful']),
      timeMs: z.int(),
      by: z.string(),
      /** Redacted; stays on this machine. */
      note: z.string().optional(),
    })
    .optional(),
  /** What hides it, while it is suppressed. */
  suppressionId: z.string().optional(),
  /** It was lowered because a person said that findings of this pattern are fine. */
  tuned: z.object({ from: Severity, tuningId: z.string(), because: z.string() }).optional(),
  /** How it compares with other days in the same project; only on what agents did in one. */
  habit: z
    .object({
      /** What the rule lets earlier days change: the severity, one down; the confidence, one up. */
      may: z.array(z.enum(['lower', 'raise'])),
      /** The same was done here on many days before. */
      lowered: z.object({ from: Severity, because: z.string() }).optional(),
      /** The rule knows this project, and this is new. */
      surer: z.object({ from: z.enum(CONFIDENCES), because: z.string() }).optional(),
    })
    .optional(),
  /** For baseline findings: each way in which the run differs, the most surprising first. Stays on this machine. */
  deviations: z.array(Deviation).optional(),
});
export type Finding = z.infer<typeof Finding>;
