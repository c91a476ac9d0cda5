import { z } from 'zod';
import { TOOL_CATEGORIES } from './event.ts';
import { Finding, Severity } from './finding.ts';

/** The parts of "ran `npm test`": the words of a call, for a person. See `callWords`. */
export const CallWords = z.object({
  /** `ran`, `read`, `changed`, `searched`, `fetched`, `asked` … */
  verb: z.string(),
  /** Command, path, address or name of a tool: to be set in a fixed-width font. At most 300 characters. */
  object: z.string(),
  /** Words behind it, such as `on github (MCP)`. */
  rest: z.string().optional(),
});
export type CallWords = z.infer<typeof CallWords>;

export const RunningSession = z.object({
  sessionId: z.string(),
  agentId: z.string(),
  agentName: z.string(),
  /** Last part of the folder, or the repository's name. */
  project: z.string(),
  cwd: z.string().optional(),
  /** See `Session.title`. */
  title: z.string().optional(),
  model: z.string().optional(),
  permissionMode: z.string().optional(),
  user: z.string(),
  startedMs: z.int(),
  lastEventMs: z.int(),
  toolCalls: z.int(),
  lastCall: CallWords.extend({
    eventId: z.string(),
    timeMs: z.int(),
    category: z.enum(TOOL_CATEGORIES),
  }).optional(),
  /** Processes of this session that run now; 0 when they cannot be told apart or are not on this machine. */
  pids: z.int(),
  /** Some of them stand still because of `pause`. */
  paused: z.boolean(),
  openFindings: z.int(),
  worst: Severity.optional(),
});
export type RunningSession = z.infer<typeof RunningSession>;

/** One thing Reeve can or cannot see here. */
export const CoverageItem = z.object({
  id: z.string(),
  title: z.string(),
  /** `sees` · `partly` · `blind` · `off` (could be switched on). */
  state: z.enum(['sees', 'partly', 'blind', 'off']),
  /** One or two sentences for a person, with what to do where something can be done. */
  text: z.string(),
});
export type CoverageItem = z.infer<typeof CoverageItem>;

export const SeverityCounts = z.object({
  informational: z.int(),
  low: z.int(),
  medium: z.int(),
  high: z.int(),
  critical: z.int(),
});
export type SeverityCounts = z.infer<typeof SeverityCounts>;

/** Buckets of the activity strip; the last one holds now. */
export const STRIP_BUCKETS = 96;

/** The state of everything for the first screen, from one moment. */
export const Overview = z.object({
  timeMs: z.int(),
  phase: z.enum(['starting', 'reading', 'watching', 'stopping']),
  startedMs: z.int(),
  /** Follow `events.created` from here. */
  lastSeq: z.int(),
  files: z.object({ known: z.int(), pending: z.int() }),
  agents: z.object({ known: z.int(), running: z.int() }),
  sessions: z.object({
    /** With activity since the start of the strip. */
    recent: z.int(),
    /** Latest activity first, at most 50. */
    running: z.array(RunningSession),
    runningTotal: z.int(),
  }),
  findings: z.object({ open: SeverityCounts, worst: z.array(Finding).max(3) }),
  /** `waiting`: came or changed since Reeve knows this machine; `before`: were here already and nobody decided. */
  approvals: z.object({ waiting: z.int(), before: z.int() }),
  strip: z.object({
    startMs: z.int(),
    bucketMs: z.int(),
    buckets: z
      .array(z.object({ events: z.int(), findings: z.int(), worst: Severity.optional() }))
      .length(STRIP_BUCKETS),
  }),
  sending: z.object({
    on: z.boolean(),
    mode: z.string(),
    endpoint: z.string().optional(),
    lastSuccessMs: z.int().optional(),
    failing: z.string().optional(),
  }),
  coverage: z.array(CoverageItem),
});
export type Overview = z.infer<typeof Overview>;
