import { z } from 'zod';
import { LINK_EVIDENCE } from './attribution.ts';
import { CONFIDENCES } from './finding.ts';
import { ProcessEnvironment } from './process-environment.ts';

/** What a process is for its agent, where that is known: `tool` is everything else the agent starts. */
export const PROCESS_PARTS = ['agent', 'tool', 'mcp-server', 'hook'] as const;
export type ProcessPart = (typeof PROCESS_PARTS)[number];

/** One process of an agent as it is stored: whose it was, and how that is known. Redacted. */
export const ProcessRecord = z.object({
  /** Boot, pid and exact start. */
  id: z.string(),
  pid: z.int(),
  startTimeMs: z.int(),
  parentPid: z.int(),
  name: z.string(),
  /** Redacted, at most 300 characters. */
  command: z.string().optional(),
  executable: z.string().optional(),
  cwd: z.string().optional(),
  role: z.enum(['agent', 'child', 'loose']),
  part: z.enum(PROCESS_PARTS),
  agentId: z.string().optional(),
  sessionId: z.string().optional(),
  toolCallId: z.string().optional(),
  /** The process of the agent it belongs to. */
  agentPid: z.int().optional(),
  /** Of `reeve exec`. */
  runId: z.string().optional(),
  /** Of agents only, and only where the OS lets it be read (Linux, own processes). */
  environment: ProcessEnvironment.optional(),
  confidence: z.enum(CONFIDENCES),
  unresolved: z.enum(['no-session-seen', 'several-sessions', 'several-agents']).optional(),
  links: z.array(
    z.object({ evidence: z.enum(LINK_EVIDENCE), detail: z.string(), confidence: z.enum(CONFIDENCES) }),
  ),
  endedMs: z.int().optional(),
  /** 0-255; known only where the kernel tells. */
  exitCode: z.int().optional(),
  signal: z.int().optional(),
});
export type ProcessRecord = z.infer<typeof ProcessRecord>;

/** Ordinary short programs of one session, counted instead of stored one by one. */
export const ProgramCount = z.object({
  program: z.string(),
  n: z.int(),
  firstMs: z.int(),
  lastMs: z.int(),
});
export type ProgramCount = z.infer<typeof ProgramCount>;

/** A connection or listener of an agent's process, now. */
export const ListedConnection = z.object({
  pid: z.int(),
  startTimeMs: z.int(),
  program: z.string(),
  agentId: z.string().optional(),
  sessionId: z.string().optional(),
  part: z.enum(PROCESS_PARTS),
  protocol: z.enum(['tcp', 'udp']),
  /** Where it listens, or whom it talks to. */
  address: z.string(),
  port: z.int(),
  listening: z.boolean(),
  state: z.string(),
  /** As far as this machine knows them. */
  hosts: z.array(z.string()),
  /** Since the connection began; absent where the OS does not tell. */
  bytesOut: z.number().optional(),
  bytesIn: z.number().optional(),
});
export type ListedConnection = z.infer<typeof ListedConnection>;

/** Which of the views on the machine work now. */
export const Witnesses = z.object({
  processes: z.object({
    source: z.enum(['events', 'polling', 'off']),
    /** Why the kernel does not tell, or why nothing is watched. */
    reason: z.string().optional(),
    living: z.int(),
    agents: z.int(),
    /** Since the start: processes that ended before they could be read. */
    missed: z.int(),
    /** Since the comparison began: commands that logs tell of, and of how many nobody knows whether they ran. */
    claims: z.object({ checked: z.int(), undecided: z.int() }).optional(),
  }),
  network: z.object({
    working: z.boolean(),
    reason: z.string().optional(),
    /** Bytes per connection are told. */
    bytes: z.boolean(),
  }),
  attribution: z.object({
    processes: z.int(),
    withSession: z.int(),
    withToolCall: z.int(),
  }),
  /** Programs that ran and were only counted, today. */
  counted: z.int(),
});
export type Witnesses = z.infer<typeof Witnesses>;
