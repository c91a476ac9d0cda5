import type { Connection, Endpoint } from './contract/connection.ts';
import { processId, type ProcessKey } from './contract/process.ts';

const DAY_MS = 86_400_000;
/** Programs of sessions and the addresses they talk to. */
const MAX_SUMS = 2_048;
const MAX_OPEN = 16_384;
const WEIGHED_BYTES = 1_000_000;

/** What all connections of one program to one address have carried within a day. */
export interface TrafficSum {
  /** The one that was seen sending last. */
  readonly process: ProcessKey;
  readonly remote: Endpoint;
  readonly bytesOut: number;
  readonly bytesIn: number;
  readonly connections: number;
}

interface Sum extends TrafficSum {
  readonly sinceMs: number;
  readonly toldBytes: number;
}

/**
 * Adds up what connections carry, also those that are closed: a lot that leaves in small pieces is a lot. What a
 * connection carried after the last look at it is not known.
 */
export class TrafficSums {
  /** Bytes at the last look, by connection. */
  #open = new Map<string, { readonly bytesOut: number; readonly bytesIn: number }>();
  readonly #sums = new Map<string, Sum>();

  /** @param ownerOf whose traffic it is: a session and a program; nothing for what is nobody's */
  look(
    connections: readonly Connection[],
    ownerOf: (process: ProcessKey) => string | undefined,
    nowMs: number,
  ): void {
    const open = new Map<string, { readonly bytesOut: number; readonly bytesIn: number }>();
    for (const { process, remote, local, bytesOut, bytesIn = 0 } of connections) {
      if (remote === undefined || bytesOut === undefined || open.size >= MAX_OPEN) continue;
      const id = `${processId(process)} ${local.port} ${remote.address} ${remote.port}`;
      const before = this.#open.get(id);
      open.set(id, { bytesOut, bytesIn });
      if (before?.bytesOut === bytesOut && before.bytesIn === bytesIn) continue;
      const owner = ownerOf(process);
      if (owner === undefined) continue;
      this.#add(`${owner} ${remote.address}`, nowMs, {
        process,
        remote,
        // The same ports again, and less than before: another connection.
        bytesOut: bytesOut - (before !== undefined && before.bytesOut <= bytesOut ? before.bytesOut : 0),
        bytesIn: bytesIn - (before !== undefined && before.bytesIn <= bytesIn ? before.bytesIn : 0),
        connections: before === undefined ? 1 : 0,
      });
    }
    this.#open = open;
  }

  /** Each sum when a megabyte has left, and again whenever that has doubled. */
  take(): readonly TrafficSum[] {
    const told: TrafficSum[] = [];
    for (const [key, sum] of this.#sums) {
      if (sum.bytesOut < WEIGHED_BYTES || sum.bytesOut < 2 * sum.toldBytes) continue;
      this.#sums.set(key, { ...sum, toldBytes: sum.bytesOut });
      const { process, remote, bytesOut, bytesIn, connections } = sum;
      told.push({ process, remote, bytesOut, bytesIn, connections });
    }
    return told;
  }

  #add(key: string, nowMs: number, more: TrafficSum): void {
    const known = this.#sums.get(key);
    const sum =
      known !== undefined && nowMs - known.sinceMs < DAY_MS
        ? known
        : { bytesOut: 0, bytesIn: 0, connections: 0, sinceMs: nowMs, toldBytes: 0 };
    this.#sums.delete(key);
    this.#sums.set(key, {
      process: more.process,
      remote: more.remote,
      bytesOut: sum.bytesOut + more.bytesOut,
      bytesIn: sum.bytesIn + more.bytesIn,
      connections: sum.connections + more.connections,
      sinceMs: sum.sinceMs,
      toldBytes: sum.toldBytes,
    });
    const oldest = this.#sums.size > MAX_SUMS ? this.#sums.keys().next().value : undefined;
    if (oldest !== undefined) this.#sums.delete(oldest);
  }
}
