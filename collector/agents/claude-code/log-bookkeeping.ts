import { bounded, MAX_NAME, MAX_PATH } from '../shared/bounds.ts';
import { getObject, getText } from '../shared/json.ts';
import { baseOf, pushPatch, pushUpdate } from '../shared/row-events.ts';
import { pushFork, type Row, setClientMode, setPermissionMode } from './log-thread.ts';

/** Rows about the session itself. They have no uuid and mostly no time: both come from where they stand. */
export const BOOKKEEPING_ROWS: ReadonlyMap<string, (row: Row) => void> = new Map([
  ['permission-mode', readPermissionMode],
  ['mode', readMode],
  ['worktree-state', readWorktree],
  ['relocated', readRelocated],
  ['continued-in', readContinuedIn],
  ['derived-from', readDerivedFrom],
  ['fork-context-ref', readDerivedFrom],
  ['resume-head-vouch', readResume],
  ['pr-link', readPullRequest],
]);

function readPermissionMode(row: Row): void {
  const mode = getText(row.fields, 'permissionMode');
  if (mode !== undefined) setPermissionMode(row, mode, `${row.key}:permission-mode`);
}

function readMode(row: Row): void {
  const mode = getText(row.fields, 'mode');
  if (mode !== undefined) setClientMode(row, mode, `${row.key}:mode`);
}

function readWorktree(row: Row): void {
  const worktree = getObject(row.fields, 'worktreeSession');
  const path = worktree === undefined ? undefined : getText(worktree, 'worktreePath');
  if (path !== undefined) moveTo(row, path);
}

function readRelocated(row: Row): void {
  const path = getText(row.fields, 'relocatedCwd');
  if (path !== undefined) moveTo(row, path);
}

/** The rows that follow carry the new folder; it is remembered so that they do not report the move again. */
function moveTo(row: Row, path: string): void {
  const to = bounded(path, MAX_PATH);
  const from = getText(row.state, 'cwd');
  if (from === to) return;
  row.state['cwd'] = to;
  pushUpdate(row, 'cwd', from, to, `${row.key}:cwd`);
  pushPatch(row, { cwd: to });
}

function readContinuedIn(row: Row): void {
  row.records.events.push({
    ...baseOf(row, 'session.end', `${row.nativeSessionId}:continued`),
    kind: 'session.end',
    reason: 'continued',
  });
}

/** The member that names the origin is not published; any of these is taken. */
const ORIGIN_KEYS = [
  'derivedFromSessionId',
  'parentSessionId',
  'sourceSessionId',
  'forkedFromSessionId',
] as const;

function readDerivedFrom(row: Row): void {
  for (const key of ORIGIN_KEYS) {
    const parent = getText(row.fields, key);
    if (parent !== undefined && parent !== row.nativeSessionId) {
      pushFork(row, parent);
      return;
    }
  }
}

function readResume(row: Row): void {
  row.records.events.push({
    ...baseOf(row, 'session.start', `${row.key}:resume`),
    kind: 'session.start',
    resumed: true,
  });
}

function readPullRequest(row: Row): void {
  const repository = getText(row.fields, 'prRepository');
  if (repository !== undefined) pushPatch(row, { repository: bounded(repository, MAX_NAME) });
}
