import type { ProcessPlace } from './contract/attribution.ts';
import type { Connection } from './contract/connection.ts';
import { type Actor, sessionId } from './contract/event.ts';
import type { Finding } from './contract/finding.ts';
import { processId, type ProcessKey } from './contract/process.ts';
import type { ProcessRecord, ProgramCount } from './contract/process-record.ts';
import type { StoredEvent } from './contract/stored.ts';
import {
  connectionEvent,
  type ProcessEnd,
  processExitEvent,
  processStartEvent,
  stableId,
  toProcessRecord,
  UNATTRIBUTED,
} from './pipeline/process-event.ts';
import { programOf } from './rules/shared/process-look.ts';
import type { DetectedFinding } from './store/batch.ts';
import type { Contact, ProcessBatchRows } from './store/processes.ts';

/** Of one session: a busy one runs some twenty tool calls a minute. */
const BURST = 60;
const PER_MINUTE = 20;
/** Of the whole machine: keeps what is reported well below 2 MB a day, whatever runs. */
const PER_DAY = 4_000;
const MAX_SESSIONS = 512;
const MAX_TOLD = 4_096;
const MAX_WAITING = 4_000;
const DAY_MS = 86_400_000;

interface Allowance {
  left: number;
  atMs: number;
}

export interface DiaryOptions {
  readonly actor: Actor;
  readonly nowMs: () => number;
}

/**
 * Decides what of all that runs is written down one by one, and what is only counted, and gathers it until it is
 * stored. Bounded in memory; whatever is over a limit is counted.
 */
export class ProcessDiary {
  readonly #options: DiaryOptions;
  readonly #allowances = new Map<string, Allowance>();
  /** Living processes whose start was told. */
  readonly #told = new Map<string, ProcessPlace>();
  /** All whose start was told, also those that have ended. */
  readonly #written = new Set<string>();
  #day: Allowance = { left: PER_DAY, atMs: 0 };
  #events: StoredEvent[] = [];
  #findings: DetectedFinding[] = [];
  #records = new Map<string, ProcessRecord>();
  #counted = new Map<string, ProgramCount & { readonly sessionId: string }>();
  #contacts: Contact[] = [];
  #dropped = 0;

  constructor(options: DiaryOptions) {
    this.#options = options;
  }

