import Sqlite from 'better-sqlite3';
import { join } from 'node:path';

/**
 * Everything in a store that must not depend on how often it was interrupted; times of looking are left out.
 * @param home replaced by `~`, so that the same logs in two folders compare equal
 */
export function dumpStore(stateDir: string, home: string): Record<string, string[]> {
  const db = new Sqlite(join(stateDir, 'reeve.db'), { readonly: true });
  const rows = (sql: string): string[] =>
    db
      .prepare(sql)
      .all()
      .map((row) => JSON.stringify(ordered(row)).replaceAll(home, '~'))
      .sort();
  const dump = {
    events: rows(
      'SELECT e.id, s.id AS session, e.kind, e.time_ms, e.body FROM whole_events e JOIN sessions s ON s.key = e.session_key',
    ),
    sessions: rows(
      'SELECT id, parent_id, cwd, model, permission_mode, started_ms, last_event_ms, prompts, tool_calls, tool_errors, mcp_calls, state FROM sessions',
    ),
    usage: rows('SELECT agent_id, key, model, input, output, cache_read, cache_write FROM usage'),
    findings: rows('SELECT id, rule_id, severity, body FROM findings WHERE session_id IS NOT NULL'),
    habits: rows('SELECT * FROM habits'),
    mcpUse: rows('SELECT * FROM mcp_use'),
    parserCounts: rows('SELECT * FROM parser_counts'),
    cursors: rows('SELECT path, offset_bytes, size_bytes FROM cursors'),
  };
  db.close();
  return dump;
}

/** What one dump has and the other has not, a few of each, short enough to read. */
export function differences(a: Record<string, string[]>, b: Record<string, string[]>): string[] {
  return Object.keys(a).flatMap((part) => {
    const left = new Set(a[part]);
    const right = new Set(b[part]);
    const only = (from: Set<string>, other: Set<string>, sign: string): string[] =>
      [...from]
        .filter((row) => !other.has(row))
        .slice(0, 3)
        .map((row) => `${sign} ${part}: ${row.slice(0, 2_000)}`);
    return [...only(left, right, '-'), ...only(right, left, '+')];
  });
}

/** The order of members in a stored document says nothing: what was read back and stored again has the schema's order. */
function ordered(row: unknown): unknown {
  if (typeof row !== 'object' || row === null) return row;
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      isDocument(name, value) ? sorted(JSON.parse(value)) : value,
    ]),
  );
}

function isDocument(name: string, value: unknown): value is string {
  return (name === 'state' || name === 'body') && typeof value === 'string';
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}
