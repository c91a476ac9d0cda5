import { z } from 'zod';
import { AgentRecord, Asset, Credential, McpServer, ModelRecord } from './agent.ts';
import { Finding } from './finding.ts';
import { HealthItem } from './health.ts';
import { Session } from './stored.ts';

export const SCAN_SCHEMA_VERSION = 1;

/** `reeve scan --json`. Times are epoch milliseconds, sizes bytes, unknown fields absent. */
export const ScanDocument = z.object({
  schemaVersion: z.literal(SCAN_SCHEMA_VERSION),
  scannedAtMs: z.int(),
  host: z.object({ hostname: z.string(), os: z.string(), osVersion: z.string(), arch: z.string() }),
  user: z.object({
    name: z.string(),
    uid: z.int().optional(),
    fullName: z.string().optional(),
    emails: z.array(z.string()),
  }),
  agents: z.array(AgentRecord),
  mcpServers: z.array(McpServer),
  credentials: z.array(Credential),
  assets: z.array(Asset),
  sessions: z.array(Session),
  models: z.array(ModelRecord),
  findings: z.array(Finding),
  health: z.array(HealthItem),
  stats: z.object({
    files: z.int(),
    bytes: z.int(),
    lines: z.int(),
    rejected: z.record(z.string(), z.int()),
    unknownTypes: z.record(z.string(), z.int()),
    durationMs: z.number(),
  }),
});
export type ScanDocument = z.infer<typeof ScanDocument>;
