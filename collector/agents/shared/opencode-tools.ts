import type { Tool, ToolInput } from '../../contract/event.ts';
import { bounded, MAX_CONTENT, MAX_ITEMS, MAX_PATH } from './bounds.ts';
import type { JsonObject } from './json.ts';
import { getList, getText, isObject } from './json.ts';
import { patchPaths } from './patch.ts';
import type { ToolShape } from './tool-shape.ts';
import { argsInput, inputOf, shapesByName } from './tool-shape.ts';

/**
 * Built-in tools of OpenCode and its forks: `@opencode-ai/sdk` 1.18.33 and stores of 1.2.20-1.2.26 (checked 2026-11-22); names of
 * earlier versions that stores still hold stand beside them.
 */
export const OPENCODE_TOOLS: readonly ToolShape[] = [
  { name: 'bash', category: 'shell', command: ['command'], cwd: ['workdir', 'cwd'] },
  { name: 'shell', category: 'shell', command: ['command'], cwd: ['workdir', 'cwd'] },
  { name: 'read', category: 'read', paths: ['filePath'] },
  { name: 'list', category: 'read', paths: ['path'] },
  { name: 'ls', category: 'read', paths: ['path'] },
  { name: 'write', category: 'write', paths: ['filePath'], content: ['content'] },
  { name: 'edit', category: 'write', paths: ['filePath'], content: ['newString', 'content'] },
  { name: 'multiedit', category: 'write', paths: ['filePath'] },
  { name: 'apply_patch', category: 'write', content: ['patchText', 'patch'] },
  { name: 'patch', category: 'write', content: ['patchText', 'patch'] },
  { name: 'glob', category: 'search', query: ['pattern'], paths: ['path'] },
  { name: 'grep', category: 'search', query: ['pattern'], paths: ['path'] },
  { name: 'lsp', category: 'search', query: ['operation'], paths: ['filePath'] },
  { name: 'lsp_hover', category: 'search', paths: ['file'] },
  { name: 'lsp_diagnostics', category: 'search', paths: ['path'] },
  { name: 'webfetch', category: 'web', url: ['url'] },
  { name: 'websearch', category: 'web', query: ['query'] },
  { name: 'codesearch', category: 'web', query: ['query'] },
  { name: 'task', category: 'subagent', text: ['prompt', 'description'] },
  { name: 'todowrite', category: 'plan' },
  { name: 'todoread', category: 'plan' },
  { name: 'plan_enter', category: 'plan' },
  { name: 'plan_exit', category: 'plan' },
  { name: 'skill', category: 'other', text: ['name'] },
  { name: 'question', category: 'other' },
  { name: 'batch', category: 'other' },
  { name: 'invalid', category: 'other', text: ['error'] },
];

const SHAPES = shapesByName(OPENCODE_TOOLS);

export interface OpencodeTool {
  readonly tool: Omit<Tool, 'callId'>;
  readonly input: ToolInput;
  readonly known: boolean;
}

/**
 * One call in common words. MCP tools are `<server>_<tool>` and nothing in the record says which part is which; the
 * text before the first underscore is taken as the server. Tools of plugins may be named alike and then look like MCP.
 */
export function opencodeTool(name: string, args: JsonObject): OpencodeTool {
  const shape = SHAPES.get(name);
  if (shape !== undefined) {
    return { tool: { name, category: shape.category }, input: builtInInput(shape, args), known: true };
  }
  const cut = name.indexOf('_');
  if (cut > 0 && cut + 1 < name.length) {
    const tool = {
      name,
      category: 'mcp' as const,
      mcpServer: name.slice(0, cut),
      mcpTool: name.slice(cut + 1),
    };
    return { tool, input: argsInput(args), known: true };
  }
  const command = inputOf({ name, category: 'other', command: ['command'] }, args);
  return { tool: { name, category: 'other' }, input: { ...command, ...argsInput(args) }, known: false };
}

function builtInInput(shape: ToolShape, args: JsonObject): ToolInput {
  const input = inputOf(shape, args);
  if (shape.name === 'multiedit') return multiEdit(input, args);
  if (input.content === undefined || !shape.name.endsWith('patch')) return input;
  const paths = patchPaths(input.content);
  return paths.length === 0 ? input : { ...input, paths };
}

/** Several edits of one call: all new texts together. */
function multiEdit(input: ToolInput, args: JsonObject): ToolInput {
  const paths = new Set(input.paths);
  let content = '';
  for (const edit of getList(args, 'edits').slice(0, MAX_ITEMS)) {
    if (!isObject(edit)) continue;
    const path = getText(edit, 'filePath');
    if (path !== undefined && path.length <= MAX_PATH) paths.add(path);
    const text = getText(edit, 'newString');
    if (text !== undefined && content.length < MAX_CONTENT)
      content = content === '' ? text : `${content}\n${text}`;
  }
  if (content === '') return input;
  return { ...(paths.size === 0 ? {} : { paths: [...paths] }), content: bounded(content, MAX_CONTENT) };
}
