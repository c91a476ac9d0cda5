import { Dialog } from '@base-ui/react/dialog';
import { useEffect, useRef } from 'react';
import { isAt, PLACES } from '../places.ts';
import { useCall } from '../hooks/use-call.ts';
import { count, plural } from '../words/number.ts';
import { Button } from './button.tsx';

/** Every place that the bar of a phone has no room for, with what is there. Going to one closes it. */
export function MoreSheet({ path, onClose }: { readonly path: string; readonly onClose: () => void }) {
  const counts = useCounts();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    addEventListener('hashchange', onClose);
    return () => {
      removeEventListener('hashchange', onClose);
    };
  }, [onClose]);
  return (
    <Dialog.Root
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="bottom-sheet" initialFocus={list}>
          <div className="line bottom-sheet-head">
            <Dialog.Title className="grow">More</Dialog.Title>
            <Dialog.Close render={<Button look="quiet">Close</Button>} />
          </div>
          {/* The title has the focus first, so that nothing is gone to by a second tap on "More". */}
          <div ref={list} tabIndex={-1} className="more-list">
            {([2, 3] as const).map((group) => (
              <ul key={group}>
                {PLACES.filter((place) => place.group === group).map((place) => {
                  const Icon = place.icon;
                  const there = counts[place.id];
                  const here = isAt(place, path);
                  return (
                    <li key={place.id}>
                      <a
                        className="more-place"
                        href={`#${place.path}`}
                        aria-current={here ? 'page' : undefined}
                        onClick={here ? onClose : undefined}
                      >
                        <Icon size={18} aria-hidden />
                        <span className="grow">{place.title}</span>
                        {there !== undefined && <span className="muted small num">{there}</span>}
                      </a>
                    </li>
                  );
                })}
              </ul>
            ))}
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** What stands behind a place, in a word or two: the answers are the ones its page asks for anyway. */
function useCounts(): Readonly<Record<string, string | undefined>> {
  const { data: overview } = useCall('overview.get', {});
  const { data: servers } = useCall('mcpServers.list', {});
  const { data: credentials } = useCall('credentials.list', {});
  const { data: problems } = useCall('health.list', {});
  return {
    agents: overview === undefined ? undefined : count(overview.agents.known),
    connections:
      servers === undefined || credentials === undefined
        ? undefined
        : `${plural(servers.length, 'server')}, ${plural(credentials.length, 'credential')}`,
    sent: overview === undefined ? undefined : overview.sending.on ? 'on' : 'nothing',
    health: problems === undefined || problems.length === 0 ? undefined : plural(problems.length, 'note'),
  };
}
