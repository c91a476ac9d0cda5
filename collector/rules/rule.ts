import type { ProcessFact } from '../contract/attribution.ts';
import type { Bundle, Confidence, Severity } from '../contract/finding.ts';
import type { EnrichedEvent, EventKind, OutcomeStatus, ToolCategory } from '../contract/event.ts';
import type { InventoryFact } from '../contract/inventory-fact.ts';
import type { PathClass } from './shared/path-classes.ts';
import type { ProgramRole } from './shared/program-roles.ts';
import type { TextDocument, SessionContext } from './shared/session-context.ts';

export type {
  BulkCount,
  DeniedCall,
  Derived,
  Download,
  FoundSecret,
  Heard,
  Mark,
  RecentCall,
  SessionContext,
  SharedFile,
  SharedSend,
  TextDocument,
  TextVerdict,
} from './shared/session-context.ts';
export {
  CALL_OK,
  CALL_FAILED,
  CALL_DENIED,
  CALL_OUTSIDE,
  CALL_DATA,
  CALL_POLL,
} from './shared/session-context.ts';

/** What a rule says when it fires. Missing severity or confidence means the rule's own. */
export interface Match {
  /** What the finding is about and is deduplicated by: a path, a host, a command's program and target. Never a secret. */
  readonly subject: string;
  /** One sentence for a person with the facts of this case. */
  readonly detail: string;
  readonly severity?: Severity;
  readonly confidence?: Confidence;
  /** Redacted later; at most 300 characters are kept. */
  readonly excerpt?: string;
  /** Earlier events that are part of the story, oldest first. */
  readonly evidenceEventIds?: readonly string[];
  readonly line?: number;
  /** The finding belongs to the whole run, sub-agents included, not only to the session of this event. */
  readonly wholeRun?: boolean;
}

/**
 * Which events a rule wants to look at; any one listed thing is enough. It is only an index: it must name
 * everything `match` could fire on, and `match` decides.
 */
export interface RuleTrigger {
  /** Default: tool calls only. */
  readonly kinds?: readonly EventKind[];
  /** Results of calls that are known as one of these: `CALL_*` bits. */
  readonly results?: number;
  /** Calls of tools of these categories, or of all of them. */
  readonly categories?: readonly ToolCategory[] | 'all';
  /**
   * Shell calls that run one of these programs (as `programKey` spells them); `git push` asks for the argument too,
   * wherever it stands. A pattern is tried on the name alone.
   */
  readonly programs?: readonly (string | RegExp)[];
  /** Calls of MCP tools in whose name one of these is found. */
  readonly tools?: readonly RegExp[];
  /** Shell calls that run a program that does this. */
  readonly roles?: readonly ProgramRole[];
  /** Calls that read or send a file of one of these classes. */
  readonly reads?: Iterable<PathClass>;
  /** Calls that write, extend or delete a file of one of these classes. */
  readonly writes?: Iterable<PathClass>;
  readonly signs?: readonly CallSign[];
}

/** What one look at a call can tell without knowing any rule. */
export type CallSign =
  /** Something may leave the machine. */
  | 'send'
  /** A secret, a token, the environment or rows of a database become known. */
  | 'sensitive'
  /** Text of strangers comes in. */
  | 'untrusted'
  /** Code of an interpreter in the command line: `python -c`. */
  | 'inline-code'
  /** Commands that were encoded. */
  | 'decoded'
  /** A shell or interpreter with something flowing into it: a pipe, a substitution, a here-document. */
  | 'fed-runner'
  /** A redirect from or to a device other than `/dev/null`: a disk, a network connection. */
  | 'device-write'
  /** A search program on a place outside the work folder. */
  | 'broad-search'
  /** `echo` or `printf` of text with backslashes. */
  | 'escaped-text'
  /** A command with administrator rights. */
  | 'elevated'
  /** A redirect into the kernel's own files below `/proc` and `/sys`. */
  | 'kernel-write'
  /** A script that carries the name of an attack tool is run by an interpreter. */
  | 'attack-tool'
  /** A variable is set that moves where packages come from, or switches a check or the history off. */
  | 'risky-variable'
  /** An MCP tool is given an address. */
  | 'address'
  /** A JSON file is written that names the address of its schema. */
  | 'remote-schema'
  /** Another run of the machine left a file with a secret, or sent one. */
  | 'shared-file'
  /** A call was forbidden a short while ago. */
  | 'after-denial'
  /** A file comes from a server, or came earlier in the run and now a shell call follows. */
  | 'download';

interface RuleBase {
  /** Slug, equal to the file name: `exec.reverse-shell`. */
  readonly id: string;
  /** Catalogue number: `B-13`. */
  readonly code: string;
  readonly title: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** Why it matters, in words an employee understands. */
  readonly why: string;
  /** What to look at first. */
  readonly triage: string;
  readonly advice: string;
  readonly falsePositives: readonly string[];
  readonly references: readonly string[];
  readonly taxonomies: {
    readonly attack: readonly string[];
    readonly atlas: readonly string[];
    readonly owasp: readonly string[];
  };
  readonly bundles: readonly Bundle[];
}

