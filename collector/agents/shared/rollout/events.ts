import { bounded, MAX_CONTENT, MAX_NAME, MAX_OUTPUT, textOf } from '../bounds.ts';
import { callKey } from '../call-key.ts';
import { getObject, getText, type JsonObject } from '../json.ts';
import { unknownLabel } from '../label.ts';
import { baseOf, pushDecision, pushPatch, pushUpdate } from '../row-events.ts';
import { callIdOf, pushCalls, pushResult, readWebSearch } from './items.ts';
import { readSettings } from './meta.ts';
import { mcpOutcome, toldOutcome } from './output.ts';
import { readPrompt } from './prompt.ts';
import { MAX_ID, type Row, stateCount } from './thread.ts';
import { readTokenCount } from './usage.ts';
import { changesCall, mcpCall, readCall } from './tools.ts';

/** Events that repeat what a `response_item` says, or say nothing we use. */
const IGNORED_EVENTS: ReadonlySet<string> = new Set([
  'agent_message',
  'agent_message_delta',
  'agent_reasoning',
  'agent_reasoning_delta',
  'agent_reasoning_raw_content',
  'agent_reasoning_section_break',
  'background_event',
  'collab_agent_interaction_begin',
  'collab_agent_interaction_end',
  'collab_agent_spawn_begin',
  'collab_agent_spawn_end',
  'collab_close_begin',
  'collab_close_end',
  'collab_resume_begin',
  'collab_resume_end',
  'collab_waiting_begin',
  'collab_waiting_end',
  'context_compacted',
  'deprecation_notice',
  'elicitation_request',
  'entered_review_mode',
  'error',
  'exec_command_output_delta',
  'exited_review_mode',
  'hook_completed',
  'hook_started',
  'image_generation_begin',
  'image_generation_end',
  'item_started',
  'mcp_startup_complete',
  'mcp_startup_update',
  'model_reroute',
  'plan_update',
  'request_user_input',
  'session_configured',
  'stream_error',
  'sub_agent_activity',
  'task_complete',
  'task_started',
  'terminal_interaction',
  'thread_goal_updated',
  'turn_aborted',
  'turn_complete',
  'turn_diff',
  'turn_started',
  'warning',
  'web_search_begin',
  'web_search_end',
]);

/** Items that repeat what a `response_item` says. */
const IGNORED_ITEMS: ReadonlySet<string> = new Set([
  'AgentMessage',
  'Reasoning',
  'Plan',
  'HookPrompt',
  'ContextCompaction',
  'EnteredReviewMode',
  'ExitedReviewMode',
  'ImageGeneration',
  'ImageView',
  'CollabAgentToolCall',
  'SubAgentActivity',
  'Sleep',
]);

type ReadEvent = (row: Row, payload: JsonObject) => void;

const EVENTS: ReadonlyMap<string, ReadEvent> = new Map([
  ['user_message', readUserMessage],
  ['token_count', readTokenCount],
  ['exec_command_begin', readExec],
  ['exec_command_end', readExecEnd],
  ['exec_approval_request', readExecApproval],
  ['patch_apply_begin', readPatch],
  ['patch_apply_end', readPatchEnd],
  ['apply_patch_approval_request', readPatchApproval],
  ['request_permissions', readPermissionRequest],
  ['mcp_tool_call_begin', readMcp],
  ['mcp_tool_call_end', readMcpEnd],
  ['dynamic_tool_call_request', readDynamic],
  ['dynamic_tool_call_response', readDynamicEnd],
  ['view_image_tool_call', readViewImage],
  ['guardian_assessment', readGuardian],
  ['item_completed', readItem],
  ['thread_settings_applied', readSettingsEvent],
  ['thread_rolled_back', readRewind],
  ['undo_completed', readUndo],
  ['thread_name_updated', readName],
  ['shutdown_complete', readShutdown],
]);

