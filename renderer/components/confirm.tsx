import { Popover } from '@base-ui/react/popover';
import { type ReactElement, useState } from 'react';
import { Button } from './button.tsx';

/**
 * Asks before something that cannot be undone, beside the button that asked for it. First says what will happen, as the
 * collector sees it now.
 */
export function Confirm({
  title,
  explain,
  confirm,
  onConfirm,
  trigger,
}: {
  readonly title: string;
  /** What would happen, in a sentence or two. */
  readonly explain: () => Promise<string>;
  /** The verb on the button. */
  readonly confirm: string;
  readonly onConfirm: () => Promise<void>;
  readonly trigger: ReactElement;
}) {
  const [open, setOpen] = useState(false);
  const [words, setWords] = useState<string>();
  return (
    <Popover.Root
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        if (!next) return;
        setWords(undefined);
        explain().then(setWords, (error: unknown) => {
          setWords(error instanceof Error ? error.message : 'What it would touch could not be told.');
        });
      }}
    >
      <Popover.Trigger render={trigger} />
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} align="end" className="positioner">
          <Popover.Popup className="popover">
            <Popover.Title render={<h3>{title}</h3>} />
            <Popover.Description render={<p className="wrap" aria-live="polite" />}>
              {words ?? 'Looking at what it would touch…'}
            </Popover.Description>
            <div className="line confirm-buttons">
              <Button
                look="danger"
                disabled={words === undefined}
                onClick={() => {
                  setOpen(false);
                  void onConfirm();
                }}
              >
                {confirm}
              </Button>
              <Popover.Close render={<Button>Cancel</Button>} />
            </div>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
