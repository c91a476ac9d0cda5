import type { ToolCategory, ToolInput } from '../../contract/event.ts';
import type { JsonObject } from '../shared/json.ts';
import { createToolReader, splitAt } from '../shared/read-tool.ts';
import { inputOf, type ToolShape } from '../shared/tool-shape.ts';
import type { ReadTool } from '../shared/transcript.ts';

const FILE = ['target_file', 'file_path', 'path', 'absolute_path'];

/** Built-in tools of Grok Build (recordings of 1.0, 2026-07; names of its own source, 2026-11). */
export const GROK_TOOLS: readonly ToolShape[] = [
  { name: 'run_terminal_cmd', category: 'shell', command: ['command'], cwd: ['cwd', 'workdir'] },
  { name: 'run_terminal_command', category: 'shell', command: ['command'], cwd: ['cwd', 'workdir'] },
  { name: 'get_terminal_output', category: 'read' },
  { name: 'kill_terminal', category: 'other' },
  { name: 'read_file', category: 'read', paths: FILE },
  { name: 'list_dir', category: 'read', paths: ['target_directory', ...FILE] },
  { name: 'search_replace', category: 'write', paths: FILE, content: ['new_string'] },
  { name: 'write_file', category: 'write', paths: FILE, content: ['content', 'contents'] },
  { name: 'write', category: 'write', paths: FILE, content: ['content', 'contents'] },
  { name: 'delete_file', category: 'write', paths: FILE },
  { name: 'apply_patch', category: 'write', content: ['patch', 'input'] },
  { name: 'grep', category: 'search', query: ['pattern'], paths: ['path'] },
  { name: 'glob', category: 'search', query: ['pattern', 'glob_pattern'], paths: ['path'] },
  { name: 'web_search', category: 'web', query: ['query'] },
  { name: 'web_fetch', category: 'web', url: ['url'] },
  { name: 'open_page', category: 'web', url: ['url'] },
  { name: 'x_search', category: 'web', query: ['query'] },
  { name: 'spawn_subagent', category: 'subagent', text: ['prompt', 'task', 'description'] },
  { name: 'task', category: 'subagent', text: ['prompt', 'description'] },
  { name: 'todo_write', category: 'plan' },
  { name: 'enter_plan_mode', category: 'plan' },
  { name: 'exit_plan_mode', category: 'plan' },
  { name: 'ask_user_question', category: 'other', text: ['question'] },
  { name: 'skill', category: 'other', text: ['name', 'skill'] },
];

const read = createToolReader(GROK_TOOLS, (name) => splitAt(name, '__'));

/** Kinds of the Agent Client Protocol. */
const KINDS: ReadonlyMap<unknown, ToolCategory> = new Map<unknown, ToolCategory>([
  ['execute', 'shell'],
  ['read', 'read'],
  ['edit', 'write'],
  ['delete', 'write'],
  ['move', 'write'],
  ['search', 'search'],
  ['fetch', 'web'],
  ['think', 'plan'],
]);
const ANY: ToolShape = {
  name: '',
  category: 'other',
  command: ['command'],
  cwd: ['cwd', 'workdir'],
  paths: FILE,
  url: ['url'],
  query: ['query', 'pattern'],
  content: ['new_string', 'content', 'contents', 'patch'],
};

/** A call in common words. A title that is no tool's name is read by the protocol's kind and its usual fields. */
export function grokTool(name: string, kind: unknown, args: JsonObject): ReadTool {
  const made = read(name, args);
  const category = KINDS.get(kind);
  if (made.known || category === undefined) return made;
  const input: ToolInput = inputOf({ ...ANY, category }, args);
  return { tool: { name, category }, input, known: true };
}
