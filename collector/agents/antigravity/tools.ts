import { getText } from '../shared/json.ts';
import { createToolReader, splitAt, type ToolReader } from '../shared/read-tool.ts';
import { argsInput, type ToolShape } from '../shared/tool-shape.ts';

const FILE = ['AbsolutePath', 'TargetFile', 'File'];

/** Built-in tools of Antigravity and `agy` (recordings and reports of 1.1 to 2.0, 2026-11). */
export const ANTIGRAVITY_TOOLS: readonly ToolShape[] = [
  { name: 'run_command', category: 'shell', command: ['CommandLine'], cwd: ['Cwd'] },
  { name: 'send_command_input', category: 'shell', command: ['Input'] },
  { name: 'command_status', category: 'other' },
  { name: 'view_file', category: 'read', paths: FILE },
  { name: 'view_file_outline', category: 'read', paths: FILE },
  { name: 'view_code_item', category: 'read', paths: FILE },
  { name: 'list_dir', category: 'read', paths: ['DirectoryPath'] },
  { name: 'write_to_file', category: 'write', paths: FILE, content: ['CodeContent'] },
  { name: 'write_file', category: 'write', paths: FILE, content: ['CodeContent', 'Content'] },
  { name: 'replace_file_content', category: 'write', paths: FILE, content: ['ReplacementContent'] },
  { name: 'multi_replace_file_content', category: 'write', paths: FILE, content: ['ReplacementChunks'] },
  { name: 'find_by_name', category: 'search', query: ['Pattern'], paths: ['SearchDirectory'] },
  { name: 'grep_search', category: 'search', query: ['Query'], paths: ['SearchPath'] },
  { name: 'search_web', category: 'web', query: ['query'] },
  { name: 'read_url_content', category: 'web', url: ['Url'] },
  { name: 'open_browser_url', category: 'web', url: ['Url'] },
  { name: 'browser_subagent', category: 'subagent', text: ['Task'] },
  { name: 'invoke_subagent', category: 'subagent', text: ['Subagents', 'Prompt'] },
  { name: 'task_boundary', category: 'plan', text: ['TaskStatus'] },
  { name: 'notify_user', category: 'other', text: ['Message'] },
  { name: 'generate_image', category: 'other', text: ['Prompt'] },
];

const read = createToolReader(ANTIGRAVITY_TOOLS, (name) => splitAt(name, '_', 'mcp_'));

/** `call_mcp_tool` names server and tool in its arguments; `mcp_<server>_<tool>` is split at the first underscore. */
export const antigravityTool: ToolReader = (name, args) => {
  if (name !== 'call_mcp_tool') return read(name, args);
  const tool = {
    name,
    category: 'mcp' as const,
    mcpServer: getText(args, 'ServerName') ?? '',
    mcpTool: getText(args, 'ToolName') ?? '',
  };
  return { tool, input: argsInput(args['Arguments']), known: true };
};
