import { MAX_ITEMS } from '../shared/bounds.ts';
import { getList, getText, isObject } from '../shared/json.ts';
import { createToolReader, type ToolReader } from '../shared/read-tool.ts';
import type { ToolShape } from '../shared/tool-shape.ts';

/** Built-in tools of Pi (source and recordings, 2026-11); everything else comes from extensions. */
export const PI_TOOLS: readonly ToolShape[] = [
  { name: 'bash', category: 'shell', command: ['command'] },
  { name: 'read', category: 'read', paths: ['path'] },
  { name: 'ls', category: 'read', paths: ['path'] },
  { name: 'edit', category: 'write', paths: ['path'], content: ['newText'] },
  { name: 'write', category: 'write', paths: ['path'], content: ['content'] },
  { name: 'grep', category: 'search', query: ['pattern'], paths: ['path'] },
  { name: 'find', category: 'search', query: ['pattern'], paths: ['path'] },
];

const read = createToolReader(PI_TOOLS);

/** Newer versions of `edit` take a list of replacements: what they put in is the content. */
export const piTool: ToolReader = (name, args) => {
  const edits = getList(args, 'edits').slice(0, MAX_ITEMS);
  const texts = edits.flatMap((edit) => (isObject(edit) ? (getText(edit, 'newText') ?? []) : []));
  return read(name, texts.length === 0 ? args : { ...args, newText: texts.join('\n') });
};
