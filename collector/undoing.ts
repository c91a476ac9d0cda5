import {
  editFile,
  forgetAside,
  type EditResult,
  readAside,
  readEditable,
  restoreFolder,
  sha256Of,
} from './actions/edit-file.ts';
import { type Changing, type ChangingOptions, refused, type Via } from './changing.ts';
import type { AuditRecord } from './contract/action.ts';
import { ActionTarget } from './contract/action.ts';
import type { Handlers, Result, SequencedEvent } from './contract/ipc.ts';
import type { ChangeResult } from './contract/undo.ts';
import { deciderOf, type DecidingOptions } from './deciding.ts';
import { entryOf, withEntry } from './settings-entry.ts';
import type { Edit } from './store/edits.ts';
import { withTomlEntry } from './toml-entry.ts';

export interface UndoingOptions extends Omit<ChangingOptions, 'privileges'> {
  readonly changing: Changing;
  readonly onDecided: DecidingOptions['onDecided'];
  /** A decision about something of the inventory was taken back. */
  readonly onApproved: (events: readonly SequencedEvent[]) => void;
  /** Lets a paused target go on; by the same way as a person's own request. */
  readonly resume: (target: ActionTarget, via: Via) => Promise<{ status: string; detail: string }>;
}

/** Rows of the audit log that are looked at for what can be taken back. */
const LOOK_BACK = 500;
const CHANGED = 'Something else changed it since. It is left as it is.';

/** What can be taken back, and taking it back. */
export function createUndoing(options: UndoingOptions): Pick<Handlers, 'actions.undo' | 'actions.undoable'> {
  const { store } = options;
  return {
    'actions.undo': async ({ auditSeq, via }) => {
      const row = store.listAudit({ afterSeq: auditSeq - 1, limit: 1 })[0];
      if (row?.seq !== auditSeq) return refused('There is no such row in the audit log.');
      if (undoOf(options, row) === undefined)
        return refused('This cannot be taken back, or was taken back already.');
      return undo(options, row, via);
    },
    'actions.undoable': ({ limit }) => {
      const found: Result<'actions.undoable'> = [];
      for (const row of store.listAudit({ limit: LOOK_BACK })) {
        const words = undoOf(options, row);
        if (words === undefined) continue;
        const { seq, timeMs, action, target } = row;
        const id = target.kind === 'process' ? String(target.pid) : target.id;
        found.push({ auditSeq: seq, timeMs, action, target: { kind: target.kind, id }, undo: words });
        if (found.length >= limit) break;
      }
      return found;
    },
  };
}

/** @returns what taking it back does; `undefined` when it cannot be */
function undoOf({ store }: UndoingOptions, row: AuditRecord): string | undefined {
  if (row.result.status !== 'done') return undefined;
  const { target } = row;
  switch (row.action) {
    case 'privileges.apply':
    case 'quarantine.add': {
      const edit = store.edits.ofAudit(row.seq);
      return edit === undefined || edit.undoneMs !== undefined
        ? undefined
        : edit.kind === 'folder'
          ? `Puts ${edit.path} back.`
          : `Puts ${edit.path} back as it was.`;
    }
    case 'finding.acknowledge': {
      const finding = target.kind === 'finding' ? store.read.finding(target.id) : undefined;
      return finding?.status === 'acknowledged' && finding.decision?.timeMs === row.timeMs
        ? 'Opens the finding again.'
        : undefined;
    }
    case 'finding.suppress':
      return target.kind === 'suppression' && store.life.rows.get(target.id) !== undefined
        ? 'Shows the hidden findings again.'
        : undefined;
    case 'approval.approve':
    case 'approval.deny': {
      const item = target.kind === 'approval' ? store.approvals.get(target.id) : undefined;
      return item?.decidedMs === row.timeMs ? 'Asks about it again.' : undefined;
    }
    case 'pause': {
      const pids = new Set(store.pausedProcesses().paused.map(({ pid }) => pid));
      return row.result.processes.some(({ pid, outcome }) => outcome === 'paused' && pids.has(pid))
        ? 'Lets it go on.'
        : undefined;
    }
    default:
      return undefined;
  }
}

