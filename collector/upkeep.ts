import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from './contract/config.ts';
import type { DailyCounts } from './contract/report.ts';
import type { HealthTracker } from './health/tracker.ts';
import type { InventoryPicture } from './inventory-task.ts';
import type { Clock } from './lib/clock.ts';
import { removeOldCopies } from './copies.ts';
import { readStamps } from './read-config-stamps.ts';
import type { Store } from './store/store.ts';

export interface UpkeepOptions {
  readonly store: Store;
  /** As it is at the time of asking. */
  readonly config: Config;
  /** Where settings come from. */
  readonly settingsFiles: readonly string[];
  /** One of these files changed. */
  readonly reloadSettings: () => void;
  readonly clock: Clock;
  readonly health: HealthTracker;
  readonly signal: AbortSignal;
  readonly takeInventory: () => Promise<InventoryPicture>;
  /** Something that is not in the last inventory began to behave like an agent. */
  readonly hasNewAgents?: () => Promise<boolean>;
  readonly sourceHealth: () => readonly { readonly code: string; readonly text: string }[];
  /** History is being read: what can wait leaves the store to that. */
  readonly isReading?: () => boolean;
  readonly reportCounts: (counts: DailyCounts) => void;
  readonly onError: (error: unknown) => void;
}

export interface Upkeep {
  /** Takes the inventory now. */
  readonly inventory: () => Promise<void>;
  /** Resolves when everything periodic has ended, after the signal. */
  readonly stopped: () => Promise<void>;
}

const SECOND = 1_000;
const DAY_MS = 86_400_000;
/** A clock that moved by more than this against the monotonic one was set. */
const CLOCK_JUMP_MS = 60 * SECOND;
const CLOCK_JUMP_SHOWN_MS = 3_600 * SECOND;

/** What must be done from time to time, each in its own loop so that a slow one does not hold up the others. */
export function startUpkeep(options: UpkeepOptions): Upkeep {
  const { store, clock, health, signal } = options;
  let watched: readonly string[] = [];
  let stamps = '';
  let healthKeys = new Set<string>();
  let unreadableBefore = new Set<string>();

  const inventory = async (): Promise<void> => {
    const { inventory: found } = await options.takeInventory();
    watched = [
      ...new Set([
        ...found.agents.flatMap((agent) => agent.configFiles.map((file) => file.path)),
        ...found.assets.map((asset) => asset.path),
      ]),
    ].slice(0, 2_000);
    stamps = readStamps(watched);
    const unreadable = new Set(found.health.map((item) => item.text));
    for (const text of unreadable) health.raise('config-unreadable', { text }, text);
    for (const text of unreadableBefore) if (!unreadable.has(text)) health.clear('config-unreadable', text);
    unreadableBefore = unreadable;
  };

  const sourceNotices = (): void => {
    const now = new Set<string>();
    for (const { code, text } of options.sourceHealth()) {
      now.add(code);
      health.raise('source-notice', { text }, code);
    }
    for (const code of healthKeys) if (!now.has(code)) health.clear('source-notice', code);
    healthKeys = now;
  };

  const clockOffset = (): number => clock.nowMs() - clock.monotonicMs();
  let offset = clockOffset();
  let jumpedAtMs: number | undefined;
  /** Only backwards: the monotonic clock stands still while a machine sleeps, so every wake-up looks like a jump ahead. */
  const watchClock = (): void => {
    const moved = clockOffset() - offset;
    offset += moved;
    if (moved < -CLOCK_JUMP_MS) {
      jumpedAtMs = clock.monotonicMs();
      health.raise('clock-jump', { seconds: Math.round(moved / SECOND) });
    } else if (jumpedAtMs !== undefined && clock.monotonicMs() - jumpedAtMs > CLOCK_JUMP_SHOWN_MS) {
      jumpedAtMs = undefined;
      health.clear('clock-jump');
    }
  };
  let settingsStamps = readStamps(options.settingsFiles);
  const watchSettings = (): void => {
    const now = readStamps(options.settingsFiles);
    if (now === settingsStamps) return;
    settingsStamps = now;
    options.reloadSettings();
  };
  const tasks = [
    every(10 * SECOND, async () => {
      if (readStamps(watched) !== stamps || (await options.hasNewAgents?.()) === true) await inventory();
    }),
    every(300 * SECOND, inventory),
    every(15 * SECOND, async () => {
      if (options.isReading?.() !== true) await indexSearch(store, signal);
    }),
    every(2 * SECOND, watchSettings),
    every(5 * SECOND, () => {
      sourceNotices();
      watchClock();
    }),
    every(30 * SECOND, () => {
      raiseDrift(store, health);
    }),
    every(3_600 * SECOND, () => {
      const dayStartMs = clock.nowMs() - (clock.nowMs() % DAY_MS);
      options.reportCounts({
        dayStartMs,
        agents: store.read.countsSince(dayStartMs),
        dropped: store.outbox.dropped(),
      });
    }),
    every(600 * SECOND, async () => {
      await removeOld(store, options.config.retention, signal);
      removeOldCopies(store, clock.nowMs(), options.config.retention.days);
      const { maxQueueBytes, maxQueueAgeDays } = options.config.reporting;
      store.outbox.trim(maxQueueBytes, clock.nowMs() - maxQueueAgeDays * DAY_MS);
    }),
  ];
  return {
    inventory,
    stopped: async () => {
      await Promise.all(tasks);
    },
  };

  async function every(pauseMs: number, run: () => void | Promise<void>): Promise<void> {
    while (!signal.aborted) {
      try {
        await sleep(pauseMs, undefined, { signal });
      } catch {
        return; // Told to stop.
      }
      try {
        await run();
      } catch (error) {
        options.onError(error);
      }
    }
  }
}

