import { setTimeout as sleep } from 'node:timers/promises';
import type { Method, Params } from '../../contract/ipc.ts';

/** What is needed of the local API. */
export interface Connection {
  readonly call: (method: Method, params: never) => Promise<unknown>;
  readonly close: () => void;
}

/** For a collector that starts, or comes back, after the agent: then it is asked less and less often. */
const RETRY_MS = [1_000, 5_000, 30_000];
const ATTEMPT_MS = 3_000;
/** The person waits for the prompt meanwhile. An answer takes some milliseconds. */
const FAREWELL_MS = 200;

/**
 * Tells the collector of one supervised agent, if it listens. Nothing here is ever waited for by the terminal, but the
 * farewell for 200 ms, and only when the collector had answered before. Whatever fails is silent: it concerns the
 * collector, and the person in front of the terminal is at other work.
 */
export class CollectorLink {
  readonly #connect: () => Promise<Connection | undefined>;
  readonly #stop = new AbortController();
  #known = false;

  /** @param connect resolves to `undefined` when no collector runs */
  constructor(connect: () => Promise<Connection | undefined>) {
    this.#connect = connect;
  }

  /** Goes on in the background until the collector has taken it, or `ended` is called. */
  started(params: Params<'exec.started'>): void {
    void this.#tellUntilKnown(params);
  }

  async ended(params: Params<'exec.ended'>): Promise<void> {
    this.#stop.abort();
    if (this.#known) await this.#attempt('exec.ended', params, FAREWELL_MS);
  }

  async #tellUntilKnown(params: Params<'exec.started'>): Promise<void> {
    const { signal } = this.#stop;
    for (let attempt = 0; !signal.aborted; attempt++) {
      if (await this.#attempt('exec.started', params, ATTEMPT_MS)) {
        this.#known = true;
        return;
      }
      try {
        await sleep(RETRY_MS[attempt] ?? 60_000, undefined, { signal, ref: false });
      } catch {
        return; // AbortError: the agent has ended.
      }
    }
  }

  /** @returns whether the collector said yes in time */
  async #attempt<M extends 'exec.started' | 'exec.ended'>(
    method: M,
    params: Params<M>,
    timeoutMs: number,
  ): Promise<boolean> {
    let connection: Connection | undefined;
    const late = new AbortController();
    const told = async (): Promise<boolean> => {
      try {
        connection = await this.#connect();
        if (connection === undefined) return false;
        if (late.signal.aborted) return false;
        await Reflect.apply(connection.call, connection, [method, params]);
        return true;
      } catch {
        return false; // Refused, gone, or an older collector that does not know the method.
      } finally {
        connection?.close();
      }
    };
    const timer = setTimeout(() => {
      late.abort();
      connection?.close();
    }, timeoutMs);
    try {
      return await Promise.race([
        told(),
        new Promise<boolean>((resolve) => {
          late.signal.addEventListener('abort', () => {
            resolve(false);
          });
        }),
      ]);
    } finally {
      clearTimeout(timer);
    }
  }
}
