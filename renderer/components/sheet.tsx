import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import { IconButton } from './icon-button.tsx';

/** Detail beside the list it came from, with its own address: closing goes back to the list's. */
export function Sheet({
  title,
  above,
  actions,
  onClose,
  foot,
  children,
}: {
  readonly title: ReactNode;
  /** A line over the title. */
  readonly above?: ReactNode;
  readonly actions?: ReactNode;
  readonly onClose: () => void;
  readonly foot?: ReactNode;
  readonly children: ReactNode;
}) {
  // Not the close button: its tooltip would take the first Escape. And the arrow keys scroll at once.
  const body = useRef<HTMLDivElement>(null);
  return (
    <Dialog.Root
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="sheet" initialFocus={body}>
          <div className="sheet-head">
            <div className="grow">
              {above !== undefined && <div className="line small muted">{above}</div>}
              <Dialog.Title className="wrap">{title}</Dialog.Title>
            </div>
            {actions}
            <IconButton icon={X} label="Close" onClick={onClose} />
          </div>
          <div className="sheet-body" tabIndex={-1} ref={body}>
            {children}
          </div>
          {foot !== undefined && <div className="sheet-foot">{foot}</div>}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
