import type { ParsedEvent } from '../../contract/event.ts';
import type { LogFile, ParserState } from '../spec-log.ts';
import { rowBase } from '../shared/log-row.ts';
import {
  freshTranscript,
  loadTranscript,
  storeTranscript,
  type TranscriptState,
} from '../shared/transcript.ts';

const AGENT = 'gemini-cli';

/** Where a message stands: its own line, or inside a checkpoint (`$set.messages`) or a document. */
export interface MessagePlace {
  readonly offsetBytes: number;
  /** A checkpoint repeats old messages, so the model it names last is not the current one. */
  readonly checkpoint: boolean;
}

/** What is remembered of one Gemini file between lines. */
export interface GeminiState extends TranscriptState {
  subagent: boolean;
  /** The context message named Windows, where shell commands are PowerShell. */
  windows: boolean;
}

/**
 * The session id and the parent from the path, until the header says more:
 * `<project>/chats/session-<time>-<8>.jsonl`, or `<project>/chats/<parent id>/<id>.jsonl` for a sub-agent.
 */
export function freshState(file: LogFile): GeminiState {
  const [, , first = '', second] = file.relativePath.split('/');
  const stem = (second ?? first).replace(/\.jsonl?$/, '');
  const isSubagent = second !== undefined;
  return {
    ...freshTranscript(stem, isSubagent ? first : undefined),
    subagent: isSubagent,
    windows: false,
  };
}

/** Everything the state holds is stored; see `storeTranscript`. */
export function storeState(state: GeminiState, stored: ParserState): void {
  storeTranscript(state, stored);
}

export function loadState(stored: ParserState): GeminiState {
  return {
    ...loadTranscript(stored),
    subagent: stored['subagent'] === true,
    windows: stored['windows'] === true,
  };
}

export function eventBase(
  state: GeminiState,
  kind: ParsedEvent['kind'],
  key: string,
  timeMs: number,
  offsetBytes: number,
): ReturnType<typeof rowBase> {
  const { sessionId, parentId } = state;
  const parent = parentId === undefined ? {} : { parentNativeSessionId: parentId };
  return rowBase(AGENT, { timeMs, nativeSessionId: sessionId, ...parent, offsetBytes }, kind, key);
}
