import type { ParsedEvent } from '../../contract/event.ts';
import type { SessionPatch } from '../spec-log.ts';
import { bounded, MAX_CONTENT, MAX_NAME, MAX_PATH } from '../shared/bounds.ts';
import type { JsonObject } from '../shared/json.ts';
import { getObject, getText } from '../shared/json.ts';
import type { LogSink } from '../shared/log-sink.ts';
import { isoToMs } from '../shared/time.ts';
import type { CopilotRecord, CopilotState, Handler } from './log-state.ts';
import { actingChild, childOf, emptyState, eventBase, linkAgent, recordKey } from './log-state.ts';

/** A new session; its id is also the folder's name. */
export const sessionStart: Handler = (record, state, sink) => {
  const id = name(record.data, 'sessionId') ?? state.sessionId;
  if (id !== state.sessionId) Object.assign(state, emptyState(id));
  const version = name(record.data, 'copilotVersion');
  const parent = name(record.data, 'detachedFromSpawningParentSessionId');
  const model = name(record.data, 'selectedModel');
  patchContext(getObject(record.data, 'context'), state, sink, {
    ...(parent === undefined ? {} : { parentNativeId: parent }),
    ...(version === undefined ? {} : { agentVersion: version }),
    ...(model === undefined ? {} : { model }),
    startedMs: isoToMs(record.data['startTime']) ?? record.timeMs,
  });
  if (model !== undefined) state.model = model;
  const base = eventBase(record, state, 'session.start', state.sessionId);
  sink.events.push({
    ...base,
    kind: 'session.start',
    ...(parent === undefined ? {} : { parentNativeSessionId: parent }),
  });
};

export const sessionResume: Handler = (record, state, sink) => {
  state.run += 1;
  for (const output of state.outputs) output.run = 0;
  const model = name(record.data, 'selectedModel');
  patchContext(getObject(record.data, 'context'), state, sink, model === undefined ? {} : { model });
  if (model !== undefined) state.model = model;
  const base = eventBase(record, state, 'session.start', recordKey(record, state));
  sink.events.push({ ...base, kind: 'session.start', resumed: true });
};

export const contextChanged: Handler = (record, state, sink) => {
  const from = state.cwd;
  patchContext(record.data, state, sink, {});
  if (state.cwd === undefined || state.cwd === from) return;
  update(record, state, sink, { change: 'cwd', ...(from === undefined ? {} : { from }), to: state.cwd });
};

/** `session.context_changed` has the context as its data; start and resume have it as a member. */
function patchContext(
  context: JsonObject | undefined,
  state: CopilotState,
  sink: LogSink,
  more: Omit<SessionPatch, 'nativeId'>,
): void {
  const cwd = context === undefined ? undefined : getText(context, 'cwd');
  const repository = context === undefined ? undefined : name(context, 'repository');
  const gitBranch = context === undefined ? undefined : name(context, 'branch');
  if (cwd !== undefined) state.cwd = bounded(cwd, MAX_PATH);
  const patch: SessionPatch = {
    nativeId: state.sessionId,
    ...more,
    ...(cwd === undefined ? {} : { cwd: bounded(cwd, MAX_PATH) }),
    ...(repository === undefined ? {} : { repository }),
    ...(gitBranch === undefined ? {} : { gitBranch }),
  };
  if (Object.keys(patch).length > 1) sink.sessions.push(patch);
}

/**
 * A turn's text. `source` names other origins than the keyboard: `skill-<name>` for text a skill put in,
 * `agent-<id>` for another agent; autopilot continues by itself.
 */
export const userMessage: Handler = (record, state, sink) => {
  const text = getText(record.data, 'content');
  if (text === undefined) return;
  const base = eventBase(record, state, 'prompt.submit', recordKey(record, state));
  const origin = originOf(record, state);
  sink.events.push({ ...base, kind: 'prompt.submit', text: bounded(text, MAX_CONTENT), origin });
};

function originOf(record: CopilotRecord, state: CopilotState): 'human' | 'agent' | 'system' {
  const source = getText(record.data, 'source');
  if (source?.startsWith('agent') === true || actingChild(record, state) !== undefined) return 'agent';
  if (record.data['isAutopilotContinuation'] === true) return 'system';
  return source === undefined || source === 'user' ? 'human' : 'system';
}

/**
 * Allow-all switched on or off: the bypass signal. Until 1.0.9x `allowAllPermissions` with `…Mode` `on`/`off`,
 * then `mode` `manual`, `assisted` or `allow-all`.
 */
