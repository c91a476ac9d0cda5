import { say } from '../components/toast.tsx';
import { FINDING_METHODS, useChange } from './use-call.ts';

/** What a change of an agent's own files, or its undoing, makes old. */
export const FILE_METHODS = [
  ...FINDING_METHODS,
  'privileges.get',
  'actions.undoable',
  'audit.verify',
  'mcpServers.list',
  'assets.list',
  'approvals.list',
] as const;

/** Takes back what a row of the activity did, and says how that went. */
export function useUndo(): { readonly undo: (auditSeq: number) => void; readonly isPending: boolean } {
  const change = useChange('actions.undo', FILE_METHODS);
  const undo = (auditSeq: number): void => {
    change.mutate(
      { auditSeq },
      {
        onSuccess: ({ status, detail }) => {
          say(
            status === 'done' ? 'Taken back' : 'It could not be taken back',
            detail,
            status === 'done' ? 'ok' : 'critical',
          );
        },
        onError: (error) => {
          say('It could not be taken back', error.message, 'critical');
        },
      },
    );
  };
  return { undo, isPending: change.isPending };
}
