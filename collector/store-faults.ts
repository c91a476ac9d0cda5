import type { Logger } from 'pino';
import type { HealthTracker } from './health/tracker.ts';
import { checkBehind } from './store/check.ts';
import { passingCode, StoreError, storeErrorOf } from './store/errors.ts';
import { CHECK_AT_ONCE_BYTES } from './store/open.ts';
import type { Store } from './store/store.ts';

export interface StoreFaultsOptions {
  readonly store: Store;
  readonly health: HealthTracker;
  readonly log: Pick<Logger, 'error'>;
  /** The store takes nothing now. */
  readonly onWaiting: (code: 'busy' | 'full') => void;
  /** A new store is in the place of a damaged one: everything is to be read again. */
  readonly onReplaced: () => void;
}

/** What a failing store means for the collector: a damaged one is put aside, a full or busy one is waited for. */
export class StoreFaults {
  readonly #options: StoreFaultsOptions;
  /** Aborted, with the error, when something other than the following found the store damaged. */
  #damage = new AbortController();

  constructor(options: StoreFaultsOptions) {
    this.#options = options;
  }

  /** Aborted once the store of now is known to be damaged; the next store has its own signal. */
  get signal(): AbortSignal {
    return this.#damage.signal;
  }

  /** Work beside the following failed: a damaged store ends the following, which begins anew with a new store. */
  failed(error: unknown): void {
    const { log, store, onWaiting } = this.#options;
    log.error({ reason: reasonOf(error) }, 'upkeep failed');
    const failure = storeErrorOf(error, store.path);
    if (failure?.code === 'corrupt') this.#damage.abort(failure);
    else if (failure?.code === 'full') onWaiting(failure.code);
  }

  /** @returns whether the error was a damaged store; it is put aside then, and a new one is in its place. */
  recovered(error: unknown): boolean {
    const { store, health, onReplaced } = this.#options;
    if (storeErrorOf(error, store.path)?.code !== 'corrupt') return false;
    health.raise('store-recovered', { path: store.recover() });
    this.#damage = new AbortController();
    onReplaced();
    return true;
  }

  /** @returns whether the work can simply be done again later: with a new store, or when this one takes something again. */
  passes(error: unknown): boolean {
    return this.recovered(error) || this.waits(error);
  }

  /** @returns whether the store only takes nothing now. */
  waits(error: unknown): boolean {
    const code = passingCode(error, this.#options.store.path);
    if (code !== undefined) this.#options.onWaiting(code);
    return code !== undefined;
  }

  /** A big store that was not closed in order is read behind the work; a small one was read when it was opened. */
  checkAfterCrash(signal: AbortSignal): void {
    const { store } = this.#options;
    if (!store.unclean || store.sizeBytes() <= CHECK_AT_ONCE_BYTES) return;
    void checkBehind(store.path, signal).then(([problem]) => {
      if (problem !== undefined) this.failed(new StoreError('corrupt', problem, undefined));
    });
  }
}

/** For the log: a kind and its message, never an object's content. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : 'unknown';
}
