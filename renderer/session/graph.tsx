import ELK from 'elkjs/lib/elk-api.js';
import elkWorker from 'elkjs/lib/elk-worker.min.js?url';
import {
  Background,
  Controls,
  type Edge,
  Handle,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
} from '@xyflow/react';
import { Waypoints } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import type { Graph, GraphEdge, GraphNode } from '../../collector/contract/graph.ts';
import { Choice } from '../components/choice.tsx';
import { Facts } from '../components/page.tsx';
import { Answer, Empty, Loading } from '../components/states.tsx';
import { useCall } from '../hooks/use-call.ts';
import { useHome } from '../hooks/machine.tsx';
import { useMedia } from '../hooks/use-media.ts';
import { useScale } from '../hooks/use-scale.ts';
import { layerOf, outline, readableGraph } from '../words/graph-layers.ts';
import { humanize, kindsInWords } from '../words/names.ts';
import { plural } from '../words/number.ts';
import { shortPath } from '../words/path.ts';

const WIDTH = 176;
const HEIGHT = 42;
const GAP = 36;

type GraphFlowNode = Node<{ readonly node: GraphNode; readonly text: string }, 'thing'>;

const NODE_TYPES = { thing: Thing };

/** Who, through what, to what: the session as one connected picture. */
export function GraphView({ sessionId }: { readonly sessionId: string }) {
  const query = useCall('graph.get', { sessionId });
  if (query.data === null)
    return (
      <Empty icon={Waypoints} title="Nothing to draw yet">
        When the session does something, the picture grows here.
      </Empty>
    );
  return <Answer query={query}>{({ graph }) => <Both whole={graph} />}</Answer>;
}

/** Below this a picture would have to be read through a keyhole. */
const NARROW = '(max-width: 720px)';

/** The same things as a picture or as a list; on a narrow screen the list comes first. */
function Both({ whole }: { readonly whole: Graph }) {
  const narrow = useMedia(NARROW);
  const [chosen, setChosen] = useState<'picture' | 'list'>();
  const { graph, left } = useMemo(() => readableGraph(whole), [whole]);
  const shown = chosen ?? (narrow ? 'list' : 'picture');
  return (
    <>
      <div className="toolbar graph-choice" role="group" aria-label="Show as">
        <Choice names={{ picture: 'Picture', list: 'List' }} chosen={shown} onChoose={setChosen} />
        {left > 0 && (
          <p className="muted small">{plural(left, 'thing')} touched least are left out of both.</p>
        )}
      </div>
      {shown === 'picture' ? <Picture graph={graph} /> : <Outline graph={graph} />}
    </>
  );
}

const MAX_INDENT = 6;

