import { ErrorCodes, ResponseError } from 'vscode-jsonrpc/node';
import { METHODS, type Notice, type Notification } from '../contract/ipc.ts';

/** More than this waiting for a caller: it is behind, and gets no more notices until it has caught up. */
const BEHIND_BYTES = 1_048_576;

/**
 * What one caller is told. A caller that does not keep up is not queued for: notices are left out, and once it has read
 * what waits it is told to ask again. What waits is then never more than about a megabyte, however slow it is.
 */
export class Follower {
  readonly #send: (notice: Notice) => void;
  readonly #waitingBytes: () => number;
  #wanted: ReadonlySet<string> | undefined;
  #behind = false;

  /** @param waitingBytes what was handed over and has not left yet */
  constructor(send: (notice: Notice) => void, waitingBytes: () => number) {
    this.#send = send;
    this.#waitingBytes = waitingBytes;
  }

  /** From now on only these; see `notices.select`. */
  select(names: readonly string[]): void {
    this.#wanted = new Set(names);
  }

  wants(name: Notification): boolean {
    return name === 'resync' || this.#wanted?.has(name) !== false;
  }

  tell(notice: Notice): void {
    if (!this.wants(notice.name)) return;
    if (this.#behind || this.#waitingBytes() > BEHIND_BYTES) this.#behind = true;
    else this.#send(notice);
  }

  /** Everything that waited has left. */
  drained(): void {
    if (!this.#behind || this.#waitingBytes() > BEHIND_BYTES) return;
    this.#behind = false;
    this.#send({ name: 'resync', body: {} });
  }
}

/** `notices.select` belongs to one connection: it is answered where the connection is known. */
export function selectNotices(follower: Follower, params: unknown): Record<string, never> {
  const parsed = METHODS['notices.select'].params.safeParse(params);
  if (!parsed.success)
    throw new ResponseError(ErrorCodes.InvalidParams, 'notices.select: name what you want');
  follower.select(parsed.data.names);
  return {};
}
