import { z } from 'zod';

/** What an agent was given with its environment, and so everything it starts: names, never values of secrets. */
export const ProcessEnvironment = z.object({
  credentials: z.array(
    z.object({
      /** Of the variable. */
      name: z.string(),
      kind: z.string(),
      provider: z.string(),
      /** What the value tells of itself, offline. */
      principal: z.string().optional(),
      expiresMs: z.number().optional(),
      /** With the key of this machine; equal to that of the same value in a file. */
      fingerprint: z.string(),
    }),
  ),
  /** Variables that choose an account or say where accounts are kept, and are no secrets. */
  chosen: z.record(z.string(), z.string()),
});
export type ProcessEnvironment = z.infer<typeof ProcessEnvironment>;