/** Looks at one event of a session, with what the session did before. */
export interface EventRule extends RuleBase {
  readonly on: 'event';
  readonly trigger: RuleTrigger;
  /**
   * What other days in the same project may change. `lower`: done day after day it is ordinary work here, and one
   * severity less. `raise`: something new, where the rule knows the project, is more certain. Never `lower` where an
   * attacker gains by coming back: secrets that leave, doors left open, guards switched off.
   */
  readonly habit?: readonly ('lower' | 'raise')[];
  match(event: EnrichedEvent, context: SessionContext): readonly Match[];
  readonly examples: { readonly hit: readonly EventExample[]; readonly miss: readonly EventExample[] };
}

/** Looks at one fact of the inventory: an MCP server, a setting, a credential, a hook. */
export interface InventoryRule extends RuleBase {
  readonly on: 'inventory';
  match(fact: InventoryFact): readonly Match[];
  readonly examples: {
    readonly hit: readonly InventoryExample[];
    readonly miss: readonly InventoryExample[];
  };
}

/** Looks at text an agent takes orders from: instructions, skills, MCP descriptions, tool results. */
export interface TextRule extends RuleBase {
  readonly on: 'text';
  match(document: TextDocument): readonly Match[];
  readonly examples: { readonly hit: readonly TextExample[]; readonly miss: readonly TextExample[] };
}

/** Looks at what ran and what it connected to. Not part of `DetectionRule`: the engine of events does not run it. */
export interface ProcessRule extends RuleBase {
  readonly on: 'process';
  match(fact: ProcessFact): readonly Match[];
  readonly examples: { readonly hit: readonly ProcessExample[]; readonly miss: readonly ProcessExample[] };
}

/** A way in which a run differs from what was learned. Judged together with all others, over time, by the baseline. */
export interface BaselineRule extends RuleBase {
  readonly on: 'baseline';
  readonly examples: { readonly hit: readonly BaselineExample[]; readonly miss: readonly BaselineExample[] };
}

/** Thirty days of the same ordinary calls, and then one more run. */
export interface BaselineExample {
  readonly name: string;
  readonly guards?: string;
  /** Calls of an ordinary day; default: a few of everyday work. */
  readonly usual?: readonly ExampleCall[];
  /** Each day has a command that was never used before. */
  readonly exploring?: true;
  /** Calls of the first five days only. */
  readonly early?: readonly ExampleCall[];
  /** Other projects with the same ordinary days. */
  readonly elsewhere?: number;
  /** Calls of the run that is judged. */
  readonly then: readonly ExampleCall[];
  /** The judged run comes on two days. */
  readonly twice?: true;
  /** Pause between its calls, milliseconds; default 20,000. */
  readonly everyMs?: number;
  /** Hour of the day, UTC; ordinary days begin at 10. */
  readonly hour?: number;
  readonly mode?: string;
  readonly model?: string;
  readonly account?: string;
}

export interface ProcessExample {
  readonly name: string;
  readonly guards?: string;
  readonly fact: ProcessFact;
}

export type DetectionRule = EventRule | InventoryRule | TextRule;

export interface EventExample {
  readonly name: string;
  /** For a miss: what this guards against. */
  readonly guards?: string;
  /** A shell command, or a list of tool calls in order; the rule must fire (hit) or be silent (miss) on the last. */
  readonly calls: readonly ExampleCall[];
  readonly workspace?: string;
  readonly platform?: 'linux' | 'darwin' | 'win32';
  readonly prompt?: string;
  /** What another run, of another agent, did before. */
  readonly others?: readonly ExampleCall[];
}

/** A call, and what came back. */
export type ExampleCall = ExampleTool & {
  readonly result?: {
    readonly status?: OutcomeStatus;
    readonly output?: string;
    readonly sizeBytes?: number;
  };
  /** So many calls of this kind in a row. */
  readonly times?: number;
  /** A person allowed it, so many milliseconds after it was asked for. */
  readonly approvedAfterMs?: number;
};

export type ExampleTool =
  | { readonly shell: string; readonly cwd?: string; readonly dialect?: 'posix' | 'powershell' | 'cmd' }
  | { readonly read: string }
  | { readonly write: string; readonly content?: string }
  | { readonly fetch: string }
  | { readonly mcp: string; readonly tool: string; readonly args?: unknown }
  /** A sub-agent's task, or a plan. */
  | { readonly task: string; readonly plan?: true };

export interface InventoryExample {
  readonly name: string;
  readonly guards?: string;
  readonly fact: InventoryFact;
  /** Command line of the fact; whoever runs the example analyses it into the fact's `shell`. */
  readonly command?: string;
}

export interface TextExample {
  readonly name: string;
  readonly guards?: string;
  readonly role?: TextDocument['role'];
  readonly path?: string;
  readonly text: string;
}
