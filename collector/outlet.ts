import type { Notice } from './contract/ipc.ts';
import type { Window } from './window.ts';

/** Tells what happens to whoever is there: the window, once it is served, and a person in front of a terminal. */
export class Outlet {
  #window: Window | undefined;
  readonly #onNotice: ((notice: Notice) => void) | undefined;

  constructor(onNotice?: (notice: Notice) => void) {
    this.#onNotice = onNotice;
  }

  /** Absent until requests are served. */
  get window(): Window | undefined {
    return this.#window;
  }

  attach(window: Window): void {
    this.#window = window;
  }

  publish(notice: Notice): void {
    this.#window?.publish(notice);
    this.#onNotice?.(notice);
  }
}
