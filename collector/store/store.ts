import type { Database } from 'better-sqlite3';
import { statSync } from 'node:fs';
import type { Finding } from '../contract/finding.ts';
import type { AuditCheck } from '../contract/action.ts';
import { Approvals } from './approvals.ts';
import {
  listAudit,
  pausedProcesses,
  type PerformedAction,
  recordAction,
  type RecordedAction,
  verifyAudit,
} from './audit.ts';
import { BaselineRows, type BaselineSave } from './baseline-rows.ts';
import type { CommitBatch, CommitResult, CursorRow, QueueFilter, RowBatch, RowResult } from './batch.ts';
import { Writer } from './commit.ts';
import { type CursorStamp, readCursor, readCursorStamps } from './cursors.ts';
import { storeErrorOf, toStoreError } from './errors.ts';
import { Edits } from './edits.ts';
import { FindingLife } from './finding-life.ts';
import { HabitRows, KEPT_DAYS } from './habits.ts';
import { Inventory } from './inventory.ts';
import { type KnownIdBits, knownIdsOf, type KnownIds, readKnownIds } from './known-ids.ts';
import { openDatabase, openSecond, replaceDamaged } from './open.ts';
import { Outbox } from './outbox.ts';
import { OverviewRows } from './overview-rows.ts';
import { type ProcessBatchRows, ProcessRows } from './processes.ts';
import { Queries } from './queries.ts';
import { applyRetention, type RetentionLimits, type RetentionResult } from './retention.ts';
import { restoreCounts } from './salvage.ts';
import { Search } from './search.ts';
import { Sent } from './sent.ts';
import { SessionCalls } from './session-calls.ts';
import { Timeline } from './timeline.ts';

export interface StoreOptions {
  readonly path: string;
  readonly nowMs: () => number;
  /** What to put into the outbox; default nothing. */
  readonly queue?: QueueFilter;
  /** Shared by all threads that write, while they read a backlog. */
  readonly knownIds?: KnownIdBits;
}

/** The one SQLite file. All reading and writing of it goes through here. */
export class Store {
  readonly path: string;
  /** Set when a damaged file was found at start and put aside. */
  readonly asidePath: string | undefined;
  readonly unclean: boolean;
  readonly #nowMs: () => number;
  readonly #queue: QueueFilter;
  readonly #knownIds: KnownIds | undefined;
  #db: Database;
  #parts: Parts;

  private constructor(db: Database, options: StoreOptions, asidePath: string | undefined, unclean: boolean) {
    this.path = options.path;
    this.asidePath = asidePath;
    this.unclean = unclean;
    this.#nowMs = options.nowMs;
    this.#queue = options.queue ?? (() => false);
    this.#db = db;
    this.#knownIds = options.knownIds === undefined ? undefined : knownIdsOf(options.knownIds);
    this.#parts = createParts(db, this.#queue, this.#knownIds);
  }

  /** @throws StoreError when the folder or file cannot be used; a damaged file is put aside instead. */
  static open(options: StoreOptions): Store {
    const { db, asidePath, unclean } = openDatabase(options.path, options.nowMs());
    return new Store(db, options, asidePath, unclean);
  }

  /**
   * For a worker thread of the same process: the file must be open in the main thread.
   * @throws StoreError
   */
  static openSecond(options: StoreOptions): Store {
    try {
      return new Store(openSecond(options.path), options, undefined, false);
    } catch (error) {
      throw toStoreError(error, options.path);
    }
  }

  get read(): Queries {
    return this.#parts.queries;
  }

  get outbox(): Outbox {
    return this.#parts.outbox;
  }

  get inventory(): Inventory {
    return this.#parts.inventory;
  }

  get processes(): Pick<ProcessRows, 'ofSession' | 'contacts' | 'countedSince'> {
    return this.#parts.processes;
  }

  get search(): Search {
    return this.#parts.search;
  }

