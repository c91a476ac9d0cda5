import type { ConnectionChange, Endpoint } from './connection.ts';
import type { Confidence } from './finding.ts';
import type { ProcessEnvironment } from './process-environment.ts';
import type { ExactStart, ProcessInfo, ProcessKey } from './process.ts';

/** What can tie a process to an agent, a session or a tool call. */
export const LINK_EVIDENCE = [
  /** It was started by the agent, or by something the agent started; remembered when parents end. */
  'ancestry',
  /** A variable that the agent sets for what it starts. */
  'marker',
  /** The agent's own file says which process runs which session. */
  'pid-file',
  /** The process holds the session's log open. */
  'open-log',
  /** The agent works in the session's folder, and no other one of its kind does. */
  'cwd',
  /** Its command line is the one of a tool call. */
  'argv',
  /** It started while the tool call ran. */
  'time',
  /** Its parents are gone, but it is in a process group or terminal session that the agent's tree made. */
  'group',
  /** Reeve itself started the agent. */
  'supervised',
] as const;
export type LinkEvidence = (typeof LINK_EVIDENCE)[number];

/** One reason for an attribution, for a person to check. */
export interface AttributionLink {
  readonly evidence: LinkEvidence;
  /** Pids, ids and names of variables; no command line, no value of a variable but ids. */
  readonly detail: string;
  readonly confidence: Confidence;
}

/** Whose a process is. Absent fields are not known; nothing here is a guess between several. */
export interface Attribution {
  readonly process: ProcessKey & ExactStart;
  /** `agent`: the agent itself; `child`: below one; `loose`: tied to one without being below it. */
  readonly role: 'agent' | 'child' | 'loose';
  readonly agentId?: string;
  readonly sessionId?: string;
  /** Vendor's id of the call (`Tool.callId`). */
  readonly toolCallId?: string;
  /** The process of the agent it belongs to; itself for an agent. */
  readonly agentProcess?: ProcessKey;
  /** The supervised run (`reeve exec`) it is part of. */
  readonly runId?: string;
  /** Strongest first; links to outer agents last. At most 12. */
  readonly links: readonly AttributionLink[];
  /** Of the session where there is one, else of the agent. */
  readonly confidence: Confidence;
  /** Why there is no session. */
  readonly unresolved?: 'no-session-seen' | 'several-sessions' | 'several-agents';
}

/** "Process X runs session Y", from a file the agent keeps. Made only after the start time was verified. */
export interface PidFileFact {
  readonly agentId: string;
  readonly process: ProcessKey;
  readonly nativeSessionId: string;
  readonly cwd?: string;
  /** When the file was written. */
  readonly modifiedMs: number;
}

/** A process has a session's log open for writing. */
export interface OpenLogFact {
  readonly process: ProcessKey;
  readonly path: string;
}

/** An agent that `reeve exec` started. */
export interface SupervisedRun {
  readonly runId: string;
  readonly process: ProcessKey;
  readonly agentId?: string;
  readonly sessionId?: string;
}

/** A process of an agent, with who started it. */
export interface ProcessPlace {
  readonly process: ProcessInfo;
  readonly attribution: Attribution;
  /** Who started it, nearest first; at most 32. */
  readonly ancestors: readonly ProcessAncestor[];
  /** Folder the session works in. */
  readonly workspace?: string;
  /** What the configuration says it is, or is below of. */
  readonly part?: ProcessPartOf;
  /** Of an agent itself, where it can be read. */
  readonly environment?: ProcessEnvironment;
}

/** Belongs to something that the configuration of an agent starts. */
export interface ProcessPartOf {
  readonly kind: 'mcp-server' | 'hook';
  /** Of the server; of the event that runs the hook. */
  readonly name: string;
  /** How many steps above it the process stands that the configuration names; 0 is itself. */
  readonly above: number;
}

export interface ProcessAncestor {
  readonly process: ProcessInfo;
  /** When it is an agent itself. */
  readonly agentId?: string;
}

/** Process table and log do not tell the same story. */
export type Disagreement =
  /** A program ran in the agent's tree and no tool call explains it. */
  | {
      readonly kind: 'unexplained-process';
      readonly process: ProcessInfo;
      readonly agentId: string;
      readonly sessionId?: string;
    }
  /** The log says that a command ran, and nothing like it was in the process table. */
  | {
      readonly kind: 'missing-process';
      readonly callId: string;
      readonly agentId: string;
      readonly sessionId: string;
      readonly program: string;
    }
  /** The agent starts programs, and its log is silent. */
  | {
      readonly kind: 'silent-log';
      readonly agentId: string;
      readonly agentProcess: ProcessKey;
      readonly sessionId?: string;
      readonly processes: number;
      readonly silentMs: number;
    };

/** What process rules look at. */
export type ProcessFact =
  /** A process of an agent started, or became another program. */
  | ({ readonly kind: 'process' } & ProcessPlace)
  /** A process of an agent connects, or waits for connections. */
  | ({ readonly kind: 'connection'; readonly change: ConnectionChange } & ProcessPlace)
  /** A process still runs, this long after its agent ended. */
  | ({ readonly kind: 'survivor'; readonly afterMs: number; readonly connected: boolean } & ProcessPlace)
  /** All that one session's processes connected to in the last ten minutes. */
  | {
      readonly kind: 'reach';
      readonly agentId: string;
      readonly sessionId: string;
      readonly remotes: readonly Endpoint[];
      readonly programs: readonly string[];
    }
  /** Agents that run below one session's agent now. */
  | {
      readonly kind: 'fanout';
      readonly agentId: string;
      readonly sessionId: string;
      readonly running: number;
      /** How many agents deep they are nested. */
      readonly depth: number;
    }
  /** A session of an agent, or one of its servers, talks to a name for the first time. */
  | {
      readonly kind: 'contact';
      readonly agentId: string;
      readonly sessionId?: string;
      readonly part: 'agent' | 'tool' | 'mcp-server' | 'hook';
      /** Program, server or tool that does. */
      readonly by: string;
      /** Registrable domain, or the host where it has none. */
      readonly domain: string;
      readonly host: string;
      /** What the session had seen before: a stranger's text, a secret. */
      readonly afterUntrusted: boolean;
      readonly afterSensitive: boolean;
    }
  /** What connections of one program of a session to one address have carried within a day. */
  | ({
      readonly kind: 'traffic';
      readonly remote: Endpoint;
      readonly hosts: readonly string[];
      readonly bytesOut: number;
      readonly bytesIn: number;
      /** How many of them; default 1. */
      readonly connections?: number;
      readonly afterSensitive: boolean;
    } & ProcessPlace)
  | { readonly kind: 'disagreement'; readonly disagreement: Disagreement };
