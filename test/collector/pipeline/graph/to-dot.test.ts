import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Graph } from '../../../../collector/contract/graph.ts';
import { buildGraph, toDot } from '../../../../collector/pipeline/graph/index.ts';
import { call, graphInput } from './graph-input.ts';

interface DotGraph {
  readonly nodes: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly edges: readonly {
    readonly from: string;
    readonly to: string;
    readonly attributes: Readonly<Record<string, string>>;
  }[];
}

/** Reads the part of the DOT grammar that is written, strictly: anything else is an error. */
function parseDot(text: string): DotGraph {
  let at = 0;
  const nodes = new Map<string, Record<string, string>>();
  const edges: { from: string; to: string; attributes: Record<string, string> }[] = [];

  function token(): string {
    while (' \n'.includes(text[at] ?? 'x')) at++;
    const found = /^(?:->|[{}[\]=,;]|[A-Za-z_]\w*|"(?:[^"\\]|\\["\\])*")/.exec(
      text.slice(at, at + 4_000),
    )?.[0];
    if (found === undefined) throw new Error(`no token at ${at}: ${text.slice(at, at + 40)}`);
    at += found.length;
    return found;
  }
  function expected(what: string): void {
    const found = token();
    if (found !== what) throw new Error(`${what} expected and not ${found} at ${at}`);
  }
  function attributes(): Record<string, string> {
    const list: Record<string, string> = {};
    for (let name = token(); name !== ']'; name = token()) {
      if (name === ',') continue;
      expected('=');
      const value = token();
      if (!value.startsWith('"')) throw new Error(`a string expected and not ${value}`);
      list[name] = value.slice(1, -1).replaceAll(/\\(["\\])/g, '$1');
    }
    expected(';');
    return list;
  }

  expected('digraph');
  token();
  expected('{');
  for (let name = token(); name !== '}'; name = token()) {
    const next = token();
    if (next === '=') {
      token();
      expected(';');
    } else if (next === '->') {
      const to = token();
      expected('[');
      edges.push({ from: name, to, attributes: attributes() });
    } else if (next === '[') nodes.set(name, attributes());
    else throw new Error(`${next} at ${at}`);
  }
  if (text.slice(at).trim() !== '') throw new Error('text behind the graph');
  return { nodes, edges };
}

function graphOf(labels: readonly string[]): Graph {
  return {
    schemaVersion: 1,
    sessionId: 's',
    nodes: labels.map((label, index) => ({ id: `tool:${index}`, kind: 'tool', label, attributes: {} })),
    edges: labels.slice(1).map((_, index) => ({
      from: 'tool:0',
      to: `tool:${index + 1}`,
      kind: 'called',
      count: index,
      eventIds: [],
    })),
    omitted: {},
  };
}

describe('toDot', () => {
  it('writes every node and edge', () => {
    const graph = buildGraph(
      graphInput({
        events: [call(1, { command: 'ls', resources: [['file', '/home/ana/shop/a "quoted".ts', 'read']] })],
      }),
    );
    const dot = parseDot(toDot(graph));
    expect(dot.nodes.size).toBe(graph.nodes.length + 2); // `node` and `edge` defaults
    expect(dot.edges).toHaveLength(graph.edges.length);
    expect([...dot.nodes.values()].map(({ label }) => label)).toContain('/home/ana/shop/a "quoted".ts');
    expect(dot.edges.map(({ attributes }) => attributes['label'])).toContain('read');
  });

  it.each([
    'x"]; evil [label="gone',
    'ends with a backslash \\',
    '\\"',
    '\\n\\l\\N\\G',
    '<b>html</b>',
    'line\nbreak\ttab\r',
    '\u001b[31mred\u001b[0m',
    '\u202egnp.exe',
    'a'.repeat(10_000),
    '-> n0; } digraph x {',
    '',
  ])('lets no label out of its string: %j', (label) => {
    const dot = parseDot(toDot(graphOf(['first', label])));
    expect([...dot.nodes.keys()]).toEqual(['node', 'edge', 'n0', 'n1']);
    expect(dot.edges).toHaveLength(1);

    expect(dot.nodes.get('n1')?.['label']).not.toMatch(/[\u0000-\u001f\u202e]/);
  });

  it('stays a graph whatever the labels are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary', maxLength: 120 }), { minLength: 1, maxLength: 10 }),
        (labels) => {
          const dot = parseDot(toDot(graphOf(labels)));
          expect(dot.nodes.size).toBe(labels.length + 2);
          expect(dot.edges).toHaveLength(labels.length - 1);
        },
      ),
      { numRuns: 300 },
    );
  });
});
