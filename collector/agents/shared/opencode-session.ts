import type { SessionPatch } from '../spec-log.ts';
import { bounded, MAX_NAME, MAX_PATH } from './bounds.ts';
import type { JsonObject } from './json.ts';
import { getObject, getText } from './json.ts';
import type { LogSink } from './log-sink.ts';
import { typeName } from './log-sink.ts';
import { eventBase } from './opencode-part.ts';

export interface SessionFacts {
  readonly agentId: string;
  readonly id: string;
  readonly parentId: string | undefined;
  readonly directory: string | undefined;
  readonly version: string | undefined;
  readonly createdMs: number;
  readonly title: string | undefined;
}

/** What the client writes until it has a title: `New session - 2026-06-11T19:15:00.000Z`. */
const UNNAMED = /^(?:New|Child) session - /;

/** A session as its row or file describes it; a child session is a sub-agent's. */
export function readSession(session: SessionFacts, sink: LogSink): void {
  const { agentId, parentId, directory, version, title } = session;
  sink.sessions.push({
    nativeId: session.id,
    ...(parentId === undefined ? {} : { parentNativeId: parentId }),
    ...(directory === undefined ? {} : { cwd: bounded(directory, MAX_PATH) }),
    ...(version === undefined ? {} : { agentVersion: bounded(version, MAX_NAME) }),
    ...(title === undefined || UNNAMED.test(title) ? {} : { title: bounded(title, MAX_NAME) }),
    startedMs: session.createdMs,
  });
  const base = eventBase(
    { agentId, sessionId: session.id, parentId },
    'session.start',
    session.id,
    session.createdMs,
  );
  sink.events.push({ ...base, kind: 'session.start' });
}

/** The model and the folder a message names. */
export function readMessage(message: JsonObject, sessionId: string, sink: LogSink): void {
  const role = message['role'];
  if (role !== 'user' && role !== 'assistant') {
    sink.unknown.push(`role:${typeName(role)}`);
    return;
  }
  // Written before the parts had files of their own (2025); nothing of it is understood.
  if (Array.isArray(message['parts'])) sink.unknown.push('message:inline parts');
  const model = messageModel(message);
  const path = message['path'];
  const cwd = typeof path === 'string' ? path : getText(getObject(message, 'path') ?? {}, 'cwd');
  const patch: SessionPatch = {
    nativeId: sessionId,
    ...(model === undefined ? {} : { model }),
    ...(cwd === undefined || cwd === '' ? {} : { cwd: bounded(cwd, MAX_PATH) }),
  };
  if (Object.keys(patch).length > 1) sink.sessions.push(patch);
}

/** An assistant names its model directly, a user's message the one it is for. */
export function messageModel(message: JsonObject): string | undefined {
  const model = getText(message, 'modelID') ?? getText(getObject(message, 'model') ?? {}, 'modelID');
  return model === undefined ? undefined : bounded(model, MAX_NAME);
}
