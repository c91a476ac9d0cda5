import type { ParsedEvent } from '../../contract/event.ts';
import type { Writable } from '../../contract/writable.ts';
import type { ParseOutcome, SessionPatch, UsageRecord } from '../spec-log.ts';
import { IGNORED } from '../spec-log.ts';

/** Where the parts of one record put what they say, when one record says many things. */
export interface LogSink {
  readonly events: ParsedEvent[];
  readonly usage: UsageRecord[];
  readonly sessions: SessionPatch[];
  readonly unknown: string[];
}

export function createSink(): LogSink {
  return { events: [], usage: [], sessions: [], unknown: [] };
}

/** The record's outcome; a known record that said nothing is `ignored`. */
export function outcomeOf(sink: LogSink): ParseOutcome {
  const { events, usage, sessions, unknown } = sink;
  if (events.length + usage.length + sessions.length + unknown.length === 0) return IGNORED;
  const outcome: Writable<Extract<ParseOutcome, { kind: 'records' }>> = { kind: 'records', events };
  if (usage.length > 0) outcome.usage = usage;
  if (sessions.length > 0) outcome.sessions = sessions;
  if (unknown.length > 0) outcome.unknown = unknown;
  return outcome;
}

/** A type name from a log as a counter key: bounded, so that hostile names cannot grow the counters. */
export function typeName(value: unknown): string {
  if (typeof value !== 'string') return `(${value === null ? 'null' : typeof value})`;
  return value.length > 60 ? `${value.slice(0, 60)}…` : value;
}
