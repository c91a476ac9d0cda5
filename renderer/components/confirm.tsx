import { useState } from 'react';
import { Button } from './button.tsx';
import { Opener, type Trigger } from './opener.tsx';

interface Explained {
  readonly words: string;
  /** False when it would be refused: then there is nothing to say yes to. */
  readonly possible: boolean;
}

/**
 * Asks before something that cannot be undone, beside the button that asked for it. First says what will happen, as the
 * collector sees it now.
 */
export function Confirm({
  title,
  explain,
  confirm,
  look = 'danger',
  align = 'end',
  onConfirm,
  trigger,
}: {
  readonly title: string;
  /** What would happen, in a sentence or two. */
  readonly explain: () => Promise<string | Explained>;
  /** The verb on the button. */
  readonly confirm: string;
  readonly look?: 'danger' | 'primary';
  /** Which edge of the button it keeps to. */
  readonly align?: 'start' | 'end';
  readonly onConfirm: () => Promise<void>;
  readonly trigger: Trigger;
}) {
  const [open, setOpen] = useState(false);
  const [told, setTold] = useState<Explained>();
  const ask = (next: boolean): void => {
    setOpen(next);
    if (!next) return;
    setTold(undefined);
    explain().then(
      (words) => {
        setTold(typeof words === 'string' ? { words, possible: true } : words);
      },
      (error: unknown) => {
        const words = error instanceof Error ? error.message : 'What it would touch could not be told.';
        setTold({ words, possible: true });
      },
    );
  };
  return (
    <Opener trigger={trigger} opens="dialog">
      {({ Popover }, button) => (
        <Popover.Root open={open} onOpenChange={ask}>
          <Popover.Trigger render={button} />
          <Popover.Portal>
            <Popover.Positioner sideOffset={6} align={align} collisionPadding={12} className="positioner">
              <Popover.Popup className="popover">
                <Popover.Title render={<h3 className="wrap">{title}</h3>} />
                <Popover.Description render={<p className="wrap" aria-live="polite" />}>
                  {told?.words ?? 'Looking at what it would touch…'}
                </Popover.Description>
                <div className="line confirm-buttons">
                  {told?.possible !== false && (
                    <Button
                      look={look}
                      disabled={told === undefined}
                      onClick={() => {
                        setOpen(false);
                        void onConfirm();
                      }}
                    >
                      {confirm}
                    </Button>
                  )}
                  <Popover.Close render={<Button>{told?.possible === false ? 'Close' : 'Cancel'}</Button>} />
                </div>
              </Popover.Popup>
            </Popover.Positioner>
          </Popover.Portal>
        </Popover.Root>
      )}
    </Opener>
  );
}
