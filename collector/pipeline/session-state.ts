import type { EnrichedEvent, ToolCallEvent } from '../contract/event.ts';
import type { Writable } from '../contract/writable.ts';
import {
  CALL_DATA,
  CALL_OUTSIDE,
  type Derived,
  type Download,
  type FoundSecret,
  type Mark,
  type SessionContext,
} from '../rules/rule.ts';
import { type CallFacts, callFacts } from '../rules/shared/call-signs.ts';
import type { CallPlace } from '../rules/shared/once.ts';
import { addedRemotesOf } from '../rules/shared/remotes.ts';
import { isExternalSend, sendWeight } from '../rules/shared/sends.ts';
import { ODD_PATH, plain } from './plain.ts';
import { findSecrets, redactText } from './secrets/index.ts';
import { rememberSecrets, seenSecret } from './seen-secrets.ts';
import { derivedSize, withDerived } from './session-state-derived.ts';
import { judgeText, rememberDenied, rememberEffects, rememberHeard } from './session-state-heard.ts';
import {
  askedBy,
  countBulk,
  RECENT_CHARS,
  rememberCall,
  rememberDecision,
  rememberResult,
} from './session-state-recent.ts';
import type { Place, SessionState } from './session-state-shape.ts';
import { fit, grow, MARK_CHARS, MAX_STATE_CHARS } from './session-state-size.ts';
import { rememberScripts, scriptsWritten } from './written-scripts.ts';

const MAX_MARKS = 50;
const MAX_PROMPTS = 5;
const MAX_PROMPT_CHARS = 2_000;
const MAX_PENDING = 40;
const MAX_REMOTES = 10;
const MAX_FOLDERS = 12;
const MAX_DOWNLOADS = 8;
const MAX_PATH = 240;
const NO_DOWNLOADS: readonly Download[] = [];
const NO_DERIVED: readonly Derived[] = [];
const NONE: readonly never[] = [];
const MAX_WHAT = 160;
/** Vendors' call ids are under 64 characters; a longer one is not worth remembering. */
const MAX_ID = 240;

/** The past of a run as rules see it. */
export function sessionContext(state: SessionState, place: Place): SessionContext {
  const context: Writable<SessionContext> = {
    home: place.home,
    platform: place.platform,
    workspace: asWorkspace(state.workspace, place),
    permissionMode: state.permissionMode,
    untrusted: state.untrusted,
    sensitive: state.sensitive,
    sent: state.sent,
    approved: state.approved,
    prompts: state.prompts,
    toolCalls: state.toolCalls,
    addedRemotes: state.addedRemotes,
    envFolders: state.envFolders,
    downloads: state.downloads ?? NO_DOWNLOADS,
    derived: state.derived ?? NO_DERIVED,
    recent: state.recent ?? NONE,
    sincePrompt: state.sincePrompt ?? 0,
    denied: state.denied ?? NONE,
    heard: state.heard ?? NONE,
    bulk: state.bulk ?? NONE,
    judgeText,
    askedNumber: askedBy,
    findSecrets,
    seenSecret: (text): FoundSecret | undefined => seenSecret(state, text),
  };
  if (state.quickApprovals !== undefined) context.quickApprovals = state.quickApprovals;
  return context;
}

/** The context with the folder of the event itself, when the run is so young that no folder is known yet. */
export function withWorkspace(context: SessionContext, event: EnrichedEvent): SessionContext {
  if (context.workspace !== undefined || event.cwd === undefined) return context;
  const workspace = asWorkspace(event.cwd, context);
  return workspace === undefined ? context : { ...context, workspace };
}

/** A home or a drive root is no workspace: everything would be inside it. */
function asWorkspace(folder: string | undefined, place: Place): string | undefined {
  return folder === place.home || isRoot(folder) ? undefined : folder;
}

/**
 * Takes one event into the state, in place. Call it after `detectEvent` of the same event.
 * A call that was refused, or failed, takes back the marks it left: nothing came in and nothing went out.
 */
