import type { AgentSpec } from '../../agents/spec.ts';
import type { AgentRecord, Credential, McpServer } from '../../contract/agent.ts';
import type { Finding } from '../../contract/finding.ts';
import type { Principal } from '../../contract/identity.ts';
import type { GraphEvent } from '../../contract/graph-event.ts';
import type { ProcessEnvironment } from '../../contract/process-environment.ts';
import type { Session } from '../../contract/stored.ts';

/** A file another session touched, for hand-overs. */
export interface FileTouch {
  readonly path: string;
  readonly access: 'read' | 'write';
  readonly timeMs: number;
}

/** A session that worked at about the same time. */
export interface OtherSession {
  readonly session: Pick<Session, 'id' | 'agentId' | 'startedMs'>;
  readonly files: readonly FileTouch[];
}

/** Everything a graph is made of: the caller gathers, this only joins. */
export interface GraphInput {
  readonly session: Session;
  /** Sub-agents of the session, also those of sub-agents. */
  readonly subsessions: readonly Session[];
  /** Of the session and its sub-agents, in any order; others are counted and left out. */
  readonly events: readonly GraphEvent[];
  /** Earlier calls that were left out of `events`. */
  readonly earlierCalls?: number;
  readonly agents: readonly AgentRecord[];
  readonly mcpServers: readonly McpServer[];
  readonly credentials: readonly Credential[];
  readonly principals: readonly Principal[];
  readonly findings: readonly Finding[];
  readonly otherSessions: readonly OtherSession[];
  /** The catalogue: how a run of another agent looks in a command line. */
  readonly specs: readonly Pick<AgentSpec, 'id' | 'name' | 'kind' | 'discovery'>[];
  readonly place: { readonly home: string; readonly platform: 'linux' | 'darwin' | 'win32' };
  readonly device?: { readonly hostname: string; readonly os?: string };
  readonly human?: { readonly name: string; readonly emails: readonly string[] };
  /** What the agent's process was given with its environment; absent where no such process could be read. */
  readonly environment?: ProcessEnvironment;
  /** Processes that were tied to the session. */
  readonly processes?: readonly {
    readonly id: string;
    readonly name: string;
    readonly sessionId: string;
    readonly startTimeMs: number;
  }[];
}

export interface GraphLimits {
  /** Resources shown of one group; flagged ones and the strongest access first. */
  readonly resourcesPerGroup: number;
  readonly subagents: number;
  readonly toolsPerSession: number;
  readonly toolsInAll: number;
  readonly mcpServers: number;
  readonly credentials: number;
  readonly principals: number;
  readonly processes: number;
  readonly otherSessions: number;
  readonly eventIds: number;
  /** Different command lines that are parsed again to see accounts and other agents. */
  readonly commands: number;
  /** Entries of a blast radius. */
  readonly touched: number;
  /** A file read this soon after another session wrote it was handed over. */
  readonly handOverMs: number;
}

/** A graph a person can read: at most about a thousand nodes. */
export const GRAPH_LIMITS: GraphLimits = {
  resourcesPerGroup: 40,
  subagents: 40,
  toolsPerSession: 25,
  toolsInAll: 300,
  mcpServers: 40,
  credentials: 40,
  principals: 40,
  processes: 50,
  otherSessions: 20,
  eventIds: 5,
  commands: 3_000,
  touched: 5_000,
  handOverMs: 15 * 60_000,
};
