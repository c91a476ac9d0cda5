import type { Asset, Scope } from '../contract/agent.ts';
import type { PathContext } from './path-context.ts';

type Os = PathContext['platform'];

/**
 * A place, written with `/` on every OS and expanded by `expandPath`:
 * `~` is the home; `{NAME|fallback}` a variable that moves a vendor folder, with where it points otherwise;
 * `{config} {data} {state} {cache} {appSupport} {localAppData} {programFiles} {programData}` the usual folders of the OS.
 * `*` stands for any one name (or part of one), `**` for up to four folders. A place without `~`, `{` or a
 * leading `/` is below a project.
 */
export type PathPattern = string;

interface Place {
  readonly path: PathPattern;
  /** Only there on these OSes; default all. */
  readonly on?: readonly Os[];
}

/** How to see an install, and its version, without running anything. */
export type InstallProbe =
  /** A global package of npm, pnpm, bun, volta, nvm, fnm …; version from its `package.json`. */
  | { readonly kind: 'npm'; readonly package: string }
  /** A program of this name in the usual program folders; version if a link leads into a versioned folder. */
  | { readonly kind: 'command'; readonly name: string }
  /** Children of a folder are named by version: `…/versions/*`, `…/app-*`. */
  | ({ readonly kind: 'versions'; readonly method: string } & Place)
  /** A JSON file of the product with `version`; the install is its folder. */
  | ({ readonly kind: 'manifest'; readonly method: string } & Place)
  /** macOS application; version from `Contents/Info.plist`. */
  | { readonly kind: 'bundle'; readonly name: string }
  /** Homebrew formula or cask; version from the folder name. */
  | { readonly kind: 'homebrew'; readonly name: string }
  /** Extension of an editor of the VS Code family, `publisher.name` in lower case. */
  | { readonly kind: 'extension'; readonly id: string }
  /** WinGet or Scoop package folder, `Vendor.Product` or `product`. */
  | { readonly kind: 'winget' | 'scoop'; readonly name: string }
  /** The file or folder is there; no version to be had. */
  | ({ readonly kind: 'path'; readonly method: string } & Place);

/** What a running agent looks like. All comparisons are in lower case, with `/`, and without `.exe`. */
export interface ProcessLook {
  /** Base name of the executable or of `argv[0]`. */
  readonly names: readonly string[];
  /** Or: part of one of the first three arguments, for agents that run in an interpreter. */
  readonly scripts?: readonly string[];
  /** With a name: part of the executable's path that must be there, where the name alone is shared. */
  readonly paths?: readonly string[];
  readonly notPaths?: readonly string[];
  /** Helper processes: one of the arguments equals this, or starts with it when it ends in `=`. */
  readonly notArguments?: readonly string[];
}

export interface RawSetting {
  /** Vendor's key, dotted. */
  readonly key: string;
  readonly value: unknown;
  readonly pointer: string;
}

/** A server definition as the vendor writes it; `discovery/mcp.ts` brings all shapes to one. */
export interface RawMcpServer {
  readonly name: string;
  readonly pointer: string;
  readonly entry: unknown;
  /** State kept beside the entry (disabled lists, extension switches); the entry's own flag is read anyway. */
  readonly enabled?: boolean;
  readonly autoApproved?: readonly string[];
  /** When the file holds more than one scope. */
  readonly scope?: Scope;
  /** Folder the definition is for, when a user file keeps one per folder. */
  readonly project?: string;
  /** What an `McpSwitch` calls it, when that is not its name. */
  readonly switchName?: string;
}

export interface RawHook {
  readonly event: string;
  readonly command: string;
  readonly pointer: string;
}

export interface RawVariable {
  readonly name: string;
  readonly value: string;
  readonly pointer: string;
}

/** "The servers of that agent are taken over too": set up for one agent, run by another. */
export interface McpImport {
  readonly from: string;
  /** Only those of its project files, or only the others; default: all. */
  readonly of?: 'project' | 'user';
}

/** "This server is switched off (on)", kept in another file than the server. */
export interface McpSwitch {
  readonly server: string;
  readonly enabled: boolean;
  /** Folder it holds for; default: where the file is (the project of a project file, else everywhere). */
  readonly project?: string;
}

