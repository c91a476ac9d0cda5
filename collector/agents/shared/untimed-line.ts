import type { LogFile, ParseOutcome, ParserState } from '../spec-log.ts';
import type { JsonObject } from './json.ts';
import { parseJsonObject } from './json.ts';
import { createSink, outcomeOf, type LogSink } from './log-sink.ts';
import { epochMs } from './time.ts';
import { loadTranscript, storeTranscript, Transcript } from './transcript.ts';

/** A line and where its events go. */
export interface UntimedLine {
  readonly record: JsonObject;
  /** Names the record when it has no id: its place in the file. */
  readonly position: string;
  /** Who asks in this session: in a sub-agent's the agent above it. */
  readonly asker: 'human' | 'agent';
  readonly transcript: Transcript;
  readonly sink: LogSink;
}

/**
 * A line of a log that tells no times. It has the time the file was last written when the line was first read: right
 * while Reeve runs, and the end of the session for what was there before.
 * @param read writes into the transcript and the sink. @returns an outcome in place of what was written, or undefined
 */
export function readUntimedLine(
  agentId: string,
  line: string,
  offsetBytes: number,
  stored: ParserState,
  file: LogFile | undefined,
  read: (line: UntimedLine) => ParseOutcome | undefined,
): ParseOutcome {
  const parsed = parseJsonObject(line);
  if (!parsed.ok) return { kind: 'rejected', reason: parsed.reason };
  const state = loadTranscript(stored);
  const timeMs = epochMs(file?.writtenMs) ?? state.lastMs;
  if (timeMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
  const sink = createSink();
  const transcript = new Transcript(agentId, state, sink, timeMs, offsetBytes);
  transcript.start({});
  const asker = state.parentId === undefined ? 'human' : 'agent';
  const other = read({ record: parsed.value, position: String(offsetBytes), asker, transcript, sink });
  storeTranscript(state, stored);
  return other ?? outcomeOf(sink);
}
