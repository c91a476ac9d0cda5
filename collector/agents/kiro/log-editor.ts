import type { DocumentFormat, JsonlFormat, LogRoot, ParseOutcome } from '../spec-log.ts';
import { IGNORED } from '../spec-log.ts';
import type { PathContext } from '../path-context.ts';
import { bounded, MAX_CONTENT, MAX_NAME, MAX_OUTPUT, MAX_PATH, textOf } from '../shared/bounds.ts';
import { envValue, joinPath } from '../shared/join-path.ts';
import type { JsonObject } from '../shared/json.ts';
import { getList, getObject, getText, parseJsonObject } from '../shared/json.ts';
import { kiroTool } from '../shared/kiro-tools.ts';
import { folderName } from '../shared/log-name.ts';
import { createSink, outcomeOf, typeName } from '../shared/log-sink.ts';
import { epochMs, isoToMs } from '../shared/time.ts';
import { loadTranscript, startTranscript, storeTranscript, Transcript } from '../shared/transcript.ts';

const AGENT = 'kiro';

/** `<workspace hash>/sess_<id>/<file>` below the sessions of the editor and of CLI 3. */
function rootsOf(file: 'messages.jsonl' | 'session.json'): (context: PathContext) => readonly LogRoot[] {
  return (context) => {
    const home = envValue(context, 'KIRO_HOME') ?? joinPath(context, context.home, '.kiro');
    return [
      {
        dir: joinPath(context, home, 'sessions'),
        maxDepth: 2,
        matches: (path) => /^[^/]+\/sess_[^/]+\/[^/]+$/.test(path) && path.endsWith(`/${file}`),
      },
    ];
  };
}

const QUIET: ReadonlySet<string> = new Set([
  ...['turn_start', 'turn_end', 'assistant', 'usage_summary', 'pending_interaction', 'interaction_resolved'],
]);

/**
 * Messages of Kiro 1.x, appended: `{id, timestamp, payload{type}}`. Its fields are not published; these are what other
 * readers found (2026-10). What is missing is counted, never guessed.
 */
export const EDITOR_MESSAGES: JsonlFormat = {
  id: 'kiro.messages',
  container: 'jsonl',
  roots: rootsOf('messages.jsonl'),
  shardOf: (file) => file.relativePath,
  initialState: (file) => startTranscript(folderName(file)),
  parseLine(line, offsetBytes, stored): ParseOutcome {
    const parsed = parseJsonObject(line);
    if (!parsed.ok) return { kind: 'rejected', reason: parsed.reason };
    const payload = getObject(parsed.value, 'payload');
    const type = payload === undefined ? undefined : getText(payload, 'type');
    if (payload === undefined || type === undefined) return { kind: 'rejected', reason: 'missing-field' };
    if (QUIET.has(type)) return IGNORED;
    const state = loadTranscript(stored);
    const given = parsed.value['timestamp'];
    const timeMs = isoToMs(given) ?? epochMs(given) ?? state.lastMs;
    if (timeMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
    const sink = createSink();
    const transcript = new Transcript(AGENT, state, sink, timeMs, offsetBytes);
    transcript.start({});
    const key = getText(parsed.value, 'id') ?? String(offsetBytes);
    if (!readPayload(type, payload, key, transcript)) sink.unknown.push(`payload:${typeName(type)}`);
    storeTranscript(state, stored);
    return outcomeOf(sink);
  },
};

/** @returns whether it was understood; a call without a name or an id is not. */
function readPayload(type: string, payload: JsonObject, key: string, transcript: Transcript): boolean {
  const id = getText(payload, 'toolCallId');
  switch (type) {
    case 'user': {
      const meta = getObject(getObject(payload, '_meta') ?? {}, 'kiro') ?? {};
      const origin = getText(meta, 'syntheticUserMessageReason') === undefined ? 'human' : 'system';
      transcript.prompt(key, textOf(payload['content'], MAX_CONTENT), origin);
      return true;
    }
    case 'tool_call': {
      const name = getText(payload, 'toolName') ?? getText(payload, 'name');
      if (id === undefined || name === undefined) return false;
      transcript.call(id, kiroTool(name, getObject(payload, 'args') ?? getObject(payload, 'input') ?? {}));
      return true;
    }
    case 'tool_result': {
      if (id === undefined) return false;
      const output = textOf(payload['content'], MAX_OUTPUT);
      transcript.result(id, { status: payload['success'] === false ? 'error' : 'ok' }, output);
      return true;
    }
    default:
      return false;
  }
}

/** `session.json` beside the messages: model, title, folders. */
export const EDITOR_SESSION: DocumentFormat = {
  id: 'kiro.editor-session',
  container: 'document',
  maxBytes: 4_194_304,
  roots: rootsOf('session.json'),
  shardOf: (file) => file.relativePath,
  initialState: () => ({}),
  parseDocument(text, file): ParseOutcome {
    const parsed = parseJsonObject(text);
    if (!parsed.ok) return { kind: 'rejected', reason: parsed.reason };
    const model = getText(parsed.value, 'modelId');
    const title = getText(parsed.value, 'title');
    const cwd = getList(parsed.value, 'workspacePaths')[0];
    return {
      kind: 'records',
      events: [],
      sessions: [
        {
          nativeId: bounded(folderName(file), MAX_NAME),
          ...(typeof cwd === 'string' && cwd !== '' ? { cwd: bounded(cwd, MAX_PATH) } : {}),
          ...(model === undefined ? {} : { model: bounded(model, MAX_NAME) }),
          ...(title === undefined ? {} : { title: bounded(title, MAX_NAME) }),
        },
      ],
    };
  },
};
