import { z } from 'zod';
import { RESOURCE_ACCESS } from './event.ts';
import { TOUCH_GROUPS } from './touch-groups.ts';

export type { TouchGroup } from './touch-groups.ts';

export const GRAPH_SCHEMA_VERSION = 1;

export const NODE_KINDS = [
  'human',
  'device',
  'os-account',
  'agent-account',
  'agent',
  'session',
  'subagent',
  'tool',
  'mcp-server',
  'credential',
  'principal',
  'resource',
  'process',
] as const;
export type NodeKind = (typeof NODE_KINDS)[number];

export const EDGE_KINDS = [
  'uses',
  'runs-as',
  'started',
  'spawned',
  'called',
  'accessed',
  'configured',
  'holds',
  'could-reach',
  'wrote-config-of',
  'shares-credential',
  'handed-file',
] as const;
export type EdgeKind = (typeof EDGE_KINDS)[number];

const Attribute = z.union([z.string(), z.number(), z.boolean()]);

export const GraphNode = z.object({
  /** `<kind>:<what>`; unique in a graph. */
  id: z.string(),
  kind: z.enum(NODE_KINDS),
  /** For a person. From logs and files: make it safe before it is shown. */
  label: z.string(),
  attributes: z.record(z.string(), Attribute),
});
export type GraphNode = z.infer<typeof GraphNode>;

export const GraphEdge = z.object({
  from: z.string(),
  to: z.string(),
  kind: z.enum(EDGE_KINDS),
  /** Only on `accessed`. */
  access: z.enum(RESOURCE_ACCESS).optional(),
  /** How sure and why, where that is a question: `flag, high`; `same fingerprint`. */
  evidence: z.string().optional(),
  /** Events it was seen in; 0 for what is known from configuration only. */
  count: z.int(),
  firstMs: z.int().optional(),
  lastMs: z.int().optional(),
  /** The earliest few. */
  eventIds: z.array(z.string()),
});
export type GraphEdge = z.infer<typeof GraphEdge>;

export const Graph = z.object({
  schemaVersion: z.literal(GRAPH_SCHEMA_VERSION),
  sessionId: z.string(),
  nodes: z.array(GraphNode),
  edges: z.array(GraphEdge),
  /** What the limits left out, by class; these are counted in a "… and N more" node where there is one. */
  omitted: z.record(z.string(), z.int()),
});
export type Graph = z.infer<typeof Graph>;

export const Touched = z.object({
  group: z.enum(TOUCH_GROUPS),
  value: z.string(),
  access: z.array(z.enum(RESOURCE_ACCESS)),
  count: z.int(),
  firstMs: z.int(),
  lastMs: z.int(),
  sessionIds: z.array(z.string()),
  eventIds: z.array(z.string()),
  /** Rules that raised a finding on one of these events. */
  findings: z.array(z.string()),
});
export type Touched = z.infer<typeof Touched>;

export const Reachable = z.object({
  /** A credential or principal the session's agent could use. */
  from: z.string(),
  /** What that could open. A possibility read from configuration, not something that happened. */
  could: z.string(),
  why: z.string(),
  /** The session was seen acting as it. */
  used: z.boolean(),
  production: z.boolean().optional(),
});
export type Reachable = z.infer<typeof Reachable>;

export const BlastRadius = z.object({
  schemaVersion: z.literal(GRAPH_SCHEMA_VERSION),
  sessionId: z.string(),
  /** Facts: in the order of the first touch. */
  touched: z.array(Touched),
  /** Of everything, also of what the limit left out. */
  groups: z.partialRecord(z.enum(TOUCH_GROUPS), z.int()),
  /** Calls that were refused and so touched nothing. */
  deniedCalls: z.int(),
  /** Possibilities: never said as fact. */
  couldReach: z.array(Reachable),
  omitted: z.record(z.string(), z.int()),
});
export type BlastRadius = z.infer<typeof BlastRadius>;
