import type { ParseOutcome, SqliteFormat } from '../spec-log.ts';
import { bounded, MAX_PATH } from '../shared/bounds.ts';
import { getNumber, getText, parseJsonObject } from '../shared/json.ts';
import { createSink, outcomeOf } from '../shared/log-sink.ts';
import { piTimeOf, readPiEntry } from '../shared/pi-tree.ts';
import { epochMs } from '../shared/time.ts';
import { freshTranscript, Transcript } from '../shared/transcript.ts';
import { agentFolders } from './log-folders.ts';
import { openclawTool } from './tools.ts';

/** A row with more JSON than this is refused: 32 MiB. */
const MAX_ROW_BYTES = 33_554_432;
/** Sessions a clock, a web hook or a beat of the gateway began: nobody typed their prompts. */
const UNATTENDED = /(?:^|:)(?:cron|hook|heartbeat)(?::|$)/;

/** Rows larger than 1 KiB may be zstd since 2026.9; stores before it have no such column (`outer` stands in for it). */
const PACKED = `(SELECT event_zstd FROM transcript_events p WHERE p.session_id = e.session_id AND p.seq = e.seq)`;
const EVENT = `coalesce(e.event_json, ${PACKED})`;

/** Rows are only added; VACUUM gives them new, smaller numbers, and then all are read again (their ids make that harmless). */
const AFTER = `(CASE WHEN :after > (SELECT coalesce(max(rowid), 0) FROM transcript_events) THEN 0 ELSE :after END)`;

/**
 * The store OpenClaw keeps per agent since mid 2026 (schema 23, its package and other readers, 2026-11): Pi's entries,
 * one row each, in text or zstd. The session's key tells what began it.
 */
export const STORE: SqliteFormat = {
  id: 'openclaw.store',
  container: 'sqlite',
  roots: (context) =>
    agentFolders(context).map((dir) => ({
      dir,
      maxDepth: 2,
      matches: (path) => /^[^/]+\/agent\/openclaw-agent\.sqlite$/.test(path),
    })),
  initialState: () => ({}),
  requires: {
    transcript_events: ['session_id', 'seq', 'event_json', 'created_at'],
    session_windows: ['session_id', 'session_key'],
  },
  queries: [
    {
      id: 'events',
      compressed: ['event'],
      sql: `SELECT e.rowid AS cursor, e.session_id, e.seq, e.created_at, w.session_key,
          CASE WHEN octet_length(${EVENT}) <= ${String(MAX_ROW_BYTES)} THEN ${EVENT} END AS event
        FROM transcript_events e LEFT JOIN session_windows w ON w.session_id = e.session_id,
          (SELECT NULL AS event_zstd) AS missing
        WHERE e.rowid > ${AFTER} ORDER BY e.rowid LIMIT :limit`,
    },
  ],
  parseRow(_query, row): ParseOutcome {
    const session = getText(row, 'session_id');
    if (session === undefined) return { kind: 'rejected', reason: 'missing-field' };
    if (row['event'] === null) return { kind: 'rejected', reason: 'too-large' };
    const parsed = parseJsonObject(getText(row, 'event') ?? '');
    if (!parsed.ok) return { kind: 'rejected', reason: parsed.reason };
    const entry = parsed.value;
    const timeMs = piTimeOf(entry) ?? epochMs(row['created_at']);
    if (timeMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
    const sink = createSink();
    const transcript = new Transcript('openclaw', freshTranscript(session), sink, timeMs, 0);
    if (entry['type'] === 'session') {
      const cwd = getText(entry, 'cwd');
      transcript.start(cwd === undefined ? {} : { cwd: bounded(cwd, MAX_PATH) });
      return outcomeOf(sink);
    }
    const origin = UNATTENDED.test(bounded(getText(row, 'session_key') ?? '', 512)) ? 'system' : 'human';
    const seq = String(getNumber(row, 'seq') ?? timeMs);
    return readPiEntry(entry, openclawTool, transcript, sink, seq, origin) ?? outcomeOf(sink);
  },
};
