import type { OutcomeStatus } from '../../contract/event.ts';
import { bounded, MAX_CONTENT, MAX_ITEMS, MAX_NAME, MAX_OUTPUT, MAX_PATH } from './bounds.ts';
import type { JsonObject } from './json.ts';
import { getCount, getList, getNumber, getObject, getText, isObject, parseJsonObject } from './json.ts';
import { typeName } from './log-sink.ts';
import { splitAt } from './read-tool.ts';
import { argsInput, inputOf, shapesByName, type ToolShape } from './tool-shape.ts';
import type { TranscriptLine } from './transcript-line.ts';
import type { ReadTool, Transcript } from './transcript.ts';

/** What the screen shows and no more: thoughts, plans, states. One of them holds the whole environment: never read. */
const QUIET: ReadonlySet<string> = new Set([
  ...['AgentThoughtBlockUpdatedEvent', 'MarkdownBlockUpdatedEvent', 'ResultBlockUpdatedEvent'],
  ...['AgentCurrentStatusUpdatedEvent', 'AgentStateUpdatedEvent', 'AgentPlanUpdatedEvent'],
  ...['EnvironmentVariablesUpdatedEvent', 'TipSuggestionCreatedEvent', 'ContextWindowReportEvent'],
  ...['AgentPatchCreatedEvent', 'NextPromptSuggestionEvent', 'AvailablePullRequestsEvent'],
  ...['AgentFailureEvent', 'CustomAgentBlockUpdatedEvent'],
]);

const ENDS: ReadonlyMap<unknown, OutcomeStatus> = new Map<unknown, OutcomeStatus>([
  ['COMPLETED', 'ok'],
  ['FAILED', 'error'],
  ['CANCELLED', 'interrupted'],
  ['CANCELED', 'interrupted'],
]);

/**
 * One update of JetBrains' agent screens, as Junie's log and AI Assistant's hold them: blocks with a `stepId` that come
 * again as they go on, and all of them once more at the end. Other readers' captures of 2026-08 and 2026-09, 2026-11.
 * @param position names token counts, which have no id
 */
export function readAuiUpdate(event: JsonObject, line: TranscriptLine): void {
  const { transcript, sink, position } = line;
  // AI Assistant writes the whole name of the class.
  const kind = (getText(event, 'kind') ?? '').split('.').at(-1) ?? '';
  switch (kind) {
    case 'TerminalBlockUpdatedEvent':
      readStep(event, terminal(event), transcript);
      return;
    case 'FileChangesBlockUpdatedEvent':
      readStep(event, fileChanges(event), transcript);
      return;
    case 'ViewFilesBlockUpdatedEvent':
      readStep(event, viewFiles(event), transcript);
      return;
    case 'McpBlockUpdatedEvent':
      readStep(event, mcp(event), transcript);
      return;
    case 'ToolBlockUpdatedEvent':
      // A label for a step that another block says exactly; alone, it is all there is once the step has ended.
      readStep(event, ENDS.has(event['status']) ? labelled(event) : undefined, transcript);
      return;
    case 'LlmResponseMetadataEvent':
      readUsage(event, position, transcript);
      return;
    case 'CurrentDirectoryUpdatedEvent': {
      const cwd = getText(event, 'currentDirectory');
      if (cwd !== undefined) transcript.patch({ cwd: bounded(cwd, MAX_PATH) });
      return;
    }
    case 'AgentTaskNameUpdatedEvent': {
      const title = getText(event, 'taskName') ?? getText(event, 'name');
      if (title !== undefined) transcript.patch({ title: bounded(title, MAX_NAME) });
      return;
    }
    default:
      if (!QUIET.has(kind)) sink.unknown.push(`update:${typeName(kind)}`);
  }
}

const UUID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;

/** @param read undefined while the block does not say yet what it does */
function readStep(event: JsonObject, read: ReadTool | undefined, transcript: Transcript): void {
  const step = getText(event, 'stepId');
  if (step === undefined) return;
  // Junie's are random; other agents count.
  const id = UUID.test(step) ? step : `${bounded(step, MAX_NAME)}@${transcript.sessionId}`;
  if (read !== undefined) transcript.call(id, read);
  const status = ENDS.get(event['status']);
  if (status === undefined) return;
  const exitCode = getNumber(event, 'exitCode');
  const output = getText(event, 'output') ?? getText(event, 'details') ?? '';
  transcript.result(
    id,
    { status, ...(exitCode === undefined ? {} : { exitCode }) },
    bounded(output, MAX_OUTPUT),
  );
}

