import type { EnrichedEvent } from '../../contract/event.ts';
import type { ProcessInfo } from '../../contract/process.ts';
import { matchCommand, type CallCommand } from './match-command.ts';

const MAX_SESSIONS = 2_048;
const MAX_CALLS = 128;
const MAX_COMMANDS = 64;
const MAX_CWDS = 8;
/** Clocks of log and process table differ by this at most, and a log line may be written a little later. */
const EARLY_MS = 3_000;
/** A call without a result yet may run as long as this. */
const OPEN_MS = 15 * 60_000;
/** How long before its line a command that a person typed may have begun. */
const TYPED_MS = 60_000;

export interface KnownCall extends CallCommand {
  readonly callId: string;
  /** When it began at the earliest. */
  readonly timeMs: number;
  endMs?: number;
  /** It may have run more than its log tells literally. */
  readonly partial?: true;
  /** A person typed it into the agent: no tool call, but known. */
  readonly typed?: true;
}

export interface KnownSession {
  readonly sessionId: string;
  readonly agentId: string;
  /** The session whose sub-agent it is; itself otherwise. */
  rootId: string;
  readonly cwds: string[];
  logPath?: string;
  readonly calls: KnownCall[];
  /** Of the last record, and of all before it: several calls may stand in one record. */
  record?: { readonly offsetBytes: number; readonly beforeMs: number; lastMs: number };
}

/** What is known of a session besides its events. */
export interface SessionFact {
  readonly sessionId: string;
  readonly agentId: string;
  readonly parentSessionId?: string;
  readonly cwd?: string;
  readonly logPath?: string;
}

export interface FoundCall {
  readonly session: KnownSession;
  readonly call: KnownCall;
  readonly match: 'whole' | 'part';
}

/** Sessions and their latest shell calls, from their logs. The least recently heard of are forgotten. */
export class KnownSessions {
  readonly #sessions = new Map<string, KnownSession>();
  readonly #writesLate: ReadonlySet<string>;
  /** Of all calls ever seen: what started long before it needs no search. */
  #earliestMs = Infinity;

  /** @param writesLate agents whose log tells of a tool call only when it has ended */
  constructor(writesLate: ReadonlySet<string> = new Set()) {
    this.#writesLate = writesLate;
  }

  get size(): number {
    return this.#sessions.size;
  }

  observe(event: EnrichedEvent): KnownSession {
    const session = this.know({
      sessionId: event.sessionId,
      agentId: event.agentId,
      logPath: event.source.path,
      ...(event.parentSessionId === undefined ? {} : { parentSessionId: event.parentSessionId }),
      ...(event.cwd === undefined ? {} : { cwd: event.cwd }),
    });
    const beforeMs = noteRecord(session, event);
    if (event.kind === 'tool.call' && (event.input.command !== undefined || event.input.partial === true)) {
      // It began after what was written before it.
      const timeMs = this.#writesLate.has(event.agentId) ? Math.min(beforeMs, event.timeMs) : event.timeMs;
      this.#earliestMs = Math.min(this.#earliestMs, timeMs);
      session.calls.push({
        callId: event.tool.callId,
        timeMs,
        text: event.input.command ?? '',
        commands: event.shell?.commands.slice(0, MAX_COMMANDS) ?? [],
        ...(event.input.partial === true ? { partial: true } : {}),
      });
      if (session.calls.length > MAX_CALLS) session.calls.shift();
    }
    const typed = typedCommand(event);
    if (typed !== undefined) {
      // Written down when it has ended, as some clients do.
      const timeMs = event.timeMs - TYPED_MS;
      this.#earliestMs = Math.min(this.#earliestMs, timeMs);
      session.calls.push({ callId: event.id, timeMs, text: typed, commands: [], typed: true });
      if (session.calls.length > MAX_CALLS) session.calls.shift();
    }
    if (event.kind === 'tool.result') {
      const call = session.calls.findLast(({ callId }) => callId === event.callId);
      if (call !== undefined) call.endMs = event.timeMs;
    }
    return session;
  }

