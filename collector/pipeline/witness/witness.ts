import type { Attribution, Disagreement } from '../../contract/attribution.ts';
import type { EnrichedEvent, OutcomeStatus } from '../../contract/event.ts';
import { processId, type ProcessInfo, type ProcessKey } from '../../contract/process.ts';
import { KnownSessions } from '../attribution/known-sessions.ts';
import { baseName, shellText } from '../attribution/match-command.ts';
import { Configured } from './configured.ts';
import { helperReason, isOpenShell } from './helpers.ts';
import { addBounded, dropOldest } from './bounds.ts';
import { mayStart, mustStart } from './must-start.ts';
import { nameFits, type MissedProcess } from './missed.ts';
import {
  decisiveOf,
  isExpanded,
  isRunOf,
  matchesOnlyByText,
  nameOf,
  reportedOf,
  withProgram,
  type CalledFor,
  type Seen,
} from './seen.ts';
import { Silence } from './silence.ts';

const MAX_SEEN = 4_096;
const MAX_WAITING = 1_024;
const MAX_SHELLS = 512;
const MAX_AGENTS = 512;
const GRACE_MS = 10_000;
/** A call that is written when it has ended is waited for as long as this. */
const LATE_MS = 15 * 60_000;
interface Waiting extends CalledFor {
  /** What must have started; nothing when all of it depends on something. */
  readonly program: string | undefined;
  status?: OutcomeStatus;
  matched: boolean;
}

export interface WitnessOptions {
  /** When the watch began: calls before it are nobody's business. */
  readonly sinceMs: number;
  /** How late a log line may be. */
  readonly graceMs?: number;
  /** Agents whose log tells of a tool call only when it has ended. Default: none. */
  readonly writesLate?: ReadonlySet<string>;
}

export interface WitnessCheck {
  readonly nowMs: number;
  /**
   * What ended between these times before it could be read and may be this session's; nothing when starts were not
   * told at all then. A missing process proves nothing otherwise. Default: they never are.
   */
  readonly missed?: (
    agentId: string,
    sessionId: string,
    fromMs: number,
    toMs: number,
  ) => readonly MissedProcess[] | undefined;
  /** Is this process stopped (Ctrl-Z, `pause`)? It writes nothing then. Default: nobody knows. */
  readonly isStopped?: (process: ProcessKey) => boolean;
}

/** Another process of an agent, or another program of one. */
export interface SeenProcess {
  /** Every program it ran, oldest first; at least one. */
  readonly programs: readonly ProcessInfo[];
  readonly attribution: Attribution;
  readonly parent: ProcessKey | undefined;
  readonly timeMs: number;
  /** Whoever started it could not be read: `parent` is further up. */
  readonly indirect?: boolean;
}

/** How many commands that the log tells of were looked for among the processes. */
export interface ClaimCounts {
  readonly checked: number;
  /** It could not be told whether they ran. */
  readonly undecided: number;
}

/** Compares the log with the process table. Facts come in any order; each disagreement is told once. */
export class Witness {
  readonly #sinceMs: number;
  #graceMs: number;
  readonly #writesLate: ReadonlySet<string>;
  readonly #sessions: KnownSessions;
  readonly #seen = new Map<string, Seen>();
  readonly #shells = new Set<string>();
  readonly #waiting = new Map<string, Waiting>();
  readonly #silence = new Silence();
  /** Of sessions whose log is late: when the last call ended that is written. */
  readonly #resultMs = new Map<string, number>();
  /** Agents' processes, and when they were last seen stopped. */
  readonly #stoppedMs = new Map<string, number>();
  /** When the machine woke last. */
  #awakeMs = -Infinity;
  #configured = new Configured();
  #checked = 0;
  #undecided = 0;

  constructor(options: WitnessOptions) {
    this.#sinceMs = options.sinceMs;
    this.#graceMs = options.graceMs ?? GRACE_MS;
    this.#writesLate = options.writesLate ?? new Set();
    this.#sessions = new KnownSessions(this.#writesLate);
  }

  /** From now on, log lines may be this late. */
  bePatient(graceMs: number): void {
    this.#graceMs = graceMs;
  }

  /** Command lines of MCP servers, hooks and the status line, from the inventory. */
  configure(configured: Configured): void {
    this.#configured = configured;
  }

