import { splitMcpName } from '../shared/mcp-name.ts';
import type { JsonObject } from '../shared/json.ts';
import { patchPaths } from '../shared/patch.ts';
import { argsInput, inputOf, shapesByName, type ToolShape } from '../shared/tool-shape.ts';
import type { ReadTool } from '../shared/transcript.ts';

/** Built-in tools of Droid (docs.factory.ai and recordings, 2026-11). */
export const DROID_TOOLS: readonly ToolShape[] = [
  { name: 'Execute', category: 'shell', command: ['command'], cwd: ['cwd', 'workingDirectory'] },
  { name: 'Read', category: 'read', paths: ['file_path', 'path'] },
  { name: 'LS', category: 'read', paths: ['directory_path', 'path'] },
  { name: 'Grep', category: 'search', query: ['pattern'], paths: ['path'] },
  { name: 'Glob', category: 'search', query: ['patterns', 'pattern'], paths: ['folder', 'path'] },
  { name: 'Edit', category: 'write', paths: ['file_path'], content: ['new_str', 'new_string'] },
  { name: 'MultiEdit', category: 'write', paths: ['file_path'] },
  { name: 'Create', category: 'write', paths: ['file_path'], content: ['content'] },
  { name: 'ApplyPatch', category: 'write', content: ['input', 'patch'] },
  { name: 'FetchUrl', category: 'web', url: ['url'] },
  { name: 'WebSearch', category: 'web', query: ['query'] },
  { name: 'TodoWrite', category: 'plan' },
  { name: 'ExitSpecMode', category: 'plan', text: ['plan'] },
  { name: 'Task', category: 'subagent', text: ['prompt', 'description'] },
  { name: 'Skill', category: 'other', text: ['skill', 'name'] },
  { name: 'AskUser', category: 'other' },
];

const SHAPES = shapesByName(DROID_TOOLS);

export function droidTool(name: string, args: JsonObject): ReadTool {
  const shape = SHAPES.get(name);
  if (shape !== undefined) {
    const input = inputOf(shape, args);
    const paths = name === 'ApplyPatch' && input.content !== undefined ? patchPaths(input.content) : [];
    return {
      tool: { name, category: shape.category },
      input: paths.length === 0 ? input : { ...input, paths },
      known: true,
    };
  }
  const mcp = splitMcpName(name);
  if (mcp !== undefined) {
    return {
      tool: { name, category: 'mcp', mcpServer: mcp.server, mcpTool: mcp.tool },
      input: argsInput(args),
      known: true,
    };
  }
  return { tool: { name, category: 'other' }, input: argsInput(args), known: false };
}
