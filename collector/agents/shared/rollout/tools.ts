import type { Tool, ToolCategory, ToolInput } from '../../../contract/event.ts';
import { commandText } from '../argv.ts';
import { bounded, boundedJson, MAX_CONTENT, MAX_ITEMS, MAX_NAME, MAX_PATH } from '../bounds.ts';
import { getList, getText, isObject, parseJson, type JsonObject } from '../json.ts';
import { splitMcpName } from '../mcp-name.ts';
import { patchPaths } from '../patch.ts';
import { argsInput, inputOf, shapesByName, type ToolShape } from '../tool-shape.ts';
import { readScript } from './script.ts';

/** Built-in tools of Codex 0.2x (2025) to 0.169. Shell tools and `apply_patch` are read by code below. */
const SHAPES: readonly ToolShape[] = [
  { name: 'wait', category: 'other' },
  { name: 'js_repl', category: 'other', content: ['code', 'input'] },
  { name: 'js_repl_reset', category: 'other' },
  { name: 'update_plan', category: 'plan' },
  { name: 'request_user_input', category: 'plan' },
  { name: 'request_permissions', category: 'plan', text: ['reason'] },
  { name: 'get_goal', category: 'plan' },
  { name: 'create_goal', category: 'plan', text: ['objective'] },
  { name: 'update_goal', category: 'plan', text: ['status'] },
  { name: 'spawn_agent', category: 'subagent', text: ['message', 'prompt'] },
  { name: 'send_input', category: 'subagent', text: ['message'] },
  { name: 'send_message', category: 'subagent', text: ['message', 'content'] },
  { name: 'followup_task', category: 'subagent', text: ['message'] },
  { name: 'assign_task', category: 'subagent', text: ['message', 'task'] },
  { name: 'wait_agent', category: 'subagent' },
  { name: 'resume_agent', category: 'subagent' },
  { name: 'close_agent', category: 'subagent' },
  { name: 'interrupt_agent', category: 'subagent' },
  { name: 'list_agents', category: 'subagent' },
  { name: 'spawn_agents_on_csv', category: 'subagent', paths: ['csv_path'], text: ['instruction'] },
  { name: 'view_image', category: 'read', paths: ['path'] },
  { name: 'read_file', category: 'read', paths: ['file_path', 'path'] },
  { name: 'list_dir', category: 'read', paths: ['dir_path', 'path'] },
  { name: 'grep_files', category: 'search', paths: ['path'], query: ['pattern'] },
  { name: 'tool_search', category: 'search', query: ['query'] },
  { name: 'tool_suggest', category: 'search', query: ['query', 'suggest_reason'] },
  { name: 'web_search', category: 'web', query: ['query'], url: ['url'] },
  { name: 'image_generation', category: 'other', text: ['prompt', 'revised_prompt'] },
  { name: 'list_mcp_resources', category: 'mcp' },
  { name: 'list_mcp_resource_templates', category: 'mcp' },
  { name: 'read_mcp_resource', category: 'mcp', url: ['uri'] },
];
const BY_NAME = shapesByName(SHAPES);

const SHELL_TOOLS: ReadonlySet<string> = new Set([
  'shell',
  'shell_command',
  'local_shell',
  'container.exec',
  'exec_command',
  'unified_exec',
  'run_shell_command',
]);
/** Rare escalation arguments are kept: they say that the call asked to leave the sandbox. */
const ESCALATION = [
  'with_escalated_permissions',
  'sandbox_permissions',
  'justification',
  'prefix_rule',
] as const;

export interface ReadCall {
  readonly tool: Tool;
  readonly input: ToolInput;
  /** Neither a built-in tool of a known version nor an MCP tool. */
  readonly unknown: boolean;
}

/**
 * One call in the shape all agents share.
 * @param args an object, JSON text of one, or free text (custom tools)
 * @param namespace `mcp__<server>` for MCP calls since 0.13x; then `rawName` is the bare tool
 */
export function readCall(
  rawName: string,
  callId: string,
  args: unknown,
  namespace?: string,
): readonly [ReadCall, ...ReadCall[]] {
  const name = bounded(rawName, MAX_NAME);
  const given = unwrap(args);
  const mcp = mcpOf(name, namespace);
  if (mcp !== undefined) return [mcpCall(mcp.server, mcp.tool, callId, given)];
  const fields = isObject(given) ? given : {};
  if (SHELL_TOOLS.has(name))
    return [{ ...call(name, 'shell', callId, shellInput(fields, args)), unknown: false }];
  if (name === 'apply_patch') return [call(name, 'write', callId, patchInput(given))];
  if (name === 'write_stdin') return [call(name, 'shell', callId, stdinInput(fields))];
  if (name === 'exec' && typeof given === 'string') return readCodeMode(callId, given);
  const shape = BY_NAME.get(name);
  if (shape === undefined) {
    return [{ ...call(name, 'other', callId, argsInput(given)), unknown: true }];
  }
  const plan = name === 'update_plan' ? planText(fields) : undefined;
  const input: ToolInput =
    plan === undefined
      ? typeof given === 'string'
        ? { content: bounded(given, MAX_CONTENT) }
        : inputOf(shape, fields)
      : { text: plan };
  const server = shape.category === 'mcp' ? getText(fields, 'server') : undefined;
  return [call(name, shape.category, callId, input, server)];
}

