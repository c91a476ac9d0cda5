import type { Attribution, Disagreement } from '../../contract/attribution.ts';
import type { EnrichedEvent, OutcomeStatus } from '../../contract/event.ts';
import { processId, type ProcessInfo, type ProcessKey } from '../../contract/process.ts';
import { KnownSessions, wasRunning, type KnownCall } from '../attribution/known-sessions.ts';
import { baseName, matchCommand, scriptArguments } from '../attribution/match-command.ts';
import { Configured } from './configured.ts';
import { helperReason, isOpenShell } from './helpers.ts';

const MAX_SEEN = 4_096;
const MAX_WAITING = 1_024;
const MAX_SHELLS = 512;
const MAX_AGENTS = 512;
const GRACE_MS = 10_000;
const SILENT_MS = 60_000;
const SILENT_PROCESSES = 3;
/** A call that is written when it has ended is waited for as long as this. */
const LATE_MS = 15 * 60_000;
/** Done by the shell itself: no process is to be seen. */
const BUILT_IN = new Set(
  'echo printf cd pwd export unset set true false test [ [[ : read source . eval exit return alias unalias type command hash ulimit umask wait jobs kill trap shift local declare typeset readonly let history pushd popd dirs shopt fg bg disown builtin'.split(
    ' ',
  ),
);

interface Seen {
  process: ProcessInfo;
  /** As the process table has it; `process` is dated by when an open shell became it. */
  readonly identity: ProcessInfo;
  readonly attribution: Attribution;
  readonly timeMs: number;
  /** Started by the agent itself, or by a shell that waits for commands. */
  readonly top: boolean;
  judged: boolean;
  endMs?: number;
}

interface Waiting {
  readonly agentId: string;
  readonly sessionId: string;
  readonly rootId: string;
  readonly call: KnownCall;
  status?: OutcomeStatus;
  matched: boolean;
}

