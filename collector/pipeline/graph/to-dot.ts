import type { EdgeKind, Graph, NodeKind } from '../../contract/graph.ts';

const SHAPES: Readonly<Record<NodeKind, string>> = {
  human: 'egg',
  device: 'box3d',
  'os-account': 'oval',
  'agent-account': 'oval',
  agent: 'component',
  session: 'folder',
  subagent: 'folder',
  tool: 'box',
  'mcp-server': 'hexagon',
  credential: 'diamond',
  principal: 'oval',
  resource: 'note',
  process: 'box',
};

/** Possibilities are dashed, facts are solid. */
const STYLES: Partial<Record<EdgeKind, string>> = {
  'could-reach': 'dashed',
  configured: 'dotted',
  holds: 'dotted',
};

const MAX_TEXT = 80;

/**
 * The graph in the DOT language (Graphviz 2 and later). Every name and label is a quoted string; backslashes, quotes
 * and control characters of labels are made harmless, so no label can end its string or start an escape.
 */
export function toDot(graph: Graph): string {
  const names = new Map(graph.nodes.map((node, index) => [node.id, `n${index}`]));
  const lines = [
    'digraph reeve {',
    '  rankdir="LR";',
    '  node [fontname="sans-serif", fontsize="10"];',
    '  edge [fontname="sans-serif", fontsize="8"];',
    ...graph.nodes.map((node) => {
      const color = node.attributes['findings'] === undefined ? '' : ', color="red"';
      return `  ${names.get(node.id) ?? 'n'} [label=${quoted(node.label)}, tooltip=${quoted(node.kind)}, shape="${SHAPES[node.kind]}"${color}];`;
    }),
    ...graph.edges.flatMap((edge) => {
      const from = names.get(edge.from);
      const to = names.get(edge.to);
      if (from === undefined || to === undefined) return [];
      const label = `${edge.access ?? edge.kind}${edge.count > 1 ? ` ×${edge.count}` : ''}`;
      const style = STYLES[edge.kind] ?? 'solid';
      return [`  ${from} -> ${to} [label=${quoted(label)}, style="${style}"];`];
    }),
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

/** A DOT string; `\\` and `\"` are the only escapes it can hold. */
function quoted(text: string): string {
  const short = text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 1).toWellFormed()}…`;
  return `"${short
    .replaceAll(
      /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\u{e0000}-\u{e007f}]/gu,
      '·',
    )
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')}"`;
}
