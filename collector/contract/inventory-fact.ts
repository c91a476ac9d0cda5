import type { AgentRecord, Asset, Credential, McpServer, Scope } from './agent.ts';
import type { APPROVAL_STATES } from './approval.ts';
import type { ShellAnalysis } from './shell.ts';

/** What a person decided about one thing of the inventory, seen from what is there now; set by the pipeline. */
export interface Standing {
  readonly state: (typeof APPROVAL_STATES)[number];
  /** It was here at the first look at this machine. */
  readonly before: boolean;
  /** Somebody decides about things of this kind here: what nobody decided about was overlooked. */
  readonly decides: boolean;
  /** In one line what was decided on, where it is known and something else is here now. Redacted. */
  readonly was?: string;
  /** In one line what is here now. Redacted. */
  readonly is: string;
}

/** What lies in the folder of a skill, beside its text; counted without reading it. */
export interface FolderContents {
  readonly files: number;
  readonly sizeBytes: number;
  /** Paths below the folder, the first few of each kind. */
  readonly scripts: readonly string[];
  readonly binaries: readonly string[];
  readonly bytecode: readonly string[];
  readonly archives: readonly string[];
  /** Links that lead out of the folder. */
  readonly links: readonly string[];
  readonly hidden: readonly string[];
  /** Of the paths above, those whose file name the text of the skill does not have. */
  readonly unmentioned: readonly string[];
  /** More is there than was looked at. */
  readonly cut: boolean;
}

/**
 * One fact that discovery found, as posture rules see it: raw values are in memory only, and every secret is
 * already replaced by `[redacted:<kind>]` (the credential facts stand beside it).
 */
