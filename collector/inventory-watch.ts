import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type CataloguePaths, createCataloguePaths } from './discovery/catalogue-paths.ts';
import type { PathContext } from './agents/path-context.ts';
import type { AgentSpec } from './agents/spec.ts';
import type { Inventory } from './discovery/inventory.ts';
import { isAtOrBelow } from './discovery/path-sets.ts';
import { treeFolderOf } from './discovery/skill-folder.ts';
import { LogWatch, type Notice } from './sources/watch.ts';

export interface InventoryWatchOptions {
  readonly home: PathContext;
  readonly specs: readonly AgentSpec[];
  /**
   * Takes the inventory; ends with a call of `looked`.
   * @param changed where something happened; `undefined` when nobody knows
   */
  readonly look: (changed: ReadonlySet<string> | undefined) => Promise<void>;
  readonly monotonicMs: () => number;
  readonly onError: (error: unknown) => void;
}

const GATHER_MS = 20;
/** The kernel gives some ten thousand watches to a user, and other programs want theirs. What is more is polled. */
const MAX_FOLDERS = 4_000;
const MAX_PATHS = 500;
/** Folders above a file that are watched too, as long as they are in the home or in a project. */
const MAX_UP = 6;
/** A program that writes a folder and then a file in it may be seen between the two. */
const AGAIN_MS = 250;
/** A file that changes without changing the inventory is looked at ever more seldom, up to this. */
const MAX_QUIET_MS = 10_000;
const FIRST_QUIET_MS = 500;
/** Share of one core that looking may take in the long run, and how much may be saved up for a busy moment. */
const SHARE = 0.25;
const SAVED_MS = 60_000;

/** Hears of changes to files that steer agents and has the inventory taken at once, as long as that costs little. */
export class InventoryWatch {
  readonly #options: InventoryWatchOptions;
  readonly #watch: LogWatch;
  readonly #catalogue: CataloguePaths;
  #projects: readonly string[] = [];
  #known: ReadonlySet<string> = new Set();
  /** Folders that were asked to be watched. */
  readonly #watched = new Set<string>();
  /** Skills are their whole folder. */
  #skills: ReadonlySet<string> = new Set();
  #changes = 0;
  /** Per file: how long its next change may wait, because the last ones changed nothing here. */
  readonly #quietMs = new Map<string, number>();
  #dueMs = Infinity;
  #causes = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  #creditMs = SAVED_MS;
  #creditAtMs: number;
  #closed = false;

