import type { Tool, ToolInput } from '../../contract/event.ts';
import type { JsonObject } from '../shared/json.ts';
import { splitMcpName } from '../shared/mcp-name.ts';
import type { ToolShape } from '../shared/tool-shape.ts';
import { argsInput, inputOf, shapesByName } from '../shared/tool-shape.ts';

const FILE = ['file_path', 'absolute_path', 'path'];
const FOLDER = ['dir_path', 'path'];

/**
 * Built-in tools of Gemini CLI. Names and parameters: google-gemini/gemini-cli,
 * `packages/core/src/tools/definitions/base-declarations.ts` and the tracker and agent tools beside it
 * (0.61.0, 2026-11-22); older names that logs still hold stand beside the new ones.
 */
export const GEMINI_TOOLS: readonly ToolShape[] = [
  {
    name: 'run_shell_command',
    category: 'shell',
    command: ['command'],
    cwd: ['dir_path', 'directory', 'cwd'],
  },
  { name: 'list_background_processes', category: 'shell' },
  { name: 'read_background_output', category: 'shell' },
  { name: 'read_file', category: 'read', paths: FILE },
  { name: 'read_many_files', category: 'read', paths: ['include', 'paths'] },
  { name: 'list_directory', category: 'read', paths: FOLDER },
  { name: 'get_internal_docs', category: 'read', text: ['path'] },
  { name: 'write_file', category: 'write', paths: FILE, content: ['content'] },
  { name: 'replace', category: 'write', paths: FILE, content: ['new_string'], text: ['instruction'] },
  { name: 'save_memory', category: 'write', content: ['fact'] },
  { name: 'glob', category: 'search', query: ['pattern'], paths: FOLDER },
  { name: 'grep_search', category: 'search', query: ['pattern'], paths: FOLDER },
  { name: 'search_file_content', category: 'search', query: ['pattern'], paths: FOLDER },
  { name: 'google_web_search', category: 'web', query: ['query'] },
  { name: 'web_fetch', category: 'web', url: ['url'], text: ['prompt'] },
  { name: 'read_mcp_resource', category: 'mcp', url: ['uri'] },
  { name: 'list_mcp_resources', category: 'mcp' },
  { name: 'codebase_investigator', category: 'subagent', text: ['objective'] },
  { name: 'cli_help', category: 'subagent', text: ['question'] },
  { name: 'generalist', category: 'subagent', text: ['request'] },
  { name: 'browser_agent', category: 'subagent', text: ['task'] },
  { name: 'invoke_agent', category: 'subagent', text: ['prompt', 'task', 'objective'] },
  { name: 'complete_task', category: 'subagent' },
  { name: 'write_todos', category: 'plan' },
  { name: 'enter_plan_mode', category: 'plan', text: ['reason'] },
  { name: 'exit_plan_mode', category: 'plan', paths: ['plan_filename', 'plan_path'] },
  { name: 'tracker_create_task', category: 'plan', text: ['title', 'description'] },
  { name: 'tracker_update_task', category: 'plan' },
  { name: 'tracker_get_task', category: 'plan' },
  { name: 'tracker_list_tasks', category: 'plan' },
  { name: 'tracker_add_dependency', category: 'plan' },
  { name: 'tracker_visualize', category: 'plan' },
  { name: 'update_topic', category: 'plan', text: ['title', 'summary'] },
  { name: 'activate_skill', category: 'other', text: ['name'] },
  { name: 'ask_user', category: 'other' },
];

const SHAPES = shapesByName(GEMINI_TOOLS);

export interface GeminiTool {
  readonly tool: Omit<Tool, 'callId'>;
  readonly input: ToolInput;
  readonly known: boolean;
}

/**
 * One call in common words. MCP tools are named `mcp_<server>_<tool>`; before that names were `<server>__<tool>`,
 * `mcp__<server>__<tool>` or bare with `<tool> (<server> MCP Server)` as display name.
 * A tool outside all of these is `other` with its arguments, and not `known`; a `command` it carries is kept, because
 * extensions name their shells as they like.
 */
export function geminiTool(name: string, displayName: string | undefined, args: JsonObject): GeminiTool {
  const shape = SHAPES.get(name);
  if (shape !== undefined) {
    return { tool: { name, category: shape.category }, input: geminiInput(shape, args), known: true };
  }
  const mcp = mcpName(name, displayName);
  if (mcp !== undefined) {
    const tool = { name, category: 'mcp' as const, mcpServer: mcp.server, mcpTool: mcp.tool };
    return { tool, input: argsInput(args), known: true };
  }
  const command = inputOf({ name, category: 'other', command: ['command'] }, args);
  return { tool: { name, category: 'other' }, input: { ...command, ...argsInput(args) }, known: false };
}

/** `web_fetch` names its URLs in the prompt text; the first is the URL of the call. */
function geminiInput(shape: ToolShape, args: JsonObject): ToolInput {
  const input = inputOf(shape, args);
  if (shape.name !== 'web_fetch' || input.url !== undefined || input.text === undefined) return input;
  const url = /https?:\/\/[^\s"'<>)\]]{1,2000}/.exec(input.text)?.[0];
  return url === undefined ? input : { ...input, url };
}

const DISPLAY_END = ' MCP Server)';

function mcpName(
  name: string,
  displayName: string | undefined,
): { readonly server: string; readonly tool: string } | undefined {
  const double = splitMcpName(name);
  if (double !== undefined) return double;
  if (name.startsWith('mcp_')) {
    // Server names hold no underscore in this form, so the first one ends it.
    const end = name.indexOf('_', 4);
    if (end > 4 && end + 1 < name.length) return { server: name.slice(4, end), tool: name.slice(end + 1) };
  }
  if (displayName?.endsWith(DISPLAY_END) === true) {
    const open = displayName.lastIndexOf(' (');
    const server = open === -1 ? '' : displayName.slice(open + 2, -DISPLAY_END.length);
    if (server !== '') {
      return { server, tool: name.startsWith(`${server}__`) ? name.slice(server.length + 2) : name };
    }
  }
  const split = name.indexOf('__');
  return split > 0 && split + 2 < name.length
    ? { server: name.slice(0, split), tool: name.slice(split + 2) }
    : undefined;
}
