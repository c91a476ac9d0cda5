import type { Attribution, OpenLogFact, PidFileFact, SupervisedRun } from '../../contract/attribution.ts';
import { sessionId, type EnrichedEvent } from '../../contract/event.ts';
import { processId, type ProcessChange, type ProcessInfo, type ProcessKey } from '../../contract/process.ts';
import { noteSession } from './agent-run.ts';
import { Family, sameKey, type AncestorsOf } from './family.ts';
import { folder, KnownSessions, type KnownSession, type SessionFact } from './known-sessions.ts';
import type { AgentRun, Member } from './member.ts';
import { attributionOf } from './resolve.ts';

const MAX_RUNS = 1_024;
/** A session's event may be written this long before the process table shows the agent, or after it ended. */
const BEFORE_MS = 1_000;
const AFTER_MS = 2_000;

export interface AttributionOptions {
  /** The id of the agent that this process is, or nothing. Pure; asked once per process and program. */
  readonly agentOf: (process: ProcessInfo) => string | undefined;
  /** Agents whose log tells of a tool call only when it has ended. Default: none. */
  readonly writesLate?: ReadonlySet<string>;
}

/** Everything a batch of the process watch brings. */
export interface ProcessBatch {
  readonly timeMs: number;
  readonly changes: readonly ProcessChange[];
}

/**
 * Says whose each process is. Facts come in as they are learnt, in any order; answers are worked out when asked, from
 * all that is known by then. Memory is bounded: living processes, 4,096 ended ones, 2,048 sessions with 128 calls each.
 */
export class Attributor {
  readonly #agentOf: AttributionOptions['agentOf'];
  readonly #family = new Family();
  readonly #sessions: KnownSessions;
  readonly #runs = new Set<AgentRun>();
  readonly #told = new Map<string, string>();

  constructor(options: AttributionOptions) {
    this.#agentOf = options.agentOf;
    this.#sessions = new KnownSessions(options.writesLate);
  }

  /**
   * @param ancestorsOf who started a process, nearest first, as the watch remembers; without it the present parent counts
   */
  processes({ changes, timeMs }: ProcessBatch, ancestorsOf?: AncestorsOf): void {
    for (const change of parentsFirst(changes)) {
      const { process } = change;
      if (change.kind === 'exit') {
        this.#family.exit(process, timeMs);
        continue;
      }
      const known = this.#family.get(process.pid);
      if (known === undefined || !sameKey(known.info, process)) {
        this.#classify(this.#family.start(process, ancestorsOf, timeMs));
        continue;
      }
      known.info = process;
      if (change.kind !== 'reparent') this.#classify(known);
    }
  }

  /** What the log says of a session as a whole: its folder, whose sub-agent it is. */
  session(fact: SessionFact): void {
    this.#sessions.know(fact);
  }

