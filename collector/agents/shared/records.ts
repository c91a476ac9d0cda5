import type { ParsedEvent } from '../../contract/event.ts';
import { IGNORED, type ParseOutcome, type SessionPatch, type UsageRecord } from '../spec-log.ts';

/** What one log record gave so far; turned into a `ParseOutcome` at the end. */
export interface Records {
  readonly events: ParsedEvent[];
  readonly usage: UsageRecord[];
  readonly sessions: SessionPatch[];
  readonly unknown: string[];
}

export function createRecords(): Records {
  return { events: [], usage: [], sessions: [], unknown: [] };
}

export function toOutcome(records: Records): ParseOutcome {
  const { events, usage, sessions, unknown } = records;
  if (events.length + usage.length + sessions.length + unknown.length === 0) return IGNORED;
  return {
    kind: 'records',
    events,
    ...(usage.length === 0 ? {} : { usage }),
    ...(sessions.length === 0 ? {} : { sessions }),
    ...(unknown.length === 0 ? {} : { unknown }),
  };
}
