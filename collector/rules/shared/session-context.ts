import type { ToolCallEvent } from '../../contract/event.ts';
import type { Confidence, Severity } from '../../contract/finding.ts';

/** What rules may know beside the event they judge. */

export interface TextVerdict {
  readonly ruleId: string;
  readonly severity: Severity;
  readonly detail: string;
  readonly excerpt?: string;
}

export interface TextDocument {
  readonly path: string;
  readonly role: 'instructions' | 'skill' | 'subagent' | 'command' | 'memory' | 'mcp' | 'tool-result';
  readonly text: string;
}

/** What a rule may know of the session an event belongs to. */
export interface SessionContext {
  readonly home: string;
  readonly platform: 'linux' | 'darwin' | 'win32';
  /** Working directory of the session: the workspace. */
  readonly workspace: string | undefined;
  readonly permissionMode: string | undefined;
  /** Untrusted content came in (oldest first, bounded). */
  readonly untrusted: readonly Mark[];
  /** Something sensitive was read. */
  readonly sensitive: readonly Mark[];
  /** Something went out. */
  readonly sent: readonly Mark[];
  /** A person said yes. */
  readonly approved: readonly Mark[];
  /** Text of the last prompts a person typed, newest last, bounded. */
  readonly prompts: readonly string[];
  readonly toolCalls: number;
  /** Git remotes added during the run: `name host`. */
  readonly addedRemotes: readonly string[];
  /** Folders whose environment files were read. */
  readonly envFolders: readonly string[];
  /** Files that came from servers during the run, oldest first, bounded. */
  readonly downloads: readonly Download[];
  /** Files that were made out of secrets or of whole folders, oldest first, bounded. */
  readonly derived?: readonly Derived[];
  /** Files with secrets in them that other runs of this machine left within the last hour. */
  readonly foreignFiles?: readonly SharedFile[];
  /** What other runs sent within the hour after this event, where their log was read first. */
  readonly foreignSends?: readonly SharedSend[];
  /** The last calls, oldest first, this one not among them; with results as far as they are in. */
  readonly recent?: readonly RecentCall[];
  /** Calls since a person last typed something. */
  readonly sincePrompt?: number;
  /** Approvals in a row that took no time to read: how many, and at which call they began. */
  readonly quickApprovals?: { readonly count: number; readonly sinceCall: number };
  readonly denied?: readonly DeniedCall[];
  readonly heard?: readonly Heard[];
  readonly bulk?: readonly BulkCount[];
  /** The number that stands for what a call asks, as in `recent`. */
  readonly askedNumber?: (event: ToolCallEvent) => number;
  /** What the rules for texts say of a text; the worst first. Missing where rules run without the engine. */
  readonly judgeText?: (document: TextDocument) => readonly TextVerdict[];
  /** Secrets in a text. Missing where rules run without the engine. */
  readonly findSecrets?: (text: string) => readonly FoundSecret[];
  /** A secret that a call of this run brought to light, found again in a text. */
  readonly seenSecret?: (text: string) => FoundSecret | undefined;
}

/** One of the last calls of a run, as numbers. */
export type RecentCall = readonly [
  /** Stands for the vendor's id of the call. */
  id: number,
  timeMs: number,
  /** Stands for the tool and what it was asked: equal calls have equal ones. */
  asked: number,
  /** `CALL_*` bits. */
  bits: number,
];

/** How a recent call ended; none of them: it has not. */
export const CALL_OK = 1;
export const CALL_FAILED = 2;
export const CALL_DENIED = 4;
/** Its result is text of strangers, or of a service. */
export const CALL_OUTSIDE = 8;
/** Its result is data: rows, records, tables. */
export const CALL_DATA = 16;
/** It waits for something or looks how things are: done again and again on purpose. */
export const CALL_POLL = 32;

/** A call that somebody or something forbade, and what it would have done. */
export interface DeniedCall {
  readonly eventId: string;
  /** Position in the run's order of calls. */
  readonly call: number;
  readonly asked: number;
  readonly effects: readonly string[];
}

/** Text of strangers that came in: what it wants something done with, as numbers (`heardWords`). */
export interface Heard {
  readonly eventId: string;
  readonly call: number;
  /** Host, tool or path. */
  readonly what: string;
  readonly words: readonly number[];
  /** Sentences that give orders to an agent (`shingles`); empty for ordinary text. */
  readonly orders: readonly number[];
}

/** Rows, records and files read from one service in a run. */
export type BulkCount = readonly [service: string, calls: number, bytes: number];

/** A file made out of something that must not leave: a copy, an archive, an encoding. */
export interface Derived {
  /** Absolute. */
  readonly path: string;
  /** The secret, the command or the folder it was made of. */
  readonly from: string;
  readonly weight: 'strong' | 'weak';
  readonly eventId: string;
}

/** A file one run left that another run of the machine may find. */
export interface SharedFile extends Derived {
  /** Root session of the run. */
  readonly run: string;
  readonly agentId: string;
  readonly timeMs: number;
}

/** Files a run sent to somebody outside. */
export interface SharedSend {
  readonly paths: readonly string[];
  readonly to: string;
  readonly run: string;
  readonly agentId: string;
  readonly eventId: string;
  readonly timeMs: number;
}

/** A stretch of text that is a secret: positions only, never the value. */
export interface FoundSecret {
  readonly kind: string;
  /** Who issued it; `unknown` when only the name beside it spoke. */
  readonly provider: string;
  readonly start: number;
  readonly end: number;
  readonly confidence: Confidence;
  /** Right in shape, but filler. */
  readonly placeholder: boolean;
}

/** A file that came from a server. */
export interface Download {
  /** Absolute. */
  readonly path: string;
  readonly host: string;
  readonly urlPath: string;
  readonly eventId: string;
}

export interface Mark {
  readonly eventId: string;
  readonly timeMs: number;
  /** Position in the session's order of tool calls. */
  readonly call: number;
  /** What: a path, a host, a tool. */
  readonly what: string;
  /** `strong`: a credential store, a known dump or drop site; `weak`: may well be ordinary work. */
  readonly weight: 'strong' | 'weak';
}
