import { createToolReader, splitAt } from './read-tool.ts';
import type { ToolShape } from './tool-shape.ts';

/** Built-in tools of Kiro CLI 2.x, with the names they had in Amazon Q (recordings and kiro.dev, 2026-11). */
export const KIRO_TOOLS: readonly ToolShape[] = [
  { name: 'shell', category: 'shell', command: ['command'], cwd: ['working_dir', 'cwd'] },
  { name: 'execute_bash', category: 'shell', command: ['command'], cwd: ['working_dir', 'cwd'] },
  { name: 'execute_cmd', category: 'shell', dialect: 'cmd', command: ['command'], cwd: ['working_dir'] },
  { name: 'execute_pwsh', category: 'shell', dialect: 'powershell', command: ['command'], cwd: ['cwd'] },
  { name: 'read', category: 'read', paths: ['path'] },
  { name: 'fs_read', category: 'read', paths: ['path'] },
  { name: 'write', category: 'write', paths: ['path'], content: ['content', 'file_text', 'new_str'] },
  {
    name: 'fs_write',
    category: 'write',
    paths: ['path'],
    content: ['content', 'file_text', 'new_str', 'text'],
  },
  { name: 'run_command', category: 'shell', command: ['command'], cwd: ['cwd'] },
  { name: 'execute_command', category: 'shell', command: ['command'], cwd: ['cwd'] },
  { name: 'fs_append', category: 'write', paths: ['path'], content: ['text'] },
  { name: 'str_replace', category: 'write', paths: ['path'], content: ['newStr', 'new_str'] },
  { name: 'grep', category: 'search', query: ['pattern'], paths: ['path'] },
  { name: 'glob', category: 'search', query: ['pattern'], paths: ['path'] },
  { name: 'code', category: 'search', query: ['symbol_name', 'query'], paths: ['file_path', 'path'] },
  { name: 'knowledge', category: 'search', query: ['query'] },
  { name: 'web_fetch', category: 'web', url: ['url'] },
  { name: 'web_search', category: 'web', query: ['query'] },
  { name: 'use_subagent', category: 'subagent', text: ['query', 'prompt'] },
  { name: 'subagent', category: 'subagent', text: ['query', 'prompt'] },
  { name: 'delegate', category: 'subagent', text: ['task'] },
  { name: 'todo_list', category: 'plan' },
  { name: 'thinking', category: 'plan', text: ['thought'] },
  { name: 'use_aws', category: 'other' },
  { name: 'aws', category: 'other' },
  { name: 'introspect', category: 'other' },
  { name: 'report', category: 'other' },
];

/** Tools of servers are `@<server>/<tool>`, and `<server>___<tool>` in Amazon Q. */
export const kiroTool = createToolReader(
  KIRO_TOOLS,
  (name) => splitAt(name, '/', '@') ?? splitAt(name, '___'),
);
