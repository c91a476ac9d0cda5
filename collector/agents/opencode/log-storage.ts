import type { DocumentFormat, LogFile, ParseOutcome } from '../spec-log.ts';
import { bounded, MAX_NAME } from '../shared/bounds.ts';
import { joinPath } from '../shared/join-path.ts';
import type { JsonObject } from '../shared/json.ts';
import { getObject, getText, parseJsonObject } from '../shared/json.ts';
import { createSink, outcomeOf } from '../shared/log-sink.ts';
import { epochMs } from '../shared/time.ts';
import { dataDir } from './log-data-dir.ts';
import { idTimeMs } from './log-id-time.ts';
import { readPart } from '../shared/opencode-part.ts';
import { readMessage, readSession } from '../shared/opencode-session.ts';

// session/<project>/<id>.json · message/<session>/<id>.json · part/<message>/<id>.json (part/<id>.json before)
const STORAGE_PATH = /^(?:session\/[^/]+\/|message\/[^/]+\/|part\/(?:[^/]+\/)?)[^/]+\.json$/;
// <project>/storage/session/info/<id>.json · …/message/<session>/<id>.json · …/part/<session>/<message>/<id>.json
const PROJECT_PATH = /^[^/]+\/storage\/session\/(?:info\/|message\/[^/]+\/|part\/[^/]+\/[^/]+\/)[^/]+\.json$/;

const AGENT = 'opencode';

type DocumentKind = 'session' | 'message' | 'part';

/**
 * The store before 1.2 (February 2026): every session, message and part a JSON file, rewritten when it changes.
 * The first generation lay under `project/<slug>/storage/session/`, the second under `storage/`. Each file is read
 * alone: a part says its session and message, not its role.
 */
export const STORAGE: DocumentFormat = {
  id: 'opencode.storage',
  container: 'document',
  roots(context) {
    const base = dataDir(context);
    return [
      { dir: joinPath(context, base, 'storage'), maxDepth: 2, matches: (path) => STORAGE_PATH.test(path) },
      { dir: joinPath(context, base, 'project'), maxDepth: 6, matches: (path) => PROJECT_PATH.test(path) },
    ];
  },
  maxBytes: 33_554_432,
  initialState: () => ({}),
  parseDocument(text, file) {
    const parsed = parseJsonObject(text);
    if (!parsed.ok) return { kind: 'rejected', reason: parsed.reason };
    const kind = kindOf(file.relativePath);
    if (kind === 'session') return parseSession(parsed.value);
    return kind === 'message' ? parseMessage(parsed.value, file) : parsePart(parsed.value, file);
  },
};

function kindOf(relativePath: string): DocumentKind {
  const own = /^(?:[^/]+\/storage\/session\/)?(session|info|message|part)\//.exec(relativePath)?.[1];
  if (own === 'message' || own === 'part') return own;
  return 'session';
}

function parseSession(session: JsonObject): ParseOutcome {
  const id = getText(session, 'id');
  if (id === undefined) return { kind: 'rejected', reason: 'missing-field' };
  const createdMs = epochMs(getObject(session, 'time')?.['created']);
  if (createdMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
  const parent = getText(session, 'parentID');
  const sink = createSink();
  readSession(
    {
      agentId: AGENT,
      id: bounded(id, MAX_NAME),
      parentId: parent === undefined ? undefined : bounded(parent, MAX_NAME),
      directory: getText(session, 'directory'),
      version: getText(session, 'version'),
      createdMs,
      title: getText(session, 'title'),
    },
    sink,
  );
  return outcomeOf(sink);
}

function parseMessage(message: JsonObject, file: LogFile): ParseOutcome {
  const sessionId = getText(message, 'sessionID') ?? parentFolder(file);
  const sink = createSink();
  readMessage(message, bounded(sessionId, MAX_NAME), sink);
  return outcomeOf(sink);
}

function parsePart(part: JsonObject, file: LogFile): ParseOutcome {
  const partId = bounded(getText(part, 'id') ?? stemOf(file), MAX_NAME);
  const folders = file.relativePath.split('/');
  // First generation: part/<session>/<message>/<id>.json. A few parts name neither; their message stands in.
  const fromPath = folders.length > 5 ? folders.at(-3) : undefined;
  const sessionId =
    getText(part, 'sessionID') ?? fromPath ?? getText(part, 'messageID') ?? parentFolder(file);
  const sink = createSink();
  const reason = readPart(
    part,
    {
      agentId: AGENT,
      partId,
      sessionId: bounded(sessionId, MAX_NAME),
      parentId: undefined,
      role: undefined,
      model: undefined,
      timeMs: partTimeMs(part, partId),
    },
    sink,
  );
  return reason === undefined ? outcomeOf(sink) : { kind: 'rejected', reason };
}

function partTimeMs(part: JsonObject, partId: string): number | undefined {
  const time = getObject(part, 'time') ?? {};
  return epochMs(time['start']) ?? epochMs(time['created']) ?? epochMs(time['end']) ?? idTimeMs(partId);
}

function parentFolder(file: LogFile): string {
  return file.relativePath.split('/').at(-2) ?? '';
}

function stemOf(file: LogFile): string {
  return (file.relativePath.split('/').at(-1) ?? '').replace(/\.json$/, '');
}