  constructor(options: InventoryWatchOptions) {
    this.#options = options;
    this.#creditAtMs = options.monotonicMs();
    this.#catalogue = createCataloguePaths(options.specs, options.home);
    this.#watch = new LogWatch({
      recursive: false,
      gatherMs: GATHER_MS,
      onNotice: (notice) => {
        this.#heard(notice);
      },
    });
  }

  /** What was found: its folders are watched from now on. @param changes how much of it was new or different */
  looked(inventory: Pick<Inventory, 'agents' | 'assets' | 'mcpServers' | 'projects'>, changes: number): void {
    if (this.#closed) return;
    this.#changes += changes;
    this.#projects = inventory.projects;
    const files = [
      ...inventory.agents.flatMap(({ configFiles }) => configFiles.map(({ path }) => path)),
      ...inventory.mcpServers.map(({ configPath }) => configPath),
      ...inventory.assets.map(({ path }) => path),
    ].filter((path) => /^(?:\/|[A-Za-z]:)/.test(path));
    this.#known = new Set(files);
    this.#skills = new Set(
      inventory.assets.flatMap(({ treeSha256, path }) =>
        treeSha256 === undefined ? [] : [treeFolderOf(path)],
      ),
    );
    const folders = new Set([this.#options.home.home, ...this.#projects]);
    const isInside = isAtOrBelow(new Set(folders));
    for (const file of this.#known) {
      // Beside a skill's folder the next one appears, and above it settings that were not there before.
      let folder = dirname(file);
      for (let up = 0; up < MAX_UP && !folders.has(folder); up++) {
        folders.add(folder);
        if (!isInside(folder)) break;
        folder = dirname(folder);
      }
    }
    // A look that nobody heard a reason for is to see everything.
    if (!this.#looking) this.#watched.clear();
    // Asking the disk for each of them again after each change would cost as much as the look.
    for (const folder of [...folders].slice(0, MAX_FOLDERS))
      if (!this.#watched.has(folder)) this.#add(folder);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#watch.close();
  }

  /** Folders watched, for measuring. */
  get size(): number {
    return this.#watch.size;
  }

  #add(folder: string): boolean {
    try {
      const stat = statSync(folder);
      if (!stat.isDirectory()) return false;
      this.#watch.add(folder, stat.ino, true);
      this.#watched.add(folder);
      return true;
    } catch {
      return false; // gone again
    }
  }

  #heard({ paths, overflow }: Notice): void {
    if (overflow || paths.size > MAX_PATHS) {
      this.#due('', 0);
      return;
    }
    for (const path of paths) {
      const isKnown = this.#known.has(path) || this.#skills.has(dirname(path));
      if (!isKnown && !this.#catalogue.concerns(path, this.#projects)) continue;
      this.#due(path, this.#quietMs.get(path) ?? 0);
      // A folder on the way to something: what is put into it next must be heard of too.
      if (!isKnown && this.#add(path)) this.#due(path, AGAIN_MS);
    }
  }

  #due(path: string, delayMs: number): void {
    this.#causes.add(path);
    const dueMs = this.#options.monotonicMs() + delayMs;
    if (dueMs < this.#dueMs) {
      this.#dueMs = dueMs;
      this.#arm();
    } else if (delayMs === AGAIN_MS) {
      // The look that is due already may come too early for what follows.
      setTimeout(() => {
        if (!this.#closed) this.#due(path, 0);
      }, AGAIN_MS).unref();
    }
  }

  #arm(): void {
    clearTimeout(this.#timer);
    if (this.#looking || !Number.isFinite(this.#dueMs)) return;
    const waitMs = Math.max(0, this.#dueMs - this.#options.monotonicMs(), this.#restMs());
    this.#timer = setTimeout(() => {
      void this.#run();
    }, waitMs).unref();
  }

  async #run(): Promise<void> {
    if (this.#closed || this.#looking) return;
    const causes = this.#causes;
    this.#causes = new Set();
    this.#dueMs = Infinity;
    this.#looking = true;
    this.#changes = 0;
    this.#doubt(causes);
    const startMs = this.#options.monotonicMs();
    try {
      await this.#options.look(causes.has('') ? undefined : causes);
    } catch (error) {
      this.#options.onError(error);
    } finally {
      this.#looking = false;
      this.#creditMs -= this.#options.monotonicMs() - startMs;
      this.#learn(causes);
      this.#arm();
    }
  }

  /** Folders that may have been made anew, at or below what changed, are looked for again; all of them when nobody knows. */
  #doubt(causes: ReadonlySet<string>): void {
    if (causes.has('')) {
      this.#watched.clear();
      return;
    }
    const isTouched = isAtOrBelow(causes);
    for (const folder of this.#watched) if (isTouched(folder)) this.#watched.delete(folder);
  }

  #learn(causes: ReadonlySet<string>): void {
    for (const path of causes) {
      if (this.#changes > 0) this.#quietMs.delete(path);
      else {
        const before = this.#quietMs.get(path);
        this.#quietMs.set(path, before === undefined ? FIRST_QUIET_MS : Math.min(MAX_QUIET_MS, 2 * before));
      }
    }
    if (this.#quietMs.size > MAX_FOLDERS) this.#quietMs.clear();
  }

  /** How long to rest, so that looking does not take more than its share. */
  #restMs(): number {
    const nowMs = this.#options.monotonicMs();
    this.#creditMs = Math.min(SAVED_MS, this.#creditMs + SHARE * (nowMs - this.#creditAtMs));
    this.#creditAtMs = nowMs;
    return this.#creditMs > 0 ? 0 : -this.#creditMs / SHARE;
  }
}
