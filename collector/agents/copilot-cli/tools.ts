import type { Tool, ToolInput } from '../../contract/event.ts';
import { bounded, MAX_CONTENT } from '../shared/bounds.ts';
import type { JsonObject } from '../shared/json.ts';
import { getText, isObject, parseJsonObject } from '../shared/json.ts';
import { patchPaths } from '../shared/patch.ts';
import type { ToolShape } from '../shared/tool-shape.ts';
import { argsInput, inputOf, shapesByName } from '../shared/tool-shape.ts';

const PATH = ['path', 'paths', 'filePath'];

/**
 * Built-in tools of Copilot CLI. Names: recordings of 1.0.63-1.0.78 and tool lists of 0.0.377-1.0.102
 * (checked 2026-11-22); `shell` and `str_replace_editor` are older names.
 */
export const COPILOT_TOOLS: readonly ToolShape[] = [
  { name: 'bash', category: 'shell', command: ['command'], cwd: ['cwd'], dialect: 'posix' },
  { name: 'powershell', category: 'shell', command: ['command'], cwd: ['cwd'], dialect: 'powershell' },
  { name: 'shell', category: 'shell', command: ['command'], cwd: ['cwd'] },
  { name: 'local_shell', category: 'shell', command: ['command'], cwd: ['cwd'] },
  { name: 'write_bash', category: 'shell', command: ['input'], dialect: 'posix' },
  { name: 'write_powershell', category: 'shell', command: ['input'], dialect: 'powershell' },
  { name: 'read_bash', category: 'shell' },
  { name: 'read_powershell', category: 'shell' },
  { name: 'stop_bash', category: 'shell' },
  { name: 'stop_powershell', category: 'shell' },
  { name: 'list_bash', category: 'shell' },
  { name: 'list_powershell', category: 'shell' },
  { name: 'view', category: 'read', paths: PATH },
  { name: 'show_file', category: 'read', paths: PATH },
  { name: 'fetch_copilot_cli_documentation', category: 'read' },
  { name: 'create', category: 'write', paths: PATH, content: ['file_text', 'content'] },
  { name: 'edit', category: 'write', paths: PATH, content: ['new_str', 'file_text'] },
  { name: 'apply_patch', category: 'write', paths: PATH, content: ['patch', 'patchText', 'input'] },
  { name: 'store_memory', category: 'write', content: ['fact'], text: ['subject'] },
  { name: 'vote_memory', category: 'write', content: ['fact'] },
  { name: 'grep', category: 'search', query: ['pattern'], paths: PATH },
  { name: 'rg', category: 'search', query: ['pattern'], paths: PATH },
  { name: 'glob', category: 'search', query: ['pattern'], paths: PATH },
  { name: 'lsp', category: 'search', query: ['operation', 'action'], paths: ['file', ...PATH] },
  { name: 'web_fetch', category: 'web', url: ['url'] },
  { name: 'web_search', category: 'web', query: ['query'] },
  { name: 'task', category: 'subagent', text: ['prompt', 'description'] },
  { name: 'write_agent', category: 'subagent', text: ['message', 'prompt'] },
  { name: 'read_agent', category: 'subagent' },
  { name: 'list_agents', category: 'subagent' },
  { name: 'parallel', category: 'subagent' },
  { name: 'update_todo', category: 'plan', text: ['todos'] },
  { name: 'report_intent', category: 'plan', text: ['intent'] },
  { name: 'exit_plan_mode', category: 'plan', text: ['summary', 'plan'] },
  { name: 'task_complete', category: 'plan', text: ['summary'] },
  { name: 'sql', category: 'other', query: ['query'] },
  { name: 'skill', category: 'other', text: ['skill', 'name'] },
  { name: 'ask_user', category: 'other', text: ['question'] },
];

const SHAPES = shapesByName(COPILOT_TOOLS);
/** The server Copilot CLI brings along; its tools are `github-mcp-server-<tool>`, also in records without MCP fields. */
const OWN_SERVER = 'github-mcp-server';

export interface CopilotTool {
  readonly tool: Omit<Tool, 'callId'>;
  readonly input: ToolInput;
  readonly known: boolean;
}

/**
 * One call in common words.
 * @param server,mcpTool the record's own MCP fields; the name `<server>-<tool>` alone cannot be split safely
 * @param given arguments as an object, as JSON text, or as the bare text of a custom tool
 */
export function copilotTool(
  name: string,
  server: string | undefined,
  mcpTool: string | undefined,
  given: unknown,
): CopilotTool {
  const args = argsOf(given);
  const mcp = mcpOf(name, server, mcpTool);
  if (mcp !== undefined) {
    return { tool: { name, category: 'mcp', ...mcp }, input: argsInput(args ?? given), known: true };
  }
  if (name === 'str_replace_editor') return editor(args ?? {});
  const shape = SHAPES.get(name);
  if (shape === undefined) {
    const command = inputOf({ name, category: 'other', command: ['command'] }, args ?? {});
    return {
      tool: { name, category: 'other' },
      input: { ...command, ...argsInput(args ?? given) },
      known: false,
    };
  }
  return { tool: { name, category: shape.category }, input: inputFor(shape, args, given), known: true };
}

function mcpOf(
  name: string,
  server: string | undefined,
  tool: string | undefined,
): { readonly mcpServer: string; readonly mcpTool: string } | undefined {
  const prefix = `${server ?? OWN_SERVER}-`;
  const rest = name.startsWith(prefix) ? name.slice(prefix.length) : undefined;
  if (server !== undefined) return { mcpServer: server, mcpTool: tool ?? rest ?? name };
  return rest === undefined || rest === '' ? undefined : { mcpServer: OWN_SERVER, mcpTool: rest };
}

function argsOf(given: unknown): JsonObject | undefined {
  if (isObject(given)) return given;
  if (typeof given !== 'string') return undefined;
  const parsed = parseJsonObject(given);
  return parsed.ok ? parsed.value : undefined;
}

function inputFor(shape: ToolShape, args: JsonObject | undefined, given: unknown): ToolInput {
  // A custom tool has its whole input as one text: the patch.
  if (args === undefined && typeof given === 'string' && shape.name === 'apply_patch')
    return patchInput(given);
  const input = inputOf(shape, args ?? {});
  if (shape.name === 'apply_patch' && input.content !== undefined) return patchInput(input.content);
  if (shape.name.startsWith('write_') && input.command !== undefined) {
    return { ...input, command: input.command.replaceAll('{enter}', '\n') };
  }
  return input;
}

function patchInput(patch: string): ToolInput {
  const paths = patchPaths(bounded(patch, MAX_CONTENT));
  return { ...(paths.length === 0 ? {} : { paths }), content: bounded(patch, MAX_CONTENT) };
}

/** One tool for viewing and editing; its `command` is what to do, not a shell command. */
function editor(args: JsonObject): CopilotTool {
  const reads = getText(args, 'command') === 'view';
  const name = 'str_replace_editor';
  const content = ['file_text', 'new_str', 'insert_text'];
  const shape: ToolShape = { name, category: 'other', paths: PATH, ...(reads ? {} : { content }) };
  return { tool: { name, category: reads ? 'read' : 'write' }, input: inputOf(shape, args), known: true };
}
