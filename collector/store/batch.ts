import type { SessionPatch, UsageRecord } from '../agents/spec-log.ts';
import type { Actor } from '../contract/event.ts';
import type { Finding } from '../contract/finding.ts';
import type { StoredEvent } from '../contract/stored.ts';
import type { EventRow } from './event-row.ts';

/** How far a log file was read; the store keeps it whole and understands only these fields. */
export interface CursorRow {
  readonly path: string;
  readonly agentId: string;
  readonly formatId: string;
  readonly fileId: string;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
}

export interface DetectedFinding {
  readonly finding: Finding;
  /** The event that made the rule fire; when it turns out to be known already, so is the finding. */
  readonly eventId?: string;
}

/** Everything one step of ingest wants kept: stored in one transaction or not at all. */
export interface CommitBatch {
  readonly agentId: string;
  readonly actor: Actor;
  readonly events: readonly StoredEvent[];
  readonly findings: readonly DetectedFinding[];
  readonly usage: readonly UsageRecord[];
  readonly sessions: readonly SessionPatch[];
  /** Detection state per root session id, as JSON text. */
  readonly states: ReadonlyMap<string, string>;
  /** `unknown:<type>`, `rejected:<reason>`, `skipped:<type>` → how often. */
  readonly counts: ReadonlyMap<string, number>;
  readonly cursor?: CursorRow;
}

/** The same with the events as rows, and with as many cursors as there were files. */
export interface RowBatch extends Omit<CommitBatch, 'events' | 'cursor'> {
  readonly rows: readonly EventRow[];
  readonly cursors: readonly CursorRow[];
}

export interface CommitResult {
  /** Events that were new, in order, with their place in the order of arrival. */
  readonly inserted: readonly { readonly seq: number; readonly event: StoredEvent }[];
  /** New or changed findings as they stand now. */
  readonly findings: readonly Finding[];
}

/** How many events and findings were new or changed. */
export interface RowResult {
  readonly events: number;
  readonly findings: number;
}

/** Which rows the reporter wants, if any: nothing is queued while reporting is off. */
export type QueueFilter = (item: 'event' | 'finding') => boolean;