  know(fact: SessionFact): KnownSession {
    const known = this.#sessions.get(fact.sessionId);
    const session: KnownSession = known ?? {
      sessionId: fact.sessionId,
      agentId: fact.agentId,
      rootId: fact.sessionId,
      cwds: [],
      calls: [],
    };
    if (fact.parentSessionId !== undefined) session.rootId = fact.parentSessionId;
    if (fact.logPath !== undefined) session.logPath = fact.logPath;
    const cwd = fact.cwd === undefined ? undefined : folder(fact.cwd);
    if (cwd !== undefined && !session.cwds.includes(cwd) && session.cwds.length < MAX_CWDS)
      session.cwds.push(cwd);
    // The last heard of stands last.
    this.#sessions.delete(fact.sessionId);
    this.#sessions.set(fact.sessionId, session);
    if (this.#sessions.size > MAX_SESSIONS) {
      const oldest = this.#sessions.keys().next();
      if (oldest.done !== true) this.#sessions.delete(oldest.value);
    }
    return session;
  }

  get(sessionId: string): KnownSession | undefined {
    return this.#sessions.get(sessionId);
  }

  byLog(path: string): KnownSession | undefined {
    for (const session of this.#sessions.values()) if (session.logPath === path) return session;
    return undefined;
  }

  /** Were there calls at that time that are not kept any more? Then nothing can be said of it. */
  hasForgotten(timeMs: number, where: { readonly rootId?: string; readonly agentId?: string }): boolean {
    for (const session of this.#sessions.values()) {
      if (!isAsked(session, where)) continue;
      const [oldest] = session.calls;
      if (session.calls.length === MAX_CALLS && oldest !== undefined && timeMs < oldest.timeMs) return true;
    }
    return false;
  }

  /** Did a call run at that time whose commands are not all known? */
  hasUnread(timeMs: number, where: { readonly rootId?: string; readonly agentId?: string }): boolean {
    for (const session of this.#sessions.values()) {
      if (!isAsked(session, where)) continue;
      if (session.calls.some((call) => call.partial === true && wasRunning(call, timeMs))) return true;
    }
    return false;
  }

  /** All calls that ran at that time, whatever their commands. */
  callsAt(timeMs: number, where: { readonly rootId?: string; readonly agentId?: string }): KnownCall[] {
    return [...this.#sessions.values()]
      .filter((session) => isAsked(session, where))
      .flatMap(({ calls }) => calls.filter((call) => wasRunning(call, timeMs)));
  }

  /**
   * Calls that were running when the process started and whose command it runs, of one session with its sub-agents,
   * or of all sessions of an agent, or of all.
   */
  callsFor(
    process: ProcessInfo,
    where: { readonly rootId?: string; readonly agentId?: string },
  ): readonly FoundCall[] {
    const found: FoundCall[] = [];
    if (process.startTimeMs < this.#earliestMs - EARLY_MS) return found;
    for (const session of this.#sessions.values()) {
      if (!isAsked(session, where)) continue;
      for (const call of session.calls) {
        if (!wasRunning(call, process.startTimeMs)) continue;
        const match = matchCommand(process, call);
        if (match !== undefined) found.push({ session, call, match });
      }
    }
    return found;
  }
}

/** @returns when the records before this event's were written; its own time when there are none */
function noteRecord(session: KnownSession, { source, timeMs }: EnrichedEvent): number {
  const { record } = session;
  if (record?.offsetBytes === source.offsetBytes) {
    record.lastMs = Math.max(record.lastMs, timeMs);
    return record.beforeMs;
  }
  const beforeMs = record?.lastMs ?? timeMs;
  session.record = { offsetBytes: source.offsetBytes, beforeMs, lastMs: Math.max(beforeMs, timeMs) };
  return beforeMs;
}

/** `! make test`, as parsers give what a person ran from within the agent. */
function typedCommand(event: EnrichedEvent): string | undefined {
  return event.kind === 'prompt.submit' && event.origin === 'human' && event.text.startsWith('! ')
    ? event.text.slice(2)
    : undefined;
}

export function wasRunning(call: KnownCall, atMs: number): boolean {
  return call.timeMs - EARLY_MS <= atMs && atMs <= (call.endMs ?? call.timeMs + OPEN_MS) + EARLY_MS;
}

export function folder(path: string): string {
  return path.length > 1 ? path.replace(/[\\/]$/, '') : path;
}

function isAsked(
  { rootId, sessionId, agentId }: KnownSession,
  where: { readonly rootId?: string; readonly agentId?: string },
): boolean {
  if (where.rootId !== undefined && rootId !== where.rootId && sessionId !== where.rootId) return false;
  return where.agentId === undefined || agentId === where.agentId;
}
