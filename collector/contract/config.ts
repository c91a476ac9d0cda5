import { z } from 'zod';

export const REPORTING_MODES = ['off', 'minimal', 'metadata', 'full'] as const;

/** All settings, with their defaults. A key that is documented once keeps its name for ever. */
export const Config = z.object({
  reporting: z
    .object({
      mode: z.enum(REPORTING_MODES).default('metadata').describe('What leaves the machine.'),
      endpoint: z
        .url({ protocol: /^https?$/ })
        .optional()
        .describe('OTLP/HTTP base URL; none means nothing is sent.'),
      headers: z
        .record(z.string(), z.string())
        .default({})
        .describe('Extra request headers, such as Authorization.'),
      caFile: z.string().optional().describe("PEM file with the receiver's certificate authority."),
      clientCertFile: z.string().optional().describe('PEM client certificate for mutual TLS.'),
      clientKeyFile: z.string().optional().describe('PEM key of that certificate.'),
      maxQueueBytes: z
        .int()
        .min(1_000_000)
        .default(256_000_000)
        .describe('Outbox size over which the oldest informational events are dropped, and counted.'),
      maxQueueAgeDays: z
        .int()
        .min(1)
        .default(14)
        .describe('Outbox age over which events are dropped, and counted.'),
    })
    .prefault({}),
  retention: z
    .object({
      days: z
        .int()
        .min(1)
        .default(90)
        .describe(
          'Age after which events are removed, and the copies kept of files that Reeve changed on request; findings and audit stay.',
        ),
      maxStoreBytes: z
        .int()
        .min(10_000_000)
        .default(2_000_000_000)
        .describe('Store size over which the oldest events are removed.'),
    })
    .prefault({}),
  processes: z
    .object({
      patienceMs: z
        .int()
        .min(1_000)
        .max(600_000)
        .default(10_000)
        .describe('How late the log line of a command may be before the command counts as not written down.'),
      events: z
        .boolean()
        .default(true)
        .describe(
          'While an agent runs, let the kernel tell of each process that starts, so that very short ones are seen; costs a thread then.',
        ),
    })
    .prefault({}),
  scan: z
    .object({
      maxProjects: z
        .int()
        .min(0)
        .default(500)
        .describe('How many project folders, named by the agents themselves, are looked at.'),
      elsewhere: z
        .boolean()
        .default(true)
        .describe(
          'Also take the inventory of containers and of WSL distributions that run, and, when the collector runs as an administrator, of the homes of other accounts.',
        ),
    })
    .prefault({}),
  agents: z
    .object({
      sanctioned: z
        .array(z.string())
        .default([])
        .describe('Ids of agents that may be used here; when there are any, all others may not.'),
      unsanctioned: z.array(z.string()).default([]).describe('Ids of agents that may not be used here.'),
    })
    .prefault({}),
  credentials: z
    .object({
      allowChecks: z
        .boolean()
        .default(true)
        .describe(
          'Whether `reeve credentials check` may ask a provider whose credential it is; it never does so by itself.',
        ),
    })
    .prefault({}),
  advisories: z
    .object({
      publicKey: z
        .string()
        .optional()
        .describe(
          'Ed25519 key (PEM or base64) that signs packs of knowledge about bad components; counts only in the policy file.',
        ),
    })
    .prefault({}),
});
export type Config = z.infer<typeof Config>;

/** The embedded defaults. */
export const DEFAULT_CONFIG: Config = Config.parse({});
