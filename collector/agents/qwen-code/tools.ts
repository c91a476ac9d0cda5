import { splitMcpName } from '../shared/mcp-name.ts';
import type { JsonObject } from '../shared/json.ts';
import { argsInput, inputOf, shapesByName, type ToolShape } from '../shared/tool-shape.ts';
import type { ReadTool } from '../shared/transcript.ts';

const FILE = ['file_path', 'absolute_path', 'path'];

/** Built-in tools of Qwen Code 0.24 (npm bundle, 2026-11); the family shares most names with Gemini CLI. */
export const QWEN_TOOLS: readonly ToolShape[] = [
  { name: 'run_shell_command', category: 'shell', command: ['command'], cwd: ['directory', 'cwd'] },
  { name: 'read_file', category: 'read', paths: FILE },
  { name: 'read_many_files', category: 'read', paths: ['paths'] },
  { name: 'list_directory', category: 'read', paths: ['path'] },
  { name: 'write_file', category: 'write', paths: FILE, content: ['content'] },
  { name: 'edit', category: 'write', paths: FILE, content: ['new_string'] },
  { name: 'replace', category: 'write', paths: FILE, content: ['new_string'] },
  { name: 'save_memory', category: 'write', content: ['fact'] },
  { name: 'grep_search', category: 'search', query: ['pattern'], paths: ['path'] },
  { name: 'search_file_content', category: 'search', query: ['pattern'], paths: ['path'] },
  { name: 'glob', category: 'search', query: ['pattern'], paths: ['path'] },
  { name: 'web_fetch', category: 'web', url: ['url'], text: ['prompt'] },
  { name: 'web_search', category: 'web', query: ['query'] },
  { name: 'task', category: 'subagent', text: ['prompt', 'description'] },
  { name: 'agent', category: 'subagent', text: ['prompt', 'description'] },
  { name: 'todo_write', category: 'plan' },
  { name: 'exit_plan_mode', category: 'plan', text: ['plan'] },
  { name: 'skill', category: 'other', text: ['skill'] },
  { name: 'lsp', category: 'other' },
  { name: 'ask_user_question', category: 'other' },
];

const SHAPES = shapesByName(QWEN_TOOLS);

export function qwenTool(name: string, args: JsonObject): ReadTool {
  const shape = SHAPES.get(name);
  if (shape !== undefined)
    return { tool: { name, category: shape.category }, input: inputOf(shape, args), known: true };
  const mcp = splitMcpName(name);
  if (mcp === undefined) return { tool: { name, category: 'other' }, input: argsInput(args), known: false };
  const tool = { name, category: 'mcp' as const, mcpServer: mcp.server, mcpTool: mcp.tool };
  return { tool, input: argsInput(args), known: true };
}
