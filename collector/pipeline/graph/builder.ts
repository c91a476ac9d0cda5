import type { ResourceAccess } from '../../contract/event.ts';
import {
  EDGE_KINDS,
  type EdgeKind,
  type GraphEdge,
  type GraphNode,
  NODE_KINDS,
  type NodeKind,
} from '../../contract/graph.ts';
import { byText, createTally, mergeTally, type Tally } from './tally.ts';

const MAX_LABEL = 200;
const MAX_ID = 1_200;

interface EdgeDraft {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  readonly access: ResourceAccess | undefined;
  evidence: string | undefined;
  readonly tally: Tally;
}

export interface EdgeDetails {
  readonly access?: ResourceAccess;
  readonly evidence?: string;
  /** Absent: known from configuration, in no event. */
  readonly tally?: Tally;
}

/** Collects nodes and edges: each once, edges only between nodes that are there. */
export interface GraphBuilder {
  /** @returns the id; a node that is there already keeps its label and gets the new attributes */
  node(kind: NodeKind, key: string, label: string, attributes?: Attributes): string;
  /** Equal edges are added up. */
  edge(from: string, to: string, kind: EdgeKind, details?: EdgeDetails): void;
  /** In an order that depends on nothing but the content. */
  finish(): { nodes: GraphNode[]; edges: GraphEdge[] };
}

export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

export function createGraphBuilder(keepEventIds: number): GraphBuilder {
  const nodes = new Map<
    string,
    {
      readonly kind: NodeKind;
      readonly label: string;
      readonly attributes: Record<string, string | number | boolean>;
    }
  >();
  const edges = new Map<string, EdgeDraft>();
  return {
    node(kind, key, label, attributes = {}) {
      const id = `${kind}:${key}`.slice(0, MAX_ID).toWellFormed();
      let node = nodes.get(id);
      if (node === undefined) {
        node = { kind, label: label.slice(0, MAX_LABEL).toWellFormed(), attributes: {} };
        nodes.set(id, node);
      }
      for (const [name, value] of Object.entries(attributes)) {
        if (value === undefined || (typeof value === 'number' && !Number.isFinite(value))) continue;
        node.attributes[name] = typeof value === 'string' ? value.slice(0, MAX_LABEL).toWellFormed() : value;
      }
      return id;
    },
    edge(from, to, kind, { access, evidence, tally } = {}) {
      if (from === to || !nodes.has(from) || !nodes.has(to)) return;
      const key = `${from}\0${to}\0${kind}\0${access ?? ''}`;
      let edge = edges.get(key);
      if (edge === undefined) {
        edge = { from, to, kind, access, evidence, tally: createTally() };
        edges.set(key, edge);
      } else if (evidence !== undefined && (edge.evidence === undefined || evidence < edge.evidence))
        edge.evidence = evidence;
      if (tally !== undefined) mergeTally(edge.tally, tally, keepEventIds);
    },
    finish: () => ({
      nodes: [...nodes]
        .map(([id, node]): GraphNode => ({ id, ...node }))
        .sort((a, b) => NODE_KINDS.indexOf(a.kind) - NODE_KINDS.indexOf(b.kind) || byText(a.id, b.id)),
      edges: [...edges.values()].map(finishEdge).sort(byEdge),
    }),
  };
}

function finishEdge({ from, to, kind, access, evidence, tally }: EdgeDraft): GraphEdge {
  return {
    from,
    to,
    kind,
    ...(access === undefined ? {} : { access }),
    ...(evidence === undefined ? {} : { evidence: evidence.slice(0, MAX_LABEL).toWellFormed() }),
    count: tally.count,
    ...(tally.count === 0 ? {} : { firstMs: tally.firstMs, lastMs: tally.lastMs }),
    eventIds: tally.earliest.map(({ id }) => id),
  };
}

function byEdge(a: GraphEdge, b: GraphEdge): number {
  return (
    EDGE_KINDS.indexOf(a.kind) - EDGE_KINDS.indexOf(b.kind) ||
    byText(a.from, b.from) ||
    byText(a.to, b.to) ||
    byText(a.access ?? '', b.access ?? '')
  );
}
