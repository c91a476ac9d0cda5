import type { ResolvedTarget } from './actions/action.ts';
import { agentIdOf } from './agent-identity.ts';
import { type ActionTarget, processKeyOf, type ProcessRef } from './contract/action.ts';
import type { Attribution } from './contract/attribution.ts';
import type { ListedProcess, ProcessList } from './contract/process-list.ts';
import type { ProcessInfo, ProcessKey, ProcessSnapshot } from './contract/process.ts';
import type { Attributor } from './pipeline/attribution/index.ts';
import { commandOf } from './pipeline/process-event.ts';
import type { ProcessReader } from './platform/process-reader.ts';
import { openProcessEvents } from './sources/process-events.ts';
import { type ProcessChangeBatch, ProcessWatch, type ProcessWatchHealth } from './sources/process-watch.ts';

export interface LiveProcessesOptions {
  readonly reader: ProcessReader;
  /** Let the kernel tell of each start and end while an agent runs; costs a thread then. */
  readonly events: boolean;
  readonly attributor: Attributor;
  readonly onHealth: (health: ProcessWatchHealth) => void;
  /** After the attribution has heard of them. */
  readonly onChanges: (batch: ProcessChangeBatch) => void;
  /** A program ended before it could be read. @param above who started it, as far as that is known */
  readonly onMissed?: (above: ProcessInfo | undefined, sinceMs: number) => void;
}

const MAX_SUPERVISED = 200;

/** The agents that run now, with everything below them. */
export class LiveProcesses {
  readonly #watch: ProcessWatch;
  readonly #attributor: Attributor;
  /** Agents started with `reeve exec`, by the id in their environment. */
  readonly #supervised = new Map<string, ProcessRef>();

  constructor({ reader, events, attributor, onHealth, onChanges, onMissed }: LiveProcessesOptions) {
    const setup = events ? reader.eventSetup : undefined;
    this.#attributor = attributor;
    this.#watch = new ProcessWatch({
      reader,
      isAgent: (process) => agentIdOf(process) !== undefined,
      onChanges: (batch) => {
        attributor.processes(batch, (key) => this.#watch.ancestorsOf(key));
        onChanges(batch);
      },
      onHealth,
      ...(onMissed !== undefined && { onMissed }),
      ...(setup !== undefined && {
        openEvents: (handlers) => openProcessEvents(setup, handlers),
        eventsWithAgents: true,
      }),
    });
  }

  start(): Promise<void> {
    return this.#watch.start();
  }

  stop(): Promise<void> {
    return this.#watch.stop();
  }

  /** An agent has just done something: look soon. */
  nudge(): void {
    // Logs may come from elsewhere, such as a shared home: without an agent here there is nothing to look for.
    if (this.#watch.agents().length > 0) this.#watch.nudge();
  }

  get(pid: number): ProcessInfo | undefined {
    return this.#watch.get(pid);
  }

  find(key: ProcessKey): ProcessInfo | undefined {
    return this.#watch.find(key);
  }

  agents(): readonly ProcessInfo[] {
    return this.#watch.agents();
  }

  ancestorsOf(key: ProcessKey): readonly ProcessInfo[] {
    return this.#watch.ancestorsOf(key);
  }

  snapshot(): ProcessSnapshot {
    return this.#watch.snapshot();
  }

  isBusy(): boolean {
    return this.#watch.isBusy();
  }

  health(): ProcessWatchHealth {
    return this.#watch.health();
  }

  /** `reeve exec` tells of an agent it started. */
  supervise(run: { readonly id: string } & ProcessRef): void {
    if (this.#supervised.size >= MAX_SUPERVISED) return;
    this.#supervised.set(run.id, run);
    // The attribution knows a process once it is in the table.
    void this.#watch.refresh().then(() => {
      this.#attributor.supervised({ runId: run.id, process: processKeyOf(run) }, Date.now());
    });
    this.#watch.nudge();
  }

  forget(id: string): void {
    this.#supervised.delete(id);
  }

  /** Processes that have to do with an agent, and whose they are. */
  async list(): Promise<ProcessList> {
    await this.#watch.refresh();
    return this.lastSeen();
  }

  /** The same as they were at the last look, which may be a second or, when all is quiet, a minute ago. */
  lastSeen(): ProcessList {
    const snapshot = this.#watch.snapshot();
    const listed = this.#attributor.list().flatMap((attribution): ListedProcess[] => {
      const process = this.#watch.find(attribution.process);
      if (process === undefined) return [];
      return [toListed(process, attribution, snapshot.usage.get(process.pid))];
    });
    return { timeMs: snapshot.timeMs, processes: listed };
  }

  /** @param nativeId the session's own id, when the target is one. */
  resolve(target: ActionTarget, nativeId: string | undefined): ResolvedTarget {
    switch (target.kind) {
      case 'process': {
        const key = processKeyOf(target);
        return { roots: [key], known: this.#watch.treeOf(key) };
      }
      case 'agent':
        return this.#treesOf(this.#watch.agents().filter((process) => agentIdOf(process) === target.id));
      case 'session':
        return this.#sessionTree(target.id, nativeId);
    }
  }

  /**
   * Everything that is this session's, however it got away from its parents; its agent too, unless that runs other
   * sessions as well. What is tied to it by its command line alone is left out: that may be a person's own.
   */
  #sessionTree(id: string, nativeId: string | undefined): ResolvedTarget {
    const supervised = this.#supervised.get(id);
    if (supervised !== undefined) return this.resolve({ kind: 'process', ...supervised }, undefined);
    if (nativeId === undefined) return { roots: [] };
    const all = this.#attributor.list();
    const shared = new Set(
      all.flatMap(({ sessionId, agentProcess }) =>
        sessionId !== undefined && sessionId !== id && agentProcess !== undefined ? [agentProcess.pid] : [],
      ),
    );
    const own = all.flatMap((attribution) => {
      if (attribution.sessionId !== id || attribution.confidence === 'low') return [];
      const process = this.#watch.find(attribution.process);
      if (process === undefined) return [];
      return attribution.role === 'agent' && shared.has(process.pid) ? [] : [process];
    });
    return this.#treesOf(own);
  }

  #treesOf(roots: readonly ProcessInfo[]): ResolvedTarget {
    return { roots, known: roots.flatMap((root) => this.#watch.treeOf(root)) };
  }
}

function toListed(
  process: ProcessInfo,
  { agentId, sessionId, toolCallId, role, confidence }: Attribution,
  usage: { readonly cpuMs: number; readonly residentBytes: number } | undefined,
): ListedProcess {
  const command = commandOf(process);
  return {
    pid: process.pid,
    startTimeMs: process.startTimeMs,
    ...(process.bootId !== undefined && { bootId: process.bootId }),
    ...(process.startTicks !== undefined && { startTicks: process.startTicks }),
    parentPid: process.parentPid,
    name: process.name,
    ...(command !== '' && { command }),
    ...(agentId !== undefined && { agentId }),
    ...(sessionId !== undefined && { sessionId }),
    ...(toolCallId !== undefined && { toolCallId }),
    role,
    confidence,
    ...(usage !== undefined && { cpuMs: usage.cpuMs, residentBytes: usage.residentBytes }),
  };
}
