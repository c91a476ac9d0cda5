import { bounded, MAX_CONTENT, MAX_ITEMS, MAX_NAME, MAX_OUTPUT, textOf } from './bounds.ts';
import type { JsonObject } from './json.ts';
import { getCount, getList, getObject, getText, isObject, parseJson } from './json.ts';
import type { LogSink } from './log-sink.ts';
import { typeName } from './log-sink.ts';
import type { ToolReader } from './read-tool.ts';
import { epochMs } from './time.ts';
import { Transcript, type TranscriptState } from './transcript.ts';

export interface ClineReading {
  readonly agentId: string;
  readonly tool: ToolReader;
  readonly state: TranscriptState;
  readonly sink: LogSink;
  /** For messages without a time, if anything is known. */
  readonly fallbackMs: number | undefined;
}

const QUIET_BLOCKS: ReadonlySet<string> = new Set([
  'text',
  'image',
  'document',
  'thinking',
  'redacted_thinking',
  'reasoning',
]);

/**
 * What was sent to the model, in Anthropic's shape, as Cline and its descendants keep it. Message times are missing in
 * older versions; then they are those of the message before, or of the file.
 * @param prompts whether a person's words are to be told from here; where the screen's own list exists it tells them
 */
export function readModelMessages(
  messages: readonly unknown[],
  prompts: boolean,
  reading: ClineReading,
): void {
  const { agentId, state, sink, tool } = reading;
  for (const [index, message] of messages.entries()) {
    if (!isObject(message)) {
      sink.unknown.push(`message:${typeName(message)}`);
      continue;
    }
    const timeMs = epochMs(message['ts']) ?? state.lastMs ?? reading.fallbackMs;
    if (timeMs === undefined) {
      sink.unknown.push('message:no time');
      continue;
    }
    const transcript = new Transcript(agentId, state, sink, timeMs, 0);
    const key = getText(message, 'id') ?? String(index);
    const content = message['content'];
    const blocks =
      typeof content === 'string' ? [{ type: 'text', text: content }] : getList(message, 'content');
    if (message['role'] === 'assistant') {
      transcript.model(getText(getObject(message, 'modelInfo') ?? {}, 'modelId'), key);
    } else if (message['role'] === 'user') {
      readPlace(blocks, transcript);
      if (prompts) readPrompt(message, blocks, key, transcript);
    } else if (message['role'] !== 'system') {
      sink.unknown.push(`role:${typeName(message['role'])}`);
    }
    for (const block of blocks.slice(0, MAX_ITEMS))
      if (isObject(block)) readBlock(block, tool, transcript, sink);
  }
}

function readBlock(block: JsonObject, tool: ToolReader, transcript: Transcript, sink: LogSink): void {
  const type = block['type'];
  if (type === 'tool_use') {
    const id = getText(block, 'id');
    if (id !== undefined)
      transcript.call(id, tool(getText(block, 'name') ?? '', getObject(block, 'input') ?? {}));
  } else if (type === 'tool_result') {
    readResult(block, transcript);
  } else if (typeof type !== 'string' || !QUIET_BLOCKS.has(type)) {
    sink.unknown.push(`block:${typeName(type)}`);
  }
}

/** A refusal is the client's fixed sentence; `Exit code: 1`, or the command's own words, stand in the text. */
function readResult(block: JsonObject, transcript: Transcript): void {
  const id = getText(block, 'tool_use_id');
  if (id === undefined) return;
  const output = textOf(block['content'], MAX_OUTPUT);
  const denied = /^(?:\[[^\]\n]{0,300}\] Result:\s{0,4})?(?:\{"status":"denied"|The user denied this)/.test(
    output,
  );
  const failed =
    block['is_error'] === true || /^(?:The tool execution failed|\{"status":"error")/.test(output);
  const exit = /\bexit code:? (\d{1,5})\b/i.exec(output.slice(0, 400))?.[1];
  const exitCode = exit === undefined ? undefined : Number(exit);
  const isError = failed || (exitCode !== undefined && exitCode !== 0);
  transcript.result(
    id,
    { status: denied ? 'denied' : isError ? 'error' : 'ok', ...(exitCode === undefined ? {} : { exitCode }) },
    output,
  );
  if (denied) transcript.decision(id, 'deny');
}

/** The folder is only in the words the client puts beside the person's. */
function readPlace(blocks: readonly unknown[], transcript: Transcript): void {
  for (const block of blocks.slice(0, 20)) {
    const text = isObject(block) ? getText(block, 'text') : undefined;
    const at = text?.indexOf('# Current Work') ?? -1;
    if (text === undefined || at === -1) continue;
    const cwd = /^# Current Work(?:ing|space) Directory \(([^)\n]{1,4000})\)/.exec(
      text.slice(at, at + 4_100),
    )?.[1];
    if (cwd !== undefined) transcript.patch({ cwd });
  }
}

