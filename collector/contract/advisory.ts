import { z } from 'zod';

/**
 * What is known of bad components, as one file that can be handed out without a release. The file is UTF-8 JSON; beside it
 * lies `<name>.sig`, the Ed25519 signature (RFC 8032, base64) of its bytes.
 */
const Known = {
  /** What happened, in one sentence for a person. */
  why: z.string().min(8).max(400),
  /** Where it is described: an address, or the number of an advisory. */
  source: z.string().min(3).max(300),
  /** Day it became known to everybody; where only that is sure, the day of the mended release. */
  date: z.iso.date(),
  severity: z.enum(['high', 'critical']),
};

export const Advisory = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('package'),
    ecosystem: z.enum(['npm', 'pypi']),
    /** As the registry spells it; `@scope/*` is every package of a scope. */
    name: z.string().min(2).max(214),
    /** Exact bad versions. Without this and `fixed` every version is bad. */
    versions: z.array(z.string().max(60)).max(200).optional(),
    /** First bad version; only with `fixed`. */
    since: z.string().max(60).optional(),
    /** First good version again: three numbers. */
    fixed: z
      .string()
      .regex(/^\d{1,9}\.\d{1,9}\.\d{1,9}$/)
      .optional(),
    ...Known,
  }),
  z.object({ kind: z.literal('domain'), domain: z.string().min(4).max(253), ...Known }),
  z.object({ kind: z.literal('hash'), sha256: z.string().regex(/^[0-9a-f]{64}$/), ...Known }),
  /** A file that a campaign leaves behind, by the end of its path. */
  z.object({ kind: z.literal('file'), suffix: z.string().min(6).max(200), ...Known }),
]);
export type Advisory = z.infer<typeof Advisory>;

export const AdvisoryPack = z.object({
  format: z.literal(1),
  /** Counts up; a pack that is not newer than the one in use is refused. */
  version: z.int().min(1),
  date: z.iso.date(),
  /** Last day it is meant to be in use: whoever keeps newer packs from a machine is noticed. */
  until: z.iso.date().optional(),
  entries: z.array(Advisory).max(50_000),
});
export type AdvisoryPack = z.infer<typeof AdvisoryPack>;
