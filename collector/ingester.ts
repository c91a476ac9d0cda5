import { hash } from 'node:crypto';
import type { LogFormat, ParserState, SessionPatch } from './agents/spec-log.ts';
import type { EnrichedEvent } from './contract/event.ts';
import { HeldRows } from './held-rows.ts';
import { type CaseMemory, createCaseMemory } from './pipeline/correlate.ts';
import { ingest, type IngestMemory, type IngestPlace, type SessionMemory } from './pipeline/ingest.ts';
import { createMachineMemory } from './pipeline/machine-memory.ts';
import { parseBatch, type ParsedBatch } from './pipeline/parse.ts';
import { initialSessionState, type SessionState } from './pipeline/session-state.ts';
import { placeOf } from './places.ts';
import type { DetectionRule } from './rules/rule.ts';
import type { Cursor, LogBatch } from './sources/source.ts';
import type { CommitBatch, CommitResult, RowResult } from './store/batch.ts';
import type { Store } from './store/store.ts';
import { readState, redactState } from './stored-state.ts';

export interface IngesterOptions {
  readonly store: Store;
  readonly formats: ReadonlyMap<string, LogFormat>;
  readonly rules: readonly DetectionRule[];
  /** One per home that is read. */
  readonly places: readonly IngestPlace[];
  /** Called for each rule that threw, once. */
  readonly onRuleFailed: (ruleId: string) => void;
  /** Told of each live batch once it is stored. */
  readonly onLive?: (live: LiveBatch) => void;
}

/** What one live batch said, with secrets still in it: to be looked at and forgotten. */
export interface LiveBatch {
  readonly agentId: string;
  readonly path: string;
  readonly sessions: readonly SessionPatch[];
  readonly events: readonly EnrichedEvent[];
  /** What a session, its sub-agents included, had come to know so far. */
  readonly taintOf: (sessionId: string) => { readonly untrusted: boolean; readonly sensitive: boolean };
}

/** Sessions remembered at once; a session that comes back is read from the store. */
const MAX_REMEMBERED = 400;

export interface IngestedBatch extends CommitResult {
  /** Cursor as stored, for the reader to go on from. */
  readonly cursor: Cursor;
}

/**
 * Takes batches of one thread from bytes read to rows stored. The events, findings, session state and cursor of a
 * batch are stored together or not at all.
 */
export class Ingester {
  readonly #options: IngesterOptions;
  readonly #sessions = new Map<string, SessionMemory>();
  readonly #states = new Map<string, SessionState>();
  readonly #failedRules = new Set<string>();
  readonly #machine = createMachineMemory();
  #cases: CaseMemory;
  readonly #held = new HeldRows();
  /** Parser state of the file that is being read, between its batches. */
  #current: { readonly path: string; readonly state: ParserState } | undefined;

  constructor(options: IngesterOptions) {
    this.#options = options;
    this.#cases = this.#openCases();
  }

  #openCases(): CaseMemory {
    return createCaseMemory((run) => this.#options.store.read.findings({ sessionId: run, limit: 40 }));
  }

  /**
   * Takes what came in several files at about the same time, as it happens: one transaction, whose fixed costs are
   * most of what a line costs. What a batch stores is known to those after it.
   * @throws StoreError; then nothing of any of them was stored, and the same batches may be given again
   */
  ingestLive(batches: readonly LogBatch[]): readonly IngestedBatch[] {
    this.flush();
    const { store, onLive } = this.#options;
    const lives: LiveBatch[] = [];
    const done = this.#orForget(() =>
      store.together(() =>
        batches.map((batch) => {
          const events: EnrichedEvent[] = [];
          const { toStore, touched, cursor } = this.#judge(batch, (event) => void events.push(event));
          const committed = store.commit({ ...toStore, states: this.#serialized(touched) });
          const { agentId, sessions } = toStore;
          lives.push({ agentId, path: cursor.path, sessions, events, taintOf: (id) => this.#taintOf(id) });
          return { ...committed, cursor };
        }),
      ),
    );
    for (const live of lives) onLive?.(live);
    this.#forgetOldest();
    return done;
  }

  /**
   * Takes a batch of history and keeps what comes of it until `flush`, so that many small batches
   * become one transaction. @throws StoreError when the store cannot be asked; then everything held is forgotten
   */
  hold(batch: LogBatch): void {
    this.#orForget(() => {
      const { toStore, touched } = this.#judge(batch);
      this.#held.add(toStore, touched);
    });
  }

  /** What is held: nothing, enough for a transaction, or more than should be. */
  get held(): 'nothing' | 'some' | 'enough' | 'full' {
    if (this.#held.isEmpty) return 'nothing';
    // A session that is forgotten is read from the store again, so none may go before its state is stored.
    if (this.#held.isFull || this.#sessions.size > 2 * MAX_REMEMBERED) return 'full';
    return this.#held.isEnough ? 'enough' : 'some';
  }

  /**
   * Stores everything held in one transaction. @returns how much of it was new
   * @throws StoreError; then nothing was stored and everything held is forgotten: read it again from the stored cursors
   */
  flush(): RowResult {
    if (this.#held.isEmpty) return { events: 0, findings: 0 };
    return this.#orForget(() => {
      const batches = this.#held.toBatches((id) => this.#serializedState(id));
      const stored = this.#options.store.commitRows(batches);
      this.#held.clear();
      this.#forgetOldest();
      return stored;
    });
  }

  #taintOf(sessionId: string): ReturnType<LiveBatch['taintOf']> {
    const state = this.#states.get(this.#sessions.get(sessionId)?.parentId ?? sessionId);
    return {
      untrusted: (state?.untrusted.length ?? 0) > 0,
      sensitive: (state?.sensitive.length ?? 0) > 0,
    };
  }

  /** What is remembered runs ahead of what is stored; after a failure it is read from the store again. */
  #orForget<T>(run: () => T): T {
    try {
      return run();
    } catch (error) {
      this.#sessions.clear();
      this.#states.clear();
      this.#held.clear();
      this.#current = undefined;
      this.#cases = this.#openCases();
      throw error;
    }
  }

