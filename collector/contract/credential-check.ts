import { z } from 'zod';

export const CredentialCheckRequest = z.object({
  /** Of the inventory. */
  id: z.string(),
  /** The person was told where the value goes, and said yes; without it nothing is sent. */
  confirmed: z.boolean().default(false),
  /** Named by the person; needed for providers that people also run themselves. */
  host: z.string().max(253).optional(),
  via: z.enum(['cli', 'app']).default('app'),
});

/** What came of asking a credential's own provider whose it is. The value itself is in none of it. */
export const CheckResult = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('refused'),
    reason: z.string(),
    /** A person could still say that it is of this host, which is also run by companies themselves. */
    needsHost: z.string().optional(),
  }),
  /** Nothing was sent: this is what would be. */
  z.object({ kind: z.literal('would-ask'), provider: z.string(), url: z.string() }),
  z.object({
    kind: z.literal('answer'),
    provider: z.string(),
    url: z.string(),
    answer: z.object({
      /** `dead` only on the provider's own word for it; everything else that is not `live` is unknown. */
      state: z.enum(['live', 'dead', 'unknown']),
      principal: z.string().optional(),
      scopes: z.array(z.string()).readonly().optional(),
      expiresMs: z.number().optional(),
      /** Why it is unknown, or what else the answer tells. */
      detail: z.string().optional(),
    }),
  }),
]);
export type CheckResult = z.infer<typeof CheckResult>;
