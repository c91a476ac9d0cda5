import type { ToolCategory, ToolInput } from '../../contract/event.ts';
import { bounded, MAX_CONTENT, MAX_NAME, MAX_PATH } from '../shared/bounds.ts';
import type { JsonObject } from '../shared/json.ts';
import { createToolReader, splitAt } from '../shared/read-tool.ts';
import type { ToolShape } from '../shared/tool-shape.ts';
import type { ReadTool } from '../shared/transcript.ts';

const FILE = ['path', 'file_path'];

/** Built-in tools of gptme as they are called with arguments (its source, `gptme/tools`, 2026-11). */
export const GPTME_TOOLS: readonly ToolShape[] = [
  { name: 'shell', category: 'shell', command: ['command'], dialect: 'posix' },
  { name: 'tmux', category: 'shell', command: ['command'] },
  { name: 'ipython', category: 'shell', content: ['code'] },
  { name: 'save', category: 'write', paths: FILE, content: ['content'] },
  { name: 'append', category: 'write', paths: FILE, content: ['content'] },
  { name: 'patch', category: 'write', paths: FILE, content: ['patch'] },
  { name: 'morph', category: 'write', paths: FILE, content: ['edit'] },
  { name: 'read', category: 'read', paths: FILE },
  { name: 'vision', category: 'read', paths: ['image_path', ...FILE] },
  { name: 'screenshot', category: 'other' },
  { name: 'computer', category: 'other', text: ['action'] },
  { name: 'browser', category: 'web', url: ['url'] },
  { name: 'gh', category: 'web', query: ['query'] },
  { name: 'rag', category: 'search', query: ['query'] },
  { name: 'chats', category: 'search', query: ['query'] },
  { name: 'subagent', category: 'subagent', text: ['prompt'] },
  { name: 'todo', category: 'plan' },
  { name: 'todowrite', category: 'plan' },
  { name: 'choice', category: 'other' },
  { name: 'complete', category: 'other' },
  { name: 'restart', category: 'other' },
];

const read = createToolReader(GPTME_TOOLS, (name) => splitAt(name, '.'));

/** A call with arguments; MCP names are `<server>.<tool>`. */
export function gptmeTool(name: string, args: JsonObject): ReadTool {
  return read(name, args);
}

interface BlockShape {
  readonly name: string;
  readonly category: ToolCategory;
  /** Where the text of the block goes. */
  readonly as: 'command' | 'content' | 'text';
}

/** Words behind the fence of a block of code that is run; all others are only shown. */
const BLOCKS: ReadonlyMap<string, BlockShape> = new Map<string, BlockShape>([
  ['shell', { name: 'shell', category: 'shell', as: 'command' }],
  ['tmux', { name: 'tmux', category: 'shell', as: 'command' }],
  ['ipython', { name: 'ipython', category: 'shell', as: 'content' }],
  ['python', { name: 'ipython', category: 'shell', as: 'content' }],
  ['save', { name: 'save', category: 'write', as: 'content' }],
  ['append', { name: 'append', category: 'write', as: 'content' }],
  ['patch', { name: 'patch', category: 'write', as: 'content' }],
  ['morph', { name: 'morph', category: 'write', as: 'content' }],
  ['read', { name: 'read', category: 'read', as: 'text' }],
  ['gh', { name: 'gh', category: 'web', as: 'text' }],
  ['subagent', { name: 'subagent', category: 'subagent', as: 'text' }],
]);

/**
 * A fenced block of code as a call: its first word names the tool, the rest a path.
 * @returns undefined for a block that is not run
 */
export function gptmeBlock(words: string, body: string): ReadTool | undefined {
  const [first = '', ...rest] = words.trim().split(' ');
  const shape = BLOCKS.get(first);
  if (shape === undefined) return undefined;
  const path = bounded(rest.join(' '), MAX_PATH);
  const input: ToolInput = {
    ...(path === '' || shape.as === 'command' ? {} : { paths: [path] }),
    [shape.as]: bounded(body, MAX_CONTENT),
    ...(shape.name === 'shell' ? { dialect: 'posix' as const } : {}),
  };
  return { tool: { name: bounded(shape.name, MAX_NAME), category: shape.category }, input, known: true };
}
