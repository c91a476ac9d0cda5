import type { LogFormat, ParseOutcome } from '../spec-log.ts';
import { bounded, MAX_CONTENT, MAX_NAME } from '../shared/bounds.ts';
import { editorState } from '../shared/editor-state.ts';
import { joinPath } from '../shared/join-path.ts';
import type { JsonObject } from '../shared/json.ts';
import { getList, getText, isObject } from '../shared/json.ts';
import { createSink, outcomeOf, typeName, type LogSink } from '../shared/log-sink.ts';
import { createTextKeys } from '../shared/text-keys.ts';
import { epochMs } from '../shared/time.ts';
import { rolloutFormat } from '../shared/rollout/rollout.ts';
import { freshTranscript, Transcript } from '../shared/transcript.ts';

/**
 * Chats of Trae in the editor's store: `{list: [{sessionId, createdAt, updatedAt, model, messages}]}`. What its agent did
 * stands inside of the answers in a form that nobody has written down: only questions and models are told. Newer
 * versions keep chats encrypted and leave an empty list here. By report, 2026-11.
 */
const CHATS = editorState({
  formatId: 'trae.chats',
  products: ['Trae', 'Trae CN', 'TRAE SOLO CN'],
  key: 'memento/icube-ai-agent-storage',
  inWorkspaces: true,
  read(value): ParseOutcome {
    if (!Array.isArray(value['list'])) return { kind: 'unknown', type: 'value:no list' };
    const sink = createSink();
    for (const session of getList(value, 'list')) if (isObject(session)) readSession(session, sink);
    return outcomeOf(sink);
  },
});

function readSession(session: JsonObject, sink: LogSink): void {
  const id = getText(session, 'sessionId');
  const startedMs = epochMs(session['createdAt']);
  const savedMs = epochMs(session['updatedAt']) ?? startedMs;
  const messages = getList(session, 'messages').filter(isObject);
  if (messages.length === 0) return;
  if (id === undefined || savedMs === undefined) {
    sink.unknown.push('session:no id or time');
    return;
  }
  const state = freshTranscript(id);
  new Transcript('trae', state, sink, startedMs ?? savedMs, 0).start({});
  const keyOf = createTextKeys();
  for (const message of messages) {
    const transcript = new Transcript('trae', state, sink, epochMs(message['timestamp']) ?? savedMs, 0);
    const { role } = message;
    const text = bounded(getText(message, 'content') ?? '', MAX_CONTENT);
    if (role === 'user') transcript.prompt(keyOf(text), text);
    else if (role === 'assistant') {
      const model = getText(message, 'model') ?? getText(session, 'model');
      transcript.model(model === undefined ? undefined : bounded(model, MAX_NAME), keyOf(text));
    } else sink.unknown.push(`message:${typeName(role)}`);
  }
}

/** Trae's CLI writes what Codex writes, below its own folder. By report, 2026-11. */
const ROLLOUT = rolloutFormat('trae', (context) => [joinPath(context, context.home, '.trae', 'cli')]);

/** Session logs of Trae: the editor's chats, and the CLI's sessions. */
export const TRAE_LOGS: readonly LogFormat[] = [CHATS, ROLLOUT];
