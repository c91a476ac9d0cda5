import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** One browser that was let in. Only the hash of its cookie is known. */
export interface LoginRow {
  /** SHA-256 in hex over the cookie's value. */
  readonly hash: string;
  readonly expiresMs: number;
}

/** A working day with its evening; after that `reeve ui` is typed again. */
export const LOGIN_MS = 12 * 3_600_000;
const MAX_LOGINS = 32;
const MAX_TICKETS = 16;
const TICKET_MS = 10 * 60_000;
/** Wrong tickets in one minute after which none is looked at until the minute is over. */
const MAX_FAILURES = 10;
const MINUTE_MS = 60_000;

interface Ticket {
  readonly hash: Buffer;
  readonly expiresMs: number;
}

/**
 * Who may see the window. The command line, which proved who it is on the local socket, gets a ticket; a browser trades
 * it, once, for a cookie. Neither is kept in clear.
 */
export class Logins {
  readonly #nowMs: () => number;
  readonly #onChange: (rows: readonly LoginRow[]) => void;
  #tickets: Ticket[] = [];
  #logins: LoginRow[];
  #failures = 0;
  #minuteMs = 0;

  /** @param rows of an earlier run, so that an open window outlives a restart of the collector */
  constructor(
    rows: readonly LoginRow[],
    nowMs: () => number,
    onChange: (rows: readonly LoginRow[]) => void = () => undefined,
  ) {
    this.#nowMs = nowMs;
    this.#onChange = onChange;
    this.#logins = rows.filter((row) => row.expiresMs > nowMs()).slice(-MAX_LOGINS);
  }

  /** A new ticket, good for one use. The oldest makes room when many were never used. */
  issue(): { readonly ticket: string; readonly expiresMs: number } {
    const ticket = randomBytes(32).toString('base64url');
    const expiresMs = this.#nowMs() + TICKET_MS;
    this.#tickets = [...this.#tickets.slice(1 - MAX_TICKETS), { hash: digest(ticket), expiresMs }];
    return { ticket, expiresMs };
  }

  /** @returns the value for the cookie; `wrong` for a ticket that is unknown, used or old; `later` after many of those. */
  redeem(
    ticket: string,
  ):
    { readonly ok: true; readonly cookie: string } | { readonly ok: false; readonly why: 'wrong' | 'later' } {
    const nowMs = this.#nowMs();
    if (this.#tooMany(nowMs)) return { ok: false, why: 'later' };
    this.#tickets = this.#tickets.filter((one) => one.expiresMs > nowMs);
    const hash = digest(ticket);
    const found = this.#tickets.find((one) => timingSafeEqual(one.hash, hash));
    if (found === undefined) {
      this.#failures += 1;
      return { ok: false, why: 'wrong' };
    }
    this.#tickets = this.#tickets.filter((one) => one !== found);
    const cookie = randomBytes(32).toString('base64url');
    this.#logins = [
      ...this.#logins.filter((row) => row.expiresMs > nowMs).slice(1 - MAX_LOGINS),
      { hash: digest(cookie).toString('hex'), expiresMs: nowMs + LOGIN_MS },
    ];
    this.#onChange(this.#logins);
    return { ok: true, cookie };
  }

  /** Until when this cookie is good; `undefined` when it is not. */
  check(cookie: string | undefined): number | undefined {
    if (cookie === undefined || cookie.length > 100) return undefined;
    const hash = digest(cookie);
    const nowMs = this.#nowMs();
    return this.#logins.find(
      (row) => row.expiresMs > nowMs && timingSafeEqual(Buffer.from(row.hash, 'hex'), hash),
    )?.expiresMs;
  }

  get rows(): readonly LoginRow[] {
    return this.#logins;
  }

  #tooMany(nowMs: number): boolean {
    if (nowMs - this.#minuteMs >= MINUTE_MS || nowMs < this.#minuteMs) {
      this.#minuteMs = nowMs;
      this.#failures = 0;
    }
    return this.#failures >= MAX_FAILURES;
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
