import { z } from 'zod';

/** What is counted of a run, one at a time; the order is the order in stored state and must only grow at the end. */
export const DIMENSIONS = [
  'tool',
  'mcp-server',
  'mcp-tool',
  'subagent',
  'program',
  'host',
  'repository',
  'path',
  'credential',
  'model',
  'account',
  'mode',
  'sequence',
] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** What is measured of a run; the order is the order in stored state and must only grow at the end. */
export const RATES = ['calls', 'tokens', 'errors', 'fan-out', 'turn'] as const;
export type Rate = (typeof RATES)[number];

/** One way in which a run differs from what is usual. */
export const Deviation = z.object({
  /** Number in the catalogue: `D-03`. */
  code: z.string(),
  what: z.enum([...DIMENSIONS, ...RATES, 'hour', 'return', 'peers']),
  /** What is new or unusual, as it is called on this machine; at most 120 characters. */
  value: z.string(),
  /** Surprise: a thing of b bits is expected in one of 2^b cases. */
  bits: z.number(),
  /** A sentence for a person: what is new, against how much history, how rare, what usually happens instead. */
  text: z.string(),
  eventId: z.string().optional(),
});
export type Deviation = z.infer<typeof Deviation>;

const Share = z.object({
  value: z.string(),
  /** Runs it was seen in. */
  runs: z.int(),
  /** Of all that was seen in this dimension, newer runs counting more: 0 to 1. */
  share: z.number(),
  firstMs: z.int(),
  lastMs: z.int(),
});

/** What is usual for an agent in one project, or for one user with this agent in all projects together. */
export const BaselineEntry = z.object({
  scope: z.enum(['project', 'user']),
  agentId: z.string(),
  /** Folder of the project, or the user's name. */
  name: z.string(),
  user: z.string(),
  /** `learning`: too little history to judge by; nothing is told yet. */
  state: z.enum(['learning', 'ready', 'paused']),
  history: z.object({
    firstMs: z.int(),
    lastMs: z.int(),
    activeDays: z.int(),
    runs: z.int(),
    toolCalls: z.int(),
  }),
  dimensions: z.array(
    z.object({
      dimension: z.enum(DIMENSIONS),
      /** Different values known. */
      known: z.int(),
      /** How likely a thing met here is a new one: 0 to 1, as used, after the guard against slow drift. */
      newRate: z.number(),
      top: z.array(Share),
    }),
  ),
  /** Tool calls per hour of the day, local time: 5 %, 50 % and 95 % of active days, and today so far. */
  volume: z.object({
    hours: z.array(
      z.object({ hour: z.int(), low: z.number(), usual: z.number(), high: z.number(), today: z.int() }),
    ),
    /** Tool calls in five minutes of work. */
    window: z.object({ usual: z.number(), high: z.number() }),
  }),
  /** New things of the last seven days, newest first. */
  newThisWeek: z.array(
    z.object({
      timeMs: z.int(),
      dimension: z.enum(DIMENSIONS),
      value: z.string(),
      bits: z.number(),
      /** `here`: known from other projects of this user; `everywhere`: not known at all. */
      newTo: z.enum(['here', 'everywhere']),
    }),
  ),
  /** Bits a run needs before it is told; only for users. */
  alarmBits: z.number().optional(),
  /** Bytes this takes in the store. */
  sizeBytes: z.int(),
});
export type BaselineEntry = z.infer<typeof BaselineEntry>;

/** Which baselines: all of them, of one agent, of one project. */
export const BaselineTarget = z.object({
  agentId: z.string().max(200).optional(),
  project: z.string().max(4_096).optional(),
});
export type BaselineTarget = z.infer<typeof BaselineTarget>;

const changed = z.object({ changed: z.int() });

/** Methods of the local API about what is usual. */
export const BASELINE_METHODS = {
  /** What is usual per agent and user, and per agent and project; worked on last first. */
  'baseline.list': { params: BaselineTarget, result: z.array(BaselineEntry) },
  /** Forgets what was learned; learning begins anew with what comes. Without a target: everything. */
  'baseline.reset': { params: BaselineTarget, result: changed },
  /** Stops learning and telling, or goes on. */
  'baseline.pause': { params: BaselineTarget.extend({ paused: z.boolean() }), result: changed },
} as const;
