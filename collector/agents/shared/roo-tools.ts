import { clineToolReader } from './cline-tools.ts';
import type { ToolShape } from './tool-shape.ts';

const FILE = ['path', 'file_path'];

/** Tools that Roo Code has besides Cline's (source of 3.52, 2026-11). */
export const OWN_TOOLS: readonly ToolShape[] = [
  { name: 'apply_diff', category: 'write', paths: FILE, content: ['diff'] },
  { name: 'insert_content', category: 'write', paths: FILE, content: ['content'] },
  { name: 'search_and_replace', category: 'write', paths: FILE, content: ['replace', 'new_string'] },
  { name: 'search_replace', category: 'write', paths: FILE, content: ['new_string'] },
  { name: 'edit_file', category: 'write', paths: FILE, content: ['new_string', 'content'] },
  { name: 'edit', category: 'write', paths: FILE, content: ['new_string'] },
  { name: 'generate_image', category: 'write', paths: ['path'], text: ['prompt'] },
  { name: 'read_command_output', category: 'read' },
  { name: 'codebase_search', category: 'search', query: ['query'], paths: ['path'] },
  { name: 'update_todo_list', category: 'plan' },
  { name: 'switch_mode', category: 'other', text: ['mode_slug'] },
  { name: 'fetch_instructions', category: 'other' },
  { name: 'run_slash_command', category: 'other', text: ['command'] },
  { name: 'skill', category: 'other', text: ['skill'] },
];

export const rooTool = clineToolReader(OWN_TOOLS);
