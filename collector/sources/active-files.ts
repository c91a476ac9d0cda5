const ACTIVE_FOR_MS = 600_000;
/** Ten live sessions are usual; the slow look serves a machine with more than this. */
const MAX_ACTIVE = 200;

/** Files that changed in the last ten minutes: worth a look of their own every few seconds, should a notice get lost. */
export class ActiveFiles {
  /** In order of change. */
  readonly #lastMs = new Map<string, number>();

  /** The file was found changed. An old change, such as one found at a start, does not make it active. */
  changed(path: string, mtimeMs: number, nowMs: number): void {
    if (nowMs - mtimeMs >= ACTIVE_FOR_MS) return;
    this.#lastMs.delete(path);
    this.#lastMs.set(path, nowMs);
    if (this.#lastMs.size <= MAX_ACTIVE) return;
    const oldest = this.#lastMs.keys().next();
    if (oldest.done !== true) this.#lastMs.delete(oldest.value);
  }

  /** Those that are still active; the others are forgotten. */
  *at(nowMs: number): Generator<string, void, undefined> {
    for (const [path, lastMs] of this.#lastMs) {
      if (nowMs - lastMs > ACTIVE_FOR_MS) this.#lastMs.delete(path);
      else yield path;
    }
  }
}
