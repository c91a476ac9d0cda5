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
  const edges = whole.edges.filter((edge) => kept.has(edge.from) && kept.has(edge.to));
  return { graph: { ...whole, nodes, edges }, left: candidates.length - nodes.length };
}
