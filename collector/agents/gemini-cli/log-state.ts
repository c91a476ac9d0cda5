import type { ParsedEvent } from '../../contract/event.ts';
import { eventId } from '../../contract/event.ts';
import type { LogFile, ParserState } from '../spec-log.ts';
import { bounded, MAX_NAME } from '../shared/bounds.ts';
import type { Seen } from '../shared/seen.ts';
import { createSeen, loadSeen, storeSeen } from '../shared/seen.ts';

const AGENT = 'gemini-cli';

/** Where a message stands: its own line, or inside a checkpoint (`$set.messages`) or a document. */
export interface MessagePlace {
  readonly offsetBytes: number;
  /** A checkpoint repeats old messages, so the model it names last is not the current one. */
  readonly checkpoint: boolean;
}

/** What is remembered of one Gemini file between lines. */
export interface GeminiState {
  sessionId: string;
  parentId: string | undefined;
  subagent: boolean;
  /** Time of the last record that told one; operations (`$rewindTo`) have none of their own. */
  lastMs: number | undefined;
  model: string | undefined;
  /** The context message named Windows, where shell commands are PowerShell. */
  windows: boolean;
  /** Any message was read; only the first one of a session can be the bootstrap context. */
  started: boolean;
  seen: Seen;
}

/**
 * The session id and the parent from the path, until the header says more:
 * `<project>/chats/session-<time>-<8>.jsonl`, or `<project>/chats/<parent id>/<id>.jsonl` for a sub-agent.
 */
export function freshState(file: LogFile): GeminiState {
  const [, , first = '', second] = file.relativePath.split('/');
  const stem = (second ?? first).replace(/\.jsonl?$/, '');
  return {
    sessionId: bounded(stem, MAX_NAME),
    parentId: second === undefined ? undefined : bounded(first, MAX_NAME),
    subagent: second !== undefined,
    lastMs: undefined,
    model: undefined,
    windows: false,
    started: false,
    seen: createSeen(),
  };
}

/** Members that are `undefined` are left out by JSON, and come back as `undefined`. */
export function storeState(state: GeminiState, stored: ParserState): void {
  Object.assign(stored, state, { seen: storeSeen(state.seen) });
}

export function loadState(stored: ParserState): GeminiState {
  const text = (key: string): string | undefined => {
    const value = stored[key];
    return typeof value === 'string' ? value : undefined;
  };
  const lastMs = stored['lastMs'];
  return {
    sessionId: text('sessionId') ?? '',
    parentId: text('parentId'),
    subagent: stored['subagent'] === true,
    lastMs: typeof lastMs === 'number' ? lastMs : undefined,
    model: text('model'),
    windows: stored['windows'] === true,
    started: stored['started'] === true,
    seen: loadSeen(stored['seen']),
  };
}

export function eventBase(
  state: GeminiState,
  kind: ParsedEvent['kind'],
  key: string,
  timeMs: number,
  offsetBytes: number,
): Pick<ParsedEvent, 'id' | 'timeMs' | 'nativeSessionId' | 'parentNativeSessionId' | 'offsetBytes'> {
  return {
    id: eventId(AGENT, kind, key),
    timeMs,
    nativeSessionId: state.sessionId,
    ...(state.parentId === undefined ? {} : { parentNativeSessionId: state.parentId }),
    offsetBytes,
  };
}
