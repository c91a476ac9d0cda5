import type { Confidence } from './finding.ts';
import type { ExactStart, ProcessKey } from './process.ts';

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
