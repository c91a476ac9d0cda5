import type { ProcessEventBatch } from './process-event-batch.ts';
import type { OpenedProcessEvents, ProcessEventHandlers, ProcessEvents } from './process-events.ts';

export interface EventSwitchOptions {
  /** Absent: there is no event source. */
  readonly open?: (handlers: ProcessEventHandlers) => Promise<OpenedProcessEvents>;
  /** Only while an agent runs, and a minute longer: nothing is to be seen otherwise, and the thread costs memory. */
  readonly withAgents: boolean;
  readonly onBatch: (batch: ProcessEventBatch) => void;
  /** Events begin to come, or end. @param opened a table read from now on misses nothing */
  readonly onChange: (opened: boolean) => void;
}

const KEEP_MS = 60_000;
const RETRY_MS = 600_000;
const NO_AGENT = 'no agent runs';

/** Opens and closes the kernel's process events. */
export class ProcessEventSwitch {
  readonly #options: EventSwitchOptions;
  #events: ProcessEvents | undefined;
  #reason: string | undefined = 'no event source';
  #refused = false;
  #opening: Promise<void> | undefined;
  #stopped = false;
  #againMs = -Infinity;
  #lastAgentMs = -Infinity;

  constructor(options: EventSwitchOptions) {
    this.#options = options;
  }

  get isOn(): boolean {
    return this.#events !== undefined;
  }

  /** Why there are no events; `undefined` while there are. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** They were asked for and could not be had. */
  get refused(): boolean {
    return this.#refused;
  }

  async start(): Promise<void> {
    this.#stopped = false;
    if (this.#options.withAgents) this.#reason = NO_AGENT;
    else await this.#open();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#opening;
    await this.#events?.close();
    this.#events = undefined;
  }

  /** Call after each look at the table. */
  follow(hasAgents: boolean, nowMs: number): void {
    if (!this.#options.withAgents) return;
    if (hasAgents) this.#lastAgentMs = nowMs;
    const wanted = nowMs - this.#lastAgentMs < KEEP_MS;
    if (wanted === this.isOn || this.#opening !== undefined || this.#stopped) return;
    if (!wanted) {
      void this.#events?.close();
      this.#events = undefined;
      this.#reason = NO_AGENT;
      this.#options.onChange(false);
    } else if (nowMs >= this.#againMs) {
      this.#againMs = nowMs + RETRY_MS;
      this.#opening = this.#open().finally(() => {
        this.#opening = undefined;
        if (this.isOn) this.#againMs = -Infinity;
        if (!this.#stopped) this.#options.onChange(this.isOn);
      });
    }
  }

  async #open(): Promise<void> {
    const opened = await this.#options.open?.({
      onBatch: this.#options.onBatch,
      onEnd: (reason) => {
        this.#events = undefined;
        this.#reason = reason;
        this.#refused = true;
        this.#options.onChange(false);
      },
    });
    if (opened === undefined) return;
    this.#refused = !opened.ok;
    this.#reason = opened.ok ? undefined : opened.reason;
    this.#events = opened.ok ? opened.events : undefined;
  }
}
