import type { Graph, NodeKind } from '../../collector/contract/graph.ts';

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

/** The part of a graph that can be looked at: whole when small, else without the resources touched least. */
export function readableGraph(graph: Graph): { readonly graph: Graph; readonly left: number } {
  if (graph.nodes.length <= MAX_NODES) return { graph, left: 0 };
  const weight = new Map<string, number>();
  for (const edge of graph.edges) weight.set(edge.to, (weight.get(edge.to) ?? 0) + edge.count);
  const ranked = [...graph.nodes].sort(
    (a, b) => layerOf(a.kind) - layerOf(b.kind) || (weight.get(b.id) ?? 0) - (weight.get(a.id) ?? 0),
  );
  const nodes = ranked.slice(0, MAX_NODES);
  const kept = new Set(nodes.map((node) => node.id));
  return {
    graph: { ...graph, nodes, edges: graph.edges.filter((edge) => kept.has(edge.from) && kept.has(edge.to)) },
    left: graph.nodes.length - nodes.length,
  };
}
