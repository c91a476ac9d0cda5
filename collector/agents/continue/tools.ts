import { createToolReader } from '../shared/read-tool.ts';
import type { ToolShape } from '../shared/tool-shape.ts';

const FILE = ['filepath', 'file_path', 'path'];

/** Built-in tools of Continue's extension (snake case) and of its CLI (capitals); source of 1.3, 2026-11. */
export const CONTINUE_TOOLS: readonly ToolShape[] = [
  { name: 'run_terminal_command', category: 'shell', command: ['command'] },
  { name: 'Bash', category: 'shell', command: ['command'] },
  { name: 'read_file', category: 'read', paths: FILE },
  { name: 'read_file_range', category: 'read', paths: FILE },
  { name: 'read_currently_open_file', category: 'read' },
  { name: 'view_diff', category: 'read' },
  { name: 'view_repo_map', category: 'read' },
  { name: 'view_subdirectory', category: 'read', paths: ['directory_path'] },
  { name: 'ls', category: 'read', paths: ['dirPath', 'path'] },
  { name: 'Read', category: 'read', paths: FILE },
  { name: 'List', category: 'read', paths: ['dirpath', 'path'] },
  { name: 'Diff', category: 'read' },
  { name: 'create_new_file', category: 'write', paths: FILE, content: ['contents'] },
  { name: 'edit_existing_file', category: 'write', paths: FILE, content: ['changes'] },
  { name: 'single_find_and_replace', category: 'write', paths: FILE, content: ['new_string'] },
  { name: 'multi_edit', category: 'write', paths: FILE },
  { name: 'Write', category: 'write', paths: FILE, content: ['content'] },
  { name: 'Edit', category: 'write', paths: FILE, content: ['new_string'] },
  { name: 'MultiEdit', category: 'write', paths: FILE },
  { name: 'grep_search', category: 'search', query: ['query'] },
  { name: 'file_glob_search', category: 'search', query: ['pattern'] },
  { name: 'codebase', category: 'search', query: ['query'] },
  { name: 'Search', category: 'search', query: ['pattern'], paths: ['path'] },
  { name: 'search_web', category: 'web', query: ['query'] },
  { name: 'fetch_url_content', category: 'web', url: ['url'] },
  { name: 'Fetch', category: 'web', url: ['url'] },
  { name: 'Subagent', category: 'subagent', text: ['prompt', 'description'] },
  { name: 'create_rule_block', category: 'write', content: ['rule'] },
  { name: 'request_rule', category: 'other' },
  { name: 'read_skill', category: 'other', text: ['skillName'] },
  { name: 'Skills', category: 'other' },
  { name: 'Checklist', category: 'plan', text: ['checklist'] },
  { name: 'Status', category: 'other' },
  { name: 'ReportFailure', category: 'other' },
  { name: 'Exit', category: 'other' },
];

export const continueTool = createToolReader(CONTINUE_TOOLS);
