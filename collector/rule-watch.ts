import { setInterval, clearInterval } from 'node:timers';
import type { HealthTracker } from './health/tracker.ts';
import type { DetectionRule } from './rules/rule.ts';
import { keepPackVersion, readPackVersion } from './pack-version.ts';
import { BUILT_IN, loadRuleSet, type RuleSet, type RuleSource, startingWith } from './rule-set.ts';

/** A look is one listing of two folders, nearly always empty or absent: cheaper than two more watches. */
const LOOK_MS = 5_000;

export interface RuleWatchOptions {
  readonly folders: readonly string[];
  readonly health: Pick<HealthTracker, 'raise' | 'clear'>;
  /** Where the newest version of a data pack is kept over a restart. */
  readonly packVersionFile: string;
}

/** The rules in use now. Files of the organisation's folders are read again when they change, while everything runs. */
export class RuleWatch {
  readonly #options: RuleWatchOptions;
  #set: RuleSet = BUILT_IN;
  readonly #told = new Set<string>();
  readonly #toldPacks = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RuleWatchOptions) {
    this.#options = options;
  }

  get rules(): readonly DetectionRule[] {
    return this.#set.rules;
  }

  /** For threads that make the rules anew. */
  get sources(): readonly RuleSource[] {
    return this.#set.sources;
  }

  /** Resolves when the rules are there. */
  async start(): Promise<void> {
    this.#set = startingWith(readPackVersion(this.#options.packVersionFile));
    await this.look();
    this.#timer = setInterval(() => {
      void this.look();
    }, LOOK_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** @returns whether anything changed. */
  async look(): Promise<boolean> {
    const before = this.#set;
    this.#set = await loadRuleSet(this.#options.folders, before);
    if (this.#set === before) return false;
    const { packVersion = 0 } = this.#set;
    if (packVersion > (before.packVersion ?? 0)) keepPackVersion(this.#options.packVersionFile, packVersion);
    this.#tell();
    return true;
  }

  #tell(): void {
    const { health } = this.#options;
    const now = new Map(
      this.#set.problems.map((problem) => [`${problem.path}:${String(problem.line)}`, problem.reason]),
    );
    for (const place of this.#told) if (!now.has(place)) health.clear('org-rule-refused', place);
    this.#told.clear();
    for (const [place, reason] of now) {
      this.#told.add(place);
      health.raise('org-rule-refused', { place, reason }, place);
    }
    const packs = new Map(this.#set.packProblems.map(({ path, reason }) => [path, reason]));
    for (const path of this.#toldPacks) if (!packs.has(path)) health.clear('data-pack-refused', path);
    this.#toldPacks.clear();
    for (const [place, reason] of packs) {
      this.#toldPacks.add(place);
      health.raise('data-pack-refused', { place, reason }, place);
    }
  }
}
