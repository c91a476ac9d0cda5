import type { Tool, ToolInput } from '../../contract/event.ts';
import { bounded, boundedJson, MAX_CONTENT, MAX_ITEMS, MAX_NAME, textOf } from '../shared/bounds.ts';
import { getList, getText, isObject, type JsonObject } from '../shared/json.ts';
import { splitMcpName } from '../shared/mcp-name.ts';
import { argsInput, inputOf, shapesByName, type ToolShape } from '../shared/tool-shape.ts';

/** Built-in tools of Claude Code 1.x and 2.x, and the server-side tools of its API. */
const SHAPES: readonly ToolShape[] = [
  { name: 'Bash', category: 'shell', dialect: 'posix', command: ['command'] },
  { name: 'bash', category: 'shell', dialect: 'posix', command: ['command'] },
  { name: 'PowerShell', category: 'shell', dialect: 'powershell', command: ['command'] },
  { name: 'Monitor', category: 'shell', dialect: 'posix', command: ['command'] },
  { name: 'BashOutput', category: 'other' },
  { name: 'KillShell', category: 'other' },
  { name: 'KillBash', category: 'other' },
  { name: 'TaskOutput', category: 'other' },
  { name: 'AgentOutputTool', category: 'other' },
  { name: 'TaskStop', category: 'other' },
  { name: 'REPL', category: 'other', content: ['code', 'script'] },
  { name: 'Read', category: 'read', paths: ['file_path'] },
  { name: 'NotebookRead', category: 'read', paths: ['notebook_path'] },
  { name: 'LS', category: 'read', paths: ['path'] },
  { name: 'LSP', category: 'read', paths: ['filePath', 'file_path'], query: ['query', 'operation'] },
  { name: 'Write', category: 'write', paths: ['file_path'], content: ['content'] },
  { name: 'Edit', category: 'write', paths: ['file_path'], content: ['new_string'] },
  { name: 'MultiEdit', category: 'write', paths: ['file_path'] },
  { name: 'NotebookEdit', category: 'write', paths: ['notebook_path'], content: ['new_source'] },
  { name: 'Glob', category: 'search', paths: ['path'], query: ['pattern'] },
  { name: 'Grep', category: 'search', paths: ['path'], query: ['pattern'] },
  { name: 'ToolSearch', category: 'search', query: ['query'] },
  { name: 'WebFetch', category: 'web', url: ['url'], text: ['prompt'] },
  { name: 'WebSearch', category: 'web', query: ['query'] },
  { name: 'web_search', category: 'web', query: ['query'] },
  { name: 'web_fetch', category: 'web', url: ['url'] },
  { name: 'Task', category: 'subagent', text: ['prompt', 'description'] },
  { name: 'Agent', category: 'subagent', text: ['prompt', 'description'] },
  { name: 'Workflow', category: 'subagent', content: ['script'], text: ['prompt', 'description', 'name'] },
  { name: 'SendMessage', category: 'subagent', text: ['message', 'content'] },
  { name: 'TeamCreate', category: 'subagent', text: ['description', 'team_name'] },
  { name: 'TeamDelete', category: 'subagent' },
  { name: 'TodoRead', category: 'plan' },
  { name: 'TodoWrite', category: 'plan' },
  { name: 'TaskCreate', category: 'plan', text: ['description', 'subject'] },
  { name: 'TaskUpdate', category: 'plan', text: ['description', 'subject', 'status'] },
  { name: 'TaskGet', category: 'plan' },
  { name: 'TaskList', category: 'plan' },
  { name: 'EnterPlanMode', category: 'plan' },
  { name: 'ExitPlanMode', category: 'plan', text: ['plan'] },
  { name: 'exit_plan_mode', category: 'plan', text: ['plan'] },
  { name: 'AskUserQuestion', category: 'plan' },
  { name: 'Skill', category: 'other', text: ['skill', 'command'] },
  { name: 'SlashCommand', category: 'other', text: ['command'] },
  { name: 'EnterWorktree', category: 'other', paths: ['path'], text: ['name'] },
  { name: 'ExitWorktree', category: 'other' },
  { name: 'CronCreate', category: 'other', text: ['prompt'] },
  { name: 'CronDelete', category: 'other' },
  { name: 'CronList', category: 'other' },
  { name: 'ScheduleWakeup', category: 'other', text: ['prompt'] },
  { name: 'RemoteTrigger', category: 'other' },
  { name: 'SendUserMessage', category: 'other', text: ['message'] },
  { name: 'SendUserFile', category: 'other', paths: ['files'] },
  { name: 'PushNotification', category: 'other', text: ['message'] },
  { name: 'StructuredOutput', category: 'other' },
  { name: 'Sleep', category: 'other' },
  { name: 'ListMcpResourcesTool', category: 'mcp' },
  { name: 'ReadMcpResourceTool', category: 'mcp', url: ['uri'] },
];
const BY_NAME = shapesByName(SHAPES);

