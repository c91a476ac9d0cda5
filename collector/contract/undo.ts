import { z } from 'zod';

const via = z.enum(['cli', 'app']).default('app');
const reason = z.string().max(1_000).optional();

export const ChangeResult = z.object({
  /** `refused`: nothing was changed. */
  status: z.enum(['done', 'refused']),
  /** One sentence for a person. */
  detail: z.string(),
  /** Row of the audit log; `actions.undo` takes it. Absent when there was nothing to write down. */
  auditSeq: z.int().optional(),
});
export type ChangeResult = z.infer<typeof ChangeResult>;

/** What a file, or a folder, was before Reeve changed it on request: kept so that the change can be taken back. */
export const KeptCopy = z.object({
  id: z.string(),
  timeMs: z.int(),
  /** Row of the audit log, for `actions.undo`. Absent when the change was cut short by a power failure. */
  auditSeq: z.int().optional(),
  /** `file` and `entry`: the whole settings file as it was. `folder`: the folder itself, and there is no other. */
  kind: z.enum(['file', 'entry', 'folder']),
  /** Where it was. */
  path: z.string(),
  /** Its name in that file, of an entry that was taken out: `docs` of `/mcpServers/docs`. */
  name: z.string().optional(),
  /** Of files; absent for folders, and when the copy cannot be seen. */
  sizeBytes: z.int().optional(),
  /** From then on it is removed: as old as events may get (`retention.days`). */
  removedMs: z.int(),
});
export type KeptCopy = z.infer<typeof KeptCopy>;

/** Changes of agents' own files on request, and the way back. Joined into `METHODS`. */
export const UNDO_METHODS = {
  /**
   * Carries out one of the patches of `privileges.get`. `sha256` is that of the file as it was shown; the patch's id
   * stands for exactly this change of exactly this text.
   */
  'privileges.apply': {
    params: z.object({ id: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/), reason, via }),
    result: ChangeResult,
  },
  /**
   * Takes an MCP server or a hook out of its agent's settings, or a skill out of its folder. With `preview` nothing is changed,
   * and `detail` says what would be.
   */
  'quarantine.add': {
    params: z.object({
      kind: z.enum(['mcpServer', 'skill', 'hook']),
      id: z.string(),
      preview: z.boolean().default(false),
      reason,
      via,
    }),
    result: ChangeResult,
  },
  /**
   * Takes back what a row of the audit log did: a change of a file, a quarantine, an acknowledged finding, a
   * suppression, an approval, a pause. Refused when something else has changed the same thing since.
   */
  'actions.undo': { params: z.object({ auditSeq: z.int().min(1), via }), result: ChangeResult },
  /** Copies that are kept, latest first. */
  'copies.list': {
    params: z.object({ limit: z.int().min(1).max(500).default(200) }),
    result: z.array(KeptCopy),
  },
  /** Removes one for good: its change cannot be taken back any more. */
  'copies.remove': { params: z.object({ id: z.string(), via }), result: ChangeResult },
  /** Which rows of the audit log can be taken back, latest first, and what that would do. */
  'actions.undoable': {
    params: z.object({ limit: z.int().min(1).max(200).default(50) }),
    result: z.array(
      z.object({
        auditSeq: z.int(),
        timeMs: z.int(),
        action: z.string(),
        target: z.object({ kind: z.string(), id: z.string() }),
        /** What taking it back does, in a sentence. */
        undo: z.string(),
      }),
    ),
  },
} as const;
