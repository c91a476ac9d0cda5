import { asideBytes, removeAside } from './actions/edit-file.ts';
import { type Changing, refused } from './changing.ts';
import type { Handlers } from './contract/ipc.ts';
import type { KeptCopy } from './contract/undo.ts';
import type { Edit } from './store/edits.ts';
import type { Store } from './store/store.ts';

export interface CopiesOptions {
  readonly store: Store;
  readonly changing: Pick<Changing, 'record'>;
  /** How long copies are kept, now. */
  readonly keptDays: () => number;
}

const DAY_MS = 86_400_000;
const ACTION = 'copies.remove';
/** Removed at one go; the rest follows ten minutes later. */
const MAX_AT_ONCE = 100;

/** What lies aside so that changes can be taken back: seen, and removed by whoever does not want it to lie there. */
export function createCopiesHandlers({
  store,
  changing,
  keptDays,
}: CopiesOptions): Pick<Handlers, 'copies.list' | 'copies.remove'> {
  return {
    'copies.list': ({ limit }) => store.edits.kept(limit).map((edit) => toCopy(edit, keptDays() * DAY_MS)),
    'copies.remove': ({ id, via }) => {
      const edit = store.edits.of(id);
      if (edit === undefined || edit.undoneMs !== undefined)
        return refused('There is no such copy any more.');
      const asked = { action: ACTION, target: { kind: 'file' as const, id: edit.path }, via };
      const removed = removeAside(edit.asidePath);
      if (!removed.ok) return changing.record(asked, refused(removed.reason));
      store.edits.forget(id);
      return changing.record(asked, { status: 'done', detail: removedWords(edit) });
    },
  };
}

/**
 * Removes copies that are older than events may get; each is written down, as done by the policy.
 * @returns how many. A copy that cannot be removed stays, and is tried again. @throws StoreError
 */
export function removeOldCopies(store: Store, nowMs: number, keptDays: number): number {
  let removed = 0;
  for (const edit of store.edits.kept(MAX_AT_ONCE, nowMs - keptDays * DAY_MS)) {
    if (!removeAside(edit.asidePath).ok) continue;
    store.edits.forget(edit.id);
    store.recordAction({
      actor: { user: 'reeve', via: 'policy' },
      timeMs: nowMs,
      action: ACTION,
      target: { kind: 'file', id: edit.path },
      reason: `copies are kept for ${keptDays} days`,
      result: { status: 'done', detail: removedWords(edit), processes: [] },
    });
    removed += 1;
  }
  return removed;
}

function removedWords({ kind, path }: Edit): string {
  return kind === 'folder'
    ? `What was taken out of ${path} is gone for good.`
    : `The copy of ${path} from before the change is gone; the change stays.`;
}

function toCopy(edit: Edit, keptMs: number): KeptCopy {
  const { id, timeMs, auditSeq, kind, path, pointer } = edit;
  const sizeBytes = asideBytes(edit.asidePath);
  const name = pointer === undefined ? undefined : nameOf(pointer);
  return {
    id,
    timeMs,
    kind,
    path,
    removedMs: timeMs + keptMs,
    ...(auditSeq !== undefined && { auditSeq }),
    ...(name !== undefined && { name }),
    ...(sizeBytes !== undefined && { sizeBytes }),
  };
}

/** `/mcpServers/docs` → `docs`, `/hooks/PreToolUse/0/hooks/1` → `PreToolUse`. */
function nameOf(pointer: string): string | undefined {
  const parts = pointer.split('/').slice(1);
  const [first, second] = parts;
  const name = first === 'hooks' ? second : parts.at(-1);
  return name?.replaceAll('~1', '/').replaceAll('~0', '~');
}
