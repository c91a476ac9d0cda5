import { createToolReader } from '../shared/read-tool.ts';
import type { ToolShape } from '../shared/tool-shape.ts';

/** Built-in tools of Hermes Agent (source of v0.19, 2026-11). */
export const HERMES_TOOLS: readonly ToolShape[] = [
  { name: 'terminal', category: 'shell', command: ['command'], cwd: ['workdir'] },
  { name: 'process', category: 'other' },
  { name: 'execute_code', category: 'other', text: ['code'] },
  { name: 'read_file', category: 'read', paths: ['path'] },
  { name: 'vision_analyze', category: 'read', paths: ['image_url'], text: ['question'] },
  { name: 'session_search', category: 'read', query: ['query'] },
  { name: 'skills_list', category: 'read' },
  { name: 'skill_view', category: 'read', text: ['name'] },
  { name: 'write_file', category: 'write', paths: ['path'], content: ['content'] },
  { name: 'patch', category: 'write', paths: ['path'], content: ['new_string', 'patch'] },
  { name: 'skill_manage', category: 'write', content: ['content', 'file_content'], text: ['name'] },
  { name: 'memory', category: 'write', content: ['content'] },
  { name: 'search_files', category: 'search', query: ['pattern'], paths: ['path'] },
  { name: 'web_search', category: 'web', query: ['query'] },
  { name: 'web_extract', category: 'web', url: ['url'] },
  { name: 'browser_navigate', category: 'web', url: ['url'] },
  ...['snapshot', 'click', 'type', 'scroll', 'back', 'press', 'close', 'get_images', 'vision', 'console'].map(
    (name) => ({ name: `browser_${name}`, category: 'web' as const }),
  ),
  { name: 'delegate_task', category: 'subagent', text: ['goal', 'context'] },
  { name: 'mixture_of_agents', category: 'subagent', text: ['user_prompt'] },
  { name: 'todo', category: 'plan' },
  { name: 'clarify', category: 'other', text: ['question'] },
  { name: 'cronjob', category: 'other', text: ['prompt'] },
  { name: 'send_message', category: 'other', text: ['message'] },
  { name: 'image_generate', category: 'other', text: ['prompt'] },
  { name: 'text_to_speech', category: 'other', text: ['text'] },
];

export const hermesTool = createToolReader(HERMES_TOOLS);
