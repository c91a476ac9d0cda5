import type {
  DocumentFormat,
  JsonlFormat,
  LogFormat,
  LogRoot,
  ParseOutcome,
  ParserState,
} from '../spec-log.ts';
import type { PathContext } from '../path-context.ts';
import { bounded, MAX_NAME, MAX_PATH } from '../shared/bounds.ts';
import { envValue, joinPath } from '../shared/join-path.ts';
import type { JsonObject } from '../shared/json.ts';
import { getList, getText, isObject, parseJsonObject } from '../shared/json.ts';
import type { LogSink } from '../shared/log-sink.ts';
import { createSink, outcomeOf, typeName } from '../shared/log-sink.ts';
import { isoToMs } from '../shared/time.ts';
import { readMessage } from './log-message.ts';
import type { GeminiState } from './log-state.ts';
import { eventBase, freshState, loadState, storeState } from './log-state.ts';

/** `~/.gemini/tmp/<project>/chats/…`; `GEMINI_CLI_HOME` stands in for the home folder. */
function rootsOf(matches: (relativePath: string) => boolean): (context: PathContext) => readonly LogRoot[] {
  return (context) => {
    const home = envValue(context, 'GEMINI_CLI_HOME') ?? context.home;
    return [{ dir: joinPath(context, home, '.gemini', 'tmp'), maxDepth: 3, matches }];
  };
}

// <project>/chats/session-2026-06-11T19-15-d5be006c.jsonl, or <project>/chats/<parent id>/<id>.jsonl
const JSONL_PATH = /^[^/]+\/chats\/(?:session-[^/]+|[^/]+\/[^/]+)\.jsonl$/;
const DOCUMENT_PATH = /^[^/]+\/chats\/(?:session-[^/]+|[^/]+\/[^/]+)\.json$/;

/** Files of one project in one shard; a session and its sub-agents are in the same one. */
function shardOf(file: { readonly relativePath: string }): string {
  return file.relativePath.slice(0, file.relativePath.indexOf('/'));
}

/**
 * Session recordings since 0.39 (April 2026): a header, messages that are appended again as they grow, and operations.
 * google-gemini/gemini-cli `packages/core/src/services/chatRecordingService.ts`, 0.61.0, 2026-11-22.
 */
const CHAT: JsonlFormat = {
  id: 'gemini-cli.chat',
  container: 'jsonl',
  // `recordCompletedToolCalls`, as its name says.
  writesCalls: 'when-ended',
  roots: rootsOf((path) => JSONL_PATH.test(path)),
  shardOf,
  initialState(file) {
    const stored: ParserState = {};
    storeState(freshState(file), stored);
    return stored;
  },
  parseLine(line, offsetBytes, stored) {
    const parsed = parseJsonObject(line);
    if (!parsed.ok) return { kind: 'rejected', reason: parsed.reason };
    const state = loadState(stored);
    const outcome = readLine(parsed.value, offsetBytes, state);
    storeState(state, stored);
    return outcome;
  },
};

/** The same as one document, rewritten at every turn (2025 to April 2026). */
const CHAT_DOCUMENT: DocumentFormat = {
  id: 'gemini-cli.chat-document',
  container: 'document',
  writesCalls: 'when-ended',
  roots: rootsOf((path) => DOCUMENT_PATH.test(path)),
  shardOf,
  maxBytes: 67_108_864,
  initialState: () => ({}),
  parseDocument(text, file) {
    const parsed = parseJsonObject(text);
    if (!parsed.ok) return { kind: 'rejected', reason: parsed.reason };
    // From nothing at each reading: the whole story is in the document, and equal facts get equal ids.
    const state = freshState(file);
    const sink = createSink();
    if (!Array.isArray(parsed.value['messages'])) return { kind: 'unknown', type: 'document:no messages' };
    readHeader(parsed.value, 0, state, sink);
    for (const message of getList(parsed.value, 'messages')) {
      if (!isObject(message)) sink.unknown.push(`message:${typeName(message)}`);
      else if (readMessage(message, { offsetBytes: 0, checkpoint: false }, state, sink) !== undefined) {
        sink.unknown.push('message:no id or time');
      }
    }
    return outcomeOf(sink);
  },
};

