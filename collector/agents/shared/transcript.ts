import type { Outcome, ParsedEvent, Tool, ToolInput } from '../../contract/event.ts';
import { eventId } from '../../contract/event.ts';
import type { Tokens } from '../../contract/stored.ts';
import type { ParserState, SessionPatch } from '../spec-log.ts';
import { bounded, MAX_CONTENT, MAX_NAME, MAX_OUTPUT, MAX_PATH } from './bounds.ts';
import { callKey } from './call-key.ts';
import type { LogSink } from './log-sink.ts';
import { typeName } from './log-sink.ts';
import { createSeen, loadSeen, markSeen, storeSeen, type Seen } from './seen.ts';

/** What is remembered of one file between its lines, for logs that are a plain list of messages. */
export interface TranscriptState {
  sessionId: string;
  parentId: string | undefined;
  lastMs: number | undefined;
  model: string | undefined;
  started: boolean;
  /** The last thing said of the session: many logs say it again on every line. */
  place: string;
  seen: Seen;
}

export function freshTranscript(sessionId: string, parentId?: string): TranscriptState {
  return {
    sessionId: bounded(sessionId, MAX_NAME),
    parentId: parentId === undefined ? undefined : bounded(parentId, MAX_NAME),
    lastMs: undefined,
    model: undefined,
    started: false,
    place: '',
    seen: createSeen(),
  };
}

/** Members that are `undefined` are left out by JSON, and come back as `undefined`. */
export function storeTranscript(state: TranscriptState, stored: ParserState): void {
  Object.assign(stored, state, { seen: storeSeen(state.seen) });
}

/** The state a file's parser begins with. */
export function startTranscript(sessionId: string, parentId?: string): ParserState {
  const stored: ParserState = {};
  storeTranscript(freshTranscript(sessionId, parentId), stored);
  return stored;
}

export function loadTranscript(stored: ParserState): TranscriptState {
  const text = (key: string): string | undefined => {
    const value = stored[key];
    return typeof value === 'string' ? value : undefined;
  };
  const lastMs = stored['lastMs'];
  return {
    sessionId: text('sessionId') ?? '',
    parentId: text('parentId'),
    lastMs: typeof lastMs === 'number' ? lastMs : undefined,
    model: text('model'),
    started: stored['started'] === true,
    place: text('place') ?? '',
    seen: loadSeen(stored['seen']),
  };
}

/** How an agent's tool is called in common words; `known: false` is counted. */
export interface ReadTool {
  readonly tool: Omit<Tool, 'callId'>;
  readonly input: ToolInput;
  readonly known: boolean;
}

/**
 * Writes the events of one log record, with deterministic ids: calls and results by the vendor's call id, prompts and
 * changes by the record's own key. What was told before from this file is left out; what is told again after that was
 * forgotten has the same id, so nothing counts twice.
 */
export class Transcript {
  readonly #agentId: string;
  readonly #state: TranscriptState;
  readonly #sink: LogSink;
  readonly #timeMs: number;
  readonly #offsetBytes: number;

  constructor(agentId: string, state: TranscriptState, sink: LogSink, timeMs: number, offsetBytes: number) {
    this.#agentId = agentId;
    this.#state = state;
    this.#sink = sink;
    this.#timeMs = timeMs;
    this.#offsetBytes = offsetBytes;
    state.lastMs = Math.max(state.lastMs ?? 0, timeMs);
  }

  get sessionId(): string {
    return this.#state.sessionId;
  }

