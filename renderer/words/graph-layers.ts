import type { Graph, GraphEdge, GraphNode, NodeKind } from '../../collector/contract/graph.ts';

/** From who to what: the columns of the graph, left to right. */
const LAYERS: Readonly<Record<NodeKind, number>> = {
  human: 0,
  device: 0,
  'os-account': 1,
  'agent-account': 1,
  agent: 2,
  session: 3,
  subagent: 4,
  tool: 5,
  'mcp-server': 5,
  process: 5,
  credential: 6,
  principal: 6,
  resource: 7,
};

export function layerOf(kind: NodeKind): number {
  return LAYERS[kind];
}

const MAX_NODES = 220;

/** Told in words above the picture when there is one of each: they would only push the rest aside. */
const SURROUNDINGS: readonly NodeKind[] = ['human', 'device', 'os-account', 'agent-account'];

export interface ReadableGraph {
  readonly graph: Graph;
  /** Things left out because they were touched least. */
  readonly left: number;
}

/** The part of a graph that can be looked at: without what is said elsewhere, and without the least touched resources. */
export function readableGraph(whole: Graph): ReadableGraph {
  const weight = new Map<string, number>();
  for (const edge of whole.edges) weight.set(edge.to, (weight.get(edge.to) ?? 0) + edge.count);
  const alone = SURROUNDINGS.every((kind) => whole.nodes.filter((node) => node.kind === kind).length <= 1);
  const candidates = alone ? whole.nodes.filter((node) => !SURROUNDINGS.includes(node.kind)) : whole.nodes;
  const nodes = [...candidates]
    .sort((a, b) => layerOf(a.kind) - layerOf(b.kind) || (weight.get(b.id) ?? 0) - (weight.get(a.id) ?? 0))
    .slice(0, MAX_NODES);
  const kept = new Set(nodes.map((node) => node.id));
  const agent = nodes.find((node) => node.kind === 'agent')?.id;
  const edges = whole.edges.flatMap((edge) => {
    if (!kept.has(edge.to)) return [];
    if (kept.has(edge.from)) return [edge];
    // What the account of the person holds, whoever runs as that person can use: it hangs on the agent then.
    const isHeld = alone && edge.kind === 'holds' && agent !== undefined && agent !== edge.to;
    return isHeld ? [{ ...edge, from: agent, evidence: edge.evidence ?? 'it runs as you' }] : [];
  });
  return { graph: { ...whole, nodes, edges }, left: candidates.length - nodes.length };
}

/** One line of the graph as text: what hangs below what. */
export interface OutlineRow {
  readonly node: GraphNode;
  /** How it is tied to what stands above it; undefined for the first. */
  readonly edge: GraphEdge | undefined;
  readonly depth: number;
  /** Others that it hangs on too. */
  readonly also: readonly GraphNode[];
}

/**
 * The graph as an indented list, for narrow screens and for those who listen to it. Each thing stands once, below the first
 * that leads to it; what nothing leads to begins a list of its own.
 */
export function outline(graph: Graph): readonly OutlineRow[] {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const outgoing = new Map<string, GraphEdge[]>();
  const incoming = new Map<string, GraphEdge[]>();
  for (const edge of graph.edges) {
    if (edge.from === edge.to) continue;
    outgoing.set(edge.from, [...(outgoing.get(edge.from) ?? []), edge]);
    incoming.set(edge.to, [...(incoming.get(edge.to) ?? []), edge]);
  }
  const parents = new Map<string, GraphEdge>();
  const seen = new Set<string>();
  const starts = [...graph.nodes].sort(
    (a, b) =>
      (incoming.get(a.id)?.length ?? 0) - (incoming.get(b.id)?.length ?? 0) ||
      layerOf(a.kind) - layerOf(b.kind),
  );
  const roots: GraphNode[] = [];
  for (const start of starts) {
    if (seen.has(start.id)) continue;
    roots.push(start);
    seen.add(start.id);
    // Level by level: what stands below what is the shortest way to it.
    for (let level = [start.id]; level.length > 0;) {
      const next: string[] = [];
      for (const id of level)
        for (const edge of outgoing.get(id) ?? [])
          if (!seen.has(edge.to) && byId.has(edge.to)) {
            seen.add(edge.to);
            parents.set(edge.to, edge);
            next.push(edge.to);
          }
      level = next;
    }
  }
  const children = new Map<string, string[]>();
  for (const [id, edge] of parents) children.set(edge.from, [...(children.get(edge.from) ?? []), id]);
  const rows: OutlineRow[] = [];
  const stack = roots.map((node) => ({ id: node.id, depth: 0 })).reverse();
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const { id, depth } = at;
    const node = byId.get(id);
    if (node === undefined) continue;
    const edge = parents.get(id);
    const others = (incoming.get(id) ?? []).filter(({ from }) => from !== edge?.from);
    const also = [...new Set(others.map(({ from }) => from))].flatMap((from) => byId.get(from) ?? []);
    rows.push({ node, edge, depth, also });
    for (const child of (children.get(id) ?? []).reverse()) stack.push({ id: child, depth: depth + 1 });
  }
  return rows;
}
