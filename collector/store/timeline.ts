import type { Database, Statement } from 'better-sqlite3';
import { hash53 } from '../contract/event.ts';
import { type Finding, SEVERITIES, severityRank } from '../contract/finding.ts';
import { StoredEvent } from '../contract/stored.ts';
import type { EventPage, PageRequest, PlacedEvent, TimelineMarks } from '../contract/timeline.ts';

const MAX_MARKS = 500;
/** Where the result of a call is looked for: this many events of its session after it. */
const RESULT_WITHIN = 2_000;
/** The latest call of a session is looked for among this many of its last events. */
const CALL_WITHIN = 300;

interface PlaceRow {
  readonly seq: number;
  readonly session_key: number;
  readonly time_ms: number;
  readonly body: string;
}

/**
 * The events of a session by their place in its order: time, then arrival. Places are counted in the index over session
 * and time, without touching the events before the page.
 */
export class Timeline {
  readonly #db: Database;
  /** Asked for each piece of evidence of a session. */
  #byId: Statement<[number, string], PlaceRow> | undefined;

  constructor(db: Database) {
    this.#db = db;
  }

  /** An unknown session, or an anchor that is not of this session, gives an empty page. */
  page(request: PageRequest): EventPage {
    const { anchor, direction, limit, sessionId } = request;
    const key = this.#sessionKey(sessionId);
    const kinds = request.kinds === undefined ? null : [...new Set(request.kinds)];
    if (key === undefined) return { total: 0, firstIndex: 0, events: [] };
    const total = this.#count(key, kinds);
    const at = this.#indexOf(anchor, key, kinds, total);
    if (at === undefined) return { total, firstIndex: total, events: [] };
    const first = direction === 'forward' ? at : Math.max(0, at - limit + 1);
    const wanted = direction === 'forward' ? limit : at - first + 1;
    return {
      total,
      firstIndex: Math.min(first, total),
      events: this.#slice(key, kinds, first, wanted, total),
    };
  }

  /** @param findingsOf findings of a session that speak of this event, or seem to */
  event(
    id: string,
    findingsOf: (sessionId: string, eventId: string) => readonly Finding[],
  ): PlacedEvent | undefined {
    const row = this.#row(id);
    if (row === undefined) return undefined;
    const event = StoredEvent.parse(JSON.parse(row.body));
    const result = event.kind === 'tool.call' ? this.#resultOf(row, event) : undefined;
    return {
      seq: row.seq,
      index: this.#before(row.session_key, null, row.time_ms, row.seq),
      event,
      ...(result !== undefined && { result }),
      findingIds: findingsOf(event.sessionId, id)
        .filter((finding) => finding.evidence.some((item) => item.eventId === id))
        .map((finding) => finding.id),
    };
  }

  /** Where an event stands; `undefined` when it is not stored (any more). */
  place(id: string): { sessionId: string; seq: number; index: number } | undefined {
    const row = this.#row(id);
    if (row === undefined) return undefined;
    const session = this.#db
      .prepare<[number], { id: string }>('SELECT id FROM sessions WHERE key = ?')
      .get(row.session_key);
    if (session === undefined) return undefined;
    const index = this.#before(row.session_key, null, row.time_ms, row.seq);
    return { sessionId: session.id, seq: row.seq, index };
  }

  /** The evidence of findings in a session, by place. */
  marks(sessionId: string, findings: readonly Finding[]): TimelineMarks {
    const key = this.#sessionKey(sessionId);
    if (key === undefined) return { total: 0, marks: [] };
    const wanted = new Map<number, { eventId: string; findingId: string; rank: number; timeMs: number }>();
    for (const finding of [...findings].sort((a, b) => severityRank(b.severity) - severityRank(a.severity))) {
      for (const { eventId } of finding.evidence) {
        if (wanted.size >= MAX_MARKS) break;
        const row = eventId === undefined ? undefined : this.#row(eventId);
        if (row?.session_key !== key || eventId === undefined || wanted.has(row.seq)) continue;
        wanted.set(row.seq, {
          eventId,
          findingId: finding.id,
          rank: severityRank(finding.severity),
          timeMs: row.time_ms,
        });
      }
    }
    const marks: TimelineMarks['marks'] = [];
    // In order, so that all of them together are one walk over the index: each counts on from the one before.
    const places = [...wanted].sort(([a, one], [b, other]) => one.timeMs - other.timeMs || a - b);
    const between = this.#db.prepare<number[], { n: number }>(
      `SELECT count(*) AS n FROM events WHERE session_key = ? AND (time_ms, seq) >= (?, ?) AND (time_ms, seq) < (?, ?)`,
    );
    let index = 0;
    let [fromMs, fromSeq] = [Number.MIN_SAFE_INTEGER, 0];
    for (const [seq, { timeMs, eventId, findingId, rank }] of places) {
      index += between.get(key, fromMs, fromSeq, timeMs, seq)?.n ?? 0;
      [fromMs, fromSeq] = [timeMs, seq];
      const severity = SEVERITIES[rank];
      if (severity !== undefined) marks.push({ index, seq, eventId, findingId, severity });
    }
    return { total: this.#count(key, null), marks };
  }