export function observe(state: SessionState, event: EnrichedEvent, place: Place): void {
  if (state.workspace === undefined && event.cwd !== undefined && event.parentSessionId === undefined) {
    state.workspace = event.cwd;
  }
  switch (event.kind) {
    case 'tool.call':
      observeCall(state, event, place);
      break;
    case 'tool.result':
      observeResult(state, event);
      break;
    case 'prompt.submit':
      if (event.origin !== 'human') return;
      grow(state, MAX_STATE_CHARS);
      state.prompts.push(plain(event.text, MAX_PROMPT_CHARS));
      if (state.prompts.length > MAX_PROMPTS) state.prompts.shift();
      state.sincePrompt = 0;
      // Whoever said no has the word again.
      delete state.denied;
      break;
    case 'session.update':
      if (event.change !== 'permission-mode' || event.to === undefined) return;
      state.permissionMode = event.to.slice(0, 64);
      return;
    case 'permission.decision': {
      rememberDecision(state, event, state.toolCalls);
      if (event.decision !== 'allow' || event.by !== 'human' || event.callId === undefined) return;
      grow(state, MARK_CHARS);
      const call = state.pending.find(([callId]) => callId === event.callId);
      add(state.approved, {
        eventId: plain(event.id, MAX_ID),
        timeMs: event.timeMs,
        call: state.toolCalls,
        what: call?.[1] ?? event.callId,
        weight: 'strong',
      });
      break;
    }
    case 'session.start':
    case 'session.end':
      return;
  }
  fit(state);
}

function observeCall(state: SessionState, event: ToolCallEvent, place: Place): void {
  state.toolCalls += 1;
  const where = factPlace(state, place);
  const known = callFacts(event, where);
  if (known.sources.length + known.sensitive.length + known.sends.length > 0)
    remember(state, event, known, place);
  if (known.downloads.length > 0) rememberDownloads(state, known.downloads);
  rememberDerived(state, event, known, where);
  rememberRemotes(state, event);
  rememberEffects(state, event, known, where);
  rememberCall(state, event, known);
  grow(state, RECENT_CHARS);
  const written = scriptsWritten(event, where);
  if (written.length > 0) {
    for (const { chars } of written) grow(state, chars);
    rememberScripts((state.scripts ??= []), written);
  }
  const { callId } = event.tool;
  if (callId.length > MAX_ID) return;
  const id = plain(event.id, MAX_ID);
  state.pending.push([callId, id]);
  grow(state, callId.length + id.length + 8);
  if (state.pending.length > MAX_PENDING) state.pending.shift();
}

/** Nearly every call of a run is asked with the same place; the last one is kept. */
let lastPlace: CallPlace = { home: '', platform: 'linux', workspace: undefined };

function factPlace(state: SessionState, place: Place): CallPlace {
  const workspace = asWorkspace(state.workspace, place);
  if (
    lastPlace.workspace !== workspace ||
    lastPlace.home !== place.home ||
    lastPlace.platform !== place.platform
  )
    lastPlace = { home: place.home, platform: place.platform, workspace };
  return lastPlace;
}

function remember(state: SessionState, event: ToolCallEvent, known: CallFacts, place: Place): void {
  const context = sessionContext(state, place);
  const mark = (what: string, weight: Mark['weight']): Mark => {
    grow(state, MARK_CHARS);
    return {
      eventId: plain(event.id, MAX_ID),
      timeMs: event.timeMs,
      call: state.toolCalls,
      what: plain(what, MAX_WHAT),
      weight,
    };
  };
  for (const source of known.sources) keepFirst(state.untrusted, mark(source.what, source.weight));
  for (const secret of known.sensitive) {
    keepLast(state.sensitive, mark(secret.what, secret.weight));
    rememberFolder(state, secret.what);
  }
  for (const send of known.sends) {
    if (isExternalSend(send, context)) keepLast(state.sent, mark(send.to, sendWeight(send, context)));
  }
}

