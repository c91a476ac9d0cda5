import { useSyncExternalStore } from 'react';

/** A rem of the design, in pixels: see tokens.css. */
const BASE_PX = 10;

/** By how much everything is larger than designed: for what is placed in pixels by script. */
export function useScale(): number {
  return useSyncExternalStore(onResize, scaleNow);
}

function onResize(listener: () => void): () => void {
  addEventListener('resize', listener);
  return () => {
    removeEventListener('resize', listener);
  };
}

function scaleNow(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / BASE_PX || 1;
}