export interface AgentAccount {
  readonly id: string;
  readonly email?: string;
  readonly organization?: string;
  readonly plan?: string;
}

/** A place that plug-ins are taken from. */
export interface RawMarketplace {
  readonly name: string;
  /** `github.com/acme/tools`, an address, or a folder. */
  readonly source: string;
  readonly pointer: string;
}

/** What one config file says. Every field may be absent. */
export interface ConfigReading {
  readonly marketplaces?: readonly RawMarketplace[];
  readonly mcpServers?: readonly RawMcpServer[];
  readonly switches?: readonly McpSwitch[];
  readonly imports?: readonly McpImport[];
  readonly settings?: readonly RawSetting[];
  readonly permissionMode?: string;
  readonly hooks?: readonly RawHook[];
  readonly variables?: readonly RawVariable[];
  readonly accounts?: readonly AgentAccount[];
  /** Absolute folders, or `file:` URIs, in which the agent worked. */
  readonly projects?: readonly string[];
  /** Secrets that live in this file beside its settings. */
  readonly credentials?: readonly RawCredential[];
  /** Named items of the OS credential store; only the name is known. */
  readonly keychain?: readonly KeychainItem[];
}

export type FileFormat = 'json' | 'toml' | 'yaml';

/** A config file. `read` is pure, never throws, and gets whatever the file held (half of it after a syntax error). */
export interface ConfigSource extends Place {
  readonly scope: Scope;
  /** `json` also takes comments, trailing commas and a byte order mark: all vendors do. */
  readonly format: FileFormat;
  /** The file is state, not configuration: read, but not listed as a config file. */
  readonly state?: boolean;
  read(document: unknown, path: string): ConfigReading;
}

export interface RawCredential {
  /** `oauth-access-token`, `oauth-refresh-token`, `api-key` … */
  readonly kind: string;
  readonly provider: string;
  readonly pointer: string;
  /** The secret: goes into the fingerprint and no further. */
  readonly value: string;
  readonly principal?: string;
  readonly scopes?: readonly string[];
  readonly issuedMs?: number;
  readonly expiresMs?: number;
  /** `false` when the file holds ciphertext. Default: plain text. */
  readonly plaintext?: boolean;
}

export interface KeychainItem {
  readonly item: string;
  readonly provider: string;
  readonly kind: string;
}

export interface CredentialFile extends Place {
  readonly format: FileFormat;
  read(document: unknown): {
    readonly credentials: readonly RawCredential[];
    readonly accounts?: readonly AgentAccount[];
  };
}

/** Things an agent takes orders or code from. */
export interface AssetSource extends Place {
  readonly kind: Asset['kind'];
  readonly scope: Scope;
  /** Given to the text rules in this role; without it only the hash is kept. */
  readonly role?: 'instructions' | 'skill' | 'subagent' | 'command' | 'memory';
  /** Texts of a manifest that an agent reads as descriptions of tools; given to the text rules as `mcp`. */
  texts?(document: unknown): readonly string[];
  /** Default: the file's base name without extension; `folder`: the name of the folder it is in. */
  readonly nameFrom?: 'folder';
}

/** Files an agent leaves behind that hold what was typed, set or pasted; looked through for secrets only. */
export interface LeftoverSource extends Place {
  readonly kind: 'history' | 'snapshot' | 'paste';
}

/** How to find an agent on a machine, with what steers it. Data for all OSes and pure readers; no I/O. */
export interface AgentDiscovery {
  readonly installs: readonly InstallProbe[];
  readonly process: ProcessLook;
  /** Variables the agent sets for the programs it starts: `NAME`, or `NAME=value`. */
  readonly markers: readonly string[];
  readonly configs: readonly ConfigSource[];
  readonly credentials: readonly CredentialFile[];
  readonly assets: readonly AssetSource[];
  readonly leftovers?: readonly LeftoverSource[];
  /** The vendor's own variables that hold a secret. */
  readonly secretVariables: readonly string[];
}
