import { describe, expect, it } from 'vitest';
import type { Graph, GraphEdge, GraphNode } from '../../../collector/contract/graph.ts';
import { outline, readableGraph } from '../../../renderer/words/graph-layers.ts';

const node = (id: string, kind: GraphNode['kind']): GraphNode => ({ id, kind, label: id, attributes: {} });
const edge = (from: string, to: string, kind: GraphEdge['kind'] = 'uses'): GraphEdge => ({
  from,
  to,
  kind,
  count: 1,
  eventIds: [],
});
const graphOf = (nodes: GraphNode[], edges: GraphEdge[]): Graph => ({
  schemaVersion: 1,
  sessionId: 's',
  nodes,
  edges,
  omitted: {},
});

const WHOLE = graphOf(
  [
    node('ana', 'human'),
    node('os', 'os-account'),
    node('agent', 'agent'),
    node('session', 'session'),
    node('bash', 'tool'),
    node('profile', 'principal'),
    node('cloud', 'resource'),
  ],
  [
    edge('ana', 'os', 'runs-as'),
    edge('os', 'agent', 'runs-as'),
    edge('agent', 'session', 'started'),
    edge('session', 'bash', 'called'),
    edge('os', 'profile', 'holds'),
    edge('profile', 'cloud', 'could-reach'),
    edge('bash', 'cloud', 'accessed'),
    edge('bash', 'session', 'uses'),
  ],
);

describe('the readable graph', () => {
  it('hangs what the account holds on the agent that runs as it, so that nothing floats', () => {
    const { graph } = readableGraph(WHOLE);
    expect(graph.nodes.map(({ id }) => id)).not.toContain('os');
    expect(graph.edges.filter(({ to }) => to === 'profile')).toMatchObject([
      { from: 'agent', kind: 'holds' },
    ]);
    const tied = new Set(graph.edges.flatMap(({ from, to }) => [from, to]));
    expect(graph.nodes.filter(({ id }) => !tied.has(id))).toEqual([]);
  });
});

describe('the outline', () => {
  it('has each thing once, below the nearest that leads to it, and says what else does', () => {
    const rows = outline(readableGraph(WHOLE).graph).map(({ node: { id }, depth, also }) => [
      id,
      depth,
      also.map((other) => other.id),
    ]);
    expect(rows).toEqual([
      ['agent', 0, []],
      ['session', 1, ['bash']],
      ['bash', 2, []],
      ['profile', 1, []],
      ['cloud', 2, ['bash']],
    ]);
  });

  it('ends on a circle, and begins anew where nothing leads to', () => {
    const rows = outline(
      graphOf(
        [node('a', 'session'), node('b', 'tool'), node('c', 'resource')],
        [edge('a', 'b'), edge('b', 'a'), edge('c', 'c')],
      ),
    );
    expect(rows.map(({ node: { id }, depth }) => [id, depth])).toEqual([
      ['c', 0],
      ['a', 0],
      ['b', 1],
    ]);
  });
});
