import type { Graph, GraphEdge, GraphNode } from '../../contract/graph.ts';
import { strengthOf } from './blast.ts';
import { byText } from './tally.ts';

/** One line of the chain as a person reads it. Texts come from logs and files: make them safe before they are shown. */
export interface OutlineRow {
  readonly depth: number;
  /** What it is: `agent`, `tool`, `read, write`, `could reach`. */
  readonly what: string;
  readonly label: string;
  /** How often, by whom, why. */
  readonly note: string;
  /** A possibility, not something that happened. */
  readonly could: boolean;
  readonly flagged: boolean;
}

const CHAIN = ['human', 'device', 'os-account', 'agent'] as const;

/**
 * The graph as an indented list: human, device, account, agent, session; below it tools with what they touched, MCP
 * servers, sub-agents, ties to other agents; at last what could be reached.
 * @param perTool resources shown below one tool; the rest is counted
 */
export function outlineOf(graph: Graph, perTool = 8): readonly OutlineRow[] {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const outgoing = new Map<string, GraphEdge[]>();
  for (const edge of graph.edges) {
    const list = outgoing.get(edge.from);
    if (list === undefined) outgoing.set(edge.from, [edge]);
    else list.push(edge);
  }
  const rows: OutlineRow[] = [];
  const main = graph.nodes.find(({ id }) => id === `session:${graph.sessionId}`.slice(0, 1_200));
  const starter = graph.edges.find((edge) => edge.kind === 'started' && edge.to === main?.id)?.from;
  let depth = 0;
  for (const kind of CHAIN) {
    const node = graph.nodes.find(
      (candidate) => candidate.kind === kind && (kind !== 'agent' || candidate.id === starter),
    );
    if (node === undefined) continue;
    rows.push(row(depth++, kind === 'os-account' ? 'account' : kind, node, noteOf(node, outgoing, nodes)));
  }
  const view: View = { nodes, outgoing, rows, perTool, told: new Set() };
  if (main !== undefined) addSession(view, main, depth);
  addTies(view, graph, starter);
  addPossible(view, graph);
  return rows;
}

interface View {
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly outgoing: ReadonlyMap<string, readonly GraphEdge[]>;
  readonly rows: OutlineRow[];
  readonly perTool: number;
  readonly told: Set<string>;
}

function addSession(view: View, node: GraphNode, depth: number): void {
  if (view.told.has(node.id) || depth > 16) return;
  view.told.add(node.id);
  const cwd = node.attributes['cwd'];
  view.rows.push(
    row(depth, node.kind === 'subagent' ? 'sub-agent' : 'session', node, typeof cwd === 'string' ? cwd : ''),
  );
  if (node.attributes['environment'] === 'not known')
    view.rows.push({
      depth: depth + 1,
      what: 'environment',
      label: 'not known',
      note: 'the agent ended, or its system shows none',
      could: false,
      flagged: false,
    });
  const edges = view.outgoing.get(node.id) ?? [];
  const called = edges
    .filter(({ kind }) => kind === 'called')
    .sort((a, b) => b.count - a.count || byText(a.to, b.to));
  for (const edge of called) {
    const tool = view.nodes.get(edge.to);
    if (tool !== undefined) addTool(view, tool, edge, depth + 1);
  }
  for (const edge of edges) {
    const target = view.nodes.get(edge.to);
    if (target === undefined) continue;
    if (edge.kind === 'spawned' && target.kind === 'subagent') addSession(view, target, depth + 1);
    if (edge.kind === 'holds' && target.kind === 'credential')
      view.rows.push({ ...row(depth + 1, 'holds', target, edge.evidence ?? ''), could: false });
    if (edge.kind === 'started' && target.kind === 'process')
      view.rows.push(row(depth + 1, 'process', target, ''));
  }
}

