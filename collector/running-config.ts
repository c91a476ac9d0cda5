import { isDeepStrictEqual } from 'node:util';
import type { Config } from './contract/config.ts';
import type { HealthTracker } from './health/tracker.ts';

/** The settings the collector works with. They change while it runs: whoever needs one asks at the time of use. */
export class RunningConfig {
  #now: Config;
  readonly #load: (() => Config) | undefined;
  readonly #listeners = new Set<(now: Config, before: Config) => void>();

  /** @param load what the files, and the command line, say now. Absent: nothing changes */
  constructor(atStart: Config, load?: () => Config) {
    this.#now = atStart;
    this.#load = load;
  }

  get now(): Config {
    return this.#now;
  }

  onChange(listener: (now: Config, before: Config) => void): void {
    this.#listeners.add(listener);
  }

  /**
   * Takes what is set now, but for what counts at a start only: that stays as it was.
   * @throws ConfigError when a file cannot be understood; then everything stays
   */
  reload(): void {
    if (this.#load === undefined) return;
    const before = this.#now;
    const loaded = this.#load();
    // The kernel's events are asked for, and packs are read, once.
    const processes = { ...loaded.processes, events: before.processes.events };
    const next: Config = { ...loaded, processes, advisories: before.advisories };
    if (isDeepStrictEqual(next, before)) return;
    this.#now = next;
    for (const listener of this.#listeners) listener(next, before);
  }

  /** A file of settings changed, by a person in the window, an administrator, or in an editor. Problems go into health. */
  reloadTelling(health: Pick<HealthTracker, 'raise' | 'clear'>): void {
    try {
      this.reload();
      health.clear('settings-unusable');
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown error';
      health.raise('settings-unusable', { reason });
    }
  }
}