/** An MCP call whose server and tool the record names apart. */
export function mcpCall(server: string, tool: string, callId: string, args: unknown): ReadCall {
  const mcpServer = bounded(server, MAX_NAME);
  const mcpTool = bounded(tool, MAX_NAME);
  return {
    tool: { name: `mcp__${mcpServer}__${mcpTool}`, category: 'mcp', callId, mcpServer, mcpTool },
    input: argsInput(args),
    unknown: false,
  };
}

/** A write of several files, told by the client after it was done. */
export function changesCall(callId: string, changes: JsonObject): ReadCall {
  const paths: string[] = [];
  const parts: string[] = [];
  for (const [path, change] of Object.entries(changes).slice(0, MAX_ITEMS)) {
    if (path.length <= MAX_PATH) paths.push(path);
    if (!isObject(change)) continue;
    const moved = getText(change, 'move_path');
    if (moved !== undefined && moved.length <= MAX_PATH) paths.push(moved);
    const text = getText(change, 'content') ?? getText(change, 'unified_diff') ?? getText(change, 'diff');
    if (text !== undefined) parts.push(bounded(text, MAX_CONTENT));
  }
  const content = bounded(parts.join('\n'), MAX_CONTENT);
  return call('apply_patch', 'write', callId, {
    ...(paths.length === 0 ? {} : { paths }),
    ...(content === '' ? {} : { content }),
  });
}

function call(
  name: string,
  category: ToolCategory,
  callId: string,
  input: ToolInput,
  server?: string,
): ReadCall {
  const mcpServer = server === undefined ? {} : { mcpServer: bounded(server, MAX_NAME) };
  return { tool: { name, category, callId, ...mcpServer }, input, unknown: false };
}

/** Arguments are JSON text in rollouts and objects in some exports; a patch or script is text that is no JSON. */
function unwrap(args: unknown): unknown {
  if (typeof args !== 'string') return args;
  const start = args.trimStart().charAt(0);
  if (start !== '{') return args;
  const parsed = parseJson(args);
  return parsed !== undefined && isObject(parsed.value) ? parsed.value : args;
}

function mcpOf(name: string, namespace: string | undefined) {
  if (namespace?.startsWith('mcp__') !== true) return splitMcpName(name);
  const server = namespace.slice(5).replace(/__$/, '');
  return server === '' ? splitMcpName(name) : { server, tool: name };
}

/** Arguments that are cut or broken JSON are kept as text, so that a rule can still look at them. */
function shellInput(fields: JsonObject, raw: unknown): ToolInput {
  const command = commandText(fields['cmd'] ?? fields['command']);
  const cwd = getText(fields, 'workdir') ?? getText(fields, 'cwd');
  const escalation = ESCALATION.flatMap((key) => {
    const value = fields[key];
    return value === undefined || value === null || value === false
      ? []
      : [[key, boundedJson(value)] as const];
  });
  return {
    ...(command === undefined
      ? typeof raw === 'string'
        ? { text: bounded(raw, MAX_CONTENT) }
        : {}
      : command),
    ...(cwd === undefined ? {} : { cwd: bounded(cwd, MAX_PATH) }),
    ...(escalation.length === 0 ? {} : { args: Object.fromEntries(escalation) }),
  };
}

function patchInput(given: unknown): ToolInput {
  const fields = isObject(given) ? given : {};
  const patch =
    typeof given === 'string' ? given : (getText(fields, 'input') ?? getText(fields, 'patch') ?? '');
  const content = bounded(patch, MAX_CONTENT);
  const paths = patchPaths(content);
  return { ...(paths.length === 0 ? {} : { paths }), ...(content === '' ? {} : { content }) };
}

function stdinInput(fields: JsonObject): ToolInput {
  const chars = getText(fields, 'chars');
  return chars === undefined ? {} : { text: bounded(chars, MAX_CONTENT) };
}

function planText(fields: JsonObject): string {
  const steps = getList(fields, 'plan')
    .slice(0, MAX_ITEMS)
    .map((step) => (isObject(step) ? (getText(step, 'step') ?? '') : ''));
  return bounded(
    [getText(fields, 'explanation') ?? '', ...steps].filter((line) => line !== '').join('\n'),
    MAX_CONTENT,
  );
}

/**
 * Code mode: one row holds a script that calls tools. The script is the call, marked partial because loops and
 * computed text hide more; each call it names is a call of its own with the id `<call>#<n>`.
 */
function readCodeMode(callId: string, script: string): readonly [ReadCall, ...ReadCall[]] {
  const outer = call('exec', 'other', callId, { content: bounded(script, MAX_CONTENT), partial: true });
  const inner = readScript(script).flatMap((found, index) => {
    const [read] = readCall(found.name, `${callId}#${index + 1}`, found.args);
    return [found.computed ? { ...read, input: { ...read.input, partial: true } } : read];
  });
  return [outer, ...inner];
}