/** Tools whose small arguments matter beside the text: which sub-agent, which skill with what. */
const KEEP_ARGS: ReadonlySet<string> = new Set([
  'Task',
  'Agent',
  'Workflow',
  'Skill',
  'SendMessage',
  'CronCreate',
  'ListMcpResourcesTool',
  'ReadMcpResourceTool',
]);

/** The vendor's own spelling of an MCP call; the tool name alone has lost it. */
export interface McpAttribution {
  readonly server: string;
  readonly tool?: string;
}

export interface ReadCall {
  readonly tool: Tool;
  readonly input: ToolInput;
  /** Neither a built-in tool of a known version nor an MCP tool. */
  readonly unknown: boolean;
}

/** A `tool_use` block in the shape all agents share. */
export function readCall(rawName: string, callId: string, input: unknown, mcp?: McpAttribution): ReadCall {
  const name = bounded(rawName, MAX_NAME);
  const args: JsonObject = isObject(input) ? input : {};
  const split = splitMcpName(name);
  if (split !== undefined) {
    return {
      tool: {
        name,
        category: 'mcp',
        callId,
        mcpServer: mcp?.server ?? split.server,
        mcpTool: mcp?.tool ?? split.tool,
      },
      input: argsInput(input),
      unknown: false,
    };
  }
  const shape = BY_NAME.get(name);
  if (shape === undefined) {
    return { tool: { name, category: 'other', callId }, input: argsInput(input), unknown: true };
  }
  const server = shape.category === 'mcp' ? getText(args, 'server') : undefined;
  return {
    tool: {
      name,
      category: shape.category,
      callId,
      ...(server === undefined ? {} : { mcpServer: bounded(server, MAX_NAME) }),
    },
    input: special(name, args) ?? withArgs(shape, args),
    unknown: false,
  };
}

function withArgs(shape: ToolShape, args: JsonObject): ToolInput {
  const input = inputOf(shape, args);
  if (!KEEP_ARGS.has(shape.name) || input.args !== undefined) return input;
  const taken = new Set([...(shape.text ?? []), ...(shape.content ?? []), ...(shape.url ?? [])]);
  const rest = Object.entries(args).filter(([key]) => !taken.has(key) || key === 'skill');
  return rest.length === 0 ? input : { ...input, args: boundedJson(Object.fromEntries(rest)) };
}

/** Tools whose text is spread over a list. */
function special(name: string, args: JsonObject): ToolInput | undefined {
  switch (name) {
    case 'MultiEdit': {
      const path = getText(args, 'file_path');
      const content = joined(getList(args, 'edits'), 'new_string');
      return { ...(path === undefined ? {} : { paths: [path] }), content };
    }
    case 'TodoWrite':
      return { text: joined(getList(args, 'todos'), 'content') };
    case 'AskUserQuestion':
      return { text: joined(getList(args, 'questions'), 'question') };
    default:
      return undefined;
  }
}

function joined(items: readonly unknown[], key: string): string {
  const parts = items.slice(0, MAX_ITEMS).map((item) => (isObject(item) ? (getText(item, key) ?? '') : ''));
  return textOf(parts, MAX_CONTENT);
}
