import { createToolReader, splitAt } from '../shared/read-tool.ts';
import type { ToolShape } from '../shared/tool-shape.ts';

const FILE = ['file_path', 'path', 'paths'];

/** Built-in tools of Forge (`crates/forge_domain/src/tools`, 2026-11), and their names of 2025. */
export const FORGE_TOOLS: readonly ToolShape[] = [
  { name: 'shell', category: 'shell', command: ['command'], cwd: ['cwd'] },
  { name: 'forge_tool_process_shell', category: 'shell', command: ['command'], cwd: ['cwd'] },
  { name: 'read', category: 'read', paths: FILE },
  { name: 'forge_tool_fs_read', category: 'read', paths: FILE },
  { name: 'read_image', category: 'read', paths: FILE },
  { name: 'write', category: 'write', paths: FILE, content: ['content'] },
  { name: 'forge_tool_fs_create', category: 'write', paths: FILE, content: ['content'] },
  { name: 'patch', category: 'write', paths: FILE, content: ['new_string', 'content'] },
  { name: 'multi_patch', category: 'write', paths: FILE },
  { name: 'forge_tool_fs_patch', category: 'write', paths: FILE, content: ['content'] },
  { name: 'remove', category: 'write', paths: FILE },
  { name: 'forge_tool_fs_remove', category: 'write', paths: FILE },
  { name: 'undo', category: 'write', paths: FILE },
  { name: 'forge_tool_fs_undo', category: 'write', paths: FILE },
  { name: 'fs_search', category: 'search', query: ['pattern', 'regex'], paths: ['path'] },
  { name: 'search', category: 'search', query: ['pattern', 'regex'], paths: ['path'] },
  { name: 'forge_tool_fs_search', category: 'search', query: ['regex'], paths: ['path'] },
  { name: 'sem_search', category: 'search', query: ['query', 'queries'] },
  { name: 'fetch', category: 'web', url: ['url'] },
  { name: 'forge_tool_net_fetch', category: 'web', url: ['url'] },
  { name: 'task', category: 'subagent', text: ['prompt', 'tasks'] },
  { name: 'plan', category: 'plan', content: ['content'] },
  { name: 'todo_write', category: 'plan' },
  { name: 'todo_read', category: 'plan' },
  { name: 'followup', category: 'other', text: ['question'] },
  { name: 'attempt_completion', category: 'other', text: ['result'] },
  { name: 'skill', category: 'other', text: ['name', 'skill'] },
];

/** MCP names are `mcp_<server>_tool_<tool>`. */
export const forgeTool = createToolReader(FORGE_TOOLS, (name) => splitAt(name, '_tool_', 'mcp_'));