  get timeline(): Timeline {
    return this.#parts.timeline;
  }

  get sessionCalls(): SessionCalls {
    return this.#parts.sessionCalls;
  }

  get overview(): OverviewRows {
    return this.#parts.overview;
  }

  get life(): FindingLife {
    return this.#parts.life;
  }

  get habits(): Pick<HabitRows, 'familiarity'> {
    return this.#parts.habits;
  }

  /** Changes of files that can be taken back. */
  get edits(): Edits {
    return this.#parts.edits;
  }

  get approvals(): Approvals {
    return this.#parts.approvals;
  }

  get baseline(): Pick<
    BaselineRows,
    'load' | 'ends' | 'eventsBetween' | 'eventsInOrder' | 'usageBetween' | 'session' | 'openEvidence'
  > {
    return this.#parts.baseline;
  }

  /** What was learned, how far the events were looked at, and what is to be told: together or not at all. */
  saveBaseline(save: BaselineSave, findings: readonly Finding[] = []): readonly Finding[] {
    return this.#guard(() =>
      this.#db
        .transaction(() => {
          this.#parts.baseline.write(save, this.#nowMs());
          return findings.length === 0
            ? []
            : this.#parts.writer.replaceFindings(NO_RULES, findings, this.#nowMs());
        })
        .immediate(),
    );
  }

  get sent(): Sent {
    return this.#parts.sent;
  }

  /** @throws StoreError; then nothing of the batch is stored and the same batch can be tried again. */
  commit(batch: CommitBatch): CommitResult {
    return this.#guard(() => this.#parts.writer.commit(batch, this.#nowMs()));
  }

  /** See `Writer.together`. @throws StoreError, and whatever else `work` throws */
  together<T>(work: () => T): T {
    try {
      return this.#parts.writer.together(work);
    } catch (error) {
      throw storeErrorOf(error, this.path) ?? error;
    }
  }

  /** Several batches in one transaction. @throws StoreError; then nothing of any of them is stored */
  commitRows(batches: readonly RowBatch[]): RowResult {
    return this.#guard(() => this.#parts.writer.commitRows(batches, this.#nowMs()));
  }

  saveFindings(findings: readonly Finding[]): readonly Finding[] {
    return this.#guard(() =>
      this.#db
        .transaction(() => findings.map((finding) => this.#parts.writer.saveFinding(finding, this.#nowMs())))
        .immediate(),
    );
  }

  /** See `Writer.replaceFindings`. */
  replaceFindings(rules: ReadonlySet<string>, now: readonly Finding[]): readonly Finding[] {
    return this.#guard(() =>
      this.#db.transaction(() => this.#parts.writer.replaceFindings(rules, now, this.#nowMs())).immediate(),
    );
  }

  /** See `ProcessRows.record`. */
  recordProcesses(batch: ProcessBatchRows): CommitResult {
    return this.#guard(() => this.#parts.processes.record(batch, this.#nowMs()));
  }

  /** See `recordAction` in `audit.ts`. */
  recordAction(performed: PerformedAction): RecordedAction {
    return this.#guard(() => recordAction(this.#db, performed, this.#queue));
  }

  listAudit(filter: Parameters<typeof listAudit>[1]): ReturnType<typeof listAudit> {
    return this.#guard(() => listAudit(this.#db, filter));
  }

  verifyAudit(): AuditCheck {
    return this.#guard(() => verifyAudit(this.#db));
  }

  pausedProcesses(): ReturnType<typeof pausedProcesses> {
    return this.#guard(() => pausedProcesses(this.#db));
  }

  known(ids: readonly string[]): Set<string> {
    return this.#guard(() => this.#parts.writer.known(ids));
  }

  /** For threads that are about to write; `undefined` when the store is too big for it to pay. */
  readKnownIds(): KnownIdBits | undefined {
    return this.#guard(() => readKnownIds(this.#db));
  }

  cursor(path: string): CursorRow | undefined {
    return this.#guard(() => readCursor(this.#db, path));
  }

  cursorStamps(paths: readonly string[]): ReadonlyMap<string, CursorStamp> {
    return this.#guard(() => readCursorStamps(this.#db, paths));
  }

  applyRetention(limits: RetentionLimits, mostEvents?: number): RetentionResult {
    return this.#guard(() => {
      this.#parts.processes.trim(this.#nowMs() - limits.days * DAY_MS);
      this.#parts.habits.trim(this.#nowMs() - KEPT_DAYS * DAY_MS);
      return applyRetention(this.#db, limits, this.#nowMs(), this.sizeBytes(), mostEvents);
    });
  }

  /** The file with what has not been moved into it yet. */
  sizeBytes(): number {
    const log = statSync(`${this.path}-wal`, { throwIfNoEntry: false });
    return statSync(this.path).size + (log?.size ?? 0);
  }

  /** Reads every page. Slow on a big store: for `reeve doctor` and after an unclean stop. */
  check(): readonly string[] {
    return this.#guard(() =>
      this.#db
        .prepare<[], { quick_check: string }>('PRAGMA quick_check(20)')
        .all()
        .map((row) => row.quick_check)
        .filter((text) => text !== 'ok'),
    );
  }

  /** Everything that `recover` lost was read again. Does nothing when nothing was lost. */
  restoreCounts(): void {
    this.#guard(() => {
      restoreCounts(this.#db);
    });
  }

  /** Puts the damaged file aside and goes on with a new one; returns where the old one is. */
  recover(): string {
    this.#db.close();
    const { db, asidePath } = replaceDamaged(this.path, this.#nowMs());
    this.#db = db;
    this.#parts = createParts(db, this.#queue, this.#knownIds);
    return asidePath;
  }

  close(): void {
    try {
      this.#db.prepare("INSERT OR REPLACE INTO meta VALUES ('closed', 'yes')").run();
      this.#db.pragma('optimize');
    } catch {
      // A full disk or a damaged file must not keep us from closing; the next start then checks the store.
    }
    this.#db.close();
  }

  /** Closes without marking an orderly stop: for second connections. */
  release(): void {
    this.#db.close();
  }

  #guard<T>(run: () => T): T {
    try {
      return run();
    } catch (error) {
      throw toStoreError(error, this.path);
    }
  }
}