  /** Everything up to storing. */
  #judge(
    batch: LogBatch,
    observe?: (event: EnrichedEvent) => void,
  ): { toStore: Omit<CommitBatch, 'states'>; touched: ReadonlySet<string>; cursor: Cursor } {
    const { formats, rules } = this.#options;
    const { file } = batch;
    const place = placeOf(this.#options.places, file.path);
    const format = formats.get(file.formatId);
    if (format === undefined) throw new Error(`no such log format: ${file.formatId}`);
    const state = this.#parserState(batch, format);
    const parsed = parseBatch(batch.records, { ...file, writtenMs: batch.cursor.mtimeMs }, format, state);
    const memory: IngestMemory = {
      session: (id) => this.#session(id),
      state: (id) => this.#state(id),
      machine: this.#machine,
      cases: this.#cases,
      ...(observe !== undefined && { observe }),
    };
    const known = this.#known(parsed);
    const result = ingest(parsed, file.agentId, file.path, known, place, memory, this.#activeRules(rules), {
      hash: (text) => hash('sha256', text),
      ruleFailed: (id) => {
        this.#ruleFailed(id);
      },
    });
    const clean = redactState(state);
    const cursor: Cursor = { ...batch.cursor, state: clean };
    this.#current = { path: file.path, state: clean };
    const toStore = {
      agentId: file.agentId,
      actor: place.actor,
      events: result.events,
      findings: result.findings,
      usage: parsed.usage,
      sessions: result.sessions,
      counts: addCounts(parsed, batch),
      cursor,
    };
    return { toStore, touched: result.touched, cursor };
  }

  /** Ids of events that are stored, or held to be stored. */
  #known(parsed: ParsedBatch): ReadonlySet<string> {
    const ids: string[] = [];
    const held: string[] = [];
    for (const step of parsed.steps) {
      if ('event' in step) (this.#held.has(step.event.id) ? held : ids).push(step.event.id);
    }
    const known = this.#options.store.known(ids);
    for (const id of held) known.add(id);
    return known;
  }

  /** Findings that do not come from logs, such as posture, are made elsewhere but share the failed-rule list. */
  ruleFailed(id: string): void {
    this.#ruleFailed(id);
  }

  #parserState(batch: LogBatch, format: LogFormat): ParserState {
    if (batch.restarted) return format.initialState(batch.file);
    if (this.#current?.path === batch.file.path) {
      // A copy, when the cursor with the state as it is now was given away; one that is held is replaced with this batch.
      return this.#held.isEmpty ? structuredClone(this.#current.state) : this.#current.state;
    }
    if (Object.keys(batch.cursor.state).length === 0) return format.initialState(batch.file);
    return structuredClone(batch.cursor.state);
  }

  /** A list that changed gives a failed rule another chance: it may have been mended. */
  #activeRules(rules: readonly DetectionRule[]): readonly DetectionRule[] {
    if (this.#rules !== rules) this.#failedRules.clear();
    if (this.#rules !== rules || this.#active === undefined)
      this.#active =
        this.#failedRules.size === 0 ? rules : rules.filter((rule) => !this.#failedRules.has(rule.id));
    this.#rules = rules;
    return this.#active;
  }
  #rules: readonly DetectionRule[] | undefined;
  #active: readonly DetectionRule[] | undefined;

  #ruleFailed(id: string): void {
    if (this.#failedRules.has(id)) return;
    this.#failedRules.add(id);
    this.#active = undefined;
    this.#options.onRuleFailed(id);
  }

  #session(id: string): SessionMemory {
    const remembered = this.#sessions.get(id);
    if (remembered !== undefined) return remembered;
    const stored = this.#options.store.read.sessionContext(id);
    const session: SessionMemory = { id, parentId: stored?.parentId, cwd: stored?.cwd };
    this.#sessions.set(id, session);
    return session;
  }

  #state(rootId: string): SessionState {
    const remembered = this.#states.get(rootId);
    if (remembered !== undefined) return remembered;
    const text = this.#options.store.read.sessionContext(rootId)?.state;
    const state = text === undefined ? initialSessionState() : (readState(text) ?? initialSessionState());
    this.#states.set(rootId, state);
    return state;
  }

  #serialized(touched: ReadonlySet<string>): Map<string, string> {
    const states = new Map<string, string>();
    for (const id of touched) {
      const state = this.#serializedState(id);
      if (state !== undefined) states.set(id, state);
    }
    return states;
  }

  #serializedState(id: string): string | undefined {
    const state = this.#states.get(id);
    return state === undefined ? undefined : JSON.stringify(state);
  }

  #forgetOldest(): void {
    for (const map of [this.#sessions, this.#states]) {
      for (const key of map.keys()) {
        if (map.size <= MAX_REMEMBERED) break;
        map.delete(key);
      }
    }
  }
}

function addCounts(parsed: ParsedBatch, batch: LogBatch): ReadonlyMap<string, number> {
  for (const [kind, counts] of [
    ['skipped', batch.skipped],
    ['rejected', batch.rejected],
  ] as const) {
    for (const [what, n] of Object.entries(counts)) {
      const key = `${kind}:${what}`;
      parsed.counts.set(key, (parsed.counts.get(key) ?? 0) + n);
    }
  }
  return parsed.counts;
}
