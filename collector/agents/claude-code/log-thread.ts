import type { Writable } from '../../contract/writable.ts';
import { bounded, MAX_PATH } from '../shared/bounds.ts';
import { getText, isObject, type JsonObject } from '../shared/json.ts';
import type { LogSink } from '../shared/log-sink.ts';
import { rowTime } from '../shared/log-row.ts';
import { baseOf, type LogRow, pushPatch, pushUpdate } from '../shared/row-events.ts';
import type { ParserState } from '../spec-log.ts';

const AGENT_ID = 'claude-code';
/** Ids are UUIDs or short hashes; longer ones are hostile. */
export const MAX_ID = 200;
/** Starts remembered per file, and live side-chain leaves; forgetting one only repeats an event with the same id. */
const MAX_STARTED = 64;
const MAX_LEAVES = 128;

/** One row with what it inherits from the rows before it. */
export interface Row extends LogRow {
  readonly fields: JsonObject;
  readonly state: ParserState;
  /** The row's uuid, or a key made of session and offset. */
  readonly key: string;
  /** `false` for a side chain written into its parent's file. */
  readonly ownThread: boolean;
  readonly subagent: boolean;
}

/**
 * The row in its thread, or `undefined` when neither it nor a row before it has a valid time. A missing or invalid
 * time of a row is inherited from the row before: the call it holds matters more than its exact moment.
 */
export function openRow(
  fields: JsonObject,
  offsetBytes: number,
  state: ParserState,
  records: LogSink,
): Row | undefined {
  const timeMs = rowTime(fields['timestamp'], state, records);
  if (timeMs === undefined) return undefined;

  const session = bounded(getText(fields, 'sessionId') ?? getText(state, 'session') ?? 'unknown', MAX_ID);
  const fileAgent = getText(state, 'agent');
  const agent = fileAgent ?? sidechainOf(fields, state);
  const cwd = getText(fields, 'cwd') ?? getText(state, 'cwd');
  const native = agent === undefined ? session : `${session}/${agent}`;
  const row: Writable<Row> = {
    agentId: AGENT_ID,
    fields,
    state,
    records,
    offsetBytes,
    timeMs,
    nativeSessionId: native,
    key: bounded(getText(fields, 'uuid') ?? `${native}@${offsetBytes}`, MAX_ID),
    ownThread: agent === fileAgent,
    subagent: agent !== undefined,
  };
  if (agent !== undefined) row.parentNativeSessionId = session;
  if (cwd !== undefined) row.cwd = bounded(cwd, MAX_PATH);
  return row;
}

/**
 * The sub-agent of a side-chain row in the main file. Rows of releases that did not name it are followed by their
 * parent links: the chain is named after its first row.
 */
function sidechainOf(fields: JsonObject, state: ParserState): string | undefined {
  if (fields['isSidechain'] !== true) return undefined;
  const named = getText(fields, 'agentId');
  if (named !== undefined) return bounded(named, MAX_ID);
  const uuid = bounded(getText(fields, 'uuid') ?? '', MAX_ID);
  const parent = bounded(getText(fields, 'parentUuid') ?? '', MAX_ID);
  const leaves = leavesOf(state);
  const known = leaves.find((leaf) => leaf[0] === parent);
  const root = known?.[1] ?? (uuid === '' ? 'sidechain' : uuid);
  leaves.push([uuid, root]);
  state['leaves'] = leaves.slice(-MAX_LEAVES);
  return root;
}

function leavesOf(state: ParserState): [string, string][] {
  const value = state['leaves'];
  if (!Array.isArray(value)) return [];
  const leaves: [string, string][] = [];
  for (const item of value) {
    if (!Array.isArray(item)) continue;
    const pair: readonly unknown[] = item;
    const [uuid, root] = pair;
    if (typeof uuid === 'string' && typeof root === 'string') leaves.push([uuid, root]);
  }
  return leaves;
}