/** `event_msg`: what the client showed to its user. */
export function readEventMessage(row: Row): void {
  const type = getText(row.payload, 'type') ?? '';
  const read = EVENTS.get(type);
  if (read !== undefined) read(row, row.payload);
  else if (!IGNORED_EVENTS.has(type)) row.records.unknown.push(unknownLabel('event_msg', type));
}

const ITEMS: ReadonlyMap<string, ReadEvent> = new Map([
  ['UserMessage', readUserItem],
  ['CommandExecution', readExecEnd],
  ['FileChange', readPatchEnd],
  ['McpToolCall', readMcpEnd],
  ['DynamicToolCall', readDynamicEnd],
  ['WebSearch', readSearchItem],
  ['Extension', readSearchItem],
]);

/** `item_completed`: the only form of prompts in paginated rollouts (0.147 and later). */
function readItem(row: Row, payload: JsonObject): void {
  const item = getObject(payload, 'item') ?? {};
  const type = getText(item, 'type') ?? '';
  const read = ITEMS.get(type);
  if (read !== undefined) read(row, item);
  else if (!IGNORED_ITEMS.has(type)) row.records.unknown.push(unknownLabel('item', type));
}

/** `thread_name_updated {thread_id, thread_name?}`: given by a person (`/rename`), or made by the client. */
function readName(row: Row, payload: JsonObject): void {
  const title = getText(payload, 'thread_name')?.trim() ?? '';
  const thread = getText(payload, 'thread_id');
  // The copied records of a fork name their own thread.
  if (title !== '' && (thread === undefined || thread === row.nativeSessionId))
    pushPatch(row, { title: bounded(title, MAX_NAME) });
}

function readUserMessage(row: Row, payload: JsonObject): void {
  readPrompt(row, 'event', textOf(payload['message'], MAX_CONTENT));
}

function readUserItem(row: Row, item: JsonObject): void {
  readPrompt(row, 'item', textOf(item['content'], MAX_CONTENT));
}

function readExec(row: Row, payload: JsonObject): void {
  const callId = callIdOf(row, payload, 'call_id', 'id');
  if (callId === undefined) return;
  const args = { command: payload['command'], workdir: payload['cwd'] };
  pushCalls(row, readCall('exec_command', callId, args));
}

function readExecEnd(row: Row, payload: JsonObject): void {
  const callId = callIdOf(row, payload, 'call_id', 'id');
  if (callId === undefined) return;
  if (payload['command'] !== undefined) readExec(row, payload);
  const output = getText(payload, 'aggregated_output') ?? getText(payload, 'stdout') ?? '';
  pushTold(row, callId, payload, bounded(output, MAX_OUTPUT));
}

/** An end event that tells its own outcome; `declined` is the user's no to an approval request. */
function pushTold(row: Row, callId: string, payload: JsonObject, output: string): void {
  const outcome = toldOutcome(payload, output);
  pushResult(row, callId, outcome, output);
  if (outcome.status === 'denied') pushDecision(row, callId, 'deny', 'human', callId);
}

/** The client asks its user; the answer is what the call's output says. */
function readExecApproval(row: Row, payload: JsonObject): void {
  const callId = callIdOf(row, payload, 'call_id', 'id');
  if (callId === undefined) return;
  pushDecision(row, callId, 'ask', 'mode', `${callId}:ask`);
}

function readPatchApproval(row: Row, payload: JsonObject): void {
  readExecApproval(row, payload);
}

function readPermissionRequest(row: Row, payload: JsonObject): void {
  readExecApproval(row, payload);
}

function readPatch(row: Row, payload: JsonObject): void {
  const callId = callIdOf(row, payload, 'call_id', 'id');
  const changes = getObject(payload, 'changes');
  if (callId !== undefined && changes !== undefined) pushCalls(row, [changesCall(callId, changes)]);
}

function readPatchEnd(row: Row, payload: JsonObject): void {
  const callId = callIdOf(row, payload, 'call_id', 'id');
  if (callId === undefined) return;
  readPatch(row, payload);
  const output = getText(payload, payload['success'] === false ? 'stderr' : 'stdout') ?? '';
  pushTold(row, callId, payload, output);
}

