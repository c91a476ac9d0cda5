import type { ToolShape } from '../shared/tool-shape.ts';
import { createToolReader } from '../shared/read-tool.ts';

/** Step types of Cascade's transcript are its tools (recordings of 2026). */
export const WINDSURF_TOOLS: readonly ToolShape[] = [
  { name: 'run_command', category: 'shell', command: ['command', 'command_line'], cwd: ['cwd'] },
  { name: 'view_file', category: 'read', paths: ['path'] },
  { name: 'list_directory', category: 'read', paths: ['path', 'directory_path'] },
  { name: 'list_resources', category: 'read', text: ['server_name'] },
  { name: 'read_resource', category: 'read', text: ['server_name'], url: ['uri'] },
  { name: 'view_content_chunk', category: 'read' },
  { name: 'code_action', category: 'write', paths: ['path'], content: ['new_content'] },
  { name: 'write_to_file', category: 'write', paths: ['path'], content: ['content'] },
  { name: 'grep_search', category: 'search', query: ['query', 'pattern'], paths: ['path'] },
  { name: 'grep_search_v2', category: 'search', query: ['query', 'pattern'], paths: ['path'] },
  { name: 'find', category: 'search', query: ['pattern', 'query'], paths: ['path'] },
  { name: 'codebase_search', category: 'search', query: ['query'] },
  { name: 'search_web', category: 'web', query: ['query'] },
  { name: 'read_url_content', category: 'web', url: ['url'] },
  { name: 'mcp_tool', category: 'mcp' },
  { name: 'todo_list', category: 'plan' },
];

export const windsurfTool = createToolReader(WINDSURF_TOOLS);