  /** A process of an agent started, or became another program. */
  process({ programs, attribution, parent, timeMs, indirect = false }: SeenProcess): void {
    const process = programs.at(-1);
    const { agentId, agentProcess } = attribution;
    if (process === undefined) return;
    if (attribution.role !== 'child' || agentId === undefined || agentProcess === undefined) return;
    const id = processId(process);
    const known = this.#seen.get(id);
    if (known !== undefined) {
      if (!known.judged)
        this.#seen.set(
          id,
          programs.reduce((seen, one) => withProgram(seen, one), known),
        );
      return;
    }
    const parentId = parent === undefined ? undefined : processId(parent);
    const ofAgent = !indirect && parentId === processId(agentProcess);
    const top = ofAgent || (!indirect && parentId !== undefined && this.#shells.has(parentId));
    if (ofAgent && isOpenShell(process)) {
      addBounded(this.#shells, id, MAX_SHELLS);
      return;
    }
    // `exec node x.js` in such a shell: what counts is when it became this, not when the shell began.
    const became = this.#shells.delete(id);
    this.#seen.set(id, {
      programs: became ? [{ ...process, startTimeMs: timeMs }] : programs,
      identity: became ? process : reportedOf(programs),
      attribution,
      timeMs,
      top,
      judged: false,
      settled: false,
    });
    dropOldest(this.#seen, MAX_SEEN);
  }

  /** A process ended. Only agents whose log is late need to be waited for. */
  ended(process: ProcessKey, timeMs: number): void {
    const seen = this.#seen.get(processId(process));
    if (seen !== undefined) seen.endMs = timeMs;
  }

  event(event: EnrichedEvent): void {
    const session = this.#sessions.observe(event);
    this.#silence.event(event, session.rootId);
    if (event.kind === 'tool.call' && event.timeMs >= this.#sinceMs) {
      const call = session.calls.at(-1);
      if (call === undefined || call.callId !== event.tool.callId || !mayStart(call)) return;
      const { agentId, sessionId } = event;
      this.#waiting.set(`${sessionId} ${call.callId}`, {
        agentId,
        sessionId,
        rootId: session.rootId,
        call,
        program: mustStart(call),
        matched: false,
      });
      dropOldest(this.#waiting, MAX_WAITING);
    }
    if (event.kind === 'tool.result') {
      if (this.#writesLate.has(event.agentId)) {
        this.#resultMs.delete(session.rootId);
        this.#resultMs.set(session.rootId, event.timeMs);
        dropOldest(this.#resultMs, MAX_AGENTS);
      }
      const waiting = this.#waiting.get(`${event.sessionId} ${event.callId}`);
      if (waiting !== undefined) waiting.status = event.outcome.status;
    }
  }

  /** The machine slept, and the agents with it: whatever waits for a line in the log waits anew. */
  woke(nowMs: number): void {
    this.#awakeMs = nowMs;
  }

  /** Judges what has waited long enough. Call every few seconds. */
  check({ nowMs, missed = () => undefined, isStopped = () => false }: WitnessCheck): readonly Disagreement[] {
    this.#noteStopped(nowMs, isStopped);
    return [
      ...this.#judgeProcesses(nowMs),
      ...this.#judgeCalls(nowMs, missed),
      ...this.#silence.judge(nowMs),
    ];
  }

  *#judgeProcesses(nowMs: number): Generator<Disagreement> {
    for (const seen of this.#seen.values()) {
      if (seen.judged || !this.#isDue(seen, nowMs)) continue;
      seen.judged = true;
      const { attribution } = seen;
      const agentId = attribution.agentId ?? '';
      // Asked of every process, so that an agent whose log was read once stays known.
      const isLogged = this.#silence.isLogged(attribution);
      this.#matchWaiting(seen);
      const explained = seen.top && this.#isExplained(seen);
      seen.settled = explained || seen.programs.some((process) => shellText(process) !== undefined);
      if (!seen.top || explained) continue;
      this.#silence.worked(attribution, seen.timeMs);
      // An agent whose log was never readable is told as silent, not once per command.
      if (!isLogged) continue;
      const { sessionId } = attribution;
      yield {
        kind: 'unexplained-process',
        process: seen.identity,
        agentId,
        ...(sessionId === undefined ? {} : { sessionId }),
      };
    }
  }

