import type { Outcome, OutcomeStatus } from '../../contract/event.ts';
import { bounded, MAX_NAME, MAX_OUTPUT, textOf } from '../shared/bounds.ts';
import { callKey } from '../shared/call-key.ts';
import type { JsonObject } from '../shared/json.ts';
import { getList, getObject, getText, isObject } from '../shared/json.ts';
import type { LogSink } from '../shared/log-sink.ts';
import { typeName } from '../shared/log-sink.ts';
import { markSeen } from '../shared/seen.ts';
import { isoToMs } from '../shared/time.ts';
import type { GeminiState, MessagePlace } from './log-state.ts';
import { eventBase } from './log-state.ts';
import { geminiTool } from './tools.ts';

interface CallPlace {
  readonly messageId: string;
  readonly index: number;
  readonly timeMs: number;
}

/** The statuses of a call; the last three end it. */
const STATUSES: ReadonlySet<string> = new Set([
  'validating',
  'scheduled',
  'awaiting_approval',
  'executing',
  'success',
  'error',
  'cancelled',
]);

/** One entry of `toolCalls`: the call, and its result once it has one. */
export function readToolCall(
  call: JsonObject,
  at: CallPlace,
  place: MessagePlace,
  state: GeminiState,
  sink: LogSink,
): void {
  const name = bounded(getText(call, 'name') ?? '', MAX_NAME);
  if (name === '') {
    sink.unknown.push('toolCall:(no name)');
    return;
  }
  const own = getText(call, 'id');
  // Before 0.2 a call could lack an id; its place in a message is as stable.
  const callId =
    own === undefined ? `${at.messageId}#${at.index}` : callKey(bounded(own, MAX_NAME), state.sessionId);
  if (markSeen(state.seen, `c:${callId}`)) {
    const read = geminiTool(name, getText(call, 'displayName'), getObject(call, 'args') ?? {});
    if (!read.known) sink.unknown.push(`tool:${typeName(name)}`);
    const shell = read.input.command !== undefined && state.windows;
    sink.events.push({
      ...eventBase(state, 'tool.call', callId, at.timeMs, place.offsetBytes),
      kind: 'tool.call',
      tool: { ...read.tool, callId },
      input: shell ? { ...read.input, dialect: 'powershell' } : read.input,
    });
  }
  const status = call['status'];
  if (typeof status === 'string' && !STATUSES.has(status)) sink.unknown.push(`status:${typeName(status)}`);
  const ended = status === 'success' || status === 'error' || status === 'cancelled';
  // Older records of a finished call have a result and no status.
  if (!ended && (status !== undefined || call['result'] === undefined || call['result'] === null)) return;
  const timeMs = isoToMs(call['timestamp']) ?? at.timeMs;
  state.lastMs = Math.max(state.lastMs ?? 0, timeMs);
  const output = resultText(call);
  endCall({ callId, name, status, output, timeMs }, place, state, sink);
}

/** A `functionResponse` inside a user message: the same result again, or the only one an older version wrote. */
export function readToolResponse(
  response: JsonObject,
  timeMs: number,
  place: MessagePlace,
  state: GeminiState,
  sink: LogSink,
): void {
  const id = getText(response, 'id');
  if (id === undefined) return;
  const name = bounded(getText(response, 'name') ?? '', MAX_NAME);
  const callId = callKey(bounded(id, MAX_NAME), state.sessionId);
  const output = responseText(response);
  const failed = getObject(response, 'response')?.['error'] !== undefined;
  endCall({ callId, name, status: failed ? 'error' : 'success', output, timeMs }, place, state, sink);
}

interface Ended {
  readonly callId: string;
  readonly name: string;
  readonly status: unknown;
  readonly output: string;
  readonly timeMs: number;
}