function terminal(event: JsonObject): ReadTool | undefined {
  const command = getText(event, 'command');
  if (command === undefined) return undefined;
  return {
    tool: { name: 'terminal', category: 'shell' },
    input: { command: bounded(command, MAX_CONTENT) },
    known: true,
  };
}

/** A change without content before it is a new file. */
function fileChanges(event: JsonObject): ReadTool | undefined {
  const changes = getList(event, 'changes').slice(0, MAX_ITEMS).filter(isObject);
  if (changes.length === 0) return undefined;
  const paths = changes.flatMap(
    (change) =>
      getText(change, 'afterRelativePath') ??
      getText(change, 'beforeRelativePath') ??
      getText(change, 'path') ??
      [],
  );
  const content = changes.flatMap((change) => {
    const after = getObject(change, 'afterContent');
    return (after === undefined ? undefined : getText(after, 'text')) ?? getText(change, 'after') ?? [];
  });
  const text = bounded(content.join('\n'), MAX_CONTENT);
  return {
    tool: { name: 'file_changes', category: 'write' },
    input: {
      ...(paths.length === 0 ? {} : { paths: paths.map((path) => bounded(path, MAX_PATH)) }),
      ...(text === '' ? {} : { content: text }),
    },
    known: true,
  };
}

function viewFiles(event: JsonObject): ReadTool | undefined {
  const files = getList(event, 'files').slice(0, MAX_ITEMS).filter(isObject);
  const paths = files.flatMap((file) => getText(file, 'relativePath') ?? getText(file, 'path') ?? []);
  if (paths.length === 0) return undefined;
  return {
    tool: { name: 'view_files', category: 'read' },
    input: { paths: paths.map((path) => bounded(path, MAX_PATH)) },
    known: true,
  };
}

/** Tools that the editor itself serves to the agent, as captured; they run and write like any other. */
const EDITOR_TOOLS: ReadonlyMap<string, ToolShape> = shapesByName([
  { name: 'idea/execute_terminal_command', category: 'shell', command: ['command'] },
  { name: 'idea/create_new_file', category: 'write', paths: ['pathInProject', 'path'], content: ['text'] },
  { name: 'idea/list_directory_tree', category: 'read', paths: ['directoryPath'] },
  { name: 'idea/apply_patch', category: 'write', content: ['patch'] },
]);

/** `<server>/<tool>` with its arguments as text. */
function mcp(event: JsonObject): ReadTool | undefined {
  const name = getText(event, 'toolName');
  if (name === undefined) return undefined;
  const split = splitAt(name, '/') ?? { server: '', tool: name };
  const parsed = parseJsonObject(getText(event, 'input') ?? getText(event, 'arguments') ?? '{}');
  const args = parsed.ok ? parsed.value : {};
  const shape = EDITOR_TOOLS.get(name);
  return {
    tool: {
      name: bounded(name, MAX_NAME),
      category: shape?.category ?? 'mcp',
      mcpServer: bounded(split.server, MAX_NAME),
      mcpTool: bounded(split.tool, MAX_NAME),
    },
    input: shape === undefined ? argsInput(args) : inputOf(shape, args),
    known: true,
  };
}

function labelled(event: JsonObject): ReadTool | undefined {
  const text = getText(event, 'toolCall') ?? getText(event, 'text');
  if (text === undefined) return undefined;
  return {
    tool: { name: 'tool', category: 'other' },
    input: { text: bounded(text, MAX_CONTENT) },
    known: true,
  };
}

/** One count per model asked for this answer; the input is without what came from the cache. */
function readUsage(event: JsonObject, position: string, transcript: Transcript): void {
  for (const [index, usage] of getList(event, 'modelUsage').slice(0, 50).entries()) {
    if (!isObject(usage)) continue;
    const tokens = {
      input: getCount(usage, 'inputTokens'),
      output: getCount(usage, 'outputTokens'),
      cacheRead: getCount(usage, 'cacheInputTokens'),
      cacheWrite: getCount(usage, 'cacheCreateTokens'),
    };
    const model = getText(usage, 'model');
    const key = `${position}/${String(index)}`;
    if (model === undefined) transcript.usage(key, tokens);
    else transcript.usage(key, tokens, model);
  }
}