  /**
   * A process was looked at.
   * @param findings what rules say of it: such a process is always written down
   * @param ordinary it is one of many helpers of a helper
   * @param end when it is over already
   */
  process(place: ProcessPlace, ordinary: boolean, findings: readonly Finding[], end?: ProcessEnd): void {
    const id = stableId(place.process);
    const known = this.#written.has(id);
    if (findings.length === 0 && !known && (ordinary || !this.#mayTell(place))) {
      this.#count(place);
      return;
    }
    const told = { place, actor: this.#options.actor, ...(end === undefined ? {} : { end }) };
    const event = processStartEvent(told);
    if (!known) this.#add(event);
    this.#records.set(id, toProcessRecord(told));
    // What a process that was told before does wrong is told all the same: it is no second start.
    this.findings(findings, known ? undefined : event.id);
    this.#write(id);
    if (end === undefined) this.#remember(place);
  }

  /** Something was found out about a process after it was looked at; it may have ended since. */
  late(place: ProcessPlace, findings: readonly Finding[]): void {
    if (this.#written.has(stableId(place.process))) this.findings(findings, undefined);
    else this.process(place, true, findings);
  }

  /** A told process is known better by now. */
  refresh(place: ProcessPlace): void {
    if (!this.#told.has(processId(place.process))) return;
    this.#remember(place);
    this.#records.set(stableId(place.process), toProcessRecord({ place, actor: this.#options.actor }));
  }

  exit(key: ProcessKey, end: ProcessEnd): void {
    const place = this.#told.get(processId(key));
    if (place === undefined) return;
    this.#told.delete(processId(key));
    const told = { place, actor: this.#options.actor, end };
    this.#add(processExitEvent(told));
    this.#records.set(stableId(place.process), toProcessRecord(told));
  }

  connection(
    place: ProcessPlace,
    connection: Connection & { readonly remote: { readonly address: string; readonly port: number } },
    hosts: readonly string[],
    findings: readonly Finding[],
    timeMs: number,
  ): void {
    const event = connectionEvent({ place, actor: this.#options.actor }, connection, hosts, timeMs);
    if (findings.length > 0 || this.#mayTell(place)) this.#add(event);
    this.findings(findings, undefined);
  }

  /** @param eventId the event they came with: with it known already, so are they */
  findings(findings: readonly Finding[], eventId: string | undefined): void {
    for (const finding of findings.slice(0, MAX_WAITING - this.#findings.length))
      this.#findings.push({ finding, ...(eventId === undefined ? {} : { eventId }) });
  }

  contact(contact: Contact): void {
    if (this.#contacts.length < MAX_WAITING) this.#contacts.push(contact);
  }

  /** @returns what is to be stored; nothing when there is nothing */
  take(): ProcessBatchRows | undefined {
    if (this.#isEmpty()) return undefined;
    const batch: ProcessBatchRows = {
      actor: this.#options.actor,
      events: this.#events,
      findings: this.#findings,
      processes: [...this.#records.values()],
      counted: [...this.#counted.values()],
      contacts: this.#contacts,
    };
    this.#events = [];
    this.#findings = [];
    this.#records = new Map();
    this.#counted = new Map();
    this.#contacts = [];
    return batch;
  }

  /** It could not be stored: it goes with the next one. */
  putBack(batch: ProcessBatchRows): void {
    this.#events = [...batch.events, ...this.#events].slice(0, MAX_WAITING);
    this.#findings = [...batch.findings, ...this.#findings].slice(0, MAX_WAITING);
    this.#records = new Map([...batch.processes.map((row) => [row.id, row] as const), ...this.#records]);
    this.#contacts = [...batch.contacts, ...this.#contacts].slice(0, MAX_WAITING);
    for (const row of batch.counted) this.#addCount(row);
  }

  /** Events left out because too many waited. */
  get dropped(): number {
    return this.#dropped;
  }

  #isEmpty(): boolean {
    return (
      this.#events.length === 0 &&
      this.#findings.length === 0 &&
      this.#records.size === 0 &&
      this.#counted.size === 0 &&
      this.#contacts.length === 0
    );
  }

  #add(event: StoredEvent): void {
    if (this.#events.length < MAX_WAITING) this.#events.push(event);
    else this.#dropped += 1;
  }

  #write(id: string): void {
    this.#written.delete(id);
    this.#written.add(id);
    const [oldest] = this.#written;
    if (this.#written.size > 2 * MAX_TOLD && oldest !== undefined) this.#written.delete(oldest);
  }

  #remember(place: ProcessPlace): void {
    this.#told.set(processId(place.process), place);
    const oldest = this.#told.size > MAX_TOLD ? this.#told.keys().next().value : undefined;
    if (oldest !== undefined) this.#told.delete(oldest);
  }

  #count(place: ProcessPlace): void {
    const nowMs = this.#options.nowMs();
    this.#addCount({
      sessionId: sessionOf(place),
      program: programOf(place.process).slice(0, 64),
      n: 1,
      firstMs: nowMs,
      lastMs: nowMs,
    });
  }

  #addCount(row: ProgramCount & { readonly sessionId: string }): void {
    const key = `${row.sessionId}\0${row.program}`;
    const before = this.#counted.get(key);
    if (before === undefined && this.#counted.size >= MAX_WAITING) return;
    this.#counted.set(key, {
      ...row,
      n: row.n + (before?.n ?? 0),
      firstMs: Math.min(row.firstMs, before?.firstMs ?? row.firstMs),
      lastMs: Math.max(row.lastMs, before?.lastMs ?? row.lastMs),
    });
  }

  #mayTell(place: ProcessPlace): boolean {
    const nowMs = this.#options.nowMs();
    if (nowMs - this.#day.atMs >= DAY_MS || nowMs < this.#day.atMs)
      this.#day = { left: PER_DAY, atMs: nowMs };
    const id = sessionOf(place);
    const before = this.#allowances.get(id) ?? { left: BURST, atMs: nowMs };
    const refilled = before.left + (Math.max(0, nowMs - before.atMs) * PER_MINUTE) / 60_000;
    const left = Math.min(BURST, refilled);
    const may = left >= 1 && this.#day.left >= 1;
    this.#allowances.delete(id);
    this.#allowances.set(id, { left: may ? left - 1 : left, atMs: nowMs });
    const oldest = this.#allowances.size > MAX_SESSIONS ? this.#allowances.keys().next().value : undefined;
    if (oldest !== undefined) this.#allowances.delete(oldest);
    if (may) this.#day.left -= 1;
    return may;
  }
}

function sessionOf({ attribution }: ProcessPlace): string {
  return attribution.sessionId ?? sessionId(attribution.agentId ?? 'unknown', UNATTRIBUTED);
}
