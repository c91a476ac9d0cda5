import type { LinkEvidence } from '../../contract/attribution.ts';
import type { ProcessInfo } from '../../contract/process.ts';
import type { Marked } from './markers.ts';

/** A process with what it took from its parents when it was born; nothing of that is lost when they end. */
export interface Member {
  info: ProcessInfo;
  /** The innermost agent process it is in or below; itself for an agent. */
  agent: Member | undefined;
  /** The innermost agent around whoever started it. */
  readonly bornIn: Member | undefined;
  /** That agent itself started it, with nothing between. */
  readonly direct: boolean;
  /** For an agent process: its run, which a launcher and the agent it launches share. */
  run?: AgentRun;
  /** The process right below the agent from which it descends. */
  top: Member | undefined;
  /** What the nearest one up to the agent was told by its environment, also when this one's was cleared. */
  marked: readonly Marked[];
  readonly by: 'birth' | 'group';
  exitMs?: number;
}

/** One session that a run was seen to have, and from when to when. */
export interface RunSession {
  readonly sessionId: string;
  readonly evidence: LinkEvidence;
  readonly detail: string;
  readonly fromMs: number;
  toMs: number;
}

/** One running agent. One process usually has one session, but `/clear` begins another and servers have several. */
export interface AgentRun {
  readonly agentId: string;
  readonly root: Member;
  readonly sessions: RunSession[];
  runId?: string;
  /** More sessions than can be kept: nothing may be concluded any more. */
  crowded?: true;
}