async function undo(options: UndoingOptions, row: AuditRecord, via: Via): Promise<ChangeResult> {
  const { store, clock, actor, onDecided, onApproved } = options;
  const by = deciderOf(actor, via, clock.nowMs());
  const { target } = row;
  if (row.action === 'pause') {
    const paused = ActionTarget.safeParse(target);
    if (!paused.success) return refused(CHANGED);
    const { status, detail } = await options.resume(paused.data, via);
    return { status: status === 'done' ? 'done' : 'refused', detail };
  }
  if (target.kind === 'finding' || target.kind === 'suppression') {
    const decided =
      target.kind === 'finding'
        ? store.life.reopen(target.id, undefined, by)
        : store.life.endSuppression(target.id, by);
    if (decided === undefined) return refused(CHANGED);
    const { seq, event, record } = decided.recorded;
    onDecided(decided.findings, [{ seq, event }]);
    return { status: 'done', detail: record.result.detail, auditSeq: record.seq };
  }
  if (target.kind === 'approval') {
    const { recorded, skipped } = store.approvals.decide({ ids: [target.id], decision: 'reset', via }, by);
    onApproved(recorded.map(({ seq, event }) => ({ seq, event })));
    const last = recorded[0]?.record;
    return last === undefined
      ? refused(skipped[0]?.reason ?? CHANGED)
      : { status: 'done', detail: last.result.detail, auditSeq: last.seq };
  }
  const edit = store.edits.ofAudit(row.seq);
  return edit === undefined ? refused(CHANGED) : undoEdit(options, row, edit, via);
}

function undoEdit(options: UndoingOptions, row: AuditRecord, edit: Edit, via: Via): ChangeResult {
  const { store, clock, changing } = options;
  const asked = { action: 'actions.undo', target: row.target, reason: `takes back number ${row.seq}`, via };
  const result = edit.kind === 'folder' ? moveBack(options, edit) : putBack(options, edit);
  if (!result.ok) return changing.record(asked, refused(result.reason));
  store.edits.undone(edit.id, clock.nowMs());
  return changing.record(asked, {
    status: 'done',
    detail: edit.kind === 'folder' ? `${edit.path} is back.` : `${edit.path} is as it was.`,
  });
}

function moveBack({ ground }: UndoingOptions, edit: Edit): EditResult {
  return restoreFolder(edit.asidePath, edit.path, ground);
}

/** The whole file where nothing else changed it; else, of an entry that was taken out, the entry alone. */
function putBack({ ground }: UndoingOptions, edit: Edit): EditResult {
  const before = readAside(edit.asidePath);
  if (!before.ok) return before;
  if (before.sha256 !== edit.beforeSha256)
    return { ok: false, reason: 'What was laid aside is not what it was.' };
  const now = readEditable(edit.path, ground);
  if (!now.ok) return now;
  let after: string | undefined = before.text;
  if (now.sha256 !== edit.afterSha256) {
    after =
      edit.pointer === undefined ? undefined : withEntryOf(now.text, before.text, edit.pointer, edit.path);
  }
  if (after === undefined || sha256Of(after) === now.sha256) return { ok: false, reason: CHANGED };
  const asidePath = `${edit.asidePath}.undone`;
  const result = editFile({ path: edit.path, sha256: now.sha256, after, asidePath }, ground);
  forgetAside(asidePath);
  if (result.ok) forgetAside(edit.asidePath);
  return result;
}

/** What stood at a place of the text before, put into the text as it is now. */
function withEntryOf(now: string, before: string, pointer: string, path: string): string | undefined {
  if (/\.toml$/i.test(path)) return withTomlEntry(now, before, pointer);
  // A file in YAML that was changed meanwhile is left to its owner.
  if (/\.ya?ml$/i.test(path)) return undefined;
  const entry = entryOf(before, pointer);
  return entry === undefined ? undefined : withEntry(now, pointer, entry.value);
}
