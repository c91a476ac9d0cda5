import type { Connection, ConnectionChange, Endpoint } from '../contract/connection.ts';
import { processId, type ProcessKey } from '../contract/process.ts';
import type { ConnectionReading } from '../platform/process-reader.ts';
import type { HostNames } from './net-hosts.ts';
import type { WatchClock } from './process-watch.ts';

const FAST_MS = 1000;
const SLOW_MS = 10_000;
/** Remotes and listeners remembered per process, and processes; more are counted and told of again when seen. */
const MAX_PER_PROCESS = 1024;
const MAX_PROCESSES = 4096;
const MAX_SHARE = 20;

export interface ConnectionBatch {
  readonly timeMs: number;
  readonly changes: readonly ConnectionChange[];
}

export interface NetWatchOptions {
  readonly reader: { connections(processes: readonly ProcessKey[]): Promise<ConnectionReading> };
  /** Processes of interest now: the trees of the agents. None: nothing is read. */
  readonly processes: () => readonly ProcessKey[];
  /** An agent works: look every second instead of every ten. */
  readonly isBusy: () => boolean;
  readonly hosts: Pick<HostNames, 'namesOf'>;
  readonly onChanges: (batch: ConnectionBatch) => void;
  /** After every look that read something, with all of it. */
  readonly onRead?: (connections: readonly Connection[], timeMs: number) => void;
  readonly clock: WatchClock;
}

/**
 * Looks at the sockets of agents' processes and tells of each remote address and port the first time a process talks to
 * it, and of each new listener. What connects and closes between two looks is not seen.
 */
export class NetWatch {
  readonly #options: NetWatchOptions;
  /** Told of already, by process. */
  #seen = new Map<string, Set<string>>();
  #connections: readonly Connection[] = [];
  #cancelTimer: (() => void) | undefined;
  #looking: Promise<void> | undefined;
  #running = false;
  #truncated = 0;
  #failures = 0;
  #lastMs = 0;

  constructor(options: NetWatchOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#schedule();
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#cancelTimer?.();
    await this.#looking;
  }

  /** Looks now; calls that overlap share one look. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
      this.#schedule();
    });
    return this.#looking;
  }

  /** All sockets of the processes of interest, as last read. */
  connections(): readonly Connection[] {
    return this.#connections;
  }

  health(): { readonly truncated: number; readonly failures: number; readonly lastMs: number } {
    return { truncated: this.#truncated, failures: this.#failures, lastMs: this.#lastMs };
  }

  #schedule(): void {
    this.#cancelTimer?.();
    if (!this.#running) return;
    const wantedMs = this.#options.isBusy() ? FAST_MS : SLOW_MS;
    this.#cancelTimer = this.#options.clock.after(Math.max(wantedMs, this.#lastMs * MAX_SHARE), () => {
      void this.look();
    });
  }

  async #look(): Promise<void> {
    const { clock, processes, reader, onChanges } = this.#options;
    const wanted = processes();
    const startedMs = clock.monotonicMs();
    let reading: ConnectionReading;
    try {
      reading =
        wanted.length === 0 ? { connections: [], truncated: false } : await reader.connections(wanted);
    } catch {
      this.#failures += 1; // `netstat` missing or killed: tried again
      return;
    }
    this.#lastMs = clock.monotonicMs() - startedMs;
    if (reading.truncated) this.#truncated += 1;
    this.#connections = reading.connections;
    this.#options.onRead?.(reading.connections, clock.nowMs());
    this.#forgetEnded(wanted);
    // Listeners first: they tell which connections came in.
    const inOrder = [...reading.connections].sort((a, b) => Number(b.listening) - Number(a.listening));
    const changes = inOrder.flatMap((connection) => this.#changeOf(connection));
    if (changes.length > 0) onChanges({ timeMs: clock.nowMs(), changes });
  }

  #forgetEnded(wanted: readonly ProcessKey[]): void {
    const ids = new Set(wanted.map(processId));
    for (const id of this.#seen.keys()) if (!ids.has(id)) this.#seen.delete(id);
  }

  #changeOf(connection: Connection): readonly ConnectionChange[] {
    const { remote, protocol, local, listening } = connection;
    if (remote !== undefined) {
      // A server's clients come from ever new ports; they connected, not it.
      if (this.#isAccepted(connection)) return [];
      if (!this.#isNew(connection.process, `> ${protocol} ${place(remote)}`)) return [];
      const hosts = this.#options.hosts.namesOf(remote.address);
      return [{ kind: 'connect', connection: { ...connection, remote }, hosts }];
    }
    return listening && this.#isNew(connection.process, `< ${protocol} ${place(local)}`)
      ? [{ kind: 'listen', connection }]
      : [];
  }

  /** The local port is one that the same process listens on. */
  #isAccepted({ process, protocol, local }: Connection): boolean {
    const seen = this.#seen.get(processId(process));
    return (
      seen !== undefined &&
      [local.address, '0.0.0.0', '::'].some((address) =>
        seen.has(`< ${protocol} ${place({ ...local, address })}`),
      )
    );
  }

  #isNew(process: ProcessKey, what: string): boolean {
    const id = processId(process);
    let seen = this.#seen.get(id);
    if (seen === undefined) {
      if (this.#seen.size >= MAX_PROCESSES) return true;
      seen = new Set();
      this.#seen.set(id, seen);
    }
    if (seen.has(what)) return false;
    if (seen.size < MAX_PER_PROCESS) seen.add(what);
    return true;
  }
}

function place({ address, port }: Endpoint): string {
  return `${address} ${port}`;
}
