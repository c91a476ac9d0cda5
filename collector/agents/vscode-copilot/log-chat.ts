import type {
  DocumentFormat,
  JsonlFormat,
  LogFile,
  LogRoot,
  ParseOutcome,
  ParserState,
} from '../spec-log.ts';
import type { PathContext } from '../path-context.ts';
import { bounded, MAX_ITEMS, MAX_NAME } from '../shared/bounds.ts';
import { editorUserFolders } from '../shared/editor-storage.ts';
import { joinPath } from '../shared/join-path.ts';
import type { JsonObject } from '../shared/json.ts';
import { getList, getNumber, getObject, getText, isObject, parseJsonObject } from '../shared/json.ts';
import { baseName } from '../shared/log-name.ts';
import { createSink, outcomeOf, typeName } from '../shared/log-sink.ts';
import { epochMs } from '../shared/time.ts';
import { freshTranscript, loadTranscript, storeTranscript, Transcript } from '../shared/transcript.ts';
import { loadShown } from './log-item.ts';
import { addParts, closeRequest, openRequest, type OpenRequest, type RequestPlace } from './log-request.ts';

const AGENT = 'vscode-copilot';

/** `<workspace>/chatSessions/<id>` of every editor of the family, and the chats of windows without a folder. */
function rootsOf(extension: '.json' | '.jsonl'): (context: PathContext) => readonly LogRoot[] {
  const inWorkspace = (path: string): boolean =>
    /^[^/]+\/chatSessions\/[^/]+$/.test(path) && path.endsWith(extension);
  return (context) =>
    editorUserFolders(context).flatMap((user) => [
      {
        dir: joinPath(context, user, 'workspaceStorage'),
        maxDepth: 2,
        matches: inWorkspace,
        enters: (dir: string) => !dir.includes('/') || dir.endsWith('/chatSessions'),
      },
      ...['emptyWindowChatSessions', 'transferredChatSessions'].map((folder) => ({
        dir: joinPath(context, user, 'globalStorage', folder),
        maxDepth: 0,
        matches: (path: string) => !path.includes('/') && path.endsWith(extension),
      })),
    ]);
}

function startOf(file: LogFile): ParserState {
  const stored: ParserState = {};
  storeTranscript(freshTranscript(baseName(file)), stored);
  return stored;
}

/** Chats until early 2026, one document each. Recordings of 2025-10; VS Code's own types. */
export const CHAT_DOCUMENT: DocumentFormat = {
  id: 'vscode-copilot.chat-document',
  container: 'document',
  maxBytes: 134_217_728,
  writesCalls: 'when-ended',
  roots: rootsOf('.json'),
  shardOf: (file) => file.relativePath,
  initialState: () => ({}),
  parseDocument(text, file): ParseOutcome {
    const parsed = parseJsonObject(text);
    if (!parsed.ok) return { kind: 'rejected', reason: parsed.reason };
    if (!Array.isArray(parsed.value['requests'])) return { kind: 'unknown', type: 'document:no requests' };
    const state = freshTranscript(baseName(file));
    const place: RequestPlace = { state, sink: createSink(), offsetBytes: 0 };
    readSession(parsed.value, place);
    const requests = getList(parsed.value, 'requests').slice(0, MAX_ITEMS);
    for (const [index, request] of requests.entries()) {
      if (!isObject(request)) continue;
      const open = openRequest(request, place);
      if (open === undefined || open === 'bad-time') place.sink.unknown.push(`request:${open ?? 'no id'}`);
      else finish(open, request, index + 1 < requests.length, place);
    }
    return outcomeOf(place.sink);
  },
};

/** A request as it stands: told when it is over, by its result, a stop, or a later request. @returns what stays open */
function finish(
  open: OpenRequest,
  request: JsonObject,
  isOver: boolean,
  place: RequestPlace,
): OpenRequest | undefined {
  const filled = addParts(open, getList(request, 'response'), place);
  const result = getObject(request, 'result');
  if (result === undefined && !isOver && request['isCanceled'] !== true) return filled;
  closeRequest(filled, result, place);
  return undefined;
}

function readSession(session: JsonObject, { state, sink, offsetBytes }: RequestPlace): void {
  const id = getText(session, 'sessionId');
  if (id !== undefined) state.sessionId = bounded(id, MAX_NAME);
  const timeMs = epochMs(session['creationDate']);
  if (timeMs === undefined) return;
  const transcript = new Transcript(AGENT, state, sink, timeMs, offsetBytes);
  const title = getText(session, 'customTitle');
  transcript.start(title === undefined ? {} : { title: bounded(title, MAX_NAME) });
}

/**
 * Chats since early 2026: a log of changes to the same document. Line 1 is the document, then values set (1), lists
 * added to or cut (2) and members removed (3), each with its path. Read as it grows; nothing is rebuilt.
 */