  /** Of commands that the log tells of. */
  claims(): ClaimCounts {
    return { checked: this.#checked, undecided: this.#undecided };
  }

  *#judgeCalls(nowMs: number, missed: NonNullable<WitnessCheck['missed']>): Generator<Disagreement> {
    for (const [key, waiting] of this.#waiting) {
      const { agentId, sessionId, call, program, status } = waiting;
      // Twice the time, so that every process of the call was judged before.
      if (status === undefined || nowMs - (call.endMs ?? call.timeMs) < 2 * this.#graceMs) continue;
      // What failed may have failed to start.
      if (status !== 'ok' || program === undefined || !this.#sawAgent(agentId)) {
        this.#waiting.delete(key);
        continue;
      }
      const verdict = this.#verdictOn(waiting, nowMs, missed);
      if (verdict === 'wait') continue;
      this.#waiting.delete(key);
      this.#checked += 1;
      if (verdict === 'undecided') this.#undecided += 1;
      if (verdict !== 'missing') continue;
      yield { kind: 'missing-process', callId: call.callId, agentId, sessionId, program };
    }
  }

  /** Did it run? Whatever was not read may have been it, unless that was below something else or named otherwise. */
  #verdictOn(
    waiting: Waiting,
    nowMs: number,
    missed: NonNullable<WitnessCheck['missed']>,
  ): 'ran' | 'missing' | 'undecided' | 'wait' {
    const { agentId, rootId, call } = waiting;
    // What still runs may not have been judged yet.
    if (waiting.matched || [...this.#seen.values()].some((seen) => isRunOf(seen, waiting))) return 'ran';
    const endMs = call.endMs ?? nowMs;
    const all = missed(agentId, rootId, call.timeMs, endMs);
    if (all === undefined) return 'undecided';
    const others = this.#agentsOfOthers(rootId);
    const doubtful = all.filter(
      ({ name, agent }) => nameFits(name, call) !== 'no' && (agent === undefined || !others.has(agent)),
    );
    if (doubtful.some(({ name }) => nameFits(name, call) === 'runs')) return 'ran';
    let verdict: 'missing' | 'wait' = 'missing';
    for (const { line } of doubtful) {
      const above = line.flatMap((id) => this.#seen.get(id) ?? []);
      // None of them is a run of this call: that was asked before.
      if (above.some(({ settled }) => settled)) continue;
      if (nowMs - endMs >= LATE_MS || above.every(({ judged }) => judged)) return 'undecided';
      verdict = 'wait';
    }
    return verdict;
  }

  /** Agents' processes that work for other sessions, as is known by now. */
  #agentsOfOthers(rootId: string): ReadonlySet<string> {
    const own = new Set<string>();
    const others = new Set<string>();
    for (const { attribution } of this.#seen.values()) {
      const { agentProcess, sessionId } = attribution;
      if (agentProcess === undefined || sessionId === undefined) continue;
      (sessionId === rootId ? own : others).add(processId(agentProcess));
    }
    for (const id of own) others.delete(id);
    return others;
  }

  #noteStopped(nowMs: number, isStopped: (process: ProcessKey) => boolean): void {
    const asked = new Set<string>();
    for (const { judged, attribution } of this.#seen.values()) {
      if (judged || attribution.agentProcess === undefined) continue;
      const id = processId(attribution.agentProcess);
      if (asked.has(id)) continue;
      asked.add(id);
      if (isStopped(attribution.agentProcess)) this.#stoppedMs.set(id, nowMs);
    }
    dropOldest(this.#stoppedMs, MAX_AGENTS);
  }

  /** Is its tool call in the log by now, if it has one? */
  #isDue({ attribution, timeMs, endMs }: Seen, nowMs: number): boolean {
    const { agentId = '', sessionId, agentProcess } = attribution;
    const heldMs = agentProcess === undefined ? undefined : this.#stoppedMs.get(processId(agentProcess));
    if (nowMs - Math.max(timeMs, this.#awakeMs, heldMs ?? 0) < this.#graceMs) return false;
    if (!this.#writesLate.has(agentId) || nowMs - timeMs >= LATE_MS) return true;
    if (endMs !== undefined) return nowMs - endMs >= this.#graceMs;
    const wentOnMs = sessionId === undefined ? undefined : this.#resultMs.get(sessionId);
    return wentOnMs !== undefined && wentOnMs > timeMs && nowMs - wentOnMs >= this.#graceMs;
  }

  #isExplained(seen: Seen): boolean {
    const agentId = seen.attribution.agentId ?? '';
    return decisiveOf(seen.programs).some(
      (process) =>
        this.#isCalled(process, seen) ||
        this.#configured.partOf(process) !== undefined ||
        helperReason(process, agentId) !== undefined,
    );
  }

  /** By a call of its session that ran when it started; without a session, of any session of its agent. */
  #isCalled(process: ProcessInfo, { attribution: { agentId, sessionId } }: Seen): boolean {
    const where = sessionId !== undefined ? { rootId: sessionId } : agentId === undefined ? {} : { agentId };
    if (this.#sessions.callsFor(process, where).length > 0) return true;
    if (this.#sessions.hasForgotten(process.startTimeMs, where)) return true;
    if (this.#sessions.hasUnread(process.startTimeMs, where)) return true;
    if (matchesOnlyByText(process)) return false;
    // The shell expands patterns and variables before it starts a program: then only the program is the same.
    return this.#sessions
      .callsAt(process.startTimeMs, where)
      .some(({ commands }) =>
        commands.some((command) => baseName(command.program) === nameOf(process) && isExpanded(command)),
      );
  }

  #matchWaiting(seen: Seen): void {
    for (const waiting of this.#waiting.values()) waiting.matched ||= isRunOf(seen, waiting);
  }

  #sawAgent(agentId: string): boolean {
    for (const { attribution } of this.#seen.values()) if (attribution.agentId === agentId) return true;
    return false;
  }
}
