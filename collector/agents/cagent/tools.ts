import { createToolReader, splitAt } from '../shared/read-tool.ts';
import type { ToolShape } from '../shared/tool-shape.ts';

const FILE = ['path', 'paths'];

/** Built-in tools of Docker's agent (`pkg/tools/builtin`, 2026-11). */
export const CAGENT_TOOLS: readonly ToolShape[] = [
  { name: 'shell', category: 'shell', command: ['cmd', 'command'], cwd: ['cwd'] },
  { name: 'run_shell_background', category: 'shell', command: ['cmd', 'command'], cwd: ['cwd'] },
  { name: 'run_background_job', category: 'shell', command: ['cmd', 'command'], cwd: ['cwd'] },
  { name: 'view_background_job', category: 'read' },
  { name: 'list_background_jobs', category: 'read' },
  { name: 'stop_background_job', category: 'other' },
  { name: 'read_file', category: 'read', paths: FILE },
  { name: 'read_multiple_files', category: 'read', paths: FILE },
  { name: 'list_directory', category: 'read', paths: FILE },
  { name: 'directory_tree', category: 'read', paths: FILE },
  { name: 'list_allowed_directories', category: 'read' },
  { name: 'write_file', category: 'write', paths: FILE, content: ['content'] },
  { name: 'edit_file', category: 'write', paths: FILE },
  { name: 'create_directory', category: 'write', paths: FILE },
  { name: 'remove_directory', category: 'write', paths: FILE },
  { name: 'search_files', category: 'search', query: ['pattern'], paths: FILE },
  { name: 'search_files_content', category: 'search', query: ['query'], paths: FILE },
  { name: 'fetch', category: 'web', url: ['url', 'urls'] },
  { name: 'transfer_task', category: 'subagent', text: ['task'] },
  { name: 'run_background_agent', category: 'subagent', text: ['task'] },
  { name: 'handoff', category: 'subagent', text: ['agent'] },
  { name: 'think', category: 'plan', text: ['thought'] },
  { name: 'create_todo', category: 'plan' },
  { name: 'create_todos', category: 'plan' },
  { name: 'update_todos', category: 'plan' },
  { name: 'list_todos', category: 'plan' },
  { name: 'add_memory', category: 'write', content: ['memory'] },
  { name: 'get_memories', category: 'read' },
  { name: 'delete_memory', category: 'write' },
  { name: 'user_prompt', category: 'other', text: ['message'] },
  { name: 'read_skill', category: 'other', text: ['name'] },
];

/** MCP names are `<server>_<tool>` where the server is named at all, without a mark. */
export const cagentTool = createToolReader(CAGENT_TOOLS, (name) => splitAt(name, '_'));