/** Reports a session at its first row in the file, and what later rows change of it. */
export function trackSession(row: Row): void {
  const { started } = row.state;
  const isNew = !Array.isArray(started) || !started.includes(row.nativeSessionId);
  if (isNew) {
    row.state['started'] = [...startedOf(row.state), row.nativeSessionId].slice(-MAX_STARTED);
    row.records.events.push({ ...baseOf(row, 'session.start', row.nativeSessionId), kind: 'session.start' });
    reportFork(row);
  }
  if (!row.ownThread) {
    if (isNew) pushPatch(row, { startedMs: row.timeMs, ...(row.cwd === undefined ? {} : { cwd: row.cwd }) });
    return;
  }
  const gitBranch = changed(row, 'gitBranch', getText(row.fields, 'gitBranch'));
  const agentVersion = changed(row, 'version', getText(row.fields, 'version'));
  const cwdBefore = getText(row.state, 'cwd');
  const cwd = changed(row, 'cwd', row.cwd);
  if (cwd !== undefined && cwdBefore !== undefined) {
    pushUpdate(row, 'cwd', cwdBefore, cwd, `${row.key}:cwd`);
  }
  if (isNew || gitBranch !== undefined || agentVersion !== undefined || cwd !== undefined) {
    const at = cwd ?? (isNew ? row.cwd : undefined);
    const branch = gitBranch ?? (isNew ? getText(row.state, 'gitBranch') : undefined);
    const version = agentVersion ?? (isNew ? getText(row.state, 'version') : undefined);
    pushPatch(row, {
      ...(isNew ? { startedMs: row.timeMs } : {}),
      ...(at === undefined ? {} : { cwd: at }),
      ...(branch === undefined ? {} : { gitBranch: branch }),
      ...(version === undefined ? {} : { agentVersion: version }),
    });
  }
  const pending = getText(row.state, 'pendingMode');
  if (pending !== undefined) {
    delete row.state['pendingMode'];
    setPermissionMode(row, pending, `${row.nativeSessionId}:permission-mode:start`);
  }
}

function startedOf(state: ParserState): readonly string[] {
  const value = state['started'];
  if (!Array.isArray(value)) return [];
  const items: readonly unknown[] = value;
  return items.filter((item) => typeof item === 'string');
}

/** The new value of a session property, when it differs from the one before. */
function changed(row: Row, key: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const text = bounded(value, MAX_PATH);
  if (text === getText(row.state, key)) return undefined;
  row.state[key] = text;
  return text;
}

/** A fork names the session and row it was copied from. */
function reportFork(row: Row): void {
  const from = row.fields['forkedFrom'];
  const parent = isObject(from) ? getText(from, 'sessionId') : undefined;
  if (parent !== undefined && parent !== row.nativeSessionId) pushFork(row, parent);
}

export function pushFork(row: Row, parent: string): void {
  const id = row.nativeSessionId;
  pushUpdate(row, 'fork', bounded(parent, MAX_ID), id, `${id}:fork`);
}

/** One of the session's modes: said once, and again when it changes. */
function setMode(
  row: Row,
  change: 'permission-mode' | 'model' | 'mode',
  stateKey: string,
  value: string,
  key: string,
): boolean {
  const to = bounded(value, MAX_ID);
  const from = getText(row.state, stateKey);
  if (from === to) return false;
  row.state[stateKey] = to;
  pushUpdate(row, change, from, to, key);
  return true;
}

export function setPermissionMode(row: Row, mode: string, key: string): void {
  if (setMode(row, 'permission-mode', 'permissionMode', mode, key)) {
    pushPatch(row, { permissionMode: bounded(mode, MAX_ID) });
  }
}

export function setModel(row: Row, model: string, key: string): void {
  if (setMode(row, 'model', 'model', model, key)) pushPatch(row, { model: bounded(model, MAX_ID) });
}

export function setClientMode(row: Row, mode: string, key: string): void {
  setMode(row, 'mode', 'mode', mode, key);
}
