import { createToolReader } from '../shared/read-tool.ts';
import type { ToolShape } from '../shared/tool-shape.ts';

/** Built-in tools of Amp until early 2026 (recordings and ampcode.com, 2026-11). */
export const AMP_TOOLS: readonly ToolShape[] = [
  { name: 'Bash', category: 'shell', command: ['cmd', 'command'], cwd: ['cwd'] },
  { name: 'Read', category: 'read', paths: ['path'] },
  { name: 'list_directory', category: 'read', paths: ['path'] },
  { name: 'look_at', category: 'read', paths: ['path'], text: ['objective'] },
  { name: 'get_diagnostics', category: 'read', paths: ['path'] },
  { name: 'edit_file', category: 'write', paths: ['path'], content: ['new_str'] },
  { name: 'create_file', category: 'write', paths: ['path'], content: ['content'] },
  { name: 'undo_edit', category: 'write', paths: ['path'] },
  { name: 'format_file', category: 'write', paths: ['path'] },
  { name: 'Grep', category: 'search', query: ['pattern'], paths: ['path'] },
  { name: 'glob', category: 'search', query: ['filePattern'] },
  { name: 'finder', category: 'search', query: ['query'] },
  { name: 'codebase_search_agent', category: 'search', query: ['query'] },
  { name: 'web_search', category: 'web', query: ['objective', 'query'] },
  { name: 'read_web_page', category: 'web', url: ['url'], text: ['objective'] },
  { name: 'Task', category: 'subagent', text: ['prompt', 'description'] },
  { name: 'oracle', category: 'subagent', text: ['task'], paths: ['files'] },
  { name: 'librarian', category: 'subagent', text: ['query'] },
  { name: 'handoff', category: 'subagent', text: ['goal'] },
  { name: 'todo_write', category: 'plan' },
  { name: 'todo_read', category: 'plan' },
  { name: 'mermaid', category: 'other' },
  { name: 'painter', category: 'other', text: ['prompt'] },
  { name: 'skill', category: 'other', text: ['name'] },
  { name: 'read_thread', category: 'other' },
  { name: 'find_thread', category: 'other' },
];

export const ampTool = createToolReader(AMP_TOOLS);
