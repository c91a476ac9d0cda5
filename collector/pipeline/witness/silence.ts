import type { Attribution, Disagreement } from '../../contract/attribution.ts';
import type { EnrichedEvent } from '../../contract/event.ts';
import { processId, type ProcessKey } from '../../contract/process.ts';
import { dropOldest } from './bounds.ts';

const MAX_AGENTS = 512;
const SILENT_MS = 60_000;
const SILENT_PROCESSES = 3;

interface Agent {
  readonly agentId: string;
  readonly process: ProcessKey;
  sessionId?: string;
  firstMs: number;
  busy: number;
  told: boolean;
}

/** Agents that start programs while their log is silent. */
export class Silence {
  readonly #agents = new Map<string, Agent>();
  readonly #lastEventMs = new Map<string, number>();

  /** @param rootId of the session that it is of */
  event({ agentId, timeMs }: EnrichedEvent, rootId: string): void {
    this.#lastEventMs.set(agentId, Math.max(this.#lastEventMs.get(agentId) ?? 0, timeMs));
    for (const agent of this.#agents.values()) {
      if (agent.agentId !== agentId || timeMs < agent.firstMs) continue;
      if (agent.sessionId !== undefined && agent.sessionId !== rootId) continue;
      agent.busy = 0;
      agent.told = false;
    }
  }

  /** Has a log of this agent ever been read? */
  knows(agentId: string): boolean {
    return this.#lastEventMs.has(agentId);
  }

  /** A program that no line explains. */
  worked({ agentProcess, agentId, sessionId }: Attribution, timeMs: number): void {
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

  *judge(nowMs: number): Generator<Disagreement> {
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
}
