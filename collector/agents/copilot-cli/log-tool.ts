import type { Outcome, OutcomeStatus } from '../../contract/event.ts';
import { bounded, MAX_NAME, MAX_OUTPUT, textOf } from '../shared/bounds.ts';
import { callKey } from '../shared/call-key.ts';
import type { JsonObject } from '../shared/json.ts';
import { getList, getNumber, getObject, getText, isObject } from '../shared/json.ts';
import type { LogSink } from '../shared/log-sink.ts';
import { typeName } from '../shared/log-sink.ts';
import { markSeen } from '../shared/seen.ts';
import type { CopilotRecord, CopilotState, Handler } from './log-state.ts';
import { eventBase, recordKey } from './log-state.ts';
import { copilotTool } from './tools.ts';

/** Calls as the model asked for them; what is refused before it starts is seen only here. */
export const toolRequests: Handler = (record, state, sink) => {
  for (const request of getList(record.data, 'toolRequests')) {
    if (isObject(request)) pushCall(request, 'name', record, state, sink);
    else sink.unknown.push(`toolRequest:${typeName(request)}`);
  }
};

/** `tool.execution_start`, `tool.user_requested` and `external_tool.requested` name the tool alike. */
export const toolStarted: Handler = (record, state, sink) => {
  pushCall(record.data, 'toolName', record, state, sink);
};

function pushCall(
  call: JsonObject,
  nameKey: string,
  record: CopilotRecord,
  state: CopilotState,
  sink: LogSink,
): void {
  const callId = callIdOf(call, state);
  const name = getText(call, nameKey);
  if (callId === undefined || name === undefined) {
    sink.unknown.push('tool call:no id or name');
    return;
  }
  if (!markSeen(state.seen, `c:${callId}`)) return;
  const text = (key: string): string | undefined => {
    const value = getText(call, key);
    return value === undefined ? undefined : bounded(value, MAX_NAME);
  };
  const read = copilotTool(
    bounded(name, MAX_NAME),
    text('mcpServerName'),
    text('mcpToolName'),
    call['arguments'],
  );
  if (!read.known) sink.unknown.push(`tool:${typeName(name)}`);
  sink.events.push({
    ...eventBase(record, state, 'tool.call', callId),
    kind: 'tool.call',
    tool: { ...read.tool, callId },
    input: read.input,
  });
}

function callIdOf(call: JsonObject, state: CopilotState): string | undefined {
  const id = getText(call, 'toolCallId');
  return id === undefined ? undefined : callKey(bounded(id, MAX_NAME), state.sessionId);
}

export const toolCompleted: Handler = (record, state, sink) => {
  const callId = callIdOf(record.data, state);
  if (callId === undefined) {
    sink.unknown.push('tool result:no id');
    return;
  }
  if (!markSeen(state.seen, `r:${callId}`)) return;
  const result = getObject(record.data, 'result');
  const error = getObject(record.data, 'error');
  const output = outputText(result, error);
  sink.events.push({
    ...eventBase(record, state, 'tool.result', callId),
    kind: 'tool.result',
    callId,
    outcome: outcomeOf(record.data, result, error, output),
    ...(output === '' ? {} : { output: bounded(output, MAX_OUTPUT) }),
  });
};

function outputText(result: JsonObject | undefined, error: JsonObject | undefined): string {
  const text =
    result === undefined ? '' : (getText(result, 'content') ?? textOf(result['contents'], MAX_OUTPUT));
  return text === '' && error !== undefined ? (getText(error, 'message') ?? '') : text;
}

function outcomeOf(
  data: JsonObject,
  result: JsonObject | undefined,
  error: JsonObject | undefined,
  output: string,
): Outcome {
  const exitCode = exitCodeOf(data, result, output);
  const metrics = getObject(getObject(data, 'toolTelemetry') ?? {}, 'metrics');
  const durationMs = metrics === undefined ? undefined : getNumber(metrics, 'durationMs');
  return {
    status: data['success'] === true ? okStatus(exitCode) : failure(error),
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(durationMs === undefined || durationMs < 0 ? {} : { durationMs }),
  };
}

/** A command that fails is a success of the tool. */
function okStatus(exitCode: number | undefined): OutcomeStatus {
  return exitCode === undefined || exitCode === 0 ? 'ok' : 'error';
}

