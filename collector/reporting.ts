import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import { AGENTS } from './agents/index.ts';
import type { Config } from './contract/config.ts';
import { type InventoryItem, type ReportItem, reportUid } from './contract/report.ts';
import type { SentPayload, SentStats } from './contract/sent.ts';
import type { HealthTracker } from './health/tracker.ts';
import type { Clock } from './lib/clock.ts';
import type { Platform } from './platform/platform.ts';
import type { RunningConfig } from './running-config.ts';
import type { OcsfContext } from './report/ocsf.ts';
import type { AnsweredRequest, Reporter, ReporterLog } from './report/reporter-types.ts';
import type { Store } from './store/store.ts';

export interface ReportingOptions {
  readonly config: Pick<RunningConfig, 'now' | 'onChange'>;
  readonly platform: Platform;
  readonly clock: Clock;
  readonly version: string;
  readonly fingerprint: (value: string) => string;
  readonly store: Store;
  readonly health: HealthTracker;
  readonly log: ReporterLog;
  /** Something was sent and is in the store now. */
  readonly onSent?: () => void;
}

const SEVERITY_NAMES = ['', 'informational', 'low', 'medium', 'high', 'critical'] as const;

/** Nothing is queued, and the sender is not even loaded, while there is no address or the mode is `off`. */
export function isReporting(config: Config): boolean {
  return config.reporting.endpoint !== undefined && config.reporting.mode !== 'off';
}

/** The sending side of the collector: what goes into the queue besides events, and the sender that empties it. */
export class Reporting {
  readonly #options: ReportingOptions;
  #reporter: Reporter | undefined;
  /** Aborted when sending goes on with other settings, or not at all. */
  #changed = new AbortController();

  constructor(options: ReportingOptions) {
    this.#options = options;
    options.config.onChange((now, before) => {
      if (!isDeepStrictEqual(now.reporting, before.reporting)) this.#changed.abort();
    });
  }

  get isOn(): boolean {
    return isReporting(this.#options.config.now);
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

  /** How the sending goes. */
  stats(): Pick<SentStats, 'on' | 'mode' | 'endpoint' | 'state' | 'lastSuccessMs' | 'failing'> {
    const { mode, endpoint } = this.#options.config.now.reporting;
    const { state = 'off', lastSuccessMs, failing } = this.#reporter?.stats() ?? {};
    return {
      on: this.isOn,
      mode: this.isOn ? mode : 'off',
      ...(endpoint !== undefined && { endpoint }),
      state,
      ...(lastSuccessMs !== undefined && { lastSuccessMs }),
      ...(failing !== undefined && { failing }),
    };
  }

  /** What a mode would send of this: made by the very code that sends. `undefined` when it lets nothing out. */
  async preview(item: ReportItem, mode: SentStats['mode']): Promise<SentPayload | undefined> {
    const { fieldsFor } = await import('./report/fields-for.ts');
    const reduced = fieldsFor(mode, item, this.#options.fingerprint);
    if (reduced === undefined) return undefined;
    const { toLogRecord } = await import('./report/otlp.ts');
    const { body, attributes } = toLogRecord(reduced, await this.#context());
    return { body, attributes: { ...attributes } };
  }

  /** There is something new to send. */
  wake(): void {
    this.#reporter?.wake();
  }

  /** Sends until told to stop, at once with other settings when they change. What waits in the queue is kept. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#changed = new AbortController();
      const cut = this.#changed.signal;
      const until = AbortSignal.any([signal, cut]);
      if (this.isOn) await this.#send(until, cut);
      if (!until.aborted) await once(until, 'abort');
    }
  }

  /** A setting that cannot be used is said in health. */
  async #send(signal: AbortSignal, cut: AbortSignal): Promise<void> {
    const { health } = this.#options;
    try {
      this.#reporter = await this.#open();
      await this.#reporter.run(signal, cut);
      // What went wrong did so with settings that are gone.
      if (cut.aborted) health.clear('report-failing');
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'the sender could not be started';
      health.raise('report-failing', { reason });
    } finally {
      this.#reporter = undefined;
    }
  }

  async #open(): Promise<Reporter> {
    const { config, store, clock, log, fingerprint, health } = this.#options;
    const { createReporter } = await import('./report/reporter.ts');
    return createReporter({
      config: config.now.reporting,
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
      onSent: (request) => {
        this.#keep(request);
      },
      onHealth: (item) => {
        if (item.state === 'cleared') health.clear(item.code);
        else if (item.code === 'report-failing') health.raise(item.code, { reason: item.reason });
        else health.raise(item.code, { reason: item.reason, count: item.count }, item.reason);
      },
    });
  }

  /** Kept for the person to look at; a store that takes nothing now must not stop the sending. */
  #keep({ records, ...request }: AnsweredRequest): void {
    try {
      this.#options.store.sent.add({
        ...request,
        records: records.map(({ eventName, severityId, attributes, body }) => ({
          uid: String(attributes['log.record.uid']),
          name: eventName,
          severity: SEVERITY_NAMES[severityId] ?? '',
          attributes,
          body,
        })),
      });
      this.#options.onSent?.();
    } catch {
      this.#options.log.warn('what was sent could not be kept for the window');
    }
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
