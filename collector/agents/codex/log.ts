import type { PathContext } from '../path-context.ts';
import { getObject, getText, type JsonObject, parseJsonObject } from '../shared/json.ts';
import { unknownLabel } from '../shared/label.ts';
import { createSink, outcomeOf } from '../shared/log-sink.ts';
import {
  IGNORED,
  type JsonlFormat,
  type LogFile,
  type LogFormat,
  type LogRoot,
  type ParseOutcome,
  type ParserState,
} from '../spec-log.ts';
import { readCompacted, readEventMessage } from './log-events.ts';
import { readResponseItem } from './log-items.ts';
import { readMeta, readSettings, reportMeta, startSession } from './log-meta.ts';
import { openRow, type Row } from './log-thread.ts';
import { readTokenCount } from './log-usage.ts';

/**
 * Rollouts of Codex, from the flat lines of 2025 to paginated history and code mode (0.169). Record types from
 * recordings of 0.99-0.147 and the 0.169 binary, checked 2026-11-22.
 */
const ROLLOUT: JsonlFormat = {
  id: 'codex.rollout',
  container: 'jsonl',
  compressed: (relativePath) => relativePath.endsWith('.zst'),
  roots,
  initialState,
  parseLine,
};

/** Session logs of Codex. */
export const CODEX_LOGS: readonly LogFormat[] = [ROLLOUT];

type ReadRow = (row: Row) => void;

/** LogSink that carry something, by `type`. */
const ROWS: ReadonlyMap<string, ReadRow> = new Map([
  ['session_meta', reportMeta],
  [
    'turn_context',
    (row: Row) => {
      readSettings(row, row.payload);
    },
  ],
  ['response_item', readResponseItem],
  ['event_msg', readEventMessage],
  ['compacted', readCompacted],
  ['token_usage_record', readTokenCount],
]);

const IGNORED_ROWS: ReadonlySet<string> = new Set([
  'world_state',
  'inter_agent_communication',
  'inter_agent_communication_metadata',
  'security_risk_score',
  'dynamic_tools_updated',
  'realtime_item',
  'state',
]);

/** Response items that the flat form of 2025 writes without a wrapper. */
const FLAT_ITEMS: ReadonlySet<string> = new Set([
  'message',
  'reasoning',
  'function_call',
  'function_call_output',
  'custom_tool_call',
  'custom_tool_call_output',
  'local_shell_call',
  'web_search_call',
]);

/** `sessions/YYYY/MM/DD/rollout-….jsonl[.zst]` and `archived_sessions/rollout-…`; older ones are flat in `sessions`. */
function roots(context: PathContext): readonly LogRoot[] {
  const separator = context.platform === 'win32' ? '\\' : '/';
  const moved = (context.env['CODEX_HOME'] ?? '').replace(/[\\/]{1,8}$/, '');
  const bases = [[context.home, '.codex'].join(separator), moved].filter((base) => base !== '');
  return [...new Set(bases)].flatMap((base) =>
    ['sessions', 'archived_sessions'].map((name) => ({
      dir: [base, name].join(separator),
      maxDepth: 4,
      matches: (relativePath: string) => /(?:^|\/)rollout-[^/]{1,200}\.jsonl(?:\.zst)?$/.test(relativePath),
    })),
  );
}

// rollout-2026-05-29T22-53-58-019e7583-0b33-7912-a209-4c0407cfa243.jsonl: the session's id ends the name.
const FILE_ID = /-([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.jsonl(?:\.zst)?$/i;

function initialState(file: LogFile): ParserState {
  const id = FILE_ID.exec(file.relativePath)?.[1];
  return id === undefined ? {} : { session: id.toLowerCase() };
}

function parseLine(line: string, offsetBytes: number, state: ParserState): ParseOutcome {
  const parsed = parseJsonObject(line);
  if (!parsed.ok) return { kind: 'rejected', reason: parsed.reason };
  const fields = parsed.value;
  const { type, payload } = unwrap(fields);
  if (type === undefined) return { kind: 'rejected', reason: 'missing-field' };
  const read = ROWS.get(type);
  if (read === undefined)
    return IGNORED_ROWS.has(type) ? IGNORED : { kind: 'unknown', type: unknownLabel('', type) };
  if (type === 'session_meta') readMeta(payload, state);
  const records = createSink();
  const row = openRow(fields, payload, offsetBytes, state, records);
  if (row === undefined) return { kind: 'rejected', reason: 'bad-time' };
  if (type !== 'session_meta') startIfHeadless(row);
  read(row);
  return outcomeOf(records);
}

/** A file whose first line is missing still is a session, once something is said in it. */
function startIfHeadless(row: Row): void {
  if (row.state['started'] === undefined) startSession(row);
}

/** The record's type and payload; the flat form has neither and is told by its members. */
function unwrap(fields: JsonObject): { readonly type: string | undefined; readonly payload: JsonObject } {
  const type = getText(fields, 'type');
  const payload = getObject(fields, 'payload');
  if (payload !== undefined) return { type, payload };
  if (getText(fields, 'record_type') !== undefined) return { type: 'state', payload: fields };
  if (type !== undefined) return { type: FLAT_ITEMS.has(type) ? 'response_item' : type, payload: fields };
  if (getText(fields, 'role') !== undefined) return { type: 'response_item', payload: fields };
  if (getText(fields, 'id') !== undefined) return { type: 'session_meta', payload: fields };
  return { type: undefined, payload: fields };
}