function observeResult(state: SessionState, event: Extract<EnrichedEvent, { kind: 'tool.result' }>): void {
  const { callId, output, outcome } = event;
  const recent = rememberResult(state, event);
  const at = state.pending.findIndex((call) => call[0] === callId);
  if (at < 0) return;
  const eventId = state.pending[at]?.[1] ?? '';
  if (output !== undefined) rememberSecrets(state, eventId, output);
  state.pending.splice(at, 1);
  if (recent !== undefined && outcome.status === 'ok') rememberOutput(state, event, recent[3], eventId);
  if (outcome.status !== 'denied') return;
  if (recent !== undefined)
    grow(state, rememberDenied(state, callId, { eventId, call: state.toolCalls, asked: recent[2] }));
  for (const list of [state.untrusted, state.sensitive, state.sent]) {
    for (let i = list.length - 1; i >= 0; i--) if (list[i]?.eventId === eventId) list.splice(i, 1);
  }
}

/** What came back from strangers, and how much of it was data. */
function rememberOutput(
  state: SessionState,
  event: Extract<EnrichedEvent, { kind: 'tool.result' }>,
  bits: number,
  eventId: string,
): void {
  const { output, outcome } = event;
  const what = state.untrusted.find((mark) => mark.eventId === eventId)?.what ?? 'a service';
  if ((bits & CALL_OUTSIDE) !== 0 && output !== undefined)
    grow(state, rememberHeard(state, { eventId, call: state.toolCalls, what }, output));
  if ((bits & CALL_DATA) !== 0) countBulk(state, what, outcome.sizeBytes ?? output?.length ?? 0);
}

/** The first time counts: what came in early can steer everything after it. */
function keepFirst(marks: Mark[], mark: Mark): void {
  const known = marks.findIndex((other) => other.what === mark.what);
  if (known < 0) add(marks, mark);
  else if (mark.timeMs < (marks[known]?.timeMs ?? 0)) marks[known] = mark;
}

/** The last time counts: a secret read again is in reach again. */
function keepLast(marks: Mark[], mark: Mark): void {
  const known = marks.findIndex((other) => other.what === mark.what);
  if (known >= 0) marks.splice(known, 1);
  add(marks, mark);
}

function add(marks: Mark[], mark: Mark): void {
  marks.push(mark);
  if (marks.length > MAX_MARKS) marks.shift();
}

function rememberFolder(state: SessionState, path: string): void {
  const cut = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  if (cut <= 0 || !/[\\/][\w.-]{0,100}env[\w.-]{0,100}$/i.test(path)) return;
  const folder = plain(path.slice(0, cut).slice(-MAX_WHAT), MAX_WHAT);
  if (state.envFolders.includes(folder)) return;
  grow(state, MAX_WHAT + 8);
  state.envFolders.push(folder);
  if (state.envFolders.length > MAX_FOLDERS) state.envFolders.shift();
}

function rememberDownloads(state: SessionState, downloads: readonly Download[]): void {
  const list = (state.downloads ??= []);
  for (const download of downloads) {
    const { path } = download;
    // A path that was cut or masked would be another file's.
    if (path.length > MAX_PATH || ODD_PATH.test(path) || redactText(path) !== path) continue;
    grow(state, MARK_CHARS);
    list.push({
      path,
      host: plain(download.host, 100),
      urlPath: redactText(plain(download.urlPath, MAX_WHAT)),
      eventId: plain(download.eventId, MAX_ID),
    });
    if (list.length > MAX_DOWNLOADS) list.shift();
  }
}

function rememberDerived(
  state: SessionState,
  event: ToolCallEvent,
  known: CallFacts,
  place: CallPlace,
): void {
  const list = withDerived(state.derived, event, known, place);
  if (list.length === 0 || list === state.derived) return;
  grow(state, derivedSize(list));
  state.derived = [...list];
}

function rememberRemotes(state: SessionState, event: ToolCallEvent): void {
  if (event.shell === undefined) return;
  for (const { name, host } of addedRemotesOf(event.shell.commands)) {
    grow(state, 200);
    state.addedRemotes.push(`${plain(name, 60)} ${plain(host, 100)}`);
    if (state.addedRemotes.length > MAX_REMOTES) state.addedRemotes.shift();
  }
}

function isRoot(path: string | undefined): boolean {
  return path !== undefined && path.length <= 3 && (path === '/' || /^[A-Za-z]:\\?$/.test(path));
}

export { initialSessionState } from './session-state-shape.ts';
export type { Place, SessionState } from './session-state-shape.ts';
export { MAX_STATE_CHARS } from './session-state-size.ts';
