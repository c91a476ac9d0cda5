import { PackageMinus, Undo2 } from 'lucide-react';
import type { Params, Result } from '../../collector/contract/ipc.ts';
import { useHome } from '../hooks/machine.tsx';
import { useApi } from '../hooks/reeve.tsx';
import { useCall, useChange } from '../hooks/use-call.ts';
import { FILE_METHODS, useUndo } from '../hooks/use-undo.ts';
import { tildeText } from '../words/path.ts';
import { visible } from '../words/visible.ts';
import { Button } from './button.tsx';
import { Confirm } from './confirm.tsx';
import { say } from './toast.tsx';

type Kind = Params<'quarantine.add'>['kind'];

const KIND_WORDS: Readonly<Record<Kind, string>> = { mcpServer: 'MCP server', skill: 'skill', hook: 'hook' };

/** Something that extends an agent and can be taken out of its reach. */
export interface Removable {
  readonly kind: Kind;
  readonly id: string;
  readonly name: string;
}

/** Takes it out of its agent's reach after it was said what that changes; the way back is offered at once. */
export function TakeOut({
  what,
  look = 'danger-quiet',
}: {
  readonly what: Removable;
  /** `danger` where this is what is advised. */
  readonly look?: 'danger' | 'danger-quiet';
}) {
  const api = useApi();
  const home = useHome();
  const change = useChange('quarantine.add', FILE_METHODS);
  const { undo } = useUndo();
  const { kind, id } = what;
  const name = visible(what.name);
  const run = async (): Promise<void> => {
    try {
      const { status, detail, auditSeq } = await change.mutateAsync({ kind, id });
      if (status !== 'done') {
        say(`${name} is still in use`, tildeText(detail, home), 'critical');
        return;
      }
      const back = {
        label: 'Put back',
        run: () => {
          if (auditSeq !== undefined) undo(auditSeq);
        },
      };
      say(`${name} is out of use`, tildeText(detail, home), 'ok', auditSeq === undefined ? undefined : back);
    } catch (error) {
      say(`${name} is still in use`, error instanceof Error ? error.message : undefined, 'critical');
    }
  };
  return (
    <Confirm
      title={`Take the ${KIND_WORDS[kind]} ${name} out of use?`}
      explain={async () => {
        const { status, detail } = await api.call('quarantine.add', { kind, id, preview: true });
        return {
          words: `${tildeText(detail, home)}${status === 'done' ? ' You can put it back here and in the activity.' : ''}`,
          possible: status === 'done',
        };
      }}
      align="start"
      confirm="Take out of use"
      onConfirm={run}
      trigger={
        <Button look={look} icon={PackageMinus} disabled={change.isPending}>
          Take out of use…
        </Button>
      }
    />
  );
}

type Undoable = Result<'actions.undoable'>[number];

/** Older ones are in the activity. */
const LOOKED_AT = 200;

/** What was taken out of use and can be put back, latest first. */
export function useTakenOut(): readonly Undoable[] {
  const { data } = useCall('actions.undoable', { limit: LOOKED_AT });
  return data?.filter(({ action }) => action === 'quarantine.add') ?? [];
}

export function PutBack({ auditSeq, effect }: { readonly auditSeq: number; readonly effect: string }) {
  const { undo, isPending } = useUndo();
  const home = useHome();
  return (
    <Button
      icon={Undo2}
      disabled={isPending}
      title={tildeText(effect, home)}
      onClick={() => {
        undo(auditSeq);
      }}
    >
      Put back
    </Button>
  );
}