/** Brings the search index up to date in small steps, and rests four times as long as it worked. */
export async function indexSearch(store: Store, signal: AbortSignal): Promise<void> {
  await inSteps(signal, () => store.search.step() > 0);
}

async function removeOld(store: Store, limits: Config['retention'], signal: AbortSignal): Promise<void> {
  await inSteps(signal, () => {
    const { removedByAge, removedBySize } = store.applyRetention(limits, 1);
    return removedByAge + removedBySize > 0;
  });
}

const REST = 4;

/** Work that locks the store goes on as long as `step` says that there is more, and leaves room for the tail. */
async function inSteps(signal: AbortSignal, step: () => boolean): Promise<void> {
  for (;;) {
    const startMs = performance.now();
    if (signal.aborted || !step()) return;
    await sleep(REST * (performance.now() - startMs), undefined, { signal }).catch(() => undefined);
  }
}

const DRIFT_TYPES_SHOWN = 5;

/** "No findings" must never mean that the parser went blind: what it does not know is said. */
export function raiseDrift(store: Store, health: HealthTracker): void {
  const unknown = new Map<string, { n: number; types: string[] }>();
  const rejected = new Map<string, { n: number; types: string[] }>();
  for (const { agentId, what, n } of store.read.parserCounts()) {
    const at = what.indexOf(':');
    const group = what.startsWith('unknown:') ? unknown : what.startsWith('rejected:') ? rejected : undefined;
    if (group === undefined) continue;
    const entry = group.get(agentId) ?? { n: 0, types: [] };
    entry.n += n;
    if (entry.types.length < DRIFT_TYPES_SHOWN) entry.types.push(what.slice(at + 1));
    group.set(agentId, entry);
  }
  for (const [agent, { n, types }] of unknown) {
    health.raise('parser-drift', { agent, count: n, types: types.join(', ') }, agent);
  }
  for (const [agent, { n, types }] of rejected) {
    health.raise('parser-rejected', { agent, count: n, reasons: types.join(', ') }, agent);
  }
}
