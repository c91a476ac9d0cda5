import type { JsonlFormat, LogFile, LogFormat, LogRoot } from '../spec-log.ts';
import type { PathContext } from '../path-context.ts';
import { bounded, MAX_NAME, MAX_OUTPUT, textOf } from '../shared/bounds.ts';
import { envValue, joinPath } from '../shared/join-path.ts';
import type { JsonObject } from '../shared/json.ts';
import { getList, getObject, getText, isObject, parseJsonObject } from '../shared/json.ts';
import type { LogSink } from '../shared/log-sink.ts';
import { createSink, outcomeOf, typeName } from '../shared/log-sink.ts';
import { isoToMs } from '../shared/time.ts';
import {
  freshTranscript,
  loadTranscript,
  startTranscript,
  storeTranscript,
  Transcript,
  type TranscriptState,
} from '../shared/transcript.ts';
import { droidTool } from './tools.ts';

const AGENT = 'droid';

/** `~/.factory/sessions/-<cwd>/<id>.jsonl`; the vendor's hook documentation names `projects` instead: both. */
function roots(context: PathContext): readonly LogRoot[] {
  const home = envValue(context, 'FACTORY_HOME_OVERRIDE') ?? context.home;
  return ['sessions', 'projects'].map((folder) => ({
    dir: joinPath(context, home, '.factory', folder),
    maxDepth: 2,
    matches: (path) => path.endsWith('.jsonl'),
  }));
}

/** Written with every change of the task list, and by compaction; neither runs anything. */
const QUIET: ReadonlySet<string> = new Set(['todo_state', 'compaction_state', 'session_title', 'checkpoint']);

/**
 * Droid sessions, one JSON record per line, appended. Recordings of early 2026 and docs.factory.ai, 2026-11. Tokens are
 * in a sidecar (`<id>.settings.json`) and are not read.
 */
const SESSION: JsonlFormat = {
  id: 'droid.session',
  container: 'jsonl',
  roots,
  shardOf: (file) => file.relativePath,
  initialState: (file) => startTranscript(nameOf(file)),
  parseLine(line, offsetBytes, stored) {
    const parsed = parseJsonObject(line);
    if (!parsed.ok) return { kind: 'rejected', reason: parsed.reason };
    const record = parsed.value;
    const type = getText(record, 'type');
    const state = loadTranscript(stored);
    const timeMs = isoToMs(record['timestamp']) ?? state.lastMs;
    const sink = createSink();
    if (type === 'session_start') {
      readStart(record, state, sink);
    } else if (type === 'message') {
      if (timeMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
      readMessage(record, new Transcript(AGENT, state, sink, timeMs, offsetBytes), sink);
    } else if (type === 'compaction_state' && timeMs !== undefined) {
      const key = getText(record, 'id') ?? String(offsetBytes);
      new Transcript(AGENT, state, sink, timeMs, offsetBytes).update(key, 'compaction');
    } else if (type === undefined || !QUIET.has(type)) {
      return { kind: 'unknown', type: typeName(type) };
    }
    storeTranscript(state, stored);
    return outcomeOf(sink);
  },
};

function nameOf(file: LogFile): string {
  return file.relativePath.slice(file.relativePath.lastIndexOf('/') + 1).replace(/\.jsonl$/, '');
}

/** The header has no time: the session is told when its first message is read. */
function readStart(record: JsonObject, state: TranscriptState, sink: LogSink): void {
  const id = getText(record, 'id');
  if (id !== undefined) state.sessionId = freshTranscript(id).sessionId;
  const cwd = getText(record, 'cwd');
  const account = getText(record, 'owner');
  const title = getText(record, 'sessionTitle') ?? getText(record, 'title');
  sink.sessions.push({
    nativeId: state.sessionId,
    ...(cwd === undefined ? {} : { cwd }),
    ...(account === undefined ? {} : { account }),
    ...(title === undefined || title === 'New Session' ? {} : { title: bounded(title, MAX_NAME) }),
  });
}

function readMessage(record: JsonObject, transcript: Transcript, sink: LogSink): void {
  const message = getObject(record, 'message');
  if (message === undefined) {
    sink.unknown.push('message:no message');
    return;
  }
  transcript.start({});
  const key = getText(record, 'id') ?? '';
  const isAssistant = message['role'] === 'assistant';
  if (isAssistant) transcript.model(getText(message, 'model'), key);
  const blocks =
    typeof message['content'] === 'string'
      ? [{ type: 'text', text: message['content'] }]
      : getList(message, 'content');
  for (const block of blocks) if (isObject(block)) readBlock(block, transcript, sink);
  if (isAssistant) return;
  // The person's words are the first text; what follows are files the client put beside them.
  const first = blocks.find((block) => isObject(block) && block['type'] === 'text');
  const text = isObject(first) ? (getText(first, 'text') ?? '') : '';
  if (!text.startsWith('<system-reminder>')) transcript.prompt(key, text);
}

function readBlock(block: JsonObject, transcript: Transcript, sink: LogSink): void {
  switch (block['type']) {
    case 'tool_use': {
      const id = getText(block, 'id');
      if (id !== undefined)
        transcript.call(id, droidTool(getText(block, 'name') ?? '', getObject(block, 'input') ?? {}));
      return;
    }
    case 'tool_result': {
      const id = getText(block, 'tool_use_id');
      const output = textOf(block['content'], MAX_OUTPUT);
      if (id === undefined) return;
      const refused =
        block['is_error'] === true && /^(?:User|The user) (?:rejected|cancel|denied)/i.test(output);
      transcript.result(
        id,
        { status: refused ? 'denied' : block['is_error'] === true ? 'error' : 'ok' },
        output,
      );
      if (refused) transcript.decision(id, 'deny');
      return;
    }
    case 'text':
    case 'thinking':
    case 'redacted_thinking':
    case 'image':
      return;
    default:
      sink.unknown.push(`block:${typeName(block['type'])}`);
  }
}

/** Session logs of Droid. */
export const DROID_LOGS: readonly LogFormat[] = [SESSION];
