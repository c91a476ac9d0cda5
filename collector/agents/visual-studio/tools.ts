import { createToolReader } from '../shared/read-tool.ts';
import type { ToolShape } from '../shared/tool-shape.ts';

const FILE = ['filename', 'file', 'path', 'filePath'];

/** Tools of Copilot in Visual Studio 2022 and 2026, by report (2026-11). */
export const VISUAL_STUDIO_TOOLS: readonly ToolShape[] = [
  { name: 'run_command_in_terminal', category: 'shell', command: ['command', 'cmd'], dialect: 'powershell' },
  { name: 'run_command', category: 'shell', command: ['command', 'cmd'], dialect: 'powershell' },
  { name: 'runInTerminal', category: 'shell', command: ['command', 'cmd'], dialect: 'powershell' },
  { name: 'run_build', category: 'shell', command: ['command'] },
  { name: 'run_tests', category: 'shell', command: ['command'] },
  { name: 'get_file', category: 'read', paths: FILE },
  { name: 'get_files_in_project', category: 'read', paths: ['projectPath', ...FILE] },
  { name: 'get_projects_in_solution', category: 'read' },
  { name: 'get_errors', category: 'read', paths: ['filePaths', ...FILE] },
  { name: 'get_output_window_logs', category: 'read' },
  { name: 'file_search', category: 'search', query: ['query', 'pattern'] },
  { name: 'code_search', category: 'search', query: ['query', 'searchQueries'] },
  { name: 'find_references', category: 'search', query: ['symbol'] },
  { name: 'get_symbols_by_name', category: 'search', query: ['symbol', 'name'] },
  { name: 'grep_search', category: 'search', query: ['query', 'pattern'] },
  { name: 'apply_patch', category: 'write', paths: FILE, content: ['patch', 'diff', 'input'] },
  { name: 'edit_file', category: 'write', paths: FILE, content: ['code', 'new_string', 'patch'] },
  { name: 'replace_string_in_file', category: 'write', paths: FILE, content: ['newString', 'new_string'] },
  { name: 'multi_replace_string_in_file', category: 'write', paths: FILE },
  { name: 'create_file', category: 'write', paths: FILE, content: ['content'] },
  { name: 'remove_file', category: 'write', paths: FILE },
  { name: 'get_web_pages', category: 'web', url: ['url', 'urls'] },
  { name: 'web_search', category: 'web', query: ['query'] },
  { name: 'plan', category: 'plan' },
  { name: 'update_plan_progress', category: 'plan' },
  { name: 'finish_plan', category: 'plan' },
  { name: 'ask_question', category: 'other', text: ['question'] },
];

/** Tools of MCP servers have no mark: they are told and counted like any name that is not known. */
export const visualStudioTool = createToolReader(VISUAL_STUDIO_TOOLS, () => undefined);