  /** One event of an agent's log, with its parsed command line. */
  event(event: EnrichedEvent): void {
    const session = this.#sessions.observe(event);
    const only = onlyOf([...this.#runs].filter((run) => couldBe(run, session, event.timeMs)));
    if (only === undefined) return;
    noteSession(only, session.rootId, 'cwd', 'only agent of its kind in the folder', event.timeMs);
  }

  /** All pid files as they are now; call when they change. Those of ended or reused pids are ignored. */
  pidFiles(facts: readonly PidFileFact[], timeMs: number): void {
    for (const fact of facts) {
      const run = this.#ownRun(fact.process, fact.agentId);
      if (run === undefined) continue;
      noteSession(
        run,
        sessionId(fact.agentId, fact.nativeSessionId),
        'pid-file',
        `of pid ${fact.process.pid}`,
        timeMs,
      );
    }
  }

  openLogs(facts: readonly OpenLogFact[], timeMs: number): void {
    for (const fact of facts) {
      const session = this.#sessions.byLog(fact.path);
      const run = session === undefined ? undefined : this.#ownRun(fact.process, session.agentId);
      if (session === undefined || run === undefined) continue;
      noteSession(run, session.rootId, 'open-log', `held by pid ${fact.process.pid}`, timeMs);
    }
  }

  supervised(supervised: SupervisedRun, timeMs: number): void {
    const member = this.#family.find(supervised.process);
    const agentId = supervised.agentId ?? member?.run?.agentId;
    if (member === undefined || agentId === undefined) return;
    const run = this.#ownRun(supervised.process, agentId);
    if (run === undefined) return;
    run.runId = supervised.runId;
    if (supervised.sessionId !== undefined)
      noteSession(run, supervised.sessionId, 'supervised', `run ${supervised.runId}`, timeMs);
  }

  /** Living, or ended lately. Nothing for processes that have to do with no agent. */
  of(key: ProcessKey): Attribution | undefined {
    const member = this.#family.find(key);
    return member === undefined ? undefined : attributionOf(member, this.#family, this.#sessions);
  }

  /** Living processes that have to do with an agent. */
  list(): readonly Attribution[] {
    const all: Attribution[] = [];
    for (const member of this.#family.living()) {
      const attribution = attributionOf(member, this.#family, this.#sessions);
      if (attribution !== undefined) all.push(attribution);
    }
    return all;
  }

  /** Those of `list` that are new or say something else than when last asked. */
  changed(): readonly Attribution[] {
    const all = this.list();
    const ids = new Set(all.map(({ process }) => processId(process)));
    for (const id of this.#told.keys()) if (!ids.has(id)) this.#told.delete(id);
    return all.filter((attribution) => {
      const id = processId(attribution.process);
      const now = `${attribution.role} ${attribution.agentId} ${attribution.sessionId} ${attribution.toolCallId} ${attribution.confidence}`;
      if (this.#told.get(id) === now) return false;
      this.#told.set(id, now);
      return true;
    });
  }

  /** Has anything been heard of this session? */
  knows(sessionId: string): boolean {
    return this.#sessions.get(sessionId) !== undefined;
  }

  /** Living or lately ended process with this identity. */
  info(key: ProcessKey): ProcessInfo | undefined {
    return this.#family.find(key)?.info;
  }

  sizes(): Readonly<Record<'living' | 'dead' | 'groups' | 'runs' | 'sessions' | 'told', number>> {
    const { living, dead, groups } = this.#family.sizes;
    return {
      living,
      dead,
      groups,
      runs: this.#runs.size,
      sessions: this.#sessions.size,
      told: this.#told.size,
    };
  }

  #classify(member: Member): void {
    const agentId = this.#agentOf(member.info);
    if (agentId !== undefined) {
      if (member.run?.agentId !== agentId || member.agent !== member) {
        member.agent = member;
        // A launcher and what it launches, or a fork that has not become something else yet, are one agent.
        const outer = member.direct ? member.bornIn?.run : undefined;
        member.run = outer?.agentId === agentId ? outer : this.#newRun(agentId, member);
      }
    } else if (member.agent === member) {
      member.agent = member.bornIn;
      delete member.run;
      member.marked = member.bornIn?.marked ?? [];
    }
    this.#family.settle(member);
    this.#learnFromMarkers(member);
  }

  #learnFromMarkers(member: Member): void {
    const run = member.agent === member ? undefined : member.agent?.run;
    for (const mark of member.marked) {
      if (run === undefined || mark.agentId !== run.agentId || mark.nativeSessionId === undefined) continue;
      const id = sessionId(mark.agentId, mark.nativeSessionId);
      noteSession(
        run,
        id,
        'marker',
        `${mark.variable} below pid ${member.agent?.info.pid}`,
        member.info.startTimeMs,
      );
    }
  }

  /** The run whose own process this is. What shared the run of an outer process gets its own: it has its own session. */
  #ownRun(key: ProcessKey, agentId: string): AgentRun | undefined {
    const member = this.#family.find(key);
    if (member === undefined) return undefined;
    if (member.run?.agentId === agentId && member.run.root === member) return member.run;
    member.agent = member;
    member.run = this.#newRun(agentId, member);
    this.#family.settle(member);
    return member.run;
  }

  #newRun(agentId: string, root: Member): AgentRun {
    const run: AgentRun = { agentId, root, sessions: [] };
    this.#runs.add(run);
    if (this.#runs.size > MAX_RUNS) this.#forgetRun();
    return run;
  }

  #forgetRun(): void {
    let ended: AgentRun | undefined;
    for (const run of this.#runs) {
      if (run.root.exitMs === undefined) continue;
      ended = run;
      break;
    }
    const [oldest] = this.#runs;
    const gone = ended ?? oldest;
    if (gone !== undefined) this.#runs.delete(gone);
  }
}

/** Was this run there when the session's event happened, in the session's folder? */
function couldBe(run: AgentRun, session: KnownSession, timeMs: number): boolean {
  const { info, exitMs } = run.root;
  return (
    run.agentId === session.agentId &&
    // Without a folder it may be any: then nobody is the only one.
    (info.cwd === undefined || session.cwds.includes(folder(info.cwd))) &&
    info.startTimeMs - BEFORE_MS <= timeMs &&
    (exitMs === undefined || timeMs <= exitMs + AFTER_MS)
  );
}

/**
 * An agent of another account, whose folder may not be read, has a home of its own and writes its log there: it does not
 * make the one in the session's folder one of several.
 */
function onlyOf(candidates: readonly AgentRun[]): AgentRun | undefined {
  const here = candidates.filter(({ root }) => root.info.cwd !== undefined);
  const [only] = here.length > 0 ? here : candidates;
  const rivals = candidates.filter(({ root }) => root.info.cwd !== undefined || !isOfOthers(root.info, only));
  return rivals.length === 1 ? only : undefined;
}

function isOfOthers({ uid }: ProcessInfo, one: AgentRun | undefined): boolean {
  const own = one?.root.info.uid;
  return uid !== undefined && own !== undefined && uid !== own;
}

/** The first table comes in order of pids; a parent may stand behind its child there. */
function parentsFirst(changes: readonly ProcessChange[]): readonly ProcessChange[] {
  if (changes.some(({ kind }) => kind !== 'start')) return changes;
  const when = ({ process }: ProcessChange): number => process.startTicks ?? process.startTimeMs;
  return [...changes].sort((a, b) => when(a) - when(b) || a.process.pid - b.process.pid);
}
