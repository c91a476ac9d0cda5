import { bounded, MAX_NAME, MAX_PATH } from '../bounds.ts';
import { getObject, getText, type JsonObject } from '../json.ts';
import { baseOf, pushPatch, pushUpdate } from '../row-events.ts';
import { MAX_ID, type Row, setProperty } from './thread.ts';

/** `session_meta`, and the first line of the flat form: `{id, timestamp, instructions, git}`. */
export function readMeta(payload: JsonObject, state: Row['state']): void {
  const id = getText(payload, 'id') ?? getText(payload, 'session_id');
  if (id === undefined) return;
  const own = getText(state, 'session');
  // The first one names the session; a file's name, when it holds an id, has done so already.
  if (own === undefined) state['session'] = bounded(id, MAX_ID);
  if (own !== undefined && id !== own) {
    // A fork's copy of its parent's records begins with the parent's own line.
    state['root'] = bounded(getText(payload, 'forked_from_id') ?? id, MAX_ID);
    state['hasOrigin'] = true;
    return;
  }
  const forked = getText(payload, 'forked_from_id') ?? baseThread(payload);
  const parent = getText(payload, 'parent_thread_id') ?? spawnedBy(payload);
  const origin = forked ?? parent;
  if (origin !== undefined) {
    state['root'] = bounded(origin, MAX_ID);
    state['hasOrigin'] = true;
  }
  if (parent !== undefined) state['parent'] = bounded(parent, MAX_ID);
}

/** Tells the session after `readMeta` has set who it is. */
export function reportMeta(row: Row): void {
  const { payload, state } = row;
  const id = getText(payload, 'id') ?? getText(payload, 'session_id');
  if (id === undefined) {
    row.records.unknown.push('session_meta.without-id');
    return;
  }
  if (bounded(id, MAX_ID) !== getText(state, 'session')) return;
  const cwd = getText(payload, 'cwd');
  if (cwd !== undefined) state['cwd'] = bounded(cwd, MAX_PATH);
  startSession(row);
  const git = getObject(payload, 'git') ?? {};
  const branch = getText(git, 'branch');
  const repository = getText(git, 'repository_url');
  const version = getText(payload, 'cli_version');
  const mode = getText(payload, 'history_mode');
  if (mode === 'paginated') state['prompted'] = 'item';
  pushPatch(row, {
    startedMs: row.timeMs,
    ...(cwd === undefined ? {} : { cwd: bounded(cwd, MAX_PATH) }),
    ...(branch === undefined ? {} : { gitBranch: bounded(branch, MAX_NAME) }),
    ...(repository === undefined ? {} : { repository: withoutUser(bounded(repository, MAX_PATH)) }),
    ...(version === undefined ? {} : { agentVersion: bounded(version, MAX_ID) }),
  });
  const forked = getText(payload, 'forked_from_id') ?? baseThread(payload);
  if (forked !== undefined) {
    pushUpdate(row, 'fork', bounded(forked, MAX_ID), row.nativeSessionId, `${row.nativeSessionId}:fork`);
  }
}

/** The session's first event. A file without a head (cut, or read from the middle) starts with what it has. */
export function startSession(row: Row): void {
  if (row.state['started'] === row.nativeSessionId) return;
  row.state['started'] = row.nativeSessionId;
  const cwd = getText(row.state, 'cwd');
  row.records.events.push({
    ...baseOf(row, 'session.start', row.nativeSessionId),
    ...(cwd === undefined ? {} : { cwd }),
    kind: 'session.start',
  });
}

/** `history_base` of a paginated fork: the copied part stays in the parent's file. */
function baseThread(payload: JsonObject): string | undefined {
  const base = getObject(payload, 'history_base');
  return base === undefined ? undefined : getText(base, 'thread_id');
}

/** `source: {subagent: {thread_spawn: {parent_thread_id}}}`. */
function spawnedBy(payload: JsonObject): string | undefined {
  const source = getObject(payload, 'source');
  const subagent = source === undefined ? undefined : getObject(source, 'subagent');
  const spawn = subagent === undefined ? undefined : getObject(subagent, 'thread_spawn');
  return spawn === undefined ? undefined : getText(spawn, 'parent_thread_id');
}

/** `https://user:token@host/repo` keeps no user part: remotes are told to people. */
function withoutUser(url: string): string {
  const scheme = url.indexOf('://');
  if (scheme === -1) return url;
  const slash = url.indexOf('/', scheme + 3);
  const at = url.lastIndexOf('@', slash === -1 ? url.length : slash);
  return at > scheme ? `${url.slice(0, scheme + 3)}${url.slice(at + 1)}` : url;
}

/**
 * `turn_context` and `thread_settings_applied`: folder, model and what the agent may do without asking. The mode is
 * `<approval policy>/<sandbox>`: `never/danger-full-access`, `on-request/workspace-write`.
 */
export function readSettings(row: Row, settings: JsonObject): void {
  const cwd = getText(settings, 'cwd');
  const model = getText(settings, 'model');
  const mode = permissionMode(settings);
  if (getText(row.state, 'settingsOf') !== row.nativeSessionId) {
    // After the copied part of a fork, the fork's own settings are told even where they equal its parent's.
    row.state['settingsOf'] = row.nativeSessionId;
    for (const key of ['model', 'permissionMode', 'mode']) row.state[key] = '';
  }
  const moved = setProperty(row, 'cwd', 'cwd', cwd);
  const remodelled = setProperty(row, 'model', 'model', model);
  const permitted = setProperty(row, 'permission-mode', 'permissionMode', mode);
  setProperty(row, 'mode', 'mode', kindOf(settings['collaboration_mode'], 'mode'));
  if (!moved && !remodelled && !permitted) return;
  pushPatch(row, {
    ...(moved && cwd !== undefined ? { cwd: bounded(cwd, MAX_PATH) } : {}),
    ...(remodelled && model !== undefined ? { model: bounded(model, MAX_PATH) } : {}),
    ...(permitted && mode !== undefined ? { permissionMode: mode } : {}),
  });
}

function permissionMode(settings: JsonObject): string | undefined {
  const approval = kindOf(settings['approval_policy'], 'type') ?? keyOf(settings['approval_policy']);
  const sandbox =
    kindOf(settings['sandbox_policy'], 'type') ??
    kindOf(settings['sandbox_policy'], 'mode') ??
    profileOf(settings['permission_profile']);
  if (approval === undefined && sandbox === undefined) return undefined;
  return bounded(`${approval ?? 'unknown'}/${sandbox ?? 'unknown'}`, MAX_ID);
}

function kindOf(value: unknown, key: string): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  const fields = getObject({ value }, 'value');
  return fields === undefined ? undefined : getText(fields, key);
}

/** `{granular: {…}}`: a policy with parts is named by its only key. */
function keyOf(value: unknown): string | undefined {
  const fields = getObject({ value }, 'value');
  return fields === undefined ? undefined : Object.keys(fields)[0];
}

/** A permission profile of type `disabled` is no sandbox at all. */
function profileOf(value: unknown): string | undefined {
  const type = kindOf(value, 'type');
  return type === 'disabled' ? 'danger-full-access' : type;
}
