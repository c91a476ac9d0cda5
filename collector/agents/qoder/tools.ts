import { createToolReader } from '../shared/read-tool.ts';
import type { ToolShape } from '../shared/tool-shape.ts';

const FILE = ['file_path', 'path', 'target_file'];

/** Tools of Qoder's CLI, which has Claude Code's names, and of its editor (documentation of 2026, by report). */
export const QODER_TOOLS: readonly ToolShape[] = [
  { name: 'Bash', category: 'shell', command: ['command'] },
  { name: 'run_in_terminal', category: 'shell', command: ['command'], cwd: ['working_directory'] },
  { name: 'BashOutput', category: 'read' },
  { name: 'get_terminal_output', category: 'read' },
  { name: 'KillShell', category: 'other' },
  { name: 'Read', category: 'read', paths: FILE },
  { name: 'read_file', category: 'read', paths: FILE },
  { name: 'list_dir', category: 'read', paths: ['relative_workspace_path', ...FILE] },
  { name: 'Write', category: 'write', paths: FILE, content: ['content'] },
  { name: 'Edit', category: 'write', paths: FILE, content: ['new_string'] },
  { name: 'MultiEdit', category: 'write', paths: FILE },
  { name: 'create_file', category: 'write', paths: FILE, content: ['content', 'file_content'] },
  { name: 'search_replace', category: 'write', paths: FILE, content: ['new_string'] },
  { name: 'edit_file', category: 'write', paths: FILE, content: ['code_edit'] },
  { name: 'delete_file', category: 'write', paths: FILE },
  { name: 'Glob', category: 'search', paths: ['path'], query: ['pattern'] },
  { name: 'Grep', category: 'search', paths: ['path'], query: ['pattern'] },
  { name: 'search_codebase', category: 'search', query: ['query'] },
  { name: 'search_file', category: 'search', query: ['query'] },
  { name: 'grep_code', category: 'search', query: ['regex', 'query'] },
  { name: 'WebFetch', category: 'web', url: ['url'], text: ['prompt'] },
  { name: 'WebSearch', category: 'web', query: ['query'] },
  { name: 'fetch_content', category: 'web', url: ['url'] },
  { name: 'search_web', category: 'web', query: ['query'] },
  { name: 'Task', category: 'subagent', text: ['prompt', 'description'] },
  { name: 'Agent', category: 'subagent', text: ['prompt', 'description'] },
  { name: 'TodoWrite', category: 'plan' },
  { name: 'ExitPlanMode', category: 'plan', text: ['plan'] },
  { name: 'AskUserQuestion', category: 'other' },
  { name: 'Skill', category: 'other', text: ['skill', 'command'] },
  { name: 'update_memory', category: 'write', content: ['content'] },
];

/** MCP names are Claude Code's: `mcp__<server>__<tool>`. */
export const qoderTool = createToolReader(QODER_TOOLS);
