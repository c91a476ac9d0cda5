import { MAX_ITEMS } from './bounds.ts';
import type { JsonObject } from './json.ts';
import { getList, getText, isObject, parseJson } from './json.ts';
import { splitMcpName } from './mcp-name.ts';
import { createToolReader, splitAt, type ToolReader } from './read-tool.ts';
import { argsInput, type ToolShape } from './tool-shape.ts';

/** Tools that Cline and its descendants have in common (source of Cline 4.1 and Roo Code 3.52, 2026-11). */
export const CLINE_TOOLS: readonly ToolShape[] = [
  { name: 'execute_command', category: 'shell', command: ['command'], cwd: ['cwd'] },
  { name: 'read_file', category: 'read', paths: ['path', 'file_path'] },
  { name: 'list_files', category: 'read', paths: ['path'] },
  { name: 'list_code_definition_names', category: 'read', paths: ['path'] },
  { name: 'write_to_file', category: 'write', paths: ['path'], content: ['content'] },
  { name: 'replace_in_file', category: 'write', paths: ['path'], content: ['diff'] },
  { name: 'apply_patch', category: 'write', content: ['input', 'patch'] },
  { name: 'new_rule', category: 'write', paths: ['path'], content: ['content'] },
  { name: 'search_files', category: 'search', query: ['regex'], paths: ['path'] },
  { name: 'browser_action', category: 'web', url: ['url'] },
  { name: 'web_fetch', category: 'web', url: ['url'], text: ['prompt'] },
  { name: 'web_search', category: 'web', query: ['query'] },
  { name: 'new_task', category: 'subagent', text: ['message', 'context'] },
  { name: 'plan_mode_respond', category: 'plan', text: ['response'] },
  { name: 'ask_followup_question', category: 'other', text: ['question'] },
  { name: 'attempt_completion', category: 'other', text: ['result'] },
];

/**
 * Arguments are brought to one shape first: lists of commands and of files, and calls of servers, whose server and tool
 * are arguments (`use_mcp_tool`) or joined in the name.
 */
export function clineToolReader(own: readonly ToolShape[]): ToolReader {
  const read = createToolReader(
    [...CLINE_TOOLS, ...own],
    (name) => splitAt(name, '--', 'mcp--') ?? splitAt(name, '0mcp0') ?? splitMcpName(name),
  );
  return (name, args) => {
    if (name !== 'use_mcp_tool' && name !== 'access_mcp_resource') return read(name, flatLists(args));
    const server = getText(args, 'server_name') ?? '';
    const tool = getText(args, 'tool_name') ?? getText(args, 'uri') ?? '';
    const given = args['arguments'];
    const parsed = typeof given === 'string' ? (parseJson(given)?.value ?? given) : given;
    return {
      tool: { name, category: 'mcp', mcpServer: server, mcpTool: tool },
      input: argsInput(parsed),
      known: true,
    };
  };
}

function flatLists(args: JsonObject): JsonObject {
  const commands = textsIn(args, 'commands', 'command');
  const files = [...textsIn(args, 'files', 'path'), ...textsIn(args, 'file_paths', 'path')];
  return {
    ...args,
    ...(commands.length === 0 ? {} : { command: commands.join('\n') }),
    ...(files.length === 0 ? {} : { path: files }),
  };
}

function textsIn(args: JsonObject, list: string, member: string): readonly string[] {
  return getList(args, list)
    .slice(0, MAX_ITEMS)
    .flatMap((item) =>
      typeof item === 'string' ? item : isObject(item) ? (getText(item, member) ?? []) : [],
    );
}
