import { createToolReader } from '../shared/read-tool.ts';
import type { ToolShape } from '../shared/tool-shape.ts';

const FILE = ['path', 'file_path'];

/** Built-in tools of Kimi Code and, with longer names, of the earlier Kimi CLI (recordings, 2026-11). */
export const KIMI_TOOLS: readonly ToolShape[] = [
  { name: 'Bash', category: 'shell', command: ['command'], cwd: ['cwd'] },
  { name: 'Shell', category: 'shell', command: ['command'], cwd: ['cwd'] },
  { name: 'Read', category: 'read', paths: FILE },
  { name: 'ReadFile', category: 'read', paths: FILE },
  { name: 'ReadMediaFile', category: 'read', paths: FILE },
  { name: 'Write', category: 'write', paths: FILE, content: ['content'] },
  { name: 'WriteFile', category: 'write', paths: FILE, content: ['content'] },
  { name: 'Edit', category: 'write', paths: FILE, content: ['new_string', 'new'] },
  { name: 'StrReplaceFile', category: 'write', paths: FILE, content: ['new'] },
  { name: 'Grep', category: 'search', query: ['pattern'], paths: ['path'] },
  { name: 'Glob', category: 'search', query: ['pattern'], paths: ['path', 'directory'] },
  { name: 'FetchURL', category: 'web', url: ['url'] },
  { name: 'WebSearch', category: 'web', query: ['query'] },
  { name: 'SearchWeb', category: 'web', query: ['query'] },
  { name: 'Agent', category: 'subagent', text: ['prompt', 'description'] },
  { name: 'AgentSwarm', category: 'subagent', text: ['description'] },
  { name: 'Task', category: 'subagent', text: ['prompt', 'description'] },
  { name: 'EnterPlanMode', category: 'plan' },
  { name: 'ExitPlanMode', category: 'plan', text: ['plan'] },
  { name: 'TodoList', category: 'plan' },
  { name: 'SetTodoList', category: 'plan' },
  { name: 'Think', category: 'plan', text: ['thought'] },
  { name: 'AskUserQuestion', category: 'other' },
  { name: 'Skill', category: 'other', text: ['skill', 'name'] },
  { name: 'TaskList', category: 'other' },
  { name: 'TaskOutput', category: 'other' },
  { name: 'TaskStop', category: 'other' },
  { name: 'SendDMail', category: 'other' },
];

export const kimiTool = createToolReader(KIMI_TOOLS);