  /** The first record of a file, or a header; told once. */
  start(patch: Omit<SessionPatch, 'nativeId' | 'parentNativeId'>): void {
    if (this.#state.started) {
      if (Object.keys(patch).length > 0) this.patch(patch);
      return;
    }
    this.#state.started = true;
    this.patch({ startedMs: this.#timeMs, ...patch });
    this.#sink.events.push({ ...this.#base('session.start', this.#state.sessionId), kind: 'session.start' });
  }

  /** Left out when it says the same as the last one of this file. */
  patch(patch: Omit<SessionPatch, 'nativeId' | 'parentNativeId'>): void {
    const place = JSON.stringify(patch);
    if (place === this.#state.place) return;
    this.#state.place = place.length > MAX_PATH ? '' : place;
    const { sessionId, parentId } = this.#state;
    const cwd = patch.cwd === undefined ? {} : { cwd: bounded(patch.cwd, MAX_PATH) };
    this.#sink.sessions.push({
      ...patch,
      ...cwd,
      nativeId: sessionId,
      ...(parentId === undefined ? {} : { parentNativeId: parentId }),
    });
  }

  /** @param key what makes the prompt unique in its session */
  prompt(key: string, text: string, origin: 'human' | 'agent' | 'system' = 'human'): void {
    if (text === '' || !markSeen(this.#state.seen, `p:${key}`)) return;
    const base = this.#base('prompt.submit', this.#inSession(key));
    this.#sink.events.push({ ...base, kind: 'prompt.submit', text: bounded(text, MAX_CONTENT), origin });
  }

  call(id: string, read: ReadTool): string {
    const callId = this.#callId(id);
    if (!markSeen(this.#state.seen, `c:${callId}`)) return callId;
    if (!read.known) this.#sink.unknown.push(`tool:${typeName(read.tool.name)}`);
    this.#sink.events.push({
      ...this.#base('tool.call', callId),
      kind: 'tool.call',
      tool: { ...read.tool, callId },
      input: read.input,
    });
    return callId;
  }

  result(id: string, outcome: Outcome, output = ''): void {
    const callId = this.#callId(id);
    if (!markSeen(this.#state.seen, `r:${callId}`)) return;
    this.#sink.events.push({
      ...this.#base('tool.result', callId),
      kind: 'tool.result',
      callId,
      outcome,
      ...(output === '' ? {} : { output: cutMiddle(output) }),
    });
  }

  /** @param decision of a person unless told */
  decision(
    id: string,
    decision: 'allow' | 'deny',
    by: 'human' | 'rule' | 'hook' | 'mode' | 'unknown' = 'human',
  ): void {
    const callId = this.#callId(id);
    if (!markSeen(this.#state.seen, `d:${callId}`)) return;
    const base = this.#base('permission.decision', callId);
    this.#sink.events.push({ ...base, kind: 'permission.decision', callId, decision, by });
  }

  update(
    key: string,
    change: Extract<ParsedEvent, { kind: 'session.update' }>['change'],
    to?: string,
    from?: string,
  ): void {
    if (!markSeen(this.#state.seen, `u:${key}`)) return;
    this.#sink.events.push({
      ...this.#base('session.update', this.#inSession(key)),
      kind: 'session.update',
      change,
      ...(from === undefined ? {} : { from: bounded(from, MAX_NAME) }),
      ...(to === undefined ? {} : { to: bounded(to, MAX_NAME) }),
    });
  }

  /** Tells a model when it is another one than before. @param key of the record that names it */
  model(model: string | undefined, key: string): void {
    if (model === undefined || model === this.#state.model) return;
    const from = this.#state.model;
    this.#state.model = bounded(model, MAX_NAME);
    this.patch({ model: this.#state.model });
    if (from !== undefined) this.update(`${key}/model`, 'model', model, from);
  }

  /** @param key of the response that used them; a repeat keeps the largest numbers */
  usage(key: string, tokens: Tokens, model = this.#state.model): void {
    if (tokens.input + tokens.output + tokens.cacheRead + tokens.cacheWrite === 0) return;
    this.#sink.usage.push({
      key: this.#inSession(key),
      nativeSessionId: this.#state.sessionId,
      timeMs: this.#timeMs,
      ...(model === undefined ? {} : { model: bounded(model, MAX_NAME) }),
      tokens,
    });
  }

  end(key: string, reason?: string): void {
    if (!markSeen(this.#state.seen, `e:${key}`)) return;
    const base = this.#base('session.end', this.#inSession(key));
    this.#sink.events.push({
      ...base,
      kind: 'session.end',
      ...(reason === undefined ? {} : { reason: bounded(reason, MAX_NAME) }),
    });
  }

  #callId(id: string): string {
    return callKey(bounded(id, MAX_NAME), this.#state.sessionId);
  }

  #inSession(key: string): string {
    return `${this.#state.sessionId}/${bounded(key, MAX_NAME)}`;
  }

  #base(
    kind: ParsedEvent['kind'],
    key: string,
  ): Pick<ParsedEvent, 'id' | 'timeMs' | 'nativeSessionId' | 'parentNativeSessionId' | 'offsetBytes'> {
    const { sessionId, parentId } = this.#state;
    return {
      id: eventId(this.#agentId, kind, key),
      timeMs: this.#timeMs,
      nativeSessionId: sessionId,
      ...(parentId === undefined ? {} : { parentNativeSessionId: parentId }),
      offsetBytes: this.#offsetBytes,
    };
  }
}

/** What a command said last, its exit code among it, is worth as much as what it said first. */
function cutMiddle(text: string): string {
  return text.length <= MAX_OUTPUT ? text : `${text.slice(0, MAX_OUTPUT - 1_024)}${text.slice(-1_024)}`;
}
