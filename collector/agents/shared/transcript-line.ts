import type { ParseOutcome, ParserState } from '../spec-log.ts';
import type { JsonObject } from './json.ts';
import { parseJsonObject } from './json.ts';
import { createSink, outcomeOf, type LogSink } from './log-sink.ts';
import { loadTranscript, storeTranscript, Transcript, type TranscriptState } from './transcript.ts';

/** A line and where its events go. */
export interface TranscriptLine {
  readonly record: JsonObject;
  /** Names the record when it has no id: its place in the file. */
  readonly position: string;
  /** Who asks in this session: in a sub-agent's the agent above it. */
  readonly asker: 'human' | 'agent';
  readonly timeMs: number;
  readonly transcript: Transcript;
  readonly sink: LogSink;
  /** What the transcript remembers: a header may name the session before anything is told. */
  readonly state: TranscriptState;
}

export interface LineReader {
  readonly agentId: string;
  /** What is said of a record before its time is looked for: no interest, unknown, without a field it must have. */
  glance?(record: JsonObject): ParseOutcome | undefined;
  /** When the record was made; without a time it has that of the record before, and without one before it is rejected. */
  timeOf(record: JsonObject, state: TranscriptState): number | undefined;
  /** Writes into the transcript and the sink. @returns an outcome in place of what was written, or undefined */
  read(line: TranscriptLine, stored: ParserState): ParseOutcome | undefined;
}

/** One JSON object per line, read into the transcript of its file. Never throws; the state is changed in place. */
export function readTranscriptLine(
  reader: LineReader,
  line: string,
  offsetBytes: number,
  stored: ParserState,
): ParseOutcome {
  const parsed = parseJsonObject(line);
  return parsed.ok
    ? readTranscriptRecord(reader, parsed.value, offsetBytes, stored)
    : { kind: 'rejected', reason: parsed.reason };
}

/** The same for a record that did not come as a line of JSON. */
export function readTranscriptRecord(
  reader: LineReader,
  record: JsonObject,
  offsetBytes: number,
  stored: ParserState,
): ParseOutcome {
  const glanced = reader.glance?.(record);
  if (glanced !== undefined) return glanced;
  const state = loadTranscript(stored);
  const timeMs = reader.timeOf(record, state) ?? state.lastMs;
  if (timeMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
  const sink = createSink();
  const transcript = new Transcript(reader.agentId, state, sink, timeMs, offsetBytes);
  const asker = state.parentId === undefined ? 'human' : 'agent';
  const position = String(offsetBytes);
  const other = reader.read({ record, position, asker, timeMs, transcript, sink, state }, stored);
  storeTranscript(state, stored);
  return other ?? outcomeOf(sink);
}