export const permissionsChanged: Handler = (record, state, sink) => {
  const from = permissionMode(record.data, 'previousMode', 'previousAllowAllPermissions');
  const to = permissionMode(record.data, 'mode', 'allowAllPermissions');
  if (to === undefined) return;
  sink.sessions.push({ nativeId: state.sessionId, permissionMode: to });
  update(record, state, sink, { change: 'permission-mode', ...(from === undefined ? {} : { from }), to });
};

function permissionMode(data: JsonObject, key: string, olderKey: string): string | undefined {
  const mode = name(data, key);
  if (mode !== undefined) return mode;
  const all = data[olderKey];
  return typeof all === 'boolean' ? (all ? 'allow-all' : 'manual') : undefined;
}

/** interactive, plan or autopilot. */
export const modeChanged: Handler = (record, state, sink) => {
  const from = name(record.data, 'previousMode');
  const to = name(record.data, 'newMode');
  if (to !== undefined)
    update(record, state, sink, { change: 'mode', ...(from === undefined ? {} : { from }), to });
};

export const modelChange: Handler = (record, state, sink) => {
  const from = name(record.data, 'previousModel') ?? state.model;
  const to = name(record.data, 'newModel');
  if (to === undefined) return;
  state.model = to;
  sink.sessions.push({ nativeId: state.sessionId, model: to });
  update(record, state, sink, { change: 'model', ...(from === undefined ? {} : { from }), to });
};

/** The model `auto` stands for in this turn. */
export const autoModeResolved: Handler = (record, state, sink) => {
  const model = name(record.data, 'chosenModel');
  if (model !== undefined) sink.sessions.push({ nativeId: state.sessionId, model });
};

export const compaction: Handler = (record, state, sink) => {
  if (record.data['success'] !== false) update(record, state, sink, { change: 'compaction' });
};

/** Recorded as a fact; what had run before it has run. */
export const snapshotRewind: Handler = (record, state, sink) => {
  const to = name(record.data, 'upToEventId');
  update(record, state, sink, { change: 'rewind', ...(to === undefined ? {} : { to }) });
};

/** The session goes on elsewhere (cloud agent or back). */
export const handoff: Handler = (record, state, sink) => {
  const to = name(record.data, 'remoteSessionId');
  update(record, state, sink, { change: 'fork', ...(to === undefined ? {} : { to }) });
};

type Change = Omit<
  Extract<ParsedEvent, { kind: 'session.update' }>,
  keyof ReturnType<typeof eventBase> | 'kind' | 'cwd'
>;

function update(record: CopilotRecord, state: CopilotState, sink: LogSink, change: Change): void {
  const base = eventBase(record, state, 'session.update', recordKey(record, state));
  sink.events.push({ ...base, kind: 'session.update', ...change });
}

/** Sub-agents write into their parent's file; each start is a session of its own. */
export const subagentStarted: Handler = (record, state, sink) => {
  const call = name(record.data, 'toolCallId');
  if (call === undefined) return;
  if (record.agentId !== undefined) linkAgent(state, record.agentId, call);
  const nativeId = childOf(state, call);
  const model = name(record.data, 'model');
  sink.sessions.push({
    nativeId,
    parentNativeId: state.sessionId,
    ...(state.cwd === undefined ? {} : { cwd: state.cwd }),
    ...(model === undefined ? {} : { model }),
    startedMs: record.timeMs,
  });
  const base = eventBase(record, state, 'session.start', nativeId);
  sink.events.push({
    ...base,
    kind: 'session.start',
    nativeSessionId: nativeId,
    parentNativeSessionId: state.sessionId,
  });
};

export const subagentEnded: Handler = (record, state, sink) => {
  const call = name(record.data, 'toolCallId');
  if (call === undefined) return;
  const nativeId = childOf(state, call);
  const cancelled = record.data['cancelled'] === true;
  const reason = cancelled ? 'cancelled' : record.type.slice('subagent.'.length);
  const base = eventBase(record, state, 'session.end', recordKey(record, state));
  const place = { nativeSessionId: nativeId, parentNativeSessionId: state.sessionId };
  sink.events.push({ ...base, kind: 'session.end', ...place, reason });
};

function name(data: JsonObject, key: string): string | undefined {
  const text = getText(data, key);
  return text === undefined ? undefined : bounded(text, MAX_NAME);
}
