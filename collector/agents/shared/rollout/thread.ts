import { bounded, MAX_PATH } from '../bounds.ts';
import { getObject, getText, isObject, type JsonObject } from '../json.ts';
import type { LogSink } from '../log-sink.ts';
import { rowTime } from '../log-row.ts';
import { type LogRow, pushUpdate } from '../row-events.ts';
import { isoToMs } from '../time.ts';
import type { ParserState } from '../../spec-log.ts';

export const MAX_ID = 200;

/** One record with what it inherits from the records before it. */
export interface Row extends LogRow {
  /** The record's `payload`, or the record itself in the flat form of 2025. */
  readonly payload: JsonObject;
  readonly state: ParserState;
  /** A key that is equal in a fork's copy of the record: the turn, or the first session of a line of forks. */
  readonly turnKey: string;
}

export function stateCount(state: ParserState, key: string): number {
  const value = state[key];
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

/** Entries of a small map kept in the state; anything else in its place is none. */
export function stateMap(state: ParserState, key: string): ReadonlyMap<string, string> {
  const value = state[key];
  if (!isObject(value)) return new Map();
  const entries = Object.entries(value);
  return new Map(
    entries.flatMap(([name, text]) => (typeof text === 'string' ? [[name, text] as const] : [])),
  );
}

/** Open calls kept per file: forgetting one only means that its late exit code is not told. */
const MAX_OPEN = 64;

export function putState(state: ParserState, key: string, name: string, text: string | undefined): void {
  const entries = new Map(stateMap(state, key));
  entries.delete(name);
  if (text !== undefined) entries.set(name, text);
  const kept = [...entries].slice(-MAX_OPEN);
  state[key] = Object.fromEntries(kept.filter((entry) => entry[0] !== '__proto__'));
}

/**
 * The record in its session, or `undefined` when neither it nor one before it has a valid time. The flat form has a
 * time in its first line only, and a broken one is worth less than the call it stands on: it is inherited.
 */
export function openRow(
  agentId: string,
  fields: JsonObject,
  payload: JsonObject,
  offsetBytes: number,
  state: ParserState,
  records: LogSink,
): Row | undefined {
  const written = fields['timestamp'] ?? fields['created_at'];
  const timeMs = rowTime(written, state, records, isoToMs(payload['timestamp']));
  if (timeMs === undefined) return undefined;
  noteTurn(payload, state);
  const copied = isCopied(state);
  const session = (copied ? getText(state, 'root') : undefined) ?? getText(state, 'session') ?? 'unknown';
  const parent = copied ? undefined : getText(state, 'parent');
  const cwd = getText(state, 'cwd');
  return {
    agentId,
    payload,
    state,
    records,
    offsetBytes,
    timeMs,
    nativeSessionId: session,
    ...(parent === undefined ? {} : { parentNativeSessionId: parent }),
    ...(cwd === undefined ? {} : { cwd }),
    turnKey: getText(state, 'turn') ?? getText(state, 'root') ?? session,
  };
}

/** Records of a turn carry its id; those between two turns belong to the last one. */
function noteTurn(payload: JsonObject, state: ParserState): void {
  const metadata = getObject(payload, 'internal_chat_message_metadata_passthrough') ?? {};
  const turn = getText(payload, 'turn_id') ?? getText(metadata, 'turn_id');
  if (turn === undefined || turn === getText(state, 'turn')) return;
  state['turn'] = bounded(turn, MAX_ID);
  state['prompts'] = 0;
}

// 019e7584-5201-7901-…: a UUID of version 7 begins with its time in milliseconds.
const UUID7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/;

/**
 * A fork, and a sub-agent that was given its parent's context, begin with a copy of the parent's records, stamped
 * with the time of copying. The copy's turns are older than the session: both ids are version 7 UUIDs.
 */
function isCopied(state: ParserState): boolean {
  if (state['hasOrigin'] !== true) return false;
  const turn = getText(state, 'turn') ?? '';
  const session = getText(state, 'session') ?? '';
  return UUID7.test(turn) && UUID7.test(session) && turn.slice(0, 13) < session.slice(0, 13);
}

/**
 * A property of the session: kept, and told when it is new or changed. A copy of a parent's records must not change
 * what is told of the session itself, but keeps what later records of the copy inherit.
 */
export function setProperty(
  row: Row,
  change: 'permission-mode' | 'model' | 'cwd' | 'mode',
  stateKey: string,
  value: string | undefined,
): boolean {
  if (value === undefined) return false;
  const to = bounded(value, MAX_PATH);
  const from = getText(row.state, stateKey);
  if (from === to) return false;
  row.state[stateKey] = to;
  if (change === 'cwd' && from === undefined) return true;
  pushUpdate(row, change, from, to, `${row.turnKey}:${change}:${to}`);
  return true;
}