/** Messages that carry results are the client's, not a person's. */
function readPrompt(
  message: JsonObject,
  blocks: readonly unknown[],
  key: string,
  transcript: Transcript,
): void {
  if (blocks.some((block) => isObject(block) && block['type'] === 'tool_result')) return;
  const isClient = message['isSummary'] === true || message['synthetic'] === true;
  const first = blocks.find((block) => isObject(block) && block['type'] === 'text');
  const text = isObject(first) ? (getText(first, 'text') ?? '') : '';
  transcript.prompt(key, bounded(text, MAX_CONTENT), isClient ? 'system' : 'human');
}

const QUIET_SCREEN: ReadonlySet<string> = new Set([
  ...['ask:followup', 'ask:plan_mode_respond', 'ask:act_mode_respond', 'ask:command', 'ask:command_output'],
  ...[
    'ask:completion_result',
    'ask:tool',
    'ask:api_req_failed',
    'ask:resume_task',
    'ask:resume_completed_task',
  ],
  ...['ask:mistake_limit_reached', 'ask:use_mcp_server', 'ask:auto_approval_max_req_reached', 'ask:new_task'],
  ...['ask:browser_action_launch', 'ask:condense', 'ask:summarize_task', 'ask:report_bug', 'ask:idle'],
  ...['ask:interactive_app', 'ask:use_subagents', 'say:use_subagents', 'say:subagent', 'say:tool'],
  ...['say:text', 'say:error', 'say:error_retry', 'say:reasoning', 'say:completion_result', 'say:command'],
  ...['say:command_output', 'say:user_feedback_diff', 'say:api_req_finished', 'say:api_req_retried'],
  ...[
    'say:api_req_retry_delayed',
    'say:api_req_deleted',
    'say:mcp_server_request_started',
    'say:use_mcp_server',
  ],
  ...[
    'say:mcp_server_response',
    'say:mcp_notification',
    'say:shell_integration_warning',
    'say:browser_action',
  ],
  ...[
    'say:browser_action_launch',
    'say:browser_action_result',
    'say:browser_session_status',
    'say:diff_error',
  ],
  ...['say:checkpoint_created', 'say:checkpoint_saved', 'say:clineignore_error', 'say:rooignore_error'],
  ...[
    'say:load_mcp_documentation',
    'say:info',
    'say:task_progress',
    'say:hook_status',
    'say:hook_output_stream',
  ],
  ...['say:subtask_result', 'say:codebase_search_result', 'say:user_edit_todos', 'say:generate_explanation'],
  ...['say:image', 'say:tool_error', 'say:too_many_tools_warning', 'say:conditional_rules_applied'],
]);

/**
 * The list behind the screen: a person's words, the tokens of each request, and the exact times. Calls are told by the
 * model's messages, which have ids. A message that is still being written is `partial`.
 */
export function readScreenMessages(messages: readonly unknown[], reading: ClineReading): void {
  const { agentId, state, sink } = reading;
  for (const [index, message] of messages.entries()) {
    const timeMs = isObject(message) ? epochMs(message['ts']) : undefined;
    if (!isObject(message) || timeMs === undefined) {
      sink.unknown.push('message:no time');
      continue;
    }
    const transcript = new Transcript(agentId, state, sink, timeMs, 0);
    transcript.start({});
    if (message['partial'] === true) continue;
    const word = getText(message, message['type'] === 'ask' ? 'ask' : 'say');
    const what = `${message['type'] === 'ask' ? 'ask' : 'say'}:${typeName(word)}`;
    const text = bounded(getText(message, 'text') ?? '', MAX_CONTENT);
    const key = String(timeMs);
    if (what === 'say:task' || what === 'say:user_feedback' || (what === 'say:text' && index === 0))
      transcript.prompt(key, text);
    else if (what === 'say:api_req_started') readRequest(text, key, transcript);
    else if (what === 'say:condense_context' || what === 'say:condense') transcript.update(key, 'compaction');
    else if (!QUIET_SCREEN.has(what)) sink.unknown.push(what);
  }
}

/** `tokensIn` does not hold what came from the cache. The same request is written again once it ended. */
function readRequest(text: string, key: string, transcript: Transcript): void {
  const request = parseJson(text)?.value;
  if (!isObject(request)) return;
  transcript.usage(bounded(key, MAX_NAME), {
    input: getCount(request, 'tokensIn'),
    output: getCount(request, 'tokensOut'),
    cacheRead: getCount(request, 'cacheReads'),
    cacheWrite: getCount(request, 'cacheWrites'),
  });
}
