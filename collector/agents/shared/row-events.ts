import type { EventKind, ParsedEvent } from '../../contract/event.ts';
import type { SessionPatch } from '../spec-log.ts';
import { type RowPlace, rowBase } from './log-row.ts';
import type { LogSink } from './log-sink.ts';

/** A record of a log in its place, and where it puts what it says. */
export interface LogRow extends RowPlace {
  readonly agentId: string;
  readonly records: LogSink;
}

type Update = Extract<ParsedEvent, { kind: 'session.update' }>;
type Decision = Extract<ParsedEvent, { kind: 'permission.decision' }>;

/** The members all events of a row share. */
export function baseOf(row: LogRow, kind: EventKind, key: string): ReturnType<typeof rowBase> {
  return rowBase(row.agentId, row, kind, key);
}

export function pushUpdate(
  row: LogRow,
  change: Update['change'],
  from: string | undefined,
  to: string | undefined,
  key: string,
): void {
  row.records.events.push({
    ...baseOf(row, 'session.update', key),
    kind: 'session.update',
    change,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  });
}

/** What the row says of its session itself. */
export function pushPatch(row: LogRow, patch: Omit<SessionPatch, 'nativeId' | 'parentNativeId'>): void {
  row.records.sessions.push({
    nativeId: row.nativeSessionId,
    ...(row.parentNativeSessionId === undefined ? {} : { parentNativeId: row.parentNativeSessionId }),
    ...patch,
  });
}

export function pushDecision(
  row: LogRow,
  callId: string | undefined,
  decision: Decision['decision'],
  by: Decision['by'],
  key: string,
): void {
  row.records.events.push({
    ...baseOf(row, 'permission.decision', key),
    kind: 'permission.decision',
    ...(callId === undefined ? {} : { callId }),
    decision,
    by,
  });
}
