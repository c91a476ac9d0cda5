import { getObject, getText, type JsonObject, parseJsonObject } from '../json.ts';
import { joinPath } from '../join-path.ts';
import { unknownLabel } from '../label.ts';
import { createSink, outcomeOf } from '../log-sink.ts';
import type { PathContext } from '../../path-context.ts';
import {
  IGNORED,
  type JsonlFormat,
  type LogFile,
  type ParseOutcome,
  type ParserState,
} from '../../spec-log.ts';
import { readCompacted, readEventMessage } from './events.ts';
import { readResponseItem } from './items.ts';
import { readMeta, readSettings, reportMeta, startSession } from './meta.ts';
import { openRow, type Row } from './thread.ts';
import { readTokenCount } from './usage.ts';

/**
 * Rollouts in the form of Codex: `sessions/YYYY/MM/DD/rollout-….jsonl[.zst]` and `archived_sessions/rollout-…`; older
 * ones are flat in `sessions`.
 * @param basesOf the folders that hold both
 */
export function rolloutFormat(
  agentId: string,
  basesOf: (context: PathContext) => readonly string[],
): JsonlFormat {
  return {
    id: `${agentId}.rollout`,
    container: 'jsonl',
    compressed: (relativePath) => relativePath.endsWith('.zst'),
    roots: (context) =>
      basesOf(context).flatMap((base) =>
        ['sessions', 'archived_sessions'].map((name) => ({
          dir: joinPath(context, base, name),
          maxDepth: 4,
          matches,
        })),
      ),
    initialState,
    parseLine: (line, offsetBytes, state) => parseLine(agentId, line, offsetBytes, state),
  };
}

function matches(relativePath: string): boolean {
  return /(?:^|\/)rollout-[^/]{1,200}\.jsonl(?:\.zst)?$/.test(relativePath);
}

type ReadRow = (row: Row) => void;

/** Records that carry something, by `type`. */
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

// rollout-2026-05-29T22-53-58-019e7583-0b33-7912-a209-4c0407cfa243.jsonl: the session's id ends the name.
const FILE_ID = /-([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.jsonl(?:\.zst)?$/i;

function initialState(file: LogFile): ParserState {
  const id = FILE_ID.exec(file.relativePath)?.[1];
  return id === undefined ? {} : { session: id.toLowerCase() };
}

function parseLine(agentId: string, line: string, offsetBytes: number, state: ParserState): ParseOutcome {
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
  const row = openRow(agentId, fields, payload, offsetBytes, state, records);
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
