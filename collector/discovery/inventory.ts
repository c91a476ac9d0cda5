import type { AgentRecord, Asset, Credential, LocalModel, McpServer, Scope } from '../contract/agent.ts';
import type { HealthItem } from '../contract/health.ts';
import type { InventoryFact } from '../contract/inventory-fact.ts';
import type { AgentSpec } from '../agents/spec.ts';
import type { PathContext } from '../agents/path-context.ts';
import type { Platform } from '../platform/platform.ts';
import type { Disk } from './disk.ts';

/** What discovery must know about secrets; implemented by the pipeline's rules. Pure. */
export interface SecretFinder {
  /**
   * @param name the key, variable, header or flag the value stands under, if any
   * @returns what the whole value is, or `undefined` when it is no known kind of secret
   */
  classifySecret(name: string | undefined, value: string): ClassifiedSecret | undefined;
  /** Secrets inside a text, in order and not overlapping; offsets in UTF-16 units, end exclusive. */
  findSecrets(text: string): readonly SecretSpan[];
}

export interface SecretSpan {
  readonly start: number;
  readonly end: number;
  readonly kind: string;
  readonly provider: string;
  readonly placeholder: boolean;
}

export interface ClassifiedSecret {
  readonly kind: string;
  readonly provider: string;
  readonly issuedMs?: number;
  readonly expiresMs?: number;
  readonly principal?: string;
  readonly scopes?: readonly string[];
  /** It has the form, but is an example (`xxxx`, documentation keys). */
  readonly placeholder?: boolean;
}

export interface DiscoveryLimits {
  readonly maxProjects: number;
  /** Looking at projects stops after this long; the rest is said in health. */
  readonly maxDurationMs: number;
  readonly maxConfigBytes: number;
  readonly maxTextBytes: number;
  /** Assets per home; instruction files and skills of a hostile repository must not fill memory. */
  readonly maxAssets: number;
}

export const DEFAULT_LIMITS: DiscoveryLimits = {
  maxProjects: 500,
  maxDurationMs: 20_000,
  maxConfigBytes: 8 * 1024 * 1024,
  maxTextBytes: 1024 * 1024,
  maxAssets: 20_000,
};

/** A home that is not this account's: of another account, a WSL distribution or a container. */
export interface OtherHome {
  /** The path of the home as it stands in records; `disk` knows what to make of it. */
  readonly context: PathContext;
  /** `wsl:Ubuntu`, `container:3f2a9c11d0e4`, `user:bob`. */
  readonly place: string;
  /** What `/` of that system begins with; absent when its folders are those of this machine. */
  readonly root?: string;
  readonly disk?: Disk;
  /** Processes that run there. */
  readonly pids?: ReadonlySet<number>;
  /** Of the account, where processes are known by it. */
  readonly uid?: number;
}

export interface DiscoverOptions {
  readonly homes: readonly PathContext[];
  /** A `LookMemory` with the last look in it, for one that follows a change. Default: everything is read. */
  readonly memory?: { readonly disk: Disk; finish(): void };
  /** Homes that are looked at besides, where they can be had. */
  readonly elsewhere?: readonly OtherHome[];
  readonly specs: readonly AgentSpec[];
  /** The processes and the own home; `undefined` when only foreign homes are looked at. */
  readonly platform?: Pick<Platform, 'listProcesses' | 'ownHome'>;
  /**
   * Where the machine's own folders (`/etc`, `/Applications`) are: `''` for this machine, a folder for a mounted
   * disk; `undefined` leaves them out, because they say nothing about somebody else's home.
   */
  readonly systemRoot?: string;
  readonly fingerprint: (value: string) => string;
  readonly findSecrets: SecretFinder;
  readonly clock: { nowMs(): number };
  readonly limits?: Partial<DiscoveryLimits>;
  /** Agents that were noticed otherwise: by what they do. */
  readonly alsoFound?: readonly AgentRecord[];
  /** What the policy says of an agent; `unknown` when it says nothing. */
  readonly sanctionOf?: (agentId: string) => AgentRecord['sanction'];
  /** Working folders known from session logs, absolute. */
  readonly projectsFromSessions?: readonly string[];
}

/** Text an agent takes orders from, for the text rules. Redacted and bounded. */
export interface InstructionText {
  readonly path: string;
  readonly role: 'instructions' | 'skill' | 'subagent' | 'command' | 'memory' | 'mcp';
  readonly text: string;
  readonly agentIds: readonly string[];
  readonly scope: Scope;
}

/** Everything found. No secret value is in it. */
export interface Inventory {
  readonly agents: readonly AgentRecord[];
  readonly mcpServers: readonly McpServer[];
  readonly credentials: readonly Credential[];
  readonly assets: readonly Asset[];
  /** Models that lie in these homes. */
  readonly models: readonly LocalModel[];
  readonly facts: readonly InventoryFact[];
  readonly textDocuments: readonly InstructionText[];
  /** Folders that were looked at, absolute. */
  readonly projects: readonly string[];
  readonly health: readonly HealthItem[];
}
