import { randomUUID } from 'node:crypto';
import { AGENTS } from './agents/index.ts';
import type { Config } from './contract/config.ts';
import { type InventoryItem, reportUid } from './contract/report.ts';
import type { HealthTracker } from './health/tracker.ts';
import type { Clock } from './lib/clock.ts';
import type { Platform } from './platform/platform.ts';
import type { OcsfContext } from './report/ocsf.ts';
import type { Reporter, ReporterLog } from './report/reporter-types.ts';
import type { Store } from './store/store.ts';

export interface ReportingOptions {
  readonly config: Config;
  readonly platform: Platform;
  readonly clock: Clock;
  readonly version: string;
  readonly fingerprint: (value: string) => string;
  readonly store: Store;
  readonly health: HealthTracker;
  readonly log: ReporterLog;
}

/** Nothing is queued, and the sender is not even loaded, while there is no address or the mode is `off`. */
export function isReporting(config: Config): boolean {
  return config.reporting.endpoint !== undefined && config.reporting.mode !== 'off';
}

/** The sending side of the collector: what goes into the queue besides events, and the sender that empties it. */
export class Reporting {
  readonly #options: ReportingOptions;
  readonly isOn: boolean;
  #reporter: Reporter | undefined;

  constructor(options: ReportingOptions) {
    this.#options = options;
    this.isOn = isReporting(options.config);
  }

  /** Puts what is neither event nor finding into the queue. */
  enqueue(items: readonly InventoryItem[]): void {
    if (!this.isOn || items.length === 0) return;
    try {
      this.#options.store.outbox.enqueue(
        items.map((item) => ({
          uid: reportUid(item),
          priority: 'inventory' as const,
          json: JSON.stringify(item),
          createdMs: item.observedMs,
        })),
      );
    } catch {
      // A full disk is often the very thing that is to be told; the next picture of the machine tells it again.
      this.#options.log.warn('an inventory item was not queued');
    }
    this.wake();
  }

  /** There is something new to send. */
  wake(): void {
    this.#reporter?.wake();
  }

  /** Sends until told to stop. A setting that cannot be used is said in health; the queue is kept. */
  async run(signal: AbortSignal): Promise<void> {
    if (!this.isOn) return;
    try {
      this.#reporter = await this.#open();
      await this.#reporter.run(signal);
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'the sender could not be started';
      this.#options.health.raise('report-failing', { reason });
    }
  }

  async #open(): Promise<Reporter> {
    const { config, store, clock, log, fingerprint, health } = this.#options;
    const { createReporter } = await import('./report/reporter.ts');
    return createReporter({
      config: config.reporting,
      // Asked for anew each time: a damaged store is replaced under way.
      outbox: {
        peek: (maxRows, maxBytes) => store.outbox.peek(maxRows, maxBytes),
        acknowledge: (ids) => {
          store.outbox.acknowledge(ids);
        },
        drop: (ids, reason) => {
          store.outbox.drop(ids, reason);
        },
        size: () => store.outbox.size(),
      },
      context: await this.#context(),
      instanceId: randomUUID(),
      pseudonym: fingerprint,
      clock,
      random: Math.random,
      log,
      env: process.env,
      onHealth: (item) => {
        if (item.state === 'cleared') health.clear(item.code);
        else if (item.code === 'report-failing') health.raise(item.code, { reason: item.reason });
        else health.raise(item.code, { reason: item.reason, count: item.count }, item.reason);
      },
    });
  }

  async #context(): Promise<OcsfContext> {
    const { platform, version, fingerprint } = this.#options;
    const host = platform.readHost();
    // A machine without an id of its own is told apart by its name, keyed so that the name cannot be read back.
    const uid = (await platform.readMachineId()) ?? fingerprint(host.hostname);
    return {
      productVersion: version,
      device: { uid, hostname: host.hostname, platform: host.os, osVersion: host.osVersion },
      agentNames: new Map(AGENTS.map((agent) => [agent.id, agent.name])),
    };
  }
}
