import { clineToolReader } from '../shared/cline-tools.ts';
import type { ToolShape } from '../shared/tool-shape.ts';

/** Tools that only Cline has; the second half are those of its SDK and CLI (source of 4.1, 2026-11). */
export const OWN_TOOLS: readonly ToolShape[] = [
  { name: 'use_subagents', category: 'subagent' },
  { name: 'use_skill', category: 'other', text: ['skill_name'] },
  { name: 'load_mcp_documentation', category: 'other' },
  { name: 'act_mode_respond', category: 'other', text: ['response'] },
  { name: 'generate_explanation', category: 'other' },
  { name: 'focus_chain', category: 'plan' },
  { name: 'condense', category: 'other' },
  { name: 'summarize_task', category: 'other' },
  { name: 'report_bug', category: 'other' },
  { name: 'run_commands', category: 'shell', command: ['command'], cwd: ['cwd'] },
  { name: 'bash', category: 'shell', command: ['command'], cwd: ['cwd'] },
  { name: 'read_files', category: 'read', paths: ['path'] },
  { name: 'editor', category: 'write', paths: ['path'], content: ['new_text', 'file_text', 'new_str'] },
  { name: 'search_codebase', category: 'search', query: ['query', 'queries'] },
  { name: 'fetch_web_content', category: 'web', url: ['url'], text: ['prompt'] },
  { name: 'spawn_agent', category: 'subagent', text: ['task', 'prompt'] },
  { name: 'skills', category: 'other', text: ['skill'] },
  { name: 'ask_question', category: 'other', text: ['question'] },
  { name: 'submit_and_exit', category: 'other' },
];

export const clineTool = clineToolReader(OWN_TOOLS);
