import { createToolReader } from '../shared/read-tool.ts';
import type { ToolShape } from '../shared/tool-shape.ts';

const FILE = ['absolute_path', 'file_path', 'path'];

/** Tools of iFlow CLI, which it has from Gemini CLI (recording of 2026-01). */
export const IFLOW_TOOLS: readonly ToolShape[] = [
  { name: 'run_shell_command', category: 'shell', command: ['command'], cwd: ['dir_path', 'directory'] },
  { name: 'read_file', category: 'read', paths: FILE },
  { name: 'read_many_files', category: 'read', paths: ['paths'] },
  { name: 'list_directory', category: 'read', paths: FILE },
  { name: 'write_file', category: 'write', paths: FILE, content: ['content'] },
  { name: 'replace', category: 'write', paths: FILE, content: ['new_string'] },
  { name: 'multi_edit', category: 'write', paths: FILE },
  { name: 'save_memory', category: 'write', content: ['fact'] },
  { name: 'glob', category: 'search', query: ['pattern'], paths: ['path'] },
  { name: 'search_file_content', category: 'search', query: ['pattern'], paths: ['path'] },
  { name: 'xml_escape', category: 'other' },
  { name: 'web_fetch', category: 'web', url: ['url'], query: ['prompt'] },
  { name: 'web_search', category: 'web', query: ['query'] },
  { name: 'task', category: 'subagent', text: ['prompt', 'description'] },
  { name: 'todo_write', category: 'plan' },
  { name: 'todo_read', category: 'plan' },
  { name: 'exit_plan_mode', category: 'plan', text: ['plan'] },
  { name: 'ask_user_question', category: 'other' },
  { name: 'Skill', category: 'other', text: ['skill'] },
];

export const iflowTool = createToolReader(IFLOW_TOOLS);
