import type { JsonObject } from '../shared/json.ts';
import { createToolReader } from '../shared/read-tool.ts';
import type { ToolShape } from '../shared/tool-shape.ts';
import { argsInput } from '../shared/tool-shape.ts';
import type { ReadTool } from '../shared/transcript.ts';

/** Built-in tools of the OpenHands SDK 1.x (`openhands-tools`, 2026-11), and their names before 1.2. */
export const OPENHANDS_TOOLS: readonly ToolShape[] = [
  { name: 'terminal', category: 'shell', command: ['command'], dialect: 'posix' },
  { name: 'execute_bash', category: 'shell', command: ['command'], dialect: 'posix' },
  { name: 'file_editor', category: 'write', paths: ['path'], content: ['file_text', 'new_str'] },
  { name: 'str_replace_editor', category: 'write', paths: ['path'], content: ['file_text', 'new_str'] },
  { name: 'planning_file_editor', category: 'write', paths: ['path'], content: ['file_text', 'new_str'] },
  { name: 'apply_patch', category: 'write', content: ['patch'] },
  { name: 'glob', category: 'search', query: ['pattern'], paths: ['path'] },
  { name: 'grep', category: 'search', query: ['pattern'], paths: ['path'] },
  { name: 'browser_navigate', category: 'web', url: ['url'] },
  { name: 'browser_click', category: 'web' },
  { name: 'browser_type', category: 'web', text: ['text'] },
  { name: 'browser_get_state', category: 'web' },
  { name: 'browser_get_content', category: 'web' },
  { name: 'browser_scroll', category: 'web' },
  { name: 'browser_go_back', category: 'web' },
  { name: 'browser_list_tabs', category: 'web' },
  { name: 'browser_switch_tab', category: 'web' },
  { name: 'browser_close_tab', category: 'web' },
  { name: 'delegate', category: 'subagent', text: ['command', 'tasks'] },
  { name: 'task', category: 'subagent', text: ['prompt', 'description'] },
  { name: 'task_tracker', category: 'plan' },
  { name: 'think', category: 'plan', text: ['thought'] },
  { name: 'finish', category: 'other', text: ['message'] },
  { name: 'invoke_skill', category: 'other', text: ['name', 'skill'] },
];

const read = createToolReader(OPENHANDS_TOOLS, () => undefined);
const EDITORS: ReadonlySet<string> = new Set(['file_editor', 'str_replace_editor', 'planning_file_editor']);

/** MCP tools keep their bare name: the kind of the action tells them, and no record tells their server. */
export function openhandsTool(name: string, args: JsonObject, kind: unknown): ReadTool {
  if (kind === 'MCPToolAction')
    return { tool: { name, category: 'mcp', mcpTool: name }, input: argsInput(args), known: true };
  const made = read(name, args);
  const looks = EDITORS.has(name) && args['command'] === 'view';
  return looks ? { ...made, tool: { ...made.tool, category: 'read' } } : made;
}
