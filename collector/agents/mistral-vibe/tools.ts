import { createToolReader, splitAt } from '../shared/read-tool.ts';
import type { ToolShape } from '../shared/tool-shape.ts';

/** Built-in tools of Mistral Vibe (source and recordings, 2026-11). */
export const VIBE_TOOLS: readonly ToolShape[] = [
  { name: 'bash', category: 'shell', command: ['command'] },
  { name: 'read_file', category: 'read', paths: ['path'] },
  { name: 'read', category: 'read', paths: ['path', 'file_path'] },
  { name: 'write_file', category: 'write', paths: ['path'], content: ['content'] },
  { name: 'search_replace', category: 'write', paths: ['file_path', 'path'], content: ['content'] },
  { name: 'edit', category: 'write', paths: ['file_path', 'path'], content: ['new_string'] },
  { name: 'grep', category: 'search', query: ['pattern'], paths: ['path'] },
  { name: 'web_fetch', category: 'web', url: ['url'] },
  { name: 'web_search', category: 'web', query: ['query'] },
  { name: 'task', category: 'subagent', text: ['task', 'prompt'] },
  { name: 'todo', category: 'plan' },
  { name: 'exit_plan_mode', category: 'plan' },
  { name: 'ask_user_question', category: 'other' },
  { name: 'skill', category: 'other', text: ['name'] },
];

/** Tools of servers are `<server>_<tool>`, without a mark; those with a known name are ours. */
export const vibeTool = createToolReader(VIBE_TOOLS, (name) => splitAt(name, '_'));
