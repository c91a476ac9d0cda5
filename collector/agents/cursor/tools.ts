import { getText } from '../shared/json.ts';
import { createToolReader, type ToolReader } from '../shared/read-tool.ts';
import { argsInput, type ToolShape } from '../shared/tool-shape.ts';

const FILE = ['path', 'file_path', 'target_file'];

/** Tools as Cursor's transcripts name them (recordings and reports of 2026, 2026-11). */
export const CURSOR_TOOLS: readonly ToolShape[] = [
  { name: 'Shell', category: 'shell', command: ['command'], cwd: ['working_directory', 'cwd'] },
  { name: 'Bash', category: 'shell', command: ['command'], cwd: ['working_directory', 'cwd'] },
  { name: 'Read', category: 'read', paths: FILE },
  { name: 'read_file', category: 'read', paths: FILE },
  { name: 'LS', category: 'read', paths: [...FILE, 'target_directory'] },
  { name: 'ReadLints', category: 'read', paths: ['paths'] },
  { name: 'Write', category: 'write', paths: FILE, content: ['contents', 'content'] },
  { name: 'StrReplace', category: 'write', paths: FILE, content: ['new_string'] },
  { name: 'Edit', category: 'write', paths: FILE, content: ['new_string'] },
  { name: 'MultiEdit', category: 'write', paths: FILE },
  { name: 'ApplyPatch', category: 'write', content: ['patch', 'input'] },
  { name: 'EditNotebook', category: 'write', paths: ['target_notebook'], content: ['new_string'] },
  { name: 'Delete', category: 'write', paths: FILE },
  { name: 'Grep', category: 'search', query: ['pattern'], paths: ['path'] },
  {
    name: 'Glob',
    category: 'search',
    query: ['glob_pattern', 'pattern'],
    paths: ['target_directory', 'path'],
  },
  { name: 'SemanticSearch', category: 'search', query: ['query'], paths: ['target_directories'] },
  { name: 'WebFetch', category: 'web', url: ['url'] },
  { name: 'WebSearch', category: 'web', query: ['search_term', 'query'] },
  { name: 'Task', category: 'subagent', text: ['prompt', 'description'] },
  { name: 'Agent', category: 'subagent', text: ['prompt', 'description'] },
  { name: 'TodoWrite', category: 'plan' },
  { name: 'CreatePlan', category: 'plan', text: ['plan'] },
  { name: 'SwitchMode', category: 'plan', text: ['target_mode_id'] },
  { name: 'AskQuestion', category: 'other' },
  { name: 'Await', category: 'other' },
  { name: 'GenerateImage', category: 'other', text: ['description'] },
];

const read = createToolReader(CURSOR_TOOLS);

export const cursorTool: ToolReader = (name, args) => {
  if (name !== 'CallMcpTool' && name !== 'FetchMcpResource') return read(name, args);
  const tool = {
    name,
    category: 'mcp' as const,
    mcpServer: getText(args, 'server') ?? '',
    mcpTool: getText(args, 'toolName') ?? getText(args, 'uri') ?? '',
  };
  return { tool, input: argsInput(args['arguments']), known: true };
};
