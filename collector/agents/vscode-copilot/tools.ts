import type { JsonObject } from '../shared/json.ts';
import { getText } from '../shared/json.ts';
import { createToolReader, splitAt } from '../shared/read-tool.ts';
import type { ToolShape } from '../shared/tool-shape.ts';
import type { ReadTool } from '../shared/transcript.ts';

const FILE = ['filePath', 'path'];

/** Names the model uses, and below them the names the editor shows (`package.json` of Copilot Chat 0.31-0.47, 2026-11). */
export const VSCODE_TOOLS: readonly ToolShape[] = [
  { name: 'run_in_terminal', category: 'shell', command: ['command'] },
  { name: 'get_terminal_output', category: 'read' },
  { name: 'terminal_last_command', category: 'read' },
  { name: 'terminal_selection', category: 'read' },
  { name: 'run_task', category: 'shell', text: ['id', 'label'] },
  { name: 'create_and_run_task', category: 'shell' },
  { name: 'read_file', category: 'read', paths: FILE },
  { name: 'list_dir', category: 'read', paths: FILE },
  { name: 'view_image', category: 'read', paths: FILE },
  { name: 'get_errors', category: 'read', paths: ['filePaths'] },
  { name: 'get_changed_files', category: 'read' },
  { name: 'read_notebook_cell_output', category: 'read', paths: FILE },
  { name: 'create_file', category: 'write', paths: FILE, content: ['content'] },
  { name: 'create_directory', category: 'write', paths: ['dirPath'] },
  { name: 'replace_string_in_file', category: 'write', paths: FILE, content: ['newString'] },
  { name: 'multi_replace_string_in_file', category: 'write', paths: FILE },
  { name: 'insert_edit_into_file', category: 'write', paths: FILE, content: ['code'] },
  { name: 'apply_patch', category: 'write', content: ['input'] },
  { name: 'edit_notebook_file', category: 'write', paths: FILE, content: ['newCode'] },
  { name: 'run_notebook_cell', category: 'shell', paths: FILE },
  { name: 'memory', category: 'write', paths: ['path'], content: ['file_text', 'new_str'] },
  { name: 'file_search', category: 'search', query: ['query'] },
  { name: 'grep_search', category: 'search', query: ['query'] },
  { name: 'semantic_search', category: 'search', query: ['query'] },
  { name: 'list_code_usages', category: 'search', query: ['symbolName'] },
  { name: 'github_repo', category: 'search', query: ['query'] },
  { name: 'fetch_webpage', category: 'web', url: ['url'], query: ['query'] },
  { name: 'open_simple_browser', category: 'web', url: ['url'] },
  { name: 'runSubagent', category: 'subagent', text: ['prompt'] },
  { name: 'search_subagent', category: 'subagent', text: ['query'] },
  { name: 'manage_todo_list', category: 'plan' },
  { name: 'install_extension', category: 'other', text: ['id'] },
  { name: 'run_vscode_command', category: 'other', text: ['commandId'] },
];
const SHOWN: readonly ToolShape[] = [
  { name: 'copilot_readFile', category: 'read' },
  { name: 'copilot_listDirectory', category: 'read' },
  { name: 'copilot_getErrors', category: 'read' },
  { name: 'copilot_createFile', category: 'write' },
  { name: 'copilot_createDirectory', category: 'write' },
  { name: 'copilot_replaceString', category: 'write' },
  { name: 'copilot_multiReplaceString', category: 'write' },
  { name: 'copilot_insertEdit', category: 'write' },
  { name: 'copilot_applyPatch', category: 'write' },
  { name: 'copilot_editNotebook', category: 'write' },
  { name: 'copilot_memory', category: 'write' },
  { name: 'copilot_findFiles', category: 'search' },
  { name: 'copilot_findTextInFiles', category: 'search' },
  { name: 'copilot_searchCodebase', category: 'search' },
  { name: 'copilot_listCodeUsages', category: 'search' },
  { name: 'copilot_fetchWebPage', category: 'web' },
  { name: 'vscode_fetchWebPage_internal', category: 'web' },
];

const read = createToolReader([...VSCODE_TOOLS, ...SHOWN], (name) => splitAt(name, '_', 'mcp_'));

/** A call in common words; fetching takes a list of addresses, of which the first is told. */
export function vscodeTool(name: string, args: JsonObject): ReadTool {
  const made = read(name, args);
  if (made.tool.category !== 'web' || made.input.url !== undefined) return made;
  const list = args['urls'];
  const first: unknown = Array.isArray(list) ? list[0] : undefined;
  const query = getText(args, 'query');
  if (typeof first !== 'string') return made;
  return {
    ...made,
    input: { url: first.slice(0, 4_096), ...(query === undefined ? {} : { query: query.slice(0, 4_096) }) },
  };
}
