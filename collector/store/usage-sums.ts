import type { Database } from 'better-sqlite3';
import type { UsageRecord } from '../agents/spec-log.ts';

type Tokens = UsageRecord['tokens'];

/** A response as it is stored. */
export interface StoredUsage extends Tokens {
  readonly row: number;
  /** Its session's. */
  readonly key: number;
  readonly model: string | null;
}

interface Sum {
  readonly key: number;
  /** Responses that name no model are summed under ''. */
  readonly model: string;
  lastMs: number;
  readonly tokens: { -readonly [Name in keyof Tokens]: Tokens[Name] };
}

/** What the responses of one batch add to the tokens of their sessions. */
export class UsageSums implements Iterable<Sum> {
  readonly #sums = new Map<number, Sum[]>();

  /** A response that was not stored before. */
  add(key: number, model: string | null, timeMs: number, added: Tokens): void {
    const sum = this.#sumOf(key, model ?? '', timeMs);
    sum.lastMs = Math.max(sum.lastMs, timeMs);
    addTokens(sum.tokens, added);
  }

  /** The same response again: what counts is by how much it grew. @returns whether it did */
  addRaised(before: StoredUsage, again: Tokens): boolean {
    const more: Tokens = {
      input: Math.max(0, again.input - before.input),
      output: Math.max(0, again.output - before.output),
      cacheRead: Math.max(0, again.cacheRead - before.cacheRead),
      cacheWrite: Math.max(0, again.cacheWrite - before.cacheWrite),
    };
    if (more.input + more.output + more.cacheRead + more.cacheWrite === 0) return false;
    // No later than any: the time of a response is the one it was first seen with.
    addTokens(this.#sumOf(before.key, before.model ?? '', 0).tokens, more);
    return true;
  }

  *[Symbol.iterator](): Generator<Sum> {
    for (const sums of this.#sums.values()) yield* sums;
  }

  #sumOf(key: number, model: string, timeMs: number): Sum {
    let ofSession = this.#sums.get(key);
    if (ofSession === undefined) this.#sums.set(key, (ofSession = []));
    let sum = ofSession.find((one) => one.model === model);
    if (sum === undefined) {
      const tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
      ofSession.push((sum = { key, model, lastMs: timeMs, tokens }));
    }
    return sum;
  }
}

function addTokens(to: Sum['tokens'], more: Tokens): void {
  to.input += more.input;
  to.output += more.output;
  to.cacheRead += more.cacheRead;
  to.cacheWrite += more.cacheWrite;
}

/** Adds up everything anew: after responses came in another way than from logs. Callers bring the transaction. */
export function sumUsageAnew(db: Database): void {
  db.exec(`DELETE FROM usage_sums;
    INSERT INTO usage_sums SELECT session_key, coalesce(model, ''), min(agent_id), max(time_ms), sum(input), sum(output),
        sum(cache_read), sum(cache_write) FROM usage GROUP BY session_key, coalesce(model, '')`);
}
