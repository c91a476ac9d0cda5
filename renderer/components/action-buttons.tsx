import { CircleStop, Pause, Play } from 'lucide-react';
import type { ActionId, ActionTarget } from '../../collector/contract/action.ts';
import { useApi } from '../hooks/reeve.tsx';
import { useChange } from '../hooks/use-call.ts';
import { Button } from './button.tsx';
import { Confirm } from './confirm.tsx';
import { say } from './toast.tsx';

const AFTER = ['overview.get', 'processes.list', 'audit.list', 'audit.verify'] as const;

const DONE: Readonly<Record<ActionId, string>> = {
  pause: 'Paused',
  resume: 'Goes on',
  kill: 'Ended',
};

/**
 * Pause or resume at once, since both can be undone; kill after it was said what it ends. The result is shown and is in
 * the activity.
 */
export function ActionButtons({
  target,
  name,
  paused,
  disabled = false,
  size = 'small',
  lead,
}: {
  readonly target: ActionTarget;
  /** What it is called in questions and results. */
  readonly name: string;
  readonly paused: boolean;
  /** Nothing of it runs that could be told apart. */
  readonly disabled?: boolean;
  readonly size?: 'small' | 'normal';
  /** The one that is advised: it comes first and is seen as such, the other keeps quiet. */
  readonly lead?: 'pause' | 'kill' | undefined;
}) {
  const api = useApi();
  const run = useChange('actions.run', AFTER);
  const act = async (action: ActionId): Promise<void> => {
    try {
      const result = await run.mutateAsync({ action, target });
      if (result.status === 'done') say(`${DONE[action]}: ${name}`, result.detail, 'ok');
      else say(`${name} was not ${action === 'kill' ? 'ended' : `${action}d`}`, result.detail, 'critical');
    } catch (error) {
      say('This could not be done', error instanceof Error ? error.message : undefined, 'critical');
    }
  };
  const preview = async (): Promise<string> => {
    const result = await api.call('actions.preview', { action: 'kill', target });
    return result.detail;
  };
  const small = size === 'small' ? { size: 'small' as const } : {};
  // In a row of many they keep quiet; alone on a page or in a sheet they are what can be done.
  const [calm, hard] =
    size === 'small' ? (['quiet', 'quiet'] as const) : (['plain', 'danger-quiet'] as const);
  const why = disabled ? 'None of its processes can be told apart on this machine' : undefined;
  // What leads is said in full, and on a narrow screen too.
  const what = size === 'normal' && lead !== undefined && target.kind === 'session' ? ' session' : '';
  const stands = paused ? 'Resume' : 'Pause';
  const pause = (
    <Button
      key="pause"
      {...small}
      look={lead === 'pause' && !paused ? 'primary' : lead === undefined ? calm : 'plain'}
      icon={paused ? Play : Pause}
      disabled={disabled || run.isPending}
      title={why ?? (paused ? 'Let it go on' : 'Stop it where it stands; nothing is lost')}
      aria-label={`${stands}${what} ${name}`}
      onClick={() => void act(paused ? 'resume' : 'pause')}
    >
      <span className={lead === undefined ? 'wide-only' : undefined}>{`${stands}${what}`}</span>
    </Button>
  );
  const kill = (
    <Confirm
      key="kill"
      title={`Kill ${name}?`}
      explain={preview}
      confirm="Kill"
      align={lead === undefined ? 'end' : 'start'}
      onConfirm={() => act('kill')}
      trigger={
        <Button
          {...small}
          look={lead === 'kill' ? 'danger' : lead === undefined ? hard : 'danger-quiet'}
          icon={CircleStop}
          disabled={disabled || run.isPending}
          title={why ?? 'End it and everything it started'}
          aria-label={`Kill${what} ${name}`}
        >
          <span className={lead === undefined ? 'wide-only' : undefined}>{`Kill${what}`}</span>
        </Button>
      }
    />
  );
  return (
    <span className="line tight actions" data-lead={lead === undefined ? undefined : ''}>
      {lead === 'kill' ? [kill, pause] : [pause, kill]}
    </span>
  );
}
