import { createToolReader, splitAt, type ToolReader } from '../shared/read-tool.ts';
import type { ToolShape } from '../shared/tool-shape.ts';

/** Built-in tools of Zed's agent (`docs/src/ai/tools.md`, source, 2026-11). */
export const ZED_TOOLS: readonly ToolShape[] = [
  { name: 'terminal', category: 'shell', command: ['command'], cwd: ['cd'] },
  { name: 'read_file', category: 'read', paths: ['path'] },
  { name: 'list_directory', category: 'read', paths: ['path'] },
  { name: 'diagnostics', category: 'read', paths: ['path'] },
  { name: 'now', category: 'other' },
  { name: 'thinking', category: 'plan' },
  { name: 'update_plan', category: 'plan' },
  { name: 'open', category: 'other', url: ['path_or_url'] },
  {
    name: 'edit_file',
    category: 'write',
    paths: ['path'],
    content: ['new_text', 'content'],
    text: ['display_description'],
  },
  { name: 'streaming_edit_file', category: 'write', paths: ['path'], content: ['content'] },
  { name: 'write_file', category: 'write', paths: ['path'], content: ['content'] },
  { name: 'create_directory', category: 'write', paths: ['path'] },
  { name: 'delete_path', category: 'write', paths: ['path'] },
  { name: 'move_path', category: 'write', paths: ['source_path', 'destination_path'] },
  { name: 'copy_path', category: 'write', paths: ['source_path', 'destination_path'] },
  { name: 'save_file', category: 'write', paths: ['paths'] },
  { name: 'restore_file_from_disk', category: 'write', paths: ['paths'] },
  { name: 'grep', category: 'search', query: ['regex'] },
  { name: 'find_path', category: 'search', query: ['glob'] },
  { name: 'fetch', category: 'web', url: ['url'] },
  { name: 'web_search', category: 'web', query: ['query'] },
  { name: 'search_web', category: 'web', query: ['query'] },
  { name: 'subagent', category: 'subagent', text: ['task_prompt'] },
  { name: 'spawn_agent', category: 'subagent', text: ['message', 'task'] },
  { name: 'skill', category: 'other', text: ['name'] },
];

const read = createToolReader(ZED_TOOLS, (name) => splitAt(name, ':', 'mcp:'));

/**
 * A server's tool has its own name, unless two servers have one alike: then the server stands before it. So a name that
 * is none of Zed's own is a server's, and which one is not told.
 */
export const zedTool: ToolReader = (name, args) => {
  const made = read(name, args);
  if (made.known) return made;
  return { tool: { name, category: 'mcp', mcpTool: name }, input: made.input, known: true };
};