function failure(error: JsonObject | undefined): OutcomeStatus {
  const code = error === undefined ? '' : (getText(error, 'code') ?? '').slice(0, MAX_NAME);
  if (/den(?:y|ied)|reject/i.test(code)) return 'denied';
  return /abort|cancel|interrupt/i.test(code) ? 'interrupted' : 'error';
}

/**
 * From the field of newer versions, from a `shell_exit` or `terminal` block, or from the last words of the text:
 * `<shellId: 0 completed with exit code 0>`, `<exited with exit code 1>`.
 */
function exitCodeOf(data: JsonObject, result: JsonObject | undefined, output: string): number | undefined {
  const own = integer(getObject(data, 'shellExecution'));
  if (own !== undefined) return own;
  for (const block of result === undefined ? [] : getList(result, 'contents')) {
    const code = integer(isObject(block) ? block : undefined);
    if (code !== undefined) return code;
  }
  const text = /exit code (-?\d{1,10})>\s*$/.exec(output.slice(-100))?.[1];
  return text === undefined ? undefined : Number(text);
}

function integer(fields: JsonObject | undefined): number | undefined {
  const code = fields?.['exitCode'];
  return typeof code === 'number' && Number.isSafeInteger(code) ? code : undefined;
}

/** An MCP app's own call: request and result in one record, without a call id. */
export const mcpAppCall: Handler = (record, state, sink) => {
  const server = getText(record.data, 'serverName');
  const tool = getText(record.data, 'toolName');
  if (server === undefined || tool === undefined) return;
  const callId = recordKey(record, state);
  const name = bounded(tool, MAX_NAME);
  const read = copilotTool(name, bounded(server, MAX_NAME), name, record.data['arguments']);
  const call = eventBase(record, state, 'tool.call', callId);
  sink.events.push({ ...call, kind: 'tool.call', tool: { ...read.tool, callId }, input: read.input });
  const durationMs = getNumber(record.data, 'durationMs');
  const outcome: Outcome = {
    status: record.data['success'] === true ? 'ok' : 'error',
    ...(durationMs === undefined || durationMs < 0 ? {} : { durationMs }),
  };
  const result = eventBase(record, state, 'tool.result', callId);
  sink.events.push({ ...result, kind: 'tool.result', callId, outcome });
};

export const permissionRequested: Handler = (record, state, sink) => {
  const requestId = getText(record.data, 'requestId') ?? record.key;
  const callId = callIdOf(getObject(record.data, 'permissionRequest') ?? {}, state);
  const base = eventBase(record, state, 'permission.decision', `${state.sessionId}/${requestId}/ask`);
  sink.events.push({
    ...base,
    kind: 'permission.decision',
    ...(callId === undefined ? {} : { callId }),
    decision: 'ask',
    by: 'unknown',
  });
};

type By = 'human' | 'rule' | 'hook' | 'mode' | 'unknown';

/** Who decided, from the record's own field (1.0.9x and later). */
const SOURCES: ReadonlyMap<string, By> = new Map([
  ['human_response', 'human'],
  ['host_policy', 'rule'],
  ['authorization_carry_forward', 'rule'],
  ['assisted_approval', 'mode'],
  ['unattended_fallback', 'mode'],
]);

/** Who decided, from the kind of a refusal. */
const REFUSERS: ReadonlyMap<string, By> = new Map([
  ['denied-by-rules', 'rule'],
  ['denied-by-content-exclusion-policy', 'rule'],
  ['denied-interactively-by-user', 'human'],
  ['denied-by-permission-request-hook', 'hook'],
  ['denied-no-approval-rule-and-could-not-request-from-user', 'mode'],
  ['cancelled', 'human'],
]);

export const permissionCompleted: Handler = (record, state, sink) => {
  const requestId = getText(record.data, 'requestId') ?? record.key;
  const kind = getText(getObject(record.data, 'result') ?? {}, 'kind') ?? '';
  const allowed = kind.startsWith('approved');
  if (!allowed && !kind.startsWith('denied') && kind !== 'cancelled') {
    sink.unknown.push(`permission:${typeName(kind)}`);
    return;
  }
  const callId = callIdOf(record.data, state);
  const by = SOURCES.get(getText(record.data, 'decisionSource') ?? '') ?? REFUSERS.get(kind) ?? 'unknown';
  const base = eventBase(record, state, 'permission.decision', `${state.sessionId}/${requestId}`);
  sink.events.push({
    ...base,
    kind: 'permission.decision',
    ...(callId === undefined ? {} : { callId }),
    decision: allowed ? 'allow' : 'deny',
    by,
  });
};
