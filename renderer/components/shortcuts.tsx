import { Dialog } from '@base-ui/react/dialog';
import { PLACES } from '../places.ts';
import { Button } from './button.tsx';

const KEYS: readonly (readonly [keys: readonly string[], what: string])[] = [
  [['Ctrl', 'K'], 'Search and commands'],
  [['/'], 'Narrow the list'],
  [['j'], 'Next row'],
  [['k'], 'Row before'],
  [['Enter'], 'Open the row'],
  [['Esc'], 'Close'],
  [['?'], 'These keys'],
];

export function Shortcuts({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog.Root
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog">
          <div className="line">
            <Dialog.Title className="grow">Keys</Dialog.Title>
            <Dialog.Close render={<Button size="small">Close</Button>} />
          </div>
          <div className="key-columns">
            <dl className="key-list">
              {KEYS.map(([keys, what]) => (
                <KeyRow key={what} keys={keys} what={what} />
              ))}
            </dl>
            <dl className="key-list">
              {PLACES.map((place) => (
                <KeyRow key={place.id} keys={['g', place.key]} what={place.title} />
              ))}
            </dl>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function KeyRow({ keys, what }: { readonly keys: readonly string[]; readonly what: string }) {
  return (
    <div className="key-row">
      <dt>{what}</dt>
      <dd>
        {keys.map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </dd>
    </div>
  );
}
