import { createToolReader, splitAt, type ToolReader } from '../shared/read-tool.ts';
import type { ToolShape } from '../shared/tool-shape.ts';

const FILE = ['path', 'file_path'];
const EDIT = ['file_text', 'new_str', 'content', 'after', 'diff'];

/** Tools of Goose's own extensions, with and without the extension's name (source, 2026-11). */
const OWN: readonly ToolShape[] = [
  { name: 'shell', category: 'shell', command: ['command'], cwd: ['working_dir'] },
  { name: 'text_editor', category: 'write', paths: FILE, content: EDIT },
  { name: 'write', category: 'write', paths: FILE, content: EDIT },
  { name: 'edit', category: 'write', paths: FILE, content: EDIT },
  { name: 'read', category: 'read', paths: FILE },
  { name: 'tree', category: 'read', paths: FILE },
  { name: 'analyze', category: 'read', paths: FILE },
  { name: 'image_processor', category: 'read', paths: FILE },
  { name: 'list_windows', category: 'other' },
  { name: 'screen_capture', category: 'other' },
];
const PLATFORM: readonly ToolShape[] = [
  { name: 'computercontroller__web_scrape', category: 'web', url: ['url'] },
  { name: 'computercontroller__automation_script', category: 'shell', command: ['script'] },
  { name: 'memory__remember_memory', category: 'write', content: ['data'] },
  { name: 'memory__retrieve_memories', category: 'read' },
  { name: 'todo__todo_write', category: 'plan', text: ['content'] },
  { name: 'subagent', category: 'subagent', text: ['instructions', 'task'] },
  { name: 'delegate', category: 'subagent', text: ['instructions', 'task'] },
  { name: 'load_skill', category: 'other', text: ['name'] },
  { name: 'platform__manage_schedule', category: 'other' },
  { name: 'platform__read_resource', category: 'read' },
];

export const GOOSE_TOOLS: readonly ToolShape[] = [
  ...OWN,
  ...OWN.map((shape) => ({ ...shape, name: `developer__${shape.name}` })),
  ...PLATFORM,
];

const read = createToolReader(GOOSE_TOOLS, (name) => splitAt(name, '__'));

/** The editor reads and writes; which of the two is an argument. */
export const gooseTool: ToolReader = (name, args) => {
  const made = read(name, args);
  const isView = name.endsWith('text_editor') && args['command'] === 'view';
  return isView ? { ...made, tool: { ...made.tool, category: 'read' } } : made;
};
