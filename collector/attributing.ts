import { agentIdOf } from './agent-identity.ts';
import type { PathContext } from './agents/path-context.ts';
import { AGENTS } from './agents/index.ts';
import { type EnrichedEvent, sessionId } from './contract/event.ts';
import type { ProcessInfo } from './contract/process.ts';
import type { StoredEvent } from './contract/stored.ts';
import { readClaudePidFiles } from './discovery/pid-files.ts';
import type { LiveBatch } from './ingester.ts';
import { listedRoots } from './listed-roots.ts';
import type { LiveProcesses } from './live-processes.ts';
import type { Attributor } from './pipeline/attribution/index.ts';
import { enrich } from './pipeline/enrich.ts';
import type { ProcessReader } from './platform/process-reader.ts';
import type { Store } from './store/store.ts';

export interface AttributingOptions {
  readonly attributor: Attributor;
  readonly processes: Pick<LiveProcesses, 'get' | 'agents'>;
  readonly reader: Pick<ProcessReader, 'openFiles'>;
  readonly homes: readonly PathContext[];
  readonly nowMs: () => number;
}

const PID_FILES_MS = 5_000;
const OPEN_LOGS_MS = 10_000;
/** How often products' own lists of projects are read again. */
const NEW_ROOTS_MS = 60_000;
/** Agents without a session are looked into this often, then seldom: most of them never hold their log open. */
const EAGER_LOOKS = 6;
const SELDOM_MS = 120_000;
const LOOKS_AT_ONCE = 8;
/** What is told again of the time before the following began. */
const RECENT_SESSIONS = 40;
const RECENT_EVENTS = 200;
const RECENT_MS = 6 * 3_600_000;

/** Gives the attribution what it lives on: sessions, tool calls, pid files, open logs. */
export class Attributing {
  readonly #options: AttributingOptions;
  readonly #pidFolders: readonly string[];
  readonly #looks = new Map<number, { readonly startTimeMs: number; times: number; lastMs: number }>();
  #pidFilesMs = -Infinity;
  #openLogsMs = -Infinity;
  #logRoots: readonly string[] = [];
  #logRootsMs = -Infinity;

