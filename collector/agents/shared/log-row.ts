import { eventId, type EventKind, type ParsedEvent } from '../../contract/event.ts';
import type { Writable } from '../../contract/writable.ts';
import type { LogSink } from './log-sink.ts';
import { isoToMs } from './time.ts';

/** What all events of one record share. */
export type RowPlace = Pick<
  ParsedEvent,
  'timeMs' | 'nativeSessionId' | 'parentNativeSessionId' | 'cwd' | 'offsetBytes'
>;

/** The members every event of a record begins with. @param key what makes it unique among the agent's events of its kind */
export function rowBase(
  agentId: string,
  { timeMs, nativeSessionId, parentNativeSessionId, cwd, offsetBytes }: RowPlace,
  kind: EventKind,
  key: string,
): RowPlace & Pick<ParsedEvent, 'id'> {
  const base: Writable<RowPlace & Pick<ParsedEvent, 'id'>> = {
    id: eventId(agentId, kind, key),
    timeMs,
    nativeSessionId,
    offsetBytes,
  };
  if (parentNativeSessionId !== undefined) base.parentNativeSessionId = parentNativeSessionId;
  if (cwd !== undefined) base.cwd = cwd;
  return base;
}

/**
 * A record's time, remembered for the next one. A missing or invalid one is inherited (and counted when it is there):
 * the call a record holds matters more than its exact moment.
 * @param written what stands in the record
 * @param otherwise used when no record before had a time
 */
export function rowTime(
  written: unknown,
  state: { timeMs?: unknown },
  sink: LogSink,
  otherwise?: number,
): number | undefined {
  const own = isoToMs(written);
  const inherited = state.timeMs;
  const timeMs = own ?? (typeof inherited === 'number' ? inherited : otherwise);
  if (timeMs === undefined) return undefined;
  if (own === undefined && written !== undefined) sink.unknown.push('timestamp');
  state.timeMs = timeMs;
  return timeMs;
}
