import type { Database } from 'better-sqlite3';
import type { UsageRecord } from '../agents/spec-log.ts';
import { hash53 } from '../contract/event.ts';
import type { IdFilter } from './id-filter.ts';
import { NewRows, prepareInsert } from './new-rows.ts';
import { type StoredUsage, UsageSums } from './usage-sums.ts';

/** Tokens of model responses. Callers bring the transaction. */
export class UsageRows {
  readonly #sql: ReturnType<typeof prepare>;
  readonly #known: IdFilter | undefined;

  constructor(db: Database, known: IdFilter | undefined) {
    this.#sql = prepare(db);
    this.#known = known;
  }

  /** @param keyOf row key of the session a response belongs to */
  write(agentId: string, records: readonly UsageRecord[], keyOf: (record: UsageRecord) => number): void {
    const sums = new UsageSums();
    const fresh = new NewRows(this.#sql.insert);
    for (const record of records) {
      const { tokens, timeMs } = record;
      const { input, output, cacheRead, cacheWrite } = tokens;
      const hash = hash53(record.key);
      if (this.#known?.add(hash) !== true) {
        fresh.flush();
        const known = this.#sql.find.get(hash, record.key, agentId);
        if (known !== undefined) {
          if (sums.addRaised(known, tokens))
            this.#sql.raise.run(input, output, cacheRead, cacheWrite, known.row);
          continue;
        }
      }
      const key = keyOf(record);
      const model = record.model ?? null;
      fresh.add(hash, agentId, record.key, key, model, timeMs, input, output, cacheRead, cacheWrite);
      sums.add(key, model, timeMs, tokens);
    }
    fresh.flush();
    for (const { key, model, lastMs, tokens } of sums)
      this.#sql.sum.run(
        key,
        model,
        agentId,
        lastMs,
        tokens.input,
        tokens.output,
        tokens.cacheRead,
        tokens.cacheWrite,
      );
  }
}

function prepare(db: Database) {
  return {
    find: db.prepare<[number, string, string], StoredUsage>(
      `SELECT row, session_key AS key, model, input, output, cache_read AS cacheRead, cache_write AS cacheWrite
         FROM usage WHERE key_hash = ? AND key = ? AND agent_id = ?`,
    ),
    insert: prepareInsert(db, 'usage', [
      'key_hash',
      'agent_id',
      'key',
      'session_key',
      'model',
      'time_ms',
      'input',
      'output',
      'cache_read',
      'cache_write',
    ]),
    raise: db.prepare(
      `UPDATE usage SET input = max(input, ?), output = max(output, ?), cache_read = max(cache_read, ?),
         cache_write = max(cache_write, ?) WHERE row = ?`,
    ),
    sum: db.prepare(
      `INSERT INTO usage_sums VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
         SET last_ms = max(last_ms, excluded.last_ms), input = input + excluded.input, output = output + excluded.output,
             cache_read = cache_read + excluded.cache_read, cache_write = cache_write + excluded.cache_write`,
    ),
  };
}
