import { z } from 'zod';
import { CONFIDENCES } from './finding.ts';

export const CHANGING_KINDS = ['agent', 'mcp-server', 'credential', 'asset', 'model'] as const;

/** Who changed a file of the inventory, as far as the session logs tell. */
export const ChangeAuthor = z.object({
  agentId: z.string(),
  sessionId: z.string(),
  eventId: z.string(),
  tool: z.string(),
  timeMs: z.int(),
  /** `high`: the call names the file as written; `low`: a command ran at that moment, in the only session there was. */
  confidence: z.enum(CONFIDENCES),
});
export type ChangeAuthor = z.infer<typeof ChangeAuthor>;

/** One thing of the inventory that came, changed, went or came back. */
export const InventoryChange = z.object({
  seq: z.int(),
  timeMs: z.int(),
  kind: z.enum(CHANGING_KINDS),
  id: z.string(),
  name: z.string(),
  path: z.string().optional(),
  change: z.enum(['added', 'changed', 'gone', 'back']),
  /** What is different, as short text without secrets; a side that is absent was not there. */
  fields: z.array(
    z.object({ field: z.string(), before: z.string().optional(), after: z.string().optional() }),
  ),
  by: ChangeAuthor.optional(),
});
export type InventoryChange = z.infer<typeof InventoryChange>;