  /** The latest tool call of a session; `undefined` also when only other things happened for long. */
  lastCall(sessionId: string): StoredEvent | undefined {
    const row = this.#db
      .prepare<[string, number], { body: string }>(
        `SELECT body FROM whole_events WHERE seq =
           (SELECT seq FROM (SELECT seq, kind FROM events WHERE session_key = (SELECT key FROM sessions WHERE id = ?)
             ORDER BY time_ms DESC, seq DESC LIMIT ?) WHERE kind = 'tool.call' LIMIT 1)`,
      )
      .get(sessionId, CALL_WITHIN);
    return row === undefined ? undefined : StoredEvent.parse(JSON.parse(row.body));
  }

  #slice(key: number, kinds: Kinds, first: number, wanted: number, total: number): EventPage['events'] {
    const count = Math.min(wanted, total - first);
    if (count <= 0) return [];
    // From the nearer end: skipping is a walk over the index.
    const fromEnd = first > total / 2;
    const order = fromEnd ? 'time_ms DESC, seq DESC' : 'time_ms, seq';
    const rows = this.#db
      .prepare<unknown[], { seq: number; body: string }>(
        `SELECT seq, body FROM whole_events WHERE session_key = ? ${isKind(kinds)} ORDER BY ${order} LIMIT ? OFFSET ?`,
      )
      .all(key, ...(kinds ?? []), count, fromEnd ? total - first - count : first);
    if (fromEnd) rows.reverse();
    return rows.map((row) => ({ seq: row.seq, event: StoredEvent.parse(JSON.parse(row.body)) }));
  }

  #indexOf(anchor: PageRequest['anchor'], key: number, kinds: Kinds, total: number): number | undefined {
    if (anchor === 'start') return 0;
    if (anchor === 'end') return Math.max(0, total - 1);
    if ('index' in anchor) return Math.min(anchor.index, Math.max(0, total - 1));
    const row = this.#db
      .prepare<[number, number], { time_ms: number }>(
        'SELECT time_ms FROM events WHERE seq = ? AND session_key = ?',
      )
      .get(anchor.seq, key);
    return row === undefined ? undefined : this.#before(key, kinds, row.time_ms, anchor.seq);
  }

  /** How many events of the session stand before this place. */
  #before(key: number, kinds: Kinds, timeMs: number, seq: number): number {
    const row = this.#db
      .prepare<unknown[], { n: number }>(
        `SELECT count(*) AS n FROM events WHERE session_key = ? AND time_ms <= ? AND (time_ms < ? OR seq < ?)
           ${isKind(kinds)}`,
      )
      .get(key, timeMs, timeMs, seq, ...(kinds ?? []));
    return row?.n ?? 0;
  }

  #count(key: number, kinds: Kinds): number {
    const row = this.#db
      .prepare<unknown[], { n: number }>(
        `SELECT count(*) AS n FROM events WHERE session_key = ? ${isKind(kinds)}`,
      )
      .get(key, ...(kinds ?? []));
    return row?.n ?? 0;
  }

  #resultOf(row: PlaceRow, call: StoredEvent): StoredEvent | undefined {
    const callId = call.tool?.callId;
    if (callId === undefined) return undefined;
    const found = this.#db
      .prepare<[number, number, number, string], { body: string }>(
        `SELECT body FROM whole_events WHERE seq = (SELECT seq FROM
           (SELECT seq, kind, body FROM events WHERE session_key = ? AND time_ms >= ? ORDER BY time_ms, seq LIMIT ?)
           WHERE kind = 'tool.result' AND body ->> '$.input.callId' = ? LIMIT 1)`,
      )
      .get(row.session_key, row.time_ms, RESULT_WITHIN, callId);
    return found === undefined ? undefined : StoredEvent.parse(JSON.parse(found.body));
  }

  #row(id: string): PlaceRow | undefined {
    this.#byId ??= this.#db.prepare(
      'SELECT seq, session_key, time_ms, body FROM whole_events WHERE id_hash = ? AND id = ?',
    );
    return this.#byId.get(hash53(id), id);
  }

  #sessionKey(id: string): number | undefined {
    return this.#db.prepare<[string], { key: number }>('SELECT key FROM sessions WHERE id = ?').get(id)?.key;
  }
}

type Kinds = readonly StoredEvent['kind'][] | null;

/** A list in place of a query: SQLite then looks at the kind in the index, before the event. */
function isKind(kinds: Kinds): string {
  return kinds === null ? '' : `AND kind IN (${kinds.map(() => '?').join(', ')})`;
}
