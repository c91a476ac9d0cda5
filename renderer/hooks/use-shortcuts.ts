import { useEffect, useEffectEvent, useRef } from 'react';
import { PLACES } from '../places.ts';
import { isTyping } from './keys.ts';

/** `g` waits this long for the letter of a page. */
const SECOND_KEY_MS = 1_200;

/** Keys that work everywhere: Ctrl-K, `/`, `?`, and `g` with the letter of a page. */
export function useShortcuts(acts: { readonly onFind: () => void; readonly onHelp: () => void }): void {
  const goUntil = useRef(0);
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      acts.onFind();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.timeStamp < goUntil.current) {
      goUntil.current = 0;
      const place = PLACES.find((item) => item.key === event.key);
      if (place !== undefined) {
        event.preventDefault();
        location.hash = place.path;
        return;
      }
    }
    if (event.key === 'g') goUntil.current = event.timeStamp + SECOND_KEY_MS;
    if (event.key === '?') acts.onHelp();
    if (event.key === '/') {
      const box = document.querySelector<HTMLInputElement>('input[data-find]');
      event.preventDefault();
      if (box === null) acts.onFind();
      else box.focus();
    }
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => {
      onKey(event);
    };
    document.addEventListener('keydown', listener);
    return () => {
      document.removeEventListener('keydown', listener);
    };
  }, []);
}