export const CHAT: JsonlFormat = {
  id: 'vscode-copilot.chat',
  container: 'jsonl',
  writesCalls: 'when-ended',
  roots: rootsOf('.jsonl'),
  shardOf: (file) => file.relativePath,
  initialState: startOf,
  parseLine(line, offsetBytes, stored): ParseOutcome {
    const parsed = parseJsonObject(line);
    if (!parsed.ok) return { kind: 'rejected', reason: parsed.reason };
    const change = parsed.value;
    const state = loadTranscript(stored);
    const place: RequestPlace = { state, sink: createSink(), offsetBytes };
    const chat = loadChat(stored);
    const unknown = readChange(change, chat, place);
    storeTranscript(state, stored);
    stored['chat'] = chat;
    return unknown ?? outcomeOf(place.sink);
  },
};

/** How many prompts the document has, and the one whose answer is still written. Plain JSON. */
interface Chat {
  count: number;
  open?: OpenRequest;
}

function loadChat(stored: ParserState): Chat {
  const chat = getObject(stored, 'chat') ?? {};
  const open = getObject(chat, 'open');
  const id = getText(open ?? {}, 'id');
  const timeMs = epochMs(open?.['timeMs']);
  const count = getNumber(chat, 'count') ?? 0;
  if (open === undefined || id === undefined || timeMs === undefined) return { count };
  return { count, open: { id, timeMs, shown: getList(open, 'shown').flatMap(loadShown) } };
}

function readChange(change: JsonObject, chat: Chat, place: RequestPlace): ParseOutcome | undefined {
  const { kind, v: value } = change;
  if (kind === 0) {
    if (!isObject(value)) return { kind: 'rejected', reason: 'missing-field' };
    readSession(value, place);
    chat.count = 0;
    return addRequests(getList(value, 'requests'), chat, place);
  }
  if (kind === 3) return undefined;
  if (kind !== 1 && kind !== 2)
    return { kind: 'unknown', type: `kind:${typeof kind === 'number' ? String(kind) : typeName(kind)}` };
  const path = getList(change, 'k');
  if (path[0] === 'customTitle' && typeof value === 'string') tellTitle(value, place);
  if (path[0] !== 'requests') return undefined;
  if (path.length === 1) return changeList(change, chat, place);
  // Of earlier prompts nothing but marks of the screen changes.
  if (path[1] === chat.count - 1) readMember(path, value, chat, place);
  return undefined;
}

function readMember(path: readonly unknown[], value: unknown, chat: Chat, place: RequestPlace): void {
  const { open } = chat;
  if (open === undefined) return;
  if (path[2] === 'response') {
    const parts: readonly unknown[] = path.length === 3 && Array.isArray(value) ? value : [value];
    chat.open = addParts(open, parts, place);
  } else if (path[2] === 'result' && isObject(value)) {
    closeRequest(open, value, place);
    delete chat.open;
  } else if (path[2] === 'isCanceled' && value === true) {
    closeRequest(open, undefined, place);
    delete chat.open;
  }
}

/** Prompts added, from `i` on in place of what stood there: then the person went back. */
function changeList(change: JsonObject, chat: Chat, place: RequestPlace): ParseOutcome | undefined {
  const from = change['kind'] === 1 ? 0 : (getNumber(change, 'i') ?? chat.count);
  const timeMs = place.state.lastMs;
  if (change['kind'] === 2 && from < chat.count && timeMs !== undefined) {
    const transcript = new Transcript(AGENT, place.state, place.sink, timeMs, place.offsetBytes);
    const [first] = getList(change, 'v');
    const id = isObject(first) ? getText(first, 'requestId') : undefined;
    transcript.update(`back/${id ?? String(place.offsetBytes)}`, 'rewind');
  }
  chat.count = Math.max(0, Math.trunc(from));
  return addRequests(getList(change, 'v'), chat, place);
}

function addRequests(items: readonly unknown[], chat: Chat, place: RequestPlace): ParseOutcome | undefined {
  let outcome: ParseOutcome | undefined;
  for (const request of items.slice(0, MAX_ITEMS)) {
    chat.count += 1;
    // An answer that was still open when the next prompt came has no end of its own.
    if (chat.open !== undefined) closeRequest(chat.open, undefined, place);
    delete chat.open;
    const opened = isObject(request) ? openRequest(request, place) : undefined;
    if (opened === 'bad-time') outcome = { kind: 'rejected', reason: 'bad-time' };
    else if (opened === undefined || !isObject(request)) place.sink.unknown.push('request:no id');
    else {
      const open = finish(opened, request, false, place);
      if (open !== undefined) chat.open = open;
    }
  }
  return outcome;
}

function tellTitle(title: string, { state, sink, offsetBytes }: RequestPlace): void {
  if (state.lastMs === undefined) return;
  const transcript = new Transcript(AGENT, state, sink, state.lastMs, offsetBytes);
  transcript.patch({ title: bounded(title, MAX_NAME) });
}