  constructor(options: AttributingOptions) {
    this.#options = options;
    this.#pidFolders = options.homes.map(
      ({ env, home }) => `${env['CLAUDE_CONFIG_DIR'] ?? `${home}/.claude`}/sessions`,
    );
  }

  live({ agentId, path, sessions, events }: LiveBatch): void {
    const { attributor } = this.#options;
    for (const { nativeId, parentNativeId, cwd } of sessions) {
      attributor.session({
        sessionId: sessionId(agentId, nativeId),
        agentId,
        logPath: path,
        ...(parentNativeId === undefined ? {} : { parentSessionId: sessionId(agentId, parentNativeId) }),
        ...(cwd === undefined ? {} : { cwd }),
      });
    }
    for (const event of events) attributor.event(event);
  }

  /**
   * Tells what the store knows of the sessions that agents which run now may have. Without a running agent nothing is read.
   * @returns their events, oldest first, as far as a stored event tells again what its log said
   */
  recall(store: Store): readonly EnrichedEvent[] {
    const { attributor, processes, nowMs, homes } = this.#options;
    const [home] = homes;
    const starts = processes.agents().map(({ startTimeMs }) => startTimeMs);
    if (starts.length === 0 || home === undefined) return [];
    const sinceMs = Math.max(nowMs() - RECENT_MS, Math.min(...starts));
    const all: EnrichedEvent[] = [];
    for (const { id, agentId, nativeId, parentId, cwd } of store.read.recentSessions(
      sinceMs,
      RECENT_SESSIONS,
    )) {
      const events = store.read.events({ sessionId: id, sinceMs, limit: RECENT_EVENTS });
      const logPath = events.find(({ event }) => event.source.path !== '')?.event.source.path;
      attributor.session({
        sessionId: id,
        agentId,
        ...(parentId === null ? {} : { parentSessionId: parentId }),
        ...(cwd === null ? {} : { cwd }),
        ...(logPath === undefined ? {} : { logPath }),
      });
      const told = { nativeId, cwd: cwd ?? undefined, home };
      all.push(...events.reverse().flatMap(({ event }) => toldAgain(event, told) ?? []));
    }
    for (const event of all) attributor.event(event);
    return all;
  }

  /** Looks at what agents leave on the disk; call every few seconds while an agent runs. */
  async look(): Promise<void> {
    const { attributor, processes, nowMs } = this.#options;
    const timeMs = nowMs();
    if (timeMs - this.#pidFilesMs >= PID_FILES_MS) {
      this.#pidFilesMs = timeMs;
      if (processes.agents().some((agent) => agentIdOf(agent) === 'claude-code'))
        for (const folder of this.#pidFolders)
          attributor.pidFiles(readClaudePidFiles(folder, (pid) => processes.get(pid)).facts, timeMs);
    }
    if (timeMs - this.#openLogsMs < OPEN_LOGS_MS) return;
    this.#openLogsMs = timeMs;
    const unplaced = this.#unplaced(timeMs);
    const logRoots = unplaced.length === 0 ? [] : this.#logFolders(timeMs);
    for (const agent of unplaced) {
      const paths = await this.#options.reader.openFiles(agent.pid, logRoots);
      const { pid, startTimeMs } = agent;
      attributor.openLogs(
        paths.map((path) => ({ process: { pid, startTimeMs }, path })),
        timeMs,
      );
    }
  }

  /** Folders that logs are in, those among them that products list in files of their own: a store in each project. */
  #logFolders(timeMs: number): readonly string[] {
    if (timeMs - this.#logRootsMs < NEW_ROOTS_MS) return this.#logRoots;
    this.#logRootsMs = timeMs;
    const formats = AGENTS.flatMap((agent) => agent.logs);
    const roots = this.#options.homes.flatMap((home) =>
      formats.flatMap((format) => [...format.roots(home), ...listedRoots(format, home)]),
    );
    this.#logRoots = [...new Set(roots.map(({ dir }) => dir))];
    return this.#logRoots;
  }

  /** Agents of which nothing names the session yet. */
  #unplaced(timeMs: number): readonly ProcessInfo[] {
    const agents = this.#options.processes.agents();
    const living = new Set(agents.map(({ pid }) => pid));
    for (const pid of this.#looks.keys()) if (!living.has(pid)) this.#looks.delete(pid);
    return agents
      .filter((agent) => {
        const known = this.#options.attributor.of(agent);
        if (known?.sessionId !== undefined && known.confidence === 'high') return false;
        const before = this.#looks.get(agent.pid);
        const look =
          before?.startTimeMs === agent.startTimeMs
            ? before
            : { startTimeMs: agent.startTimeMs, times: 0, lastMs: -Infinity };
        if (look.times >= EAGER_LOOKS && timeMs - look.lastMs < SELDOM_MS) return false;
        this.#looks.set(agent.pid, { ...look, times: look.times + 1, lastMs: timeMs });
        return true;
      })
      .slice(0, LOOKS_AT_ONCE);
  }
}

/** As much of a stored call or result as attribution needs; its command is redacted and may be cut. */
function toldAgain(
  event: StoredEvent,
  session: { readonly nativeId: string; readonly cwd: string | undefined; readonly home: PathContext },
): EnrichedEvent | undefined {
  const base = {
    id: event.id,
    timeMs: event.timeMs,
    nativeSessionId: session.nativeId,
    offsetBytes: event.source.offsetBytes,
  };
  const context = {
    agentId: event.agentId,
    home: session.home.home,
    platform: session.home.platform,
    actor: { user: event.actor.user },
    session: session.cwd === undefined ? {} : { cwd: session.cwd },
    sourcePath: event.source.path,
  };
  const placed = (enriched: EnrichedEvent): EnrichedEvent => ({
    ...enriched,
    sessionId: event.sessionId,
    ...(event.parentSessionId === undefined ? {} : { parentSessionId: event.parentSessionId }),
  });
  if (event.kind === 'tool.call' && event.tool !== undefined) {
    const command = event.input?.['command'];
    const partial = event.input?.['partial'] === true;
    if (typeof command !== 'string' && !partial) return undefined;
    const { name, category, callId } = event.tool;
    const input = {
      ...(typeof command === 'string' ? { command } : {}),
      ...(partial ? { partial } : {}),
    };
    return placed(enrich({ ...base, kind: 'tool.call', tool: { name, category, callId }, input }, context));
  }
  const callId = event.input?.['callId'];
  if (event.kind === 'tool.result' && typeof callId === 'string' && event.outcome !== undefined) {
    const { status } = event.outcome;
    return placed(enrich({ ...base, kind: 'tool.result', callId, outcome: { status } }, context));
  }
  return undefined;
}