function endCall(ended: Ended, place: MessagePlace, state: GeminiState, sink: LogSink): void {
  const { callId, name, output, timeMs } = ended;
  if (!markSeen(state.seen, `r:${callId}`)) return;
  const refusal = refusalOf(ended.status, output);
  const outcome = outcomeOf(ended, refusal !== undefined);
  sink.events.push({
    ...eventBase(state, 'tool.result', callId, timeMs, place.offsetBytes),
    kind: 'tool.result',
    callId,
    outcome,
    ...(output === '' ? {} : { output }),
  });
  if (refusal !== undefined) {
    sink.events.push({
      ...eventBase(state, 'permission.decision', callId, timeMs, place.offsetBytes),
      kind: 'permission.decision',
      callId,
      decision: 'deny',
      by: refusal,
    });
  }
  const plan = outcome.status === 'ok' ? PLAN_MODE.get(name) : undefined;
  if (plan !== undefined) {
    const base = eventBase(state, 'session.update', `${callId}/mode`, timeMs, place.offsetBytes);
    sink.events.push({ ...base, kind: 'session.update', change: 'mode', ...plan });
  }
}

const PLAN_MODE: ReadonlyMap<string, { readonly from?: string; readonly to?: string }> = new Map([
  ['enter_plan_mode', { to: 'plan' }],
  ['exit_plan_mode', { from: 'plan' }],
]);

/**
 * Who refused the call, from the texts Gemini CLI puts into the result: a person at the prompt, the policy engine,
 * or a BeforeTool hook.
 */
function refusalOf(status: unknown, output: string): 'human' | 'rule' | 'hook' | undefined {
  if (status === 'success') return undefined;
  const head = output.slice(0, 200);
  if (head.includes('User did not allow tool call')) return 'human';
  if (head.startsWith('Tool execution denied by policy')) return 'rule';
  if (head.startsWith('Tool execution blocked')) return 'hook';
  return undefined;
}

function outcomeOf(ended: Ended, refused: boolean): Outcome {
  const exitCode = ended.name === 'run_shell_command' ? exitCodeOf(ended.output) : undefined;
  return {
    status: refused ? 'denied' : statusOf(ended.status, exitCode),
    ...(exitCode === undefined ? {} : { exitCode }),
  };
}

/** A command that fails is still a `success` of the tool; the exit code is only in its text. */
function statusOf(status: unknown, exitCode: number | undefined): OutcomeStatus {
  if (status === 'cancelled') return 'interrupted';
  if (status === 'error') return 'error';
  return exitCode === undefined || exitCode === 0 ? 'ok' : 'error';
}

/** `Exit Code: 1` on its own line near the end; the command's own output comes before it, so the last one counts. */
function exitCodeOf(output: string): number | undefined {
  const label = 'Exit Code: ';
  const at = output.lastIndexOf(label);
  if (at === -1 || (at > 0 && output[at - 1] !== '\n')) return undefined;
  const digits = /^-?\d{1,10}/.exec(output.slice(at + label.length, at + label.length + 11))?.[0];
  return digits === undefined ? undefined : Number(digits);
}

function resultText(call: JsonObject): string {
  const result = call['result'];
  if (typeof result === 'string') return bounded(result, MAX_OUTPUT);
  const parts = isObject(result) ? [result] : getList(call, 'result');
  for (const part of parts) {
    const response = isObject(part) ? getObject(part, 'functionResponse') : undefined;
    const text = response === undefined ? '' : responseText(response);
    if (text !== '') return text;
  }
  const text = textOf(parts, MAX_OUTPUT);
  return text === '' ? textOf(call['resultDisplay'], MAX_OUTPUT) : text;
}

/** A long output is cut in the middle, because a shell result ends with its exit code. */
function responseText(response: JsonObject): string {
  const body = getObject(response, 'response');
  if (body === undefined) return '';
  const text = getText(body, 'output') ?? getText(body, 'error') ?? textOf(body['content'], MAX_OUTPUT);
  return text.length <= MAX_OUTPUT ? text : `${text.slice(0, MAX_OUTPUT - 1024)}${text.slice(-1024)}`;
}
