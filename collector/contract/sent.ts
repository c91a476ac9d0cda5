import { z } from 'zod';
import { REPORTING_MODES } from './config.ts';

/**
 * `accepted` the receiver took it · `rejected` it said no to some record of the batch, or to the batch · `failed` it
 * answered and did not take it now: sent again later. A try without an answer is not in the list.
 */
export const SENT_STATUSES = ['accepted', 'rejected', 'failed'] as const;

/** One record that was sent, in the latest of its sendings. */
export const SentRecord = z.object({
  /** Of this row; later ones are larger. */
  id: z.int(),
  /** Stable id of the report; the receiver sees it too. */
  uid: z.string(),
  timeMs: z.int(),
  endpoint: z.string(),
  mode: z.enum(REPORTING_MODES),
  status: z.enum(SENT_STATUSES),
  /** Why not, when it was not accepted. */
  reason: z.string().optional(),
  /** Event name as it was sent, such as `reeve.tool.call`. */
  name: z.string(),
  severity: z.string(),
  /** UTF-8 bytes of the body, before compression. */
  bytes: z.int(),
});
export type SentRecord = z.infer<typeof SentRecord>;

/** What left: the OCSF event as text, exactly, and what stood beside it. */
export const SentPayload = z.object({
  attributes: z.record(z.string(), z.unknown()),
  /** JSON text. */
  body: z.string(),
});
export type SentPayload = z.infer<typeof SentPayload>;

export const SentDetail = SentRecord.extend({ payload: SentPayload });
export type SentDetail = z.infer<typeof SentDetail>;

export const SentStats = z.object({
  on: z.boolean(),
  mode: z.enum(REPORTING_MODES),
  endpoint: z.string().optional(),
  state: z.enum(['off', 'idle', 'sending', 'waiting']),
  lastSuccessMs: z.int().optional(),
  failing: z.string().optional(),
  queued: z.object({ rows: z.int(), bytes: z.int() }),
  /** Since midnight UTC. `wireBytes`: as they went over the network, compressed. */
  today: z.object({ requests: z.int(), records: z.int(), wireBytes: z.int() }),
  ever: z.object({ requests: z.int(), records: z.int(), wireBytes: z.int(), sinceMs: z.int().optional() }),
  /** Records given up, by reason. */
  dropped: z.record(z.string(), z.int()),
  /** What `sent.list` can show: the latest records only. */
  kept: z.object({ records: z.int(), bytes: z.int(), maxRecords: z.int(), maxBytes: z.int() }),
});
export type SentStats = z.infer<typeof SentStats>;

/** What each mode would send of one thing. */
export const SentPreview = z.object({
  /** What the example is. */
  about: z.object({ kind: z.enum(['event', 'finding']), id: z.string(), title: z.string() }),
  modes: z.array(
    z.object({
      mode: z.enum(REPORTING_MODES),
      /** Absent: this mode sends nothing of it. */
      payload: SentPayload.optional(),
      bytes: z.int(),
    }),
  ),
});
export type SentPreview = z.infer<typeof SentPreview>;