function readMcp(row: Row, payload: JsonObject): void {
  const callId = callIdOf(row, payload, 'call_id', 'id');
  const invocation = getObject(payload, 'invocation') ?? payload;
  const server = getText(invocation, 'server');
  const tool = getText(invocation, 'tool');
  if (callId === undefined || server === undefined || tool === undefined) return;
  pushCalls(row, [mcpCall(server, tool, callId, invocation['arguments'])]);
}

function readMcpEnd(row: Row, payload: JsonObject): void {
  const callId = callIdOf(row, payload, 'call_id', 'id');
  if (callId === undefined) return;
  readMcp(row, payload);
  const { outcome, output } = mcpOutcome(payload);
  pushResult(row, callId, outcome, output);
}

function readDynamic(row: Row, payload: JsonObject): void {
  const callId = callIdOf(row, payload, 'callId', 'call_id', 'id');
  const tool = getText(payload, 'tool');
  if (callId === undefined || tool === undefined) return;
  const [call] = readCall(tool, callId, payload['arguments'], getText(payload, 'namespace'));
  // Dynamic tools are named by the application around the client, so no name is unknown.
  pushCalls(row, [{ ...call, unknown: false }]);
}

function readDynamicEnd(row: Row, payload: JsonObject): void {
  const callId = callIdOf(row, payload, 'call_id', 'callId', 'id');
  if (callId === undefined) return;
  readDynamic(row, payload);
  const output = textOf(payload['content_items'], MAX_OUTPUT);
  pushTold(row, callId, payload, output);
}

function readViewImage(row: Row, payload: JsonObject): void {
  const callId = callIdOf(row, payload, 'call_id', 'id');
  if (callId !== undefined) pushCalls(row, readCall('view_image', callId, { path: payload['path'] }));
}

function readSearchItem(row: Row, item: JsonObject): void {
  const isSearch = getObject(item, 'action') !== undefined || getText(item, 'query') !== undefined;
  if (isSearch) readWebSearch(row, item, getText(item, 'id'));
}

/** The automatic reviewer's verdict on a call (0.13x and later). */
function readGuardian(row: Row, payload: JsonObject): void {
  const status = getText(payload, 'status');
  const decision = status === 'approved' ? 'allow' : status === 'denied' ? 'deny' : undefined;
  const id = getText(payload, 'id');
  if (decision === undefined || id === undefined) return;
  const target = getText(payload, 'target_item_id');
  const callId = target === undefined ? undefined : callKey(bounded(target, MAX_ID), row.turnKey);
  const by = getText(payload, 'decision_source') === 'user' ? 'human' : 'mode';
  pushDecision(row, callId, decision, by, bounded(id, MAX_ID));
}

function readSettingsEvent(row: Row, payload: JsonObject): void {
  readSettings(row, getObject(payload, 'thread_settings') ?? {});
}

function readRewind(row: Row): void {
  const index = stateCount(row.state, 'rewinds');
  row.state['rewinds'] = index + 1;
  pushUpdate(row, 'rewind', undefined, undefined, `${row.turnKey}:rewind:${index}`);
}

function readUndo(row: Row, payload: JsonObject): void {
  if (payload['success'] === true) readRewind(row);
}

function readShutdown(row: Row): void {
  const key = `${row.turnKey}:shutdown`;
  row.records.events.push({ ...baseOf(row, 'session.end', key), kind: 'session.end', reason: 'shutdown' });
}

/** `compacted`: the history before it was replaced by a summary. */
export function readCompacted(row: Row): void {
  const index = stateCount(row.state, 'compactions');
  row.state['compactions'] = index + 1;
  const window = getText(row.payload, 'window_id');
  const key = window === undefined ? `${row.turnKey}:compaction:${index}` : bounded(window, MAX_NAME);
  pushUpdate(row, 'compaction', undefined, undefined, key);
}
