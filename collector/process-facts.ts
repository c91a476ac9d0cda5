import type { Attribution, ProcessFact, ProcessPlace } from './contract/attribution.ts';
import type { Connection, Endpoint } from './contract/connection.ts';
import { processId, type ProcessInfo, type ProcessKey } from './contract/process.ts';
import { programOf } from './rules/shared/process-look.ts';
import { TrafficSums } from './traffic-sums.ts';

const SURVIVOR_MS = 5 * 60_000;
const REACH_MS = 10 * 60_000;
const MAX_ENDED = 512;
const MAX_SESSIONS = 256;
const MAX_REMOTES = 512;
const MAX_PROGRAMS = 50;

interface Reach {
  readonly agentId: string;
  readonly remotes: (Endpoint & { readonly atMs: number; readonly program: string })[];
  fresh: boolean;
}

export interface FactsOptions {
  readonly placeOf: (key: ProcessKey) => ProcessPlace | undefined;
  readonly ancestorsOf: (key: ProcessKey) => readonly ProcessInfo[];
  readonly attributionOf: (key: ProcessKey) => Attribution | undefined;
  readonly connections: () => readonly Connection[];
  readonly namesOf: (address: string) => readonly string[];
}

/** Facts that no single process shows: what outlives its agent, what a session reaches, agents within agents. */
export class ProcessFacts {
  readonly #options: FactsOptions;
  /** When agents ended, oldest first. */
  readonly #endedMs = new Map<string, number>();
  readonly #toldSurvivors = new Set<string>();
  readonly #reach = new Map<string, Reach>();
  readonly #toldFanout = new Map<string, string>();
  readonly #traffic = new TrafficSums();
  /** Sessions that have read a secret. */
  readonly #sensitive = new Set<string>();

  constructor(options: FactsOptions) {
    this.#options = options;
  }

  agentEnded(key: ProcessKey, timeMs: number): void {
    this.#endedMs.set(processId(key), timeMs);
    const oldest = this.#endedMs.size > MAX_ENDED ? this.#endedMs.keys().next().value : undefined;
    if (oldest !== undefined) this.#endedMs.delete(oldest);
  }

  /** Agents ended lately: what they left behind is still watched. */
  get isWaiting(): boolean {
    return this.#endedMs.size > 0;
  }

  /** A process of a session connected somewhere. */
  connected(place: ProcessPlace, remote: Endpoint, timeMs: number): void {
    const { sessionId, agentId } = place.attribution;
    if (sessionId === undefined || agentId === undefined) return;
    const reach = this.#reach.get(sessionId) ?? { agentId, remotes: [], fresh: false };
    this.#reach.delete(sessionId);
    this.#reach.set(sessionId, reach);
    const oldest = this.#reach.size > MAX_SESSIONS ? this.#reach.keys().next().value : undefined;
    if (oldest !== undefined) this.#reach.delete(oldest);
    reach.remotes.push({ ...remote, atMs: timeMs, program: programOf(place.process) });
    if (reach.remotes.length > MAX_REMOTES) reach.remotes.shift();
    reach.fresh = true;
  }

  /** @param living everything that runs now and has to do with an agent. Each fact comes once per reason. */
  take(living: readonly Attribution[], nowMs: number): readonly ProcessFact[] {
    return [
      ...this.#survivors(living, nowMs),
      ...this.#reaches(nowMs),
      ...this.#fanouts(living),
      ...this.#weigh(),
    ];
  }

  /** A session has read a secret. */
  sensitive(sessionId: string): void {
    this.#sensitive.add(sessionId);
    const [oldest] = this.#sensitive;
    if (this.#sensitive.size > MAX_SESSIONS && oldest !== undefined) this.#sensitive.delete(oldest);
  }

  /** The sockets were looked at. */
  carried(connections: readonly Connection[], nowMs: number): void {
    this.#traffic.look(
      connections,
      (process) => {
        const place = this.#options.placeOf(process);
        const { sessionId, agentId } = place?.attribution ?? {};
        return place === undefined ? undefined : `${sessionId ?? agentId ?? ''} ${programOf(place.process)}`;
      },
      nowMs,
    );
  }

