import { say } from '../components/toast.tsx';
import { FINDING_METHODS, useChange } from './use-call.ts';

/** What a change of an agent's own files, or its undoing, makes old. */
export const FILE_METHODS = [
  ...FINDING_METHODS,
  'privileges.get',
  'actions.undoable',
  'copies.list',
  'audit.verify',
  'mcpServers.list',
  'assets.list',
  'approvals.list',
] as const;

/**
 * Takes back what a row of the activity did, and says how that went; also when the place it was asked from is not on the
 * screen any more.
 */
export function useUndo(): { readonly undo: (auditSeq: number) => void; readonly isPending: boolean } {
  const change = useChange('actions.undo', FILE_METHODS);
  const undo = (auditSeq: number): void => {
    change.mutateAsync({ auditSeq }).then(
      ({ status, detail }) => {
        if (status === 'done') say('Taken back', detail, 'ok');
        else say('It could not be taken back', detail, 'critical');
      },
      (error: unknown) => {
        say('It could not be taken back', error instanceof Error ? error.message : undefined, 'critical');
      },
    );
  };
  return { undo, isPending: change.isPending };
}
