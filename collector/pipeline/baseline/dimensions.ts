import { type Dimension, DIMENSIONS, type Deviation, RATES } from '../../contract/baseline.ts';

/** What one piece of evidence is about. Only the strongest of a kind counts: a new host often comes with its repository. */
export type EvidenceKind =
  | 'means'
  | 'command'
  | 'destination'
  | 'place'
  | 'secret'
  | 'identity'
  | 'oversight'
  | 'volume'
  | 'errors'
  | 'tree'
  | 'time'
  | 'return'
  | 'peers';

/**
 * Kinds that say how much or when, not what. Alone they are a release night or a long refactoring, and are never told;
 * they add to a run that also does something new.
 */
export const RHYTHM: ReadonlySet<EvidenceKind> = new Set<EvidenceKind>([
  'volume',
  'errors',
  'tree',
  'time',
  'peers',
]);

export interface DimensionSpec {
  readonly id: Dimension;
  readonly code: string;
  readonly kind: EvidenceKind;
  /** Different things kept; beyond this the lightest are forgotten. */
  readonly maxValues: number;
  /** `a program`, as in: uses a program that … */
  readonly one: string;
  readonly many: string;
  /** A thing of the past that is used again is worth a word (D-14). */
  readonly returns?: true;
}

const SPECS: Readonly<Record<Dimension, Omit<DimensionSpec, 'id'>>> = {
  tool: { code: 'D-01', kind: 'means', maxValues: 80, one: 'tool', many: 'tools' },
  'mcp-server': {
    code: 'D-08',
    kind: 'means',
    maxValues: 40,
    one: 'MCP server',
    many: 'MCP servers',
    returns: true,
  },
  'mcp-tool': { code: 'D-01', kind: 'means', maxValues: 120, one: 'MCP tool', many: 'MCP tools' },
  subagent: { code: 'D-01', kind: 'means', maxValues: 40, one: 'sub-agent', many: 'sub-agents' },
  program: { code: 'D-02', kind: 'command', maxValues: 250, one: 'command', many: 'commands' },
  host: { code: 'D-03', kind: 'destination', maxValues: 150, one: 'host', many: 'hosts' },
  repository: { code: 'D-03', kind: 'destination', maxValues: 60, one: 'repository', many: 'repositories' },
  path: {
    code: 'D-04',
    kind: 'place',
    maxValues: 120,
    one: 'kind of file access',
    many: 'kinds of file access',
  },
  credential: {
    code: 'D-04',
    kind: 'secret',
    maxValues: 40,
    one: 'kind of secret',
    many: 'kinds of secrets',
    returns: true,
  },
  model: { code: 'D-08', kind: 'identity', maxValues: 40, one: 'model', many: 'models' },
  account: { code: 'D-11', kind: 'identity', maxValues: 10, one: 'account', many: 'accounts' },
  mode: { code: 'D-12', kind: 'oversight', maxValues: 12, one: 'permission mode', many: 'permission modes' },
  sequence: {
    code: 'D-10',
    kind: 'secret',
    maxValues: 150,
    one: 'sequence of steps',
    many: 'sequences of steps',
  },
};

/** In the order of `DIMENSIONS`; stored state refers to them by their place. */
export const DIMENSION_SPECS: readonly DimensionSpec[] = DIMENSIONS.map((id) => ({ id, ...SPECS[id] }));

export const DIMENSION_INDEX: Readonly<Record<Dimension, number>> = {
  tool: 0,
  'mcp-server': 1,
  'mcp-tool': 2,
  subagent: 3,
  program: 4,
  host: 5,
  repository: 6,
  path: 7,
  credential: 8,
  model: 9,
  account: 10,
  mode: 11,
  sequence: 12,
};

/** One dimension cannot decide alone: more bits than this are not counted. */
export const MAX_EVIDENCE_BITS = 14;

const OTHER: Readonly<Record<string, { readonly code: string; readonly kind: EvidenceKind }>> = {
  calls: { code: 'D-05', kind: 'volume' },
  tokens: { code: 'D-05', kind: 'volume' },
  errors: { code: 'D-07', kind: 'errors' },
  'fan-out': { code: 'D-09', kind: 'tree' },
  turn: { code: 'D-12', kind: 'volume' },
  hour: { code: 'D-06', kind: 'time' },
  return: { code: 'D-14', kind: 'return' },
  peers: { code: 'D-13', kind: 'peers' },
};

/** Catalogue number and kind of a deviation. */
export function catalogued(what: Deviation['what']): { readonly code: string; readonly kind: EvidenceKind } {
  return OTHER[what] ?? DIMENSION_SPECS.find((spec) => spec.id === what) ?? { code: 'D-05', kind: 'volume' };
}

export const RATE_COUNT = RATES.length;