  *#weigh(): Generator<ProcessFact> {
    for (const { process, remote, ...carried } of this.#traffic.take()) {
      const place = this.#options.placeOf(process);
      if (place === undefined) continue;
      yield {
        kind: 'traffic',
        ...place,
        remote,
        hosts: this.#options.namesOf(remote.address),
        ...carried,
        afterSensitive: this.#sensitive.has(place.attribution.sessionId ?? ''),
      };
    }
  }

  *#survivors(living: readonly Attribution[], nowMs: number): Generator<ProcessFact> {
    if (this.#endedMs.size === 0) return;
    const owners = new Set(
      living.flatMap(({ agentProcess }) => (agentProcess === undefined ? [] : [processId(agentProcess)])),
    );
    for (const id of this.#endedMs.keys()) if (!owners.has(id)) this.#endedMs.delete(id);
    for (const { role, agentProcess, process } of living) {
      const endedMs = agentProcess === undefined ? undefined : this.#endedMs.get(processId(agentProcess));
      if (role !== 'child' || endedMs === undefined || nowMs - endedMs < SURVIVOR_MS) continue;
      const id = processId(process);
      if (this.#toldSurvivors.has(id)) continue;
      const place = this.#options.placeOf(process);
      if (place === undefined) continue;
      this.#toldSurvivors.add(id);
      const [oldest] = this.#toldSurvivors;
      if (this.#toldSurvivors.size > 4_096 && oldest !== undefined) this.#toldSurvivors.delete(oldest);
      const connected = this.#options
        .connections()
        .some((one) => one.remote !== undefined && processId(one.process) === id);
      yield { kind: 'survivor', ...place, afterMs: nowMs - endedMs, connected };
    }
  }

  *#reaches(nowMs: number): Generator<ProcessFact> {
    for (const [sessionId, reach] of this.#reach) {
      if (!reach.fresh) continue;
      reach.fresh = false;
      const recent = reach.remotes.filter(({ atMs }) => nowMs - atMs <= REACH_MS);
      reach.remotes.splice(0, reach.remotes.length, ...recent);
      yield {
        kind: 'reach',
        agentId: reach.agentId,
        sessionId,
        remotes: recent.map(({ address, port }) => ({ address, port })),
        programs: [...new Set(recent.map(({ program }) => program))].slice(0, MAX_PROGRAMS),
      };
    }
  }

  /** Told when a session's number or depth has grown. */
  *#fanouts(living: readonly Attribution[]): Generator<ProcessFact> {
    const bySession = new Map<string, { readonly agentId: string; running: number; depth: number }>();
    for (const { role, process } of living) {
      if (role !== 'agent') continue;
      const above = this.#agentsAbove(process);
      const outermost = above.at(-1);
      if (outermost?.sessionId === undefined || outermost.agentId === undefined) continue;
      const known = bySession.get(outermost.sessionId) ?? {
        agentId: outermost.agentId,
        running: 0,
        depth: 0,
      };
      known.running += 1;
      known.depth = Math.max(known.depth, above.length);
      bySession.set(outermost.sessionId, known);
    }
    for (const [sessionId, { agentId, running, depth }] of bySession) {
      const key = `${Math.ceil(running / 8)} ${depth}`;
      if (this.#toldFanout.get(sessionId) === key) continue;
      this.#toldFanout.set(sessionId, key);
      const oldest = this.#toldFanout.size > MAX_SESSIONS ? this.#toldFanout.keys().next().value : undefined;
      if (oldest !== undefined) this.#toldFanout.delete(oldest);
      yield { kind: 'fanout', agentId, sessionId, running, depth };
    }
  }

  /** Agents around an agent, nearest first. A launcher and what it launches are one. */
  #agentsAbove(key: ProcessKey): readonly Attribution[] {
    const above: Attribution[] = [];
    let inner = this.#options.attributionOf(key);
    for (const [at, ancestor] of this.#options.ancestorsOf(key).slice(0, 64).entries()) {
      const its = this.#options.attributionOf(ancestor);
      if (its?.role !== 'agent') continue;
      const launched = its.agentId === inner?.agentId && (at === 0 || its.sessionId === inner?.sessionId);
      if (!launched) above.push(its);
      inner = its;
    }
    return above;
  }
}
