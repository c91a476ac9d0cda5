import {
  cloneElement,
  type ComponentProps,
  type ReactElement,
  type ReactNode,
  useCallback,
  useState,
} from 'react';
import { later } from './later.ts';
import type * as Overlays from './overlays.ts';

const overlays = later(() => import('./overlays.ts'));
export type Trigger = ReactElement<ComponentProps<'button'>>;

/**
 * A button that opens something above the page. Until the parts for that are loaded it is a plain button of the same
 * looks, and a press on it opens as soon as they are.
 * @param children draws the button, as it is given, and what it opens
 */
export function Opener({
  trigger,
  opens,
  children,
}: {
  readonly trigger: Trigger;
  readonly opens: 'menu' | 'dialog';
  readonly children: (parts: typeof Overlays, trigger: Trigger) => ReactNode;
}) {
  const parts = overlays.usePart();
  /** What the plain button had when it was taken away. */
  const [had, setHad] = useState<'focus' | 'press'>();
  const take = useCallback(
    (button: HTMLButtonElement | null) => {
      if (button === null || had === undefined) return;
      button.focus({ preventScroll: true });
      // What it opens is not built yet.
      queueMicrotask(() => {
        setHad(undefined);
        if (had === 'press') button.click();
      });
    },
    [had],
  );
  if (parts !== undefined) return children(parts, cloneElement(trigger, { ref: take }));
  return cloneElement(trigger, {
    'aria-haspopup': opens,
    'aria-expanded': false,
    onFocus: () => {
      setHad((before) => before ?? 'focus');
    },
    onBlur: () => {
      setHad(undefined);
    },
    onClick: () => {
      setHad('press');
      void overlays.load();
    },
  });
}