function Outline({ graph }: { readonly graph: Graph }) {
  const home = useHome();
  const rows = useMemo(() => outline(graph), [graph]);
  return (
    <ul className="card outline">
      {rows.map(({ node, edge, depth, also }) => (
        <li
          key={node.id}
          className="outline-row"
          data-kind={node.kind}
          style={{ paddingLeft: `${1.4 + Math.min(depth, MAX_INDENT) * 1.8}rem` }}
        >
          <span className="wrap">
            <span className="muted small">
              {edge === undefined ? '' : `${edgeWords(edge)} `}
              {inSentence(humanize(node.kind))}{' '}
            </span>
            <span className="strong" title={node.label}>
              {textOf(node, graph, home)}
            </span>
            {edge !== undefined && edge.count > 1 && <span className="muted small num"> {edge.count}×</span>}
          </span>
          {also.length > 0 && (
            <span className="muted small wrap">
              also from{' '}
              {also
                .slice(0, 4)
                .map((other) => textOf(other, graph, home))
                .join(', ')}
              {also.length > 4 && ` and ${plural(also.length - 4, 'other')}`}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

const EDGE_WORDS: Readonly<Record<GraphEdge['kind'], string>> = {
  uses: 'uses the',
  'runs-as': 'runs as the',
  started: 'started the',
  spawned: 'started the',
  called: 'called the',
  accessed: 'reached the',
  configured: 'is set up to use the',
  holds: 'holds the',
  'could-reach': 'could reach the',
  'wrote-config-of': 'changed the settings of the',
  'shares-credential': 'shares a credential with the',
  'handed-file': 'left a file for the',
};

function edgeWords({ kind, access }: GraphEdge): string {
  return access === undefined ? EDGE_WORDS[kind] : `${ACCESS_DONE[access]} the`;
}

const ACCESS_DONE: Readonly<Record<NonNullable<GraphEdge['access']>, string>> = {
  read: 'read',
  write: 'wrote',
  execute: 'ran',
  connect: 'connected to',
  delete: 'deleted',
  publish: 'published to',
};

/** `Process` → `process`; `MCP server` and `AWS` stay. */
function inSentence(words: string): string {
  return /^[A-Z][a-z]/.test(words) ? words.charAt(0).toLowerCase() + words.slice(1) : words;
}

function textOf(node: GraphNode, graph: Graph, home: string | undefined): string {
  return node.id === `session:${graph.sessionId}` ? 'This session' : labelOf(node, home);
}

function Picture({ graph }: { readonly graph: Graph }) {
  const home = useHome();
  const places = useLayout(graph);
  const [chosen, setChosen] = useState<string>();
  const near = useMemo(() => neighbours(graph, chosen), [graph, chosen]);
  const scale = useScale();
  if (places === undefined) return <Loading />;
  const placeOf = (id: string): Place => {
    const { x, y } = places.get(id) ?? { x: 0, y: 0 };
    return { x: x * scale, y: y * scale };
  };
  const nodes = graph.nodes.map((node): GraphFlowNode => ({
    id: node.id,
    type: 'thing',
    position: placeOf(node.id),
    data: {
      node,
      text: textOf(node, graph, home),
    },
    width: WIDTH * scale,
    height: HEIGHT * scale,
    ...(near !== undefined && !near.has(node.id) && { className: 'faded' }),
  }));
  const edges = graph.edges.map((edge, index): Edge => ({
    id: String(index),
    source: edge.from,
    target: edge.to,
    className: `edge-${edge.kind}${near !== undefined && edge.from !== chosen && edge.to !== chosen ? ' faded' : ''}`,
    ...(chosen !== undefined &&
      (edge.from === chosen || edge.to === chosen) && {
        label: edge.access ?? humanize(edge.kind).toLowerCase(),
      }),
  }));
  const node = graph.nodes.find((item) => item.id === chosen);
  return (
    <div className="graph">
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        fitView
        fitViewOptions={{ maxZoom: 1, minZoom: 0.6, padding: 0.04 }}
        minZoom={0.1}
        maxZoom={1.5}
        nodesDraggable={false}
        nodesConnectable={false}
        onlyRenderVisibleElements
        proOptions={{ hideAttribution: true }}
        onNodeClick={(_, clicked) => {
          setChosen(clicked.id === chosen ? undefined : clicked.id);
        }}
        onPaneClick={() => {
          setChosen(undefined);
        }}
      >
        <Background gap={20} size={1} />
        <Controls showInteractive={false} />
      </ReactFlow>
      {node !== undefined && (
        <aside className="graph-aside card">
          <p className="muted small">{humanize(node.kind)}</p>
          <p className="strong wrap">{node.label}</p>
          <Facts
            items={Object.entries(node.attributes).map(
              ([name, value]) => [humanize(name), String(value)] as const,
            )}
          />
        </aside>
      )}
    </div>
  );
}

/** A tool of a server without the server's name, which stands beside it; credentials in words; paths cut in the middle. */
function labelOf({ kind, label }: GraphNode, home: string | undefined): string {
  if (kind === 'tool') return /^mcp__.+?__(.+)$/.exec(label)?.[1] ?? label;
  if (kind === 'credential' || kind === 'principal' || kind === 'resource') {
    const words = kindsInWords(kind === 'credential' ? label.replace(/ \([^()]*\)$/, '') : label);
    if (!words.includes('/')) return words;
  }
  // The end of a path says what it is; of anything else it is the beginning.
  return kind === 'resource' || /^[~/]|^[A-Za-z]:\\/.test(label) ? shortPath(label, 26, home) : label;
}

function Thing({ data, selected }: NodeProps<GraphFlowNode>) {
  return (
    <div
      className="thing"
      data-kind={data.node.kind}
      data-selected={selected ? '' : undefined}
      title={data.node.label}
    >
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <span className="thing-kind">{humanize(data.node.kind)}</span>
      <span className="thing-label cut">{data.text}</span>
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </div>
  );
}

/** The chosen thing and all it is tied to; undefined when none is chosen. */
function neighbours(graph: Graph, chosen: string | undefined): ReadonlySet<string> | undefined {
  if (chosen === undefined) return undefined;
  const near = new Set([chosen]);
  for (const edge of graph.edges) {
    if (edge.from === chosen) near.add(edge.to);
    if (edge.to === chosen) near.add(edge.from);
  }
  return near;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** As if nothing were larger than designed. */
type Places = ReadonlyMap<string, Place>;

/** Places by elk, worked out beside the page so that it stays quick. */
function useLayout(graph: Graph): Places | undefined {
  const [places, setPlaces] = useState<Places>();
  useEffect(() => {
    const elk = new ELK({ workerUrl: elkWorker });
    let left = false;
    elk
      .layout({
        id: 'root',
        layoutOptions: {
          'elk.algorithm': 'layered',
          'elk.direction': 'RIGHT',
          'elk.partitioning.activate': 'true',
          'elk.layered.spacing.nodeNodeBetweenLayers': String(GAP),
          'elk.spacing.nodeNode': '14',
          'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
        },
        children: graph.nodes.map((node) => ({
          id: node.id,
          width: WIDTH,
          height: HEIGHT,
          layoutOptions: { 'elk.partitioning.partition': String(layerOf(node.kind)) },
        })),
        edges: graph.edges.map((edge, index) => ({
          id: String(index),
          sources: [edge.from],
          targets: [edge.to],
        })),
      })
      .then(
        ({ children }) => {
          if (!left) setPlaces(new Map(children?.map(({ id, x = 0, y = 0 }) => [id, { x, y }])));
        },
        () => {
          if (!left) setPlaces(columns(graph));
        },
      );
    return () => {
      left = true;
      elk.terminateWorker();
    };
  }, [graph]);
  return places;
}

/** Plain columns, when the layout cannot be worked out. */
function columns(graph: Graph): Places {
  const filled = new Map<number, number>();
  return new Map(
    graph.nodes.map((node) => {
      const layer = layerOf(node.kind);
      const row = filled.get(layer) ?? 0;
      filled.set(layer, row + 1);
      return [node.id, { x: layer * (WIDTH + GAP), y: row * (HEIGHT + 14) }];
    }),
  );
}
