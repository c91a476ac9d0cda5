import { AGENTS } from './agents/index.ts';
import type { ResolvedTarget } from './actions/action.ts';
import { type ActionTarget, processKeyOf, type ProcessRef } from './contract/action.ts';
import type { ListedProcess, ProcessList } from './contract/process-list.ts';
import type { ProcessInfo } from './contract/process.ts';
import { isAgentProcess } from './discovery/running.ts';
import { redactText } from './pipeline/redact.ts';
import type { ProcessReader } from './platform/process-reader.ts';
import { openProcessEvents } from './sources/process-events.ts';
import { ProcessWatch, type ProcessWatchHealth } from './sources/process-watch.ts';

export interface LiveProcessesOptions {
  readonly reader: ProcessReader;
  /** Short-lived children are only seen with the kernel's own events; they cost a thread. */
  readonly events: boolean;
  readonly onHealth: (health: ProcessWatchHealth) => void;
}

/** Variables in which agents tell the programs they start which session they belong to. */
const SESSION_MARKERS = [
  'CLAUDE_CODE_SESSION_ID',
  'CODEX_THREAD_ID',
  'COPILOT_AGENT_SESSION_ID',
  'QWEN_CODE_SESSION_ID',
  'PI_SESSION_ID',
] as const;

const MAX_COMMAND = 300;
const MAX_SUPERVISED = 200;

/** The agents that run now, with everything below them. */
export class LiveProcesses {
  readonly #watch: ProcessWatch;
  /** Agents started with `reeve exec`, by the id in their environment. */
  readonly #supervised = new Map<string, ProcessRef>();

  constructor(options: LiveProcessesOptions) {
    const { reader } = options;
    const setup = options.events ? reader.eventSetup : undefined;
    this.#watch = new ProcessWatch({
      reader,
      isAgent: (process) => agentIdOf(process) !== undefined,
      onChanges: () => undefined,
      onHealth: options.onHealth,
      ...(setup !== undefined && { openEvents: (handlers) => openProcessEvents(setup, handlers) }),
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

  /** `reeve exec` tells of an agent it started. */
  supervise(run: { readonly id: string } & ProcessRef): void {
    if (this.#supervised.size >= MAX_SUPERVISED) return;
    this.#supervised.set(run.id, run);
    this.#watch.nudge();
  }

  forget(id: string): void {
    this.#supervised.delete(id);
  }

  async list(): Promise<ProcessList> {
    await this.#watch.refresh();
    const snapshot = this.#watch.snapshot();
    const listed = new Map<number, ListedProcess>();
    for (const agent of this.#watch.agents()) {
      const agentId = agentIdOf(agent);
      for (const process of [agent, ...this.#watch.treeOf(agent)]) {
        // The innermost agent of nested ones is listed last and wins.
        listed.set(process.pid, toListed(process, agentId, snapshot.usage.get(process.pid)));
      }
    }
    return { timeMs: snapshot.timeMs, processes: [...listed.values()] };
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

  /** Processes that carry the session's id, and the agent they descend from. */
  #sessionTree(id: string, nativeId: string | undefined): ResolvedTarget {
    const supervised = this.#supervised.get(id);
    if (supervised !== undefined) return this.resolve({ kind: 'process', ...supervised }, undefined);
    if (nativeId === undefined) return { roots: [] };
    const marked = this.#watch.snapshot().processes.filter((process) => carries(process, nativeId));
    const roots = new Map<number, ProcessInfo>();
    for (const process of marked) {
      const agent = this.#watch.ancestorsOf(process).find((ancestor) => agentIdOf(ancestor) !== undefined);
      // Two sessions in one agent process share it: then only what carries the id is this session's.
      const root = agent !== undefined && this.#isOnlySessionOf(agent, nativeId) ? agent : process;
      roots.set(root.pid, root);
    }
    return this.#treesOf([...roots.values()]);
  }

  #isOnlySessionOf(agent: ProcessInfo, nativeId: string): boolean {
    return this.#watch
      .treeOf(agent)
      .every((process) => sessionMarkers(process).every((value) => value === nativeId));
  }

  #treesOf(roots: readonly ProcessInfo[]): ResolvedTarget {
    return { roots, known: roots.flatMap((root) => this.#watch.treeOf(root)) };
  }
}

function agentIdOf(process: ProcessInfo): string | undefined {
  return AGENTS.find((agent) => isAgentProcess(process, agent.discovery.process))?.id;
}

function sessionMarkers(process: ProcessInfo): string[] {
  return SESSION_MARKERS.flatMap((name) => process.markers?.[name] ?? []);
}

function carries(process: ProcessInfo, nativeId: string): boolean {
  return sessionMarkers(process).includes(nativeId);
}

function toListed(
  process: ProcessInfo,
  agentId: string | undefined,
  usage: { readonly cpuMs: number; readonly residentBytes: number } | undefined,
): ListedProcess {
  return {
    pid: process.pid,
    startTimeMs: process.startTimeMs,
    ...(process.bootId !== undefined && { bootId: process.bootId }),
    ...(process.startTicks !== undefined && { startTicks: process.startTicks }),
    parentPid: process.parentPid,
    name: process.name,
    ...(process.argv.length > 0 && {
      command: redactText(process.argv.join(' ').slice(0, 4_000)).slice(0, MAX_COMMAND),
    }),
    ...(agentId !== undefined && { agentId }),
    ...(usage !== undefined && { cpuMs: usage.cpuMs, residentBytes: usage.residentBytes }),
  };
}