function readLine(record: JsonObject, offsetBytes: number, state: GeminiState): ParseOutcome {
  const sink = createSink();
  if (record['$set'] !== undefined) return readSet(record['$set'], offsetBytes, state, sink);
  if (record['$rewindTo'] !== undefined) return readRewind(record['$rewindTo'], offsetBytes, state, sink);
  if (record['type'] !== undefined || record['id'] !== undefined) {
    const reason = readMessage(record, { offsetBytes, checkpoint: false }, state, sink);
    return reason === undefined ? outcomeOf(sink) : { kind: 'rejected', reason };
  }
  if (record['sessionId'] === undefined) return { kind: 'unknown', type: unknownShape(record) };
  return readHeader(record, offsetBytes, state, sink)
    ? outcomeOf(sink)
    : { kind: 'rejected', reason: 'bad-time' };
}

/** A new operation is named by its key (`$archive`); other records by saying that they are none of the known. */
function unknownShape(record: JsonObject): string {
  return typeName(Object.keys(record).find((key) => key.startsWith('$')) ?? 'record');
}

function readHeader(record: JsonObject, offsetBytes: number, state: GeminiState, sink: LogSink): boolean {
  const id = getText(record, 'sessionId');
  if (id !== undefined) state.sessionId = bounded(id, MAX_NAME);
  if (record['kind'] === 'subagent') state.subagent = true;
  const timeMs = isoToMs(record['startTime']) ?? isoToMs(record['lastUpdated']);
  if (timeMs === undefined) return false;
  state.lastMs = timeMs;
  // Only a sub-agent's header lists all folders, the project first; a main session's lists the added ones.
  const cwd = state.subagent ? getList(record, 'directories')[0] : undefined;
  sink.sessions.push({
    nativeId: state.sessionId,
    ...(state.parentId === undefined ? {} : { parentNativeId: state.parentId }),
    ...(typeof cwd === 'string' && cwd !== '' ? { cwd: bounded(cwd, MAX_PATH) } : {}),
    startedMs: timeMs,
  });
  const base = eventBase(state, 'session.start', state.sessionId, timeMs, offsetBytes);
  sink.events.push({ ...base, kind: 'session.start' });
  return true;
}

const SET_KEYS: ReadonlySet<string> = new Set([
  'sessionId',
  'projectHash',
  'startTime',
  'lastUpdated',
  'kind',
  'directories',
  'summary',
  'messages',
  'memoryScratchpad',
  'activeExtensionName',
]);

/** Changes of the session's own fields; `messages` is a checkpoint of the whole list. */
function readSet(value: unknown, offsetBytes: number, state: GeminiState, sink: LogSink): ParseOutcome {
  if (!isObject(value)) return { kind: 'rejected', reason: 'missing-field' };
  for (const key of Object.keys(value).slice(0, 50)) {
    if (!SET_KEYS.has(key)) sink.unknown.push(`$set.${typeName(key)}`);
  }
  state.lastMs = isoToMs(value['lastUpdated']) ?? state.lastMs;
  const title = getText(value, 'summary')?.trim() ?? '';
  if (title !== '') sink.sessions.push({ nativeId: state.sessionId, title: bounded(title, MAX_NAME) });
  for (const message of getList(value, 'messages')) {
    if (!isObject(message)) sink.unknown.push(`message:${typeName(message)}`);
    else if (readMessage(message, { offsetBytes, checkpoint: true }, state, sink) !== undefined) {
      sink.unknown.push('message:no id or time');
    }
  }
  // Written only when a recording is opened again.
  if (getText(value, 'sessionId') !== undefined && state.lastMs !== undefined) {
    const key = `${state.sessionId}/resume/${offsetBytes}`;
    const base = eventBase(state, 'session.start', key, state.lastMs, offsetBytes);
    sink.events.push({ ...base, kind: 'session.start', resumed: true });
  }
  return outcomeOf(sink);
}

/** Messages from the named one on leave the conversation. What they ran has run: only the rewind itself is told. */
function readRewind(target: unknown, offsetBytes: number, state: GeminiState, sink: LogSink): ParseOutcome {
  if (typeof target !== 'string') return { kind: 'rejected', reason: 'missing-field' };
  if (state.lastMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
  const key = `${state.sessionId}/rewind/${offsetBytes}`;
  const base = eventBase(state, 'session.update', key, state.lastMs, offsetBytes);
  sink.events.push({ ...base, kind: 'session.update', change: 'rewind', to: bounded(target, MAX_NAME) });
  return outcomeOf(sink);
}

/** Session logs of Gemini CLI. What is beside them and knowingly not read: `agents/formats.md`. */
export const GEMINI_CLI_LOGS: readonly LogFormat[] = [CHAT, CHAT_DOCUMENT];
