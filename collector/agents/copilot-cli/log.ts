import type { JsonlFormat, LogFormat, ParserState } from '../spec-log.ts';
import { IGNORED } from '../spec-log.ts';
import { bounded, MAX_NAME } from '../shared/bounds.ts';
import { envValue, joinPath } from '../shared/join-path.ts';
import { getObject, getText, parseJsonObject } from '../shared/json.ts';
import { createSink, outcomeOf, typeName } from '../shared/log-sink.ts';
import { isoToMs } from '../shared/time.ts';
import type { CopilotRecord, Handler } from './log-state.ts';
import { freshState, loadState, storeState } from './log-state.ts';
import * as session from './log-session.ts';
import * as tool from './log-tool.ts';
import { IGNORED_TYPES, skippedType } from './log-types.ts';
import { countMessage, sessionShutdown } from './log-usage.ts';

const assistantMessage: Handler = (record, state, sink) => {
  countMessage(record, state, sink);
  tool.toolRequests(record, state, sink);
};

const HANDLERS: ReadonlyMap<string, Handler> = new Map([
  ['session.start', session.sessionStart],
  ['session.resume', session.sessionResume],
  ['session.context_changed', session.contextChanged],
  ['session.permissions_changed', session.permissionsChanged],
  ['session.mode_changed', session.modeChanged],
  ['session.model_change', session.modelChange],
  ['session.auto_mode_resolved', session.autoModeResolved],
  ['session.compaction_complete', session.compaction],
  ['session.truncation', session.compaction],
  ['session.context_cleared', session.compaction],
  ['session.snapshot_rewind', session.snapshotRewind],
  ['session.handoff', session.handoff],
  ['session.shutdown', sessionShutdown],
  ['user.message', session.userMessage],
  ['assistant.message', assistantMessage],
  ['tool.user_requested', tool.toolStarted],
  ['tool.execution_start', tool.toolStarted],
  ['tool.execution_complete', tool.toolCompleted],
  ['external_tool.requested', tool.toolStarted],
  ['mcp_app.tool_call_complete', tool.mcpAppCall],
  ['permission.requested', tool.permissionRequested],
  ['permission.completed', tool.permissionCompleted],
  ['subagent.started', session.subagentStarted],
  ['subagent.completed', session.subagentEnded],
  ['subagent.failed', session.subagentEnded],
]);

// <session id>/events.jsonl; before 0.0.37x <session id>.jsonl
const EVENTS_PATH = /^[^/]+(?:\/events)?\.jsonl$/;

/**
 * The event log of a session, appended; compaction and resume append too. Types and fields: `@github/copilot-sdk`
 * 1.0.14 `session-events.d.ts` (2026-11-22) and recordings of 1.0.63-1.0.78.
 */
const EVENTS: JsonlFormat = {
  id: 'copilot-cli.events',
  container: 'jsonl',
  roots(context) {
    const base = envValue(context, 'COPILOT_HOME') ?? joinPath(context, context.home, '.copilot');
    const dir = joinPath(context, base, 'session-state');
    return [{ dir, maxDepth: 1, matches: (path) => EVENTS_PATH.test(path) }];
  },
  /** A session stands alone. */
  shardOf: (file) => file.relativePath,
  initialState(file) {
    const stored: ParserState = {};
    storeState(freshState(file), stored);
    return stored;
  },
  skip: skippedType,
  parseLine(line, offsetBytes, stored) {
    const parsed = parseJsonObject(line);
    if (!parsed.ok) return { kind: 'rejected', reason: parsed.reason };
    const type = getText(parsed.value, 'type');
    if (type === undefined) return { kind: 'rejected', reason: 'missing-field' };
    if (IGNORED_TYPES.has(type)) return IGNORED;
    const handler = HANDLERS.get(type);
    if (handler === undefined) return { kind: 'unknown', type: typeName(type) };
    const data = getObject(parsed.value, 'data');
    if (data === undefined) return { kind: 'rejected', reason: 'missing-field' };
    const timeMs = isoToMs(parsed.value['timestamp']);
    if (timeMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
    const agentId = getText(parsed.value, 'agentId');
    const record: CopilotRecord = {
      type,
      data,
      timeMs,
      key: bounded(getText(parsed.value, 'id') ?? `@${offsetBytes}`, MAX_NAME),
      agentId: agentId === undefined ? undefined : bounded(agentId, MAX_NAME),
      offsetBytes,
    };
    const state = loadState(stored);
    const sink = createSink();
    handler(record, state, sink);
    storeState(state, stored);
    return outcomeOf(sink);
  },
};

/** Session logs of GitHub Copilot CLI. What is beside them and knowingly not read: `agents/formats.md`. */
export const COPILOT_CLI_LOGS: readonly LogFormat[] = [EVENTS];
