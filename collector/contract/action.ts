import { z } from 'zod';
import type { ExactStart, ProcessKey } from './process.ts';

/** What Reeve can do to the machine. One file in `collector/actions` for each. */
export const ACTION_IDS = ['pause', 'resume', 'kill'] as const;
export type ActionId = (typeof ACTION_IDS)[number];

/** A process as an action names it. The exact start, where known, wins over the time (see `isSameProcess`). */
export const ProcessRef = z.object({
  pid: z.int().min(1),
  /** 0 is unknown, and then nothing is done. */
  startTimeMs: z.int(),
  bootId: z.string().optional(),
  startTicks: z.int().optional(),
});
export type ProcessRef = z.infer<typeof ProcessRef>;

/** The key inside, with what is unknown left out. */
export function processKeyOf(ref: ProcessRef): ProcessKey & ExactStart {
  const { pid, startTimeMs, bootId, startTicks } = ref;
  return {
    pid,
    startTimeMs,
    ...(bootId !== undefined && { bootId }),
    ...(startTicks !== undefined && { startTicks }),
  };
}

export const ActionTarget = z.discriminatedUnion('kind', [
  ProcessRef.extend({ kind: z.literal('process') }),
  z.object({ kind: z.literal('session'), id: z.string().min(1) }),
  z.object({ kind: z.literal('agent'), id: z.string().min(1) }),
]);
export type ActionTarget = z.infer<typeof ActionTarget>;

/**
 * What became of one process.
 *
 * `paused` stopped by us · `already-stopped` was stopped before · `resumed` · `running` was not stopped ·
 * `terminated` ended when asked · `killed` ended by force · `gone` ended by itself, or before we came ·
 * `refused` not ours to touch · `survived` still there and not as wanted
 */
export const PROCESS_OUTCOMES = [
  'paused',
  'already-stopped',
  'resumed',
  'running',
  'terminated',
  'killed',
  'gone',
  'refused',
  'survived',
] as const;
export type ProcessOutcome = (typeof PROCESS_OUTCOMES)[number];

export const ActedProcess = ProcessRef.extend({
  name: z.string(),
  outcome: z.enum(PROCESS_OUTCOMES),
});
export type ActedProcess = z.infer<typeof ActedProcess>;

/** More processes than this are counted in `detail` and not listed. */
export const MAX_ACTED_PROCESSES = 1_000;

export const ActionResult = z.object({
  /** `refused`: nothing was changed. `failed`: something was, or was tried, and the aim was not reached. */
  status: z.enum(['done', 'refused', 'failed']),
  /** One sentence for a person. */
  detail: z.string(),
  processes: z.array(ActedProcess),
  /** From the start of the action until nothing of the tree could run any more. */
  frozenMs: z.number().optional(),
  /** From the start of the action until it was proved that nothing is left; the grace is part of it. */
  goneMs: z.number().optional(),
});
export type ActionResult = z.infer<typeof ActionResult>;

/** Who asked for an action, and by which way. */
export const ActionActor = z.object({
  /** Operating system account. */
  user: z.string(),
  uid: z.int().optional(),
  via: z.enum(['cli', 'app', 'policy']),
});
export type ActionActor = z.infer<typeof ActionActor>;

export const ActionRequest = z.object({
  action: z.enum(ACTION_IDS),
  target: ActionTarget,
  /** Free text of a person, or the rule that asked; redacted before it is kept. */
  reason: z.string().max(1_000).optional(),
  /** How long `kill` waits after asking; default 3 s. 0 asks nobody and ends everything at once. */
  graceMs: z.int().min(0).max(60_000).optional(),
  /** Who sends it: a window or the command line. Never `policy`, which only the collector itself is. */
  via: z.enum(['cli', 'app']).default('app'),
});
export type ActionRequest = z.infer<typeof ActionRequest>;

/** What a row of the audit log is about: what actions touch, and what people decide about in Reeve itself. */
export const AuditTarget = z.union([
  ActionTarget,
  z.object({
    kind: z.enum([
      'finding',
      'suppression',
      'tuning',
      'approval',
      'setting',
      'window',
      'file',
      'mcpServer',
      'skill',
      'hook',
      'credential',
    ]),
    id: z.string().min(1),
  }),
]);
export type AuditTarget = z.infer<typeof AuditTarget>;

/** One row of the audit log. */
export const AuditRecord = z.object({
  /** From 1, without gaps. */
  seq: z.int(),
  timeMs: z.int(),
  actor: ActionActor,
  action: z.string(),
  target: AuditTarget,
  reason: z.string().optional(),
  result: ActionResult,
  /** SHA-256 in hex over the previous row's hash and this row. */
  hash: z.string(),
});
export type AuditRecord = z.infer<typeof AuditRecord>;

export const AuditCheck = z.object({
  ok: z.boolean(),
  /** Rows that are in order, from the first. */
  rows: z.int(),
  /** The first row that is not what it was when it was written, and why we say so. */
  broken: z.object({ seq: z.int(), reason: z.string() }).optional(),
  /** Hash of the last good row: worth writing down elsewhere, since it fixes everything before it. */
  head: z.string().optional(),
});
export type AuditCheck = z.infer<typeof AuditCheck>;