export type InventoryFact =
  | {
      readonly kind: 'mcp-server';
      readonly server: McpServer;
      /** The command line that would run, parsed; absent for remote servers. */
      readonly shell?: ShellAnalysis;
      /** Values of non-secret environment entries; secret ones are `[redacted:<kind>]`. */
      readonly env: Readonly<Record<string, string>>;
      /** Other servers that carry this name and do something else, for an agent both are of; set by the pipeline. */
      readonly sameName?: readonly McpServer[];
      readonly standing?: Standing;
    }
  | {
      /** One setting of an agent, from one file. */
      readonly kind: 'setting';
      readonly agentId: string;
      readonly path: string;
      readonly scope: Scope;
      /** RFC 6901 pointer of the value inside the file. */
      readonly pointer: string;
      /** Vendor's key, dotted: `permissions.defaultMode`, `approval_policy`. */
      readonly key: string;
      readonly value: unknown;
    }
  | {
      /** A `NAME=value` that a file gives to an agent or a shell: settings env, `.env`, `.envrc`, shell profile. */
      readonly kind: 'environment';
      readonly agentId?: string;
      readonly path: string;
      readonly scope: Scope;
      readonly pointer?: string;
      readonly line?: number;
      readonly name: string;
      readonly value: string;
    }
  | {
      /** A shell alias or function that starts an agent. */
      readonly kind: 'alias';
      readonly path: string;
      readonly line: number;
      readonly name: string;
      /** What the alias stands for, redacted; discovery leaves its parsing to the pipeline. */
      readonly command?: string;
      readonly shell: ShellAnalysis;
    }
  | {
      readonly kind: 'credential';
      readonly credential: Credential;
      readonly sharedFolder: boolean;
      readonly placeholder: boolean;
      /** When the inventory was taken; set by the pipeline. */
      readonly observedMs?: number;
      /** Names of the different servers that get this very value, sorted; set by the pipeline when there are several. */
      readonly sharedBy?: readonly string[];
      /** The file is a record of what was typed or shown, or what an agent remembers; set by discovery. */
      readonly leftover?: 'history' | 'snapshot' | 'paste' | 'memory';
    }
  | {
      readonly kind: 'file-mode';
      readonly agentIds: readonly string[];
      readonly path: string;
      /** Permission bits; absent where the OS has none. */
      readonly mode: number;
      /** `secret` = holds credentials, `config` = steers an agent. */
      readonly holds: 'secret' | 'config';
      readonly backupCopy: boolean;
    }
  | {
      readonly kind: 'hook';
      readonly asset: Asset;
      readonly event: string;
      readonly command: string;
      readonly shell?: ShellAnalysis;
      readonly standing?: Standing;
    }
  | {
      readonly kind: 'asset';
      readonly asset: Asset;
      readonly standing?: Standing;
      /** Of the folder of a skill. */
      readonly contents?: FolderContents;
      /** Tools it may use without a question, from its front matter: `allowed-tools`, `tools`. */
      readonly tools?: readonly string[];
      /** Files its text takes in (`@docs/rules.md`), as written. */
      readonly imports?: readonly string[];
      /** Where links lead, when that is another place. */
      readonly realPath?: string;
      /** Its text has orders that a rule for texts found; set by the pipeline. */
      readonly suspect?: boolean;
    }
  | {
      /** An agent on this machine. */
      readonly kind: 'agent';
      readonly agent: AgentRecord;
      readonly standing?: Standing;
    }
  | {
      /** A program of an agent, as a folder of the search path or of an installer has it. */
      readonly kind: 'install';
      readonly agentId: string;
      readonly path: string;
      /** Links resolved. */
      readonly realPath: string;
      /** The home it was found for: one may itself lie in an odd place. */
      readonly home?: string;
      readonly method: string;
      /** Permission bits of the file; absent where the OS has none. */
      readonly mode?: number;
    }
  | {
      /** What one agent can do with all its servers together; set by the pipeline. */
      readonly kind: 'profile';
      readonly agentId: string;
      readonly servers: readonly McpServer[];
      readonly permissionMode?: string;
      /** Entries of its allow lists. */
      readonly allowed: readonly string[];
      /** The file that switches questions off, else the one of the first server. */
      readonly path: string;
    }
  | {
      /** A line of a repository's own git configuration that can start a program or take in another file. */
      readonly kind: 'git-setting';
      readonly project: string;
      readonly path: string;
      readonly line: number;
      /** Lower case but for the name in the middle: `core.fsmonitor`, `filter.lfs.clean`. */
      readonly key: string;
      /** Redacted. */
      readonly value: string;
    }
  | {
      /** A thing in the working tree that git, or a shell, takes for its own. */
      readonly kind: 'repository-trap';
      readonly project: string;
      readonly path: string;
      readonly trap: 'nested-repository' | 'program-name';
    }
  | {
      /** A link in a project that leads out of it. Nothing behind it was opened. */
      readonly kind: 'project-link';
      readonly project: string;
      readonly path: string;
      /** Absolute, links resolved as far as they exist. */
      readonly target: string;
      readonly home: string;
    }
  | {
      /** An extension of an editor that has to do with agents, or whose code hides something. */
      readonly kind: 'extension';
      readonly id: string;
      readonly editor: string;
      readonly path: string;
      readonly version: string;
      /** How it came here; absent where the editor does not say. */
      readonly source?: 'gallery' | 'file';
      readonly installedMs?: number;
      /** When the inventory was taken. */
      readonly observedMs: number;
      readonly preRelease: boolean;
      /** It offers tools, chat participants, models or servers to agents. */
      readonly forAgents: boolean;
      readonly bringsServers: boolean;
      readonly holdsKeys: boolean;
      /** It runs when the editor starts. */
      readonly always: boolean;
      readonly invisibleCode: boolean;
      /** Known extension whose name it has, under another publisher. */
      readonly namesake?: string;
    }
  | {
      /** A running agent, with the flags it was started with. */
      readonly kind: 'running-agent';
      readonly agentId: string;
      readonly pid: number;
      readonly startTimeMs: number;
      readonly argv: readonly string[];
      /** The account with all rights: root, or the system account of Windows. */
      readonly superuser?: boolean;
      /** It runs in a container of its own. */
      readonly contained?: boolean;
    };
