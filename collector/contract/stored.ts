import { z } from 'zod';
import { EVENT_KINDS, RESOURCE_ACCESS, RESOURCE_KINDS, TOOL_CATEGORIES } from './event.ts';

/** Stage 3: the redacted event as it is stored, served by the API, streamed as NDJSON and reported. */
export const StoredEvent = z.object({
  id: z.string(),
  kind: z.enum(EVENT_KINDS),
  timeMs: z.int(),
  agentId: z.string(),
  sessionId: z.string(),
  parentSessionId: z.string().optional(),
  actor: z.object({ user: z.string(), uid: z.int().optional(), account: z.string().optional() }),
  tool: z
    .object({
      name: z.string(),
      category: z.enum(TOOL_CATEGORIES),
      callId: z.string(),
      mcpServer: z.string().optional(),
      mcpTool: z.string().optional(),
    })
    .optional(),
  /** Redacted; commands and texts are cut at 4,000 characters, file contents are reduced to their size. */
  input: z.record(z.string(), z.unknown()).optional(),
  outcome: z
    .object({
      status: z.enum(['ok', 'error', 'denied', 'interrupted']),
      exitCode: z.int().optional(),
      durationMs: z.number().optional(),
      sizeBytes: z.int().optional(),
    })
    .optional(),
  resources: z.array(
    z.object({ kind: z.enum(RESOURCE_KINDS), value: z.string(), access: z.enum(RESOURCE_ACCESS) }),
  ),
  source: z.object({ path: z.string(), offsetBytes: z.int() }),
});
export type StoredEvent = z.infer<typeof StoredEvent>;

export const Tokens = z.object({
  input: z.int(),
  output: z.int(),
  cacheRead: z.int(),
  cacheWrite: z.int(),
});
export type Tokens = z.infer<typeof Tokens>;

export const Session = z.object({
  id: z.string(),
  agentId: z.string(),
  nativeId: z.string(),
  parentSessionId: z.string().optional(),
  cwd: z.string().optional(),
  repository: z.string().optional(),
  gitBranch: z.string().optional(),
  agentVersion: z.string().optional(),
  models: z.array(z.string()),
  startedMs: z.int(),
  lastEventMs: z.int(),
  counts: z.object({
    prompts: z.int(),
    toolCalls: z.int(),
    toolErrors: z.int(),
    subagents: z.int(),
    mcpCalls: z.int(),
  }),
  tokens: Tokens,
  /** What it is about, in the words of its log, redacted. Often made from the prompt: never sent. */
  title: z.string().optional(),
  permissionMode: z.string().optional(),
  actor: z.object({ user: z.string(), uid: z.int().optional(), account: z.string().optional() }),
});
export type Session = z.infer<typeof Session>;
