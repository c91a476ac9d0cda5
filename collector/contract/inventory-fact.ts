import type { Asset, Credential, McpServer, Scope } from './agent.ts';
import type { ShellAnalysis } from './shell.ts';

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
    }
  | { readonly kind: 'asset'; readonly asset: Asset }
  | {
      /** A running agent, with the flags it was started with. */
      readonly kind: 'running-agent';
      readonly agentId: string;
      readonly pid: number;
      readonly startTimeMs: number;
      readonly argv: readonly string[];
    };