function addTool(view: View, tool: GraphNode, call: GraphEdge, depth: number): void {
  const denied = tool.attributes['denied'];
  const note = `×${call.count}${typeof denied === 'number' ? `, ${denied} denied` : ''}`;
  view.rows.push(row(depth, 'tool', tool, note));
  const edges = view.outgoing.get(tool.id) ?? [];
  for (const edge of edges) {
    const target = view.nodes.get(edge.to);
    if (target === undefined) continue;
    if (edge.kind === 'called') view.rows.push(row(depth + 1, 'server', target, `×${edge.count}`));
    if (edge.kind === 'uses') view.rows.push(row(depth + 1, 'as', target, edge.evidence ?? ''));
  }
  const touched = new Map<string, GraphEdge[]>();
  for (const edge of edges)
    if (edge.kind === 'accessed') touched.set(edge.to, [...(touched.get(edge.to) ?? []), edge]);
  const ranked = [...touched].flatMap(([id, accesses]) => {
    const node = view.nodes.get(id);
    if (node === undefined) return [];
    const strength =
      (node.attributes['more'] === undefined ? 0 : -20) +
      (node.attributes['findings'] === undefined ? 0 : 10) +
      strengthOf(accesses.flatMap(({ access }) => (access === undefined ? [] : [access])));
    return [{ node, accesses, strength, count: accesses.reduce((sum, edge) => sum + edge.count, 0) }];
  });
  ranked.sort((a, b) => b.strength - a.strength || b.count - a.count || byText(a.node.id, b.node.id));
  for (const { node, accesses, count } of ranked.slice(0, view.perTool)) {
    const how = accesses.flatMap(({ access }) => (access === undefined ? [] : [access])).join(',');
    view.rows.push(row(depth + 1, how, node, count > 1 ? `×${count}` : ''));
  }
  const rest = ranked.length - view.perTool;
  if (rest > 0) {
    view.rows.push({
      depth: depth + 1,
      what: '',
      label: `… and ${rest} more`,
      note: '',
      could: false,
      flagged: false,
    });
  }
}

const TIES: Readonly<Record<string, string>> = {
  spawned: 'ran the agent',
  'wrote-config-of': 'wrote a file of',
  'shares-credential': 'shares a secret with',
  'handed-file': 'handed a file to',
};

function addTies(view: View, graph: Graph, agentId: string | undefined): void {
  const own = new Set([agentId, ...view.told]);
  for (const edge of graph.edges) {
    const words = TIES[edge.kind];
    const target = view.nodes.get(edge.to);
    const source = view.nodes.get(edge.from);
    if (words === undefined || target === undefined || source === undefined || target.kind === 'subagent')
      continue;
    const inward = edge.kind === 'handed-file' && own.has(edge.to);
    const shown = inward ? source : target;
    view.rows.push(row(0, inward ? 'got a file from' : words, shown, edge.evidence ?? ''));
  }
}

function addPossible(view: View, graph: Graph): void {
  for (const edge of graph.edges) {
    if (edge.kind !== 'could-reach') continue;
    const from = view.nodes.get(edge.from);
    const to = view.nodes.get(edge.to);
    if (from === undefined || to === undefined) continue;
    const used = from.attributes['used'] === true ? ', used' : '';
    const production = from.attributes['production'] === true ? ', production by its name' : '';
    view.rows.push({
      depth: 0,
      what: 'could reach',
      label: to.label,
      note: `with ${from.label}${used}${production}`,
      could: true,
      flagged: false,
    });
  }
}

function row(depth: number, what: string, node: GraphNode, note: string): OutlineRow {
  const flagged = node.attributes['findings'] !== undefined;
  return { depth, what, label: node.label, note, could: false, flagged };
}

function noteOf(
  node: GraphNode,
  outgoing: ReadonlyMap<string, readonly GraphEdge[]>,
  nodes: ReadonlyMap<string, GraphNode>,
): string {
  if (node.kind === 'human') return text(node.attributes['email']);
  if (node.kind === 'device') return text(node.attributes['os']);
  if (node.kind !== 'agent') return '';
  const accounts = (outgoing.get(node.id) ?? []).flatMap((edge) =>
    edge.kind === 'uses' ? (nodes.get(edge.to)?.label ?? []) : [],
  );
  return accounts.length === 0 ? '' : `as ${accounts.slice(0, 2).join(', ')}`;
}

function text(value: string | number | boolean | undefined): string {
  return typeof value === 'string' ? value : '';
}
