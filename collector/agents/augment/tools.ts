import { createToolReader, splitAt } from '../shared/read-tool.ts';
import type { ToolShape } from '../shared/tool-shape.ts';

const FILE = ['path', 'file_path'];

/** Built-in tools of Augment (the CLI's bundle, 2026-11). */
export const AUGMENT_TOOLS: readonly ToolShape[] = [
  { name: 'launch-process', category: 'shell', command: ['command'], cwd: ['cwd'] },
  { name: 'write-process', category: 'shell', command: ['input_text'] },
  { name: 'read-process', category: 'read' },
  { name: 'kill-process', category: 'other' },
  { name: 'list-processes', category: 'read' },
  { name: 'read-terminal', category: 'read' },
  { name: 'view', category: 'read', paths: FILE },
  { name: 'view-range-untruncated', category: 'read' },
  { name: 'diagnostics', category: 'read', paths: ['paths'] },
  {
    name: 'str-replace-editor',
    category: 'write',
    paths: FILE,
    content: ['new_str', 'new_str_1', 'insert_line_entries'],
  },
  { name: 'save-file', category: 'write', paths: FILE, content: ['file_content'] },
  { name: 'remove-files', category: 'write', paths: ['file_paths'] },
  { name: 'apply_patch', category: 'write', content: ['input', 'patch'] },
  { name: 'remember', category: 'write', content: ['memory'] },
  { name: 'codebase-retrieval', category: 'search', query: ['information_request'] },
  { name: 'git-commit-retrieval', category: 'search', query: ['information_request'] },
  { name: 'grep-search', category: 'search', query: ['query'], paths: ['directory_absolute_path'] },
  { name: 'search-untruncated', category: 'search', query: ['search_term'] },
  { name: 'web-search', category: 'web', query: ['query'] },
  { name: 'web-fetch', category: 'web', url: ['url'] },
  { name: 'open-browser', category: 'web', url: ['url'] },
  { name: 'github-api', category: 'web', url: ['path'], query: ['summary'] },
  { name: 'sub-agent', category: 'subagent', text: ['instruction', 'prompt'] },
  { name: 'view_tasklist', category: 'plan' },
  { name: 'update_tasks', category: 'plan' },
  { name: 'add_tasks', category: 'plan' },
  { name: 'reorganize_tasklist', category: 'plan' },
  { name: 'render-mermaid', category: 'other' },
];

/** A server's tools are `<tool>_<server>`; nothing marks where one ends, so only `mcp__` names are split. */
export const augmentTool = createToolReader(AUGMENT_TOOLS, (name) => splitAt(name, '__', 'mcp__'));
