import type { UsageRecord } from './agents/spec-log.ts';
import type { CommitBatch, CursorRow, RowBatch } from './store/batch.ts';
import { type EventRow, EventRows } from './store/event-row.ts';

/** Enough rows for a transaction to be worth its fixed costs: each touches the same pages of the indexes anew. */
const ENOUGH_ROWS = 3_500;
const ENOUGH_CHARS = 3_000_000;
/** How much longer to gather while another thread has the store. */
const PATIENCE = 2;

interface Group {
  readonly agentId: string;
  readonly actor: RowBatch['actor'];
  readonly rows: EventRow[];
  readonly findings: RowBatch['findings'][number][];
  readonly usage: UsageRecord[];
  readonly sessions: RowBatch['sessions'][number][];
  readonly counts: Map<string, number>;
  readonly cursors: Map<string, CursorRow>;
}

/** What was read and judged and waits to be stored: as rows, so that little of it stays in memory. */
export class HeldRows {
  readonly #groups = new Map<string, Group>();
  readonly #eventRows = new EventRows();
  readonly #ids = new Set<string>();
  /** Root sessions whose state changed. */
  readonly #touched = new Set<string>();
  #rows = 0;
  #chars = 0;

  /** Events, sessions and tokens that wait; 0 also when only a cursor does. */
  get size(): number {
    return this.#rows;
  }

  get isEmpty(): boolean {
    return this.#groups.size === 0;
  }

  get isEnough(): boolean {
    return this.#rows >= ENOUGH_ROWS || this.#chars >= ENOUGH_CHARS;
  }

  /** More would be too much to hold. */
  get isFull(): boolean {
    return this.#rows >= PATIENCE * ENOUGH_ROWS || this.#chars >= PATIENCE * ENOUGH_CHARS;
  }

  has(eventId: string): boolean {
    return this.#ids.has(eventId);
  }

  add(batch: Omit<CommitBatch, 'states'>, touched: Iterable<string>): void {
    const group = this.#groupOf(batch);
    for (const event of batch.events) {
      const row = this.#eventRows.of(event);
      group.rows.push(row);
      this.#ids.add(row.id);
      this.#chars += row.body.length;
    }
    for (const found of batch.findings) group.findings.push(found);
    for (const record of batch.usage) addUsage(group.usage, record);
    for (const patch of batch.sessions) group.sessions.push(patch);
    for (const [what, n] of batch.counts) group.counts.set(what, (group.counts.get(what) ?? 0) + n);
    if (batch.cursor !== undefined) group.cursors.set(batch.cursor.path, batch.cursor);
    for (const id of touched) this.#touched.add(id);
    this.#rows += batch.events.length + batch.sessions.length + batch.usage.length;
  }

  /** @param stateOf state of a root session as JSON text, as it is now */
  toBatches(stateOf: (rootId: string) => string | undefined): RowBatch[] {
    const batches: RowBatch[] = [...this.#groups.values()].map((group) => ({
      ...group,
      cursors: [...group.cursors.values()],
      states: new Map(),
    }));
    // Last: by then every session has its row, whichever batch it came in.
    const last = batches.pop();
    if (last === undefined) return [];
    const states = new Map<string, string>();
    for (const id of this.#touched) {
      const state = stateOf(id);
      if (state !== undefined) states.set(id, state);
    }
    return [...batches, { ...last, states }];
  }

  clear(): void {
    this.#groups.clear();
    this.#ids.clear();
    this.#touched.clear();
    this.#rows = 0;
    this.#chars = 0;
  }

  #groupOf({ agentId, actor }: Pick<CommitBatch, 'agentId' | 'actor'>): Group {
    const key = JSON.stringify([agentId, actor]);
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    const group: Group = {
      agentId,
      actor,
      rows: [],
      findings: [],
      usage: [],
      sessions: [],
      counts: new Map(),
      cursors: new Map(),
    };
    this.#groups.set(key, group);
    return group;
  }
}

/** A response that is repeated, line after line, with growing counts: the largest of each, as the store keeps it. */
function addUsage(usage: UsageRecord[], record: UsageRecord): void {
  const last = usage.at(-1);
  if (last?.key !== record.key) {
    usage.push(record);
    return;
  }
  const a = last.tokens;
  const b = record.tokens;
  usage[usage.length - 1] = {
    ...last,
    tokens: {
      input: Math.max(a.input, b.input),
      output: Math.max(a.output, b.output),
      cacheRead: Math.max(a.cacheRead, b.cacheRead),
      cacheWrite: Math.max(a.cacheWrite, b.cacheWrite),
    },
  };
}
