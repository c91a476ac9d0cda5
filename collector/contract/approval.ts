import { z } from 'zod';

export const APPROVAL_KINDS = [
  'agent',
  'mcpServer',
  'skill',
  'plugin',
  'hook',
  'command',
  'subagent',
  'instructions',
  'extension',
  'marketplace',
] as const;

/**
 * `new` nobody decided · `changed` somebody decided, and it is not what it was then · `approved` · `denied`.
 * A decision holds for exactly the content that was there.
 */
export const APPROVAL_STATES = ['new', 'changed', 'approved', 'denied'] as const;

export const ApprovalItem = z.object({
  /** Of the inventory; of an agent with `agent:` before it. */
  id: z.string(),
  kind: z.enum(APPROVAL_KINDS),
  name: z.string(),
  agentIds: z.array(z.string()),
  /** File or folder it comes from. */
  path: z.string().optional(),
  /** SHA-256 in hex over what the decision is about: file content, definition of a server, places of an agent. */
  sha256: z.string().optional(),
  /** What was decided on, when that was something else than what is here now. */
  decidedSha256: z.string().optional(),
  /** In one line what was decided on, when that was something else; absent when it is not known any more. */
  decidedDetail: z.string().optional(),
  /** What was decided, whatever is here now. */
  decision: z.enum(['approve', 'deny']).optional(),
  state: z.enum(APPROVAL_STATES),
  /** It was here at the first look at this machine. */
  before: z.boolean(),
  /** It is not on the machine any more; the decision is kept. */
  gone: z.boolean(),
  /** In one line what it is: command and arguments, address, folder. Redacted. */
  detail: z.string(),
  firstSeenMs: z.int(),
  changedMs: z.int().optional(),
  decidedMs: z.int().optional(),
  decidedBy: z.string().optional(),
  reason: z.string().optional(),
});
export type ApprovalItem = z.infer<typeof ApprovalItem>;

export const ApprovalDecision = z.object({
  ids: z.array(z.string()).min(1).max(500),
  decision: z.enum(['approve', 'deny', 'reset']),
  /** Redacted before it is kept. */
  reason: z.string().max(1_000).optional(),
  /**
   * What the person saw, by id: an item whose content is not this any more is left alone and told in `skipped`.
   */
  sha256: z.record(z.string(), z.string()).optional(),
  via: z.enum(['cli', 'app']).default('app'),
});
export type ApprovalDecision = z.infer<typeof ApprovalDecision>;

export const DecisionResult = z.object({
  decided: z.array(ApprovalItem),
  skipped: z.array(z.object({ id: z.string(), reason: z.string() })),
});
export type DecisionResult = z.infer<typeof DecisionResult>;
