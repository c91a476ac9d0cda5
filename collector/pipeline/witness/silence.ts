import type { Attribution, Disagreement } from '../../contract/attribution.ts';
import type { EnrichedEvent } from '../../contract/event.ts';
import { processId, type ProcessKey } from '../../contract/process.ts';
import { addBounded, dropOldest } from './bounds.ts';

const MAX_AGENTS = 512;
const MAX_SESSIONS = 2_048;
const SILENT_MS = 60_000;
const SILENT_PROCESSES = 3;

interface Agent {
  readonly agentId: string;
  readonly process: ProcessKey;
  /** No line of its log was ever read: it may be written elsewhere. */
  readonly unread: boolean;
  sessionId?: string;
  firstMs: number;
  busy: number;
  told: boolean;
}

/** Agents that start programs while their log is silent. */
export class Silence {
  readonly #agents = new Map<string, Agent>();
  readonly #lastEventMs = new Map<string, number>();
  /** Sessions of which something was read, and agents' processes that worked for one. */
  readonly #readSessions = new Set<string>();
  readonly #readAgents = new Set<string>();

  /** @param rootId of the session that it is of */
  event({ agentId, timeMs }: EnrichedEvent, rootId: string): void {
    this.#lastEventMs.set(agentId, Math.max(this.#lastEventMs.get(agentId) ?? 0, timeMs));
    addBounded(this.#readSessions, rootId, MAX_SESSIONS);
    for (const agent of this.#agents.values()) {
      if (agent.agentId !== agentId || timeMs < agent.firstMs) continue;
      if (agent.sessionId !== undefined && agent.sessionId !== rootId) continue;
      agent.busy = 0;
      agent.told = false;
    }
  }

  /**
   * Can the log of this agent be read at all? Not that of an agent with another home, whose sessions are known by what
   * its processes were told only. One that worked for a readable session does not become unreadable by telling its
   * children of another.
   */
  isLogged({ agentId = '', agentProcess, sessionId }: Attribution): boolean {
    if (!this.#lastEventMs.has(agentId)) return false;
    if (sessionId === undefined || agentProcess === undefined) return true;
    const id = processId(agentProcess);
    if (this.#readSessions.has(sessionId)) addBounded(this.#readAgents, id, MAX_AGENTS);
    return this.#readAgents.has(id);
  }

  /** A program that no line explains. */
  worked(attribution: Attribution, timeMs: number): void {
    const { agentProcess, agentId, sessionId } = attribution;
    if (agentProcess === undefined || agentId === undefined) return;
    const unread = !this.isLogged(attribution);
    // Something was written since: the log is not silent.
    if (!unread && timeMs <= (this.#lastEventMs.get(agentId) ?? 0)) return;
    const id = processId(agentProcess);
    const agent = this.#agents.get(id) ?? {
      agentId,
      process: agentProcess,
      unread,
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

  *judge(nowMs: number): Generator<Disagreement> {
    for (const agent of this.#agents.values()) {
      const lastMs = agent.unread ? 0 : (this.#lastEventMs.get(agent.agentId) ?? 0);
      const silentMs = nowMs - Math.max(agent.firstMs, lastMs);
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
}
