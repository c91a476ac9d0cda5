import { AGENTS } from './agents/index.ts';
import type { PathContext } from './agents/path-context.ts';
import type { BehaviourWatch } from './behaviour-watch.ts';
import { LookMemory } from './discovery/parts.ts';
import { FactFindings } from './fact-findings.ts';
import type { HealthTracker } from './health/tracker.ts';
import {
  type InventoryPicture,
  type StoredInventory,
  storeInventory,
  takeInventory,
} from './inventory-task.ts';
import { InventoryWatch } from './inventory-watch.ts';
import type { Clock } from './lib/clock.ts';
import type { Platform } from './platform/platform.ts';
import type { DetectionRule } from './rules/rule.ts';
import type { RunningConfig } from './running-config.ts';
import type { Store } from './store/store.ts';
import { TextFindings } from './text-findings.ts';
import type { Witnessing } from './witnessing.ts';

export interface InventoryingOptions {
  readonly store: Store;
  readonly config: Pick<RunningConfig, 'now'>;
  readonly homes: readonly PathContext[];
  /** The homes are this machine's own: its processes and other places are looked at too. */
  readonly ownHome: boolean;
  readonly platform: Platform;
  readonly fingerprint: (value: string) => string;
  /** As they are at the time of asking. */
  readonly rules: () => readonly DetectionRule[];
  readonly behaviour: Pick<BehaviourWatch, 'look' | 'configure'>;
  readonly witnessing: Pick<Witnessing, 'configure'>;
  readonly clock: Clock;
  readonly health: Pick<HealthTracker, 'raise' | 'clear'>;
  readonly onRuleFailed: (ruleId: string) => void;
  /** A picture is stored. */
  readonly onLooked: (picture: InventoryPicture, stored: StoredInventory) => void;
  /** A look that nobody waits for failed. */
  readonly onError: (error: unknown) => void;
}

/** Looks at the machine: in turn when asked, and at once when a file that steers agents changed. */
export class Inventorying {
  readonly #options: InventoryingOptions;
  readonly #texts = new TextFindings();
  readonly #facts = new FactFindings();
  readonly #memory = new LookMemory();
  #last: Promise<unknown> = Promise.resolve();
  /** Where something happened since the last look, when that is why it is taken. */
  #changedPaths: ReadonlySet<string> | undefined;
  #watch: InventoryWatch | undefined;
  #behind: Promise<void> = Promise.resolve();
  #isDue = false;

  constructor(options: InventoryingOptions) {
    this.#options = options;
  }

  /** Watches what is found, from the next look on. @param take has a look taken, and does all that belongs to one */
  watch(take: () => Promise<void>): void {
    const home = this.#options.homes[0];
    if (home === undefined) return;
    this.#watch = new InventoryWatch({
      home,
      specs: AGENTS,
      look: async (changed) => {
        // A look that is waiting for its turn must know too; one that nobody gave a reason sees everything anyway.
        this.#changedPaths = changed;
        await take();
      },
      monotonicMs: this.#options.clock.monotonicMs,
      onError: this.#options.onError,
    });
  }

  /** One look after the other: an older picture must not replace a newer one. */
  look(): Promise<InventoryPicture> {
    const look = this.#last.then(() => this.#lookAround());
    this.#last = look.catch(() => undefined);
    return look;
  }

  /** Has a look taken while other work goes on; `close` waits for it. */
  lookBehind(take: () => Promise<void>): void {
    const look = take().catch(this.#options.onError);
    this.#behind = Promise.all([this.#behind, look]).then(() => undefined);
  }

  /** A decision changed what the findings say, and no file: one look for all decisions that wait for it. */
  lookAgain(take: () => Promise<void>): void {
    if (this.#isDue) return;
    this.#isDue = true;
    // Whoever waits for a look already reads its files; one without a reason follows with its own.
    this.#changedPaths ??= new Set();
    this.lookBehind(take);
  }

  /** Resolves when the looks that were begun behind other work have ended. */
  async close(): Promise<void> {
    await this.#behind;
    this.#watch?.close();
  }

  async #lookAround(): Promise<InventoryPicture> {
    const { config, store, health, clock, homes, ownHome, behaviour } = this.#options;
    const rules = this.#options.rules();
    const changed = this.#changedPaths;
    this.#changedPaths = undefined;
    this.#isDue = false;
    if (changed === undefined) this.#memory.forgetAll();
    else this.#memory.forget(changed);
    const { scan, agents } = config.now;
    const picture = await takeInventory({
      homes,
      specs: AGENTS,
      rules,
      platform: this.#options.platform,
      fingerprint: this.#options.fingerprint,
      nowMs: clock.nowMs,
      maxProjects: scan.maxProjects,
      memory: this.#memory,
      texts: this.#texts,
      facts: this.#facts,
      unknownAgents: ownHome ? await behaviour.look() : [],
      sanction: agents,
      elsewhere: ownHome && scan.elsewhere,
      projectsFromSessions: store.read.workingFolders(scan.maxProjects),
      decisions: store.approvals.list({ gone: true }),
      onRuleFailed: this.#options.onRuleFailed,
    });
    // What is known now serves also when the store takes nothing.
    this.#options.witnessing.configure(picture.inventory.facts);
    behaviour.configure(picture.inventory.facts);
    const stored = storeInventory(picture, rules, store, clock.nowMs());
    if (picture.inventory.agents.length === 0) health.raise('no-agents');
    else health.clear('no-agents');
    this.#options.onLooked(picture, stored);
    this.#watch?.looked(picture.inventory, stored.kinds.size);
    return picture;
  }
}