interface Agent {
  readonly agentId: string;
  readonly process: ProcessKey;
  sessionId?: string;
  firstMs: number;
  busy: number;
  told: boolean;
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
   * Was every start of this session told between these times (an event source, nothing dropped or missed)? A missing
   * process proves nothing otherwise. Default: never.
   */
  readonly isComplete?: (agentId: string, sessionId: string, fromMs: number, toMs: number) => boolean;
  /** Is this process stopped (Ctrl-Z, `pause`)? It writes nothing then. Default: nobody knows. */
  readonly isStopped?: (process: ProcessKey) => boolean;
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
  readonly #agents = new Map<string, Agent>();
  readonly #lastEventMs = new Map<string, number>();
  /** Of sessions whose log is late: when the last call ended that is written. */
  readonly #resultMs = new Map<string, number>();
  /** Agents' processes, and when they were last seen stopped. */
  readonly #stoppedMs = new Map<string, number>();
  /** When the machine woke last. */
  #awakeMs = -Infinity;
  #configured = new Configured();

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
  process(
    process: ProcessInfo,
    attribution: Attribution,
    parent: ProcessKey | undefined,
    timeMs: number,
  ): void {
    const { agentId, agentProcess } = attribution;
    if (attribution.role !== 'child' || agentId === undefined || agentProcess === undefined) return;
    const id = processId(process);
    const known = this.#seen.get(id);
    if (known !== undefined) {
      if (!known.judged) this.#seen.set(id, { ...known, process, identity: process });
      return;
    }
    const parentId = parent === undefined ? undefined : processId(parent);
    const ofAgent = parentId === processId(agentProcess);
    const top = ofAgent || (parentId !== undefined && this.#shells.has(parentId));
    if (ofAgent && isOpenShell(process)) {
      addBounded(this.#shells, id, MAX_SHELLS);
      return;
    }
    // `exec node x.js` in such a shell: what counts is when it became this, not when the shell began.
    const became = this.#shells.delete(id) ? { ...process, startTimeMs: timeMs } : process;
    this.#seen.set(id, { process: became, identity: process, attribution, timeMs, top, judged: false });
    dropOldest(this.#seen, MAX_SEEN);
  }

  /** A process ended. Only agents whose log is late need to be waited for. */
  ended(process: ProcessKey, timeMs: number): void {
    const seen = this.#seen.get(processId(process));
    if (seen !== undefined) seen.endMs = timeMs;
  }

  event(event: EnrichedEvent): void {
    const session = this.#sessions.observe(event);
    const lastMs = Math.max(this.#lastEventMs.get(event.agentId) ?? 0, event.timeMs);
    this.#lastEventMs.set(event.agentId, lastMs);
    for (const agent of this.#agents.values()) {
      if (agent.agentId !== event.agentId || event.timeMs < agent.firstMs) continue;
      if (agent.sessionId !== undefined && agent.sessionId !== session.rootId) continue;
      agent.busy = 0;
      agent.told = false;
    }
    if (event.kind === 'tool.call' && event.timeMs >= this.#sinceMs) {
      const call = session.calls.at(-1);
      if (call === undefined || call.callId !== event.tool.callId || !leavesProcess(call)) return;
      const { agentId, sessionId } = event;
      this.#waiting.set(`${sessionId} ${call.callId}`, {
        agentId,
        sessionId,
        rootId: session.rootId,
        call,
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
  check({ nowMs, isComplete = () => false, isStopped = () => false }: WitnessCheck): readonly Disagreement[] {
    this.#noteStopped(nowMs, isStopped);
    return [
      ...this.#judgeProcesses(nowMs),
      ...this.#judgeCalls(nowMs, isComplete),
      ...this.#judgeSilence(nowMs),
    ];
  }

  *#judgeProcesses(nowMs: number): Generator<Disagreement> {
    for (const seen of this.#seen.values()) {
      if (seen.judged || !this.#isDue(seen, nowMs)) continue;
      seen.judged = true;
      const { process, attribution } = seen;
      const agentId = attribution.agentId ?? '';
      this.#matchWaiting(seen);
      if (!seen.top) continue;
      if (this.#isExplained(seen) || this.#configured.partOf(process) !== undefined) continue;
      if (helperReason(process, agentId) !== undefined) continue;
      this.#countBusy(seen);
      // An agent whose log was never readable is told as silent, not once per command.
      if (!this.#lastEventMs.has(agentId)) continue;
      const { sessionId } = attribution;
      yield {
        kind: 'unexplained-process',
        process: seen.identity,
        agentId,
        ...(sessionId === undefined ? {} : { sessionId }),
      };
    }
  }

  *#judgeCalls(nowMs: number, isComplete: NonNullable<WitnessCheck['isComplete']>): Generator<Disagreement> {
    for (const [key, waiting] of this.#waiting) {
      const { agentId, sessionId, call, status } = waiting;
      // Twice the time, so that every process of the call was judged before.
      if (status === undefined || nowMs - (call.endMs ?? call.timeMs) < 2 * this.#graceMs) continue;
      this.#waiting.delete(key);
      const ran = status === 'ok' || status === 'error';
      const watched =
        [...this.#agents.values()].some((agent) => agent.agentId === agentId) || this.#sawAgent(agentId);
      if (!ran || !watched || waiting.matched) continue;
      if (!isComplete(agentId, waiting.rootId, call.timeMs, call.endMs ?? nowMs)) continue;
      // What still runs may not have been judged yet.
      if ([...this.#seen.values()].some((seen) => isRunOf(seen, waiting))) continue;
      const program = call.commands.find(({ program: name }) => !BUILT_IN.has(name))?.program ?? '';
      yield { kind: 'missing-process', callId: call.callId, agentId, sessionId, program };
    }
  }

  *#judgeSilence(nowMs: number): Generator<Disagreement> {
    for (const agent of this.#agents.values()) {
      const silentMs = nowMs - Math.max(agent.firstMs, this.#lastEventMs.get(agent.agentId) ?? 0);
      if (agent.told || agent.busy < SILENT_PROCESSES || silentMs < SILENT_MS) continue;
      agent.told = true;
      const { agentId, process, sessionId, busy } = agent;
      yield {
        kind: 'silent-log',
        agentId,
        agentProcess: process,
        processes: busy,
        silentMs,
        ...(sessionId === undefined ? {} : { sessionId }),
      };
    }
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

  /** By a call of its session that ran when it started; without a session, of any session of its agent. */
  #isExplained({ process, attribution, top }: Seen): boolean {
    const { agentId, sessionId } = attribution;
    const where = sessionId !== undefined ? { rootId: sessionId } : agentId === undefined ? {} : { agentId };
    if (this.#sessions.callsFor(process, where).length > 0) return true;
    if (this.#sessions.hasForgotten(process.startTimeMs, where)) return true;
    if (this.#sessions.hasUnread(process.startTimeMs, where)) return true;
    if (!top || matchesOnlyByText(process)) return false;
    // The shell expands patterns and variables before it starts a program: then only the program is the same.
    return [...this.#waiting.values()].some(
      ({ rootId, call }) =>
        (sessionId === undefined || rootId === sessionId) &&
        wasRunning(call, process.startTimeMs) &&
        call.commands.some((command) => baseName(command.program) === nameOf(process) && isExpanded(command)),
    );
  }

  #matchWaiting(seen: Seen): void {
    for (const waiting of this.#waiting.values()) waiting.matched ||= isRunOf(seen, waiting);
  }

  #countBusy({ attribution, timeMs }: Seen): void {
    const { agentProcess, agentId, sessionId } = attribution;
    if (agentProcess === undefined || agentId === undefined) return;
    // Something was written since: the log is not silent.
    if (timeMs <= (this.#lastEventMs.get(agentId) ?? 0)) return;
    const id = processId(agentProcess);
    const agent = this.#agents.get(id) ?? {
      agentId,
      process: agentProcess,
      firstMs: timeMs,
      busy: 0,
      told: false,
    };
    if (agent.busy === 0) agent.firstMs = timeMs;
    agent.busy += 1;
    if (sessionId !== undefined) agent.sessionId = sessionId;
    this.#agents.set(id, agent);
    dropOldest(this.#agents, MAX_AGENTS);
  }

  #sawAgent(agentId: string): boolean {
    for (const { attribution } of this.#seen.values()) if (attribution.agentId === agentId) return true;
    return false;
  }
}

/** Could this process be what the call started? */
function isRunOf({ process, attribution }: Seen, { agentId, rootId, sessionId, call }: Waiting): boolean {
  if (agentId !== attribution.agentId) return false;
  const own = attribution.sessionId;
  if (own !== undefined && own !== rootId && own !== sessionId) return false;
  if (!wasRunning(call, process.startTimeMs)) return false;
  return (
    matchCommand(process, call) !== undefined ||
    call.commands.some(({ program }) => baseName(program) === nameOf(process))
  );
}

function nameOf(process: ProcessInfo): string {
  return baseName((scriptArguments(process.argv) ?? process.argv)[0] ?? process.name);
}

/** Does the shell put something else in the place of what is written? */
function isExpanded({ args, dynamic }: KnownCall['commands'][number]): boolean {
  return dynamic.some(Boolean) || args.some((arg) => /[*?[{~]/.test(arg));
}

/** A shell with a text is its text, not its name. */
function matchesOnlyByText(process: ProcessInfo): boolean {
  return process.argv.some((arg) => /^-[a-z]*c$/.test(arg)) && /sh$/.test(nameOf(process));
}

/** Is there a program in it that this machine must start? */
function leavesProcess(call: KnownCall): boolean {
  return call.commands.some(
    ({ program, elsewhere, dynamicProgram, via }) =>
      !elsewhere &&
      dynamicProgram !== true &&
      !via.includes('code') &&
      program !== '' &&
      !BUILT_IN.has(program),
  );
}

function dropOldest<V>(map: Map<string, V>, max: number): void {
  if (map.size <= max) return;
  const oldest = map.keys().next();
  if (oldest.done !== true) map.delete(oldest.value);
}

function addBounded(set: Set<string>, value: string, max: number): void {
  set.add(value);
  if (set.size <= max) return;
  const oldest = set.values().next();
  if (oldest.done !== true) set.delete(oldest.value);
}