interface Parts {
  readonly writer: Writer;
  readonly queries: Queries;
  readonly outbox: Outbox;
  readonly inventory: Inventory;
  readonly search: Search;
  readonly processes: ProcessRows;
  readonly timeline: Timeline;
  readonly sessionCalls: SessionCalls;
  readonly overview: OverviewRows;
  readonly life: FindingLife;
  readonly habits: HabitRows;
  readonly approvals: Approvals;
  readonly edits: Edits;
  readonly sent: Sent;
  readonly baseline: BaselineRows;
}

/** No rule's other findings are resolved by what the baseline tells. */
const NO_RULES: ReadonlySet<string> = new Set();

const DAY_MS = 86_400_000;

function createParts(db: Database, queue: QueueFilter, knownIds: KnownIds | undefined): Parts {
  const writer = new Writer(db, queue, knownIds);
  return {
    writer,
    processes: new ProcessRows(db, queue, (finding, nowMs) => writer.saveFinding(finding, nowMs)),
    queries: new Queries(db),
    outbox: new Outbox(db),
    inventory: new Inventory(db),
    search: new Search(db),
    timeline: new Timeline(db),
    sessionCalls: new SessionCalls(db),
    overview: new OverviewRows(db),
    life: new FindingLife(db, writer, queue),
    habits: new HabitRows(db),
    approvals: new Approvals(db, queue),
    edits: new Edits(db),
    sent: new Sent(db),
    baseline: new BaselineRows(db),
  };
}
