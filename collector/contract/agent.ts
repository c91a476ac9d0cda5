import { z } from 'zod';

export const SCOPES = ['user', 'project', 'local', 'managed', 'plugin'] as const;
export type Scope = (typeof SCOPES)[number];

export const AGENT_KINDS = ['cli', 'ide', 'extension', 'desktop', 'runtime'] as const;

/**
 * Where a thing lives, when that is not this account on this machine itself: `wsl:Ubuntu`, `container:3f2a9c11d0e4`,
 * `remote:vscode-server` (a remote-development server's own folder), `user:bob` (another account), `ci:github-actions`.
 */
const place = z.string().optional();

/** Why something that no list knows is taken for an agent. */
export const BEHAVIOUR_KINDS = ['model-host', 'mcp-server', 'mcp-config', 'tool-shells', 'marker'] as const;
export const UnknownAgentFacts = z.object({
  confidence: z.enum(['low', 'medium', 'high']),
  evidence: z.array(z.object({ kind: z.enum(BEHAVIOUR_KINDS), detail: z.string() })),
});
export type UnknownAgentFacts = z.infer<typeof UnknownAgentFacts>;

export const AgentRecord = z.object({
  id: z.string(),
  name: z.string(),
  vendor: z.string(),
  /** All places it was found in, in words: `this account, wsl:Ubuntu`; absent when that is only this account. */
  where: z.string().optional(),
  kind: z.enum(AGENT_KINDS),
  sanction: z.enum(['sanctioned', 'unsanctioned', 'unknown']),
  accounts: z.array(
    z.object({
      id: z.string(),
      email: z.string().optional(),
      organization: z.string().optional(),
      plan: z.string().optional(),
    }),
  ),
  firstSeenMs: z.int().optional(),
  lastUsedMs: z.int().optional(),
  installs: z.array(
    z.object({ path: z.string(), version: z.string().optional(), method: z.string(), place }),
  ),
  running: z.array(z.object({ pid: z.int(), startTimeMs: z.int(), place })),
  configFiles: z.array(z.object({ path: z.string(), scope: z.enum(SCOPES), place })),
  permissionMode: z.string().optional(),
  settings: z.record(z.string(), z.unknown()),
  /** Only for what behaves like an agent and is none that Reeve knows by name. */
  unknown: UnknownAgentFacts.optional(),
});
export type AgentRecord = z.infer<typeof AgentRecord>;

export const McpServer = z.object({
  id: z.string(),
  agentIds: z.array(z.string()),
  name: z.string(),
  scope: z.enum(SCOPES),
  place,
  configPath: z.string(),
  /** Key path inside the file, as an RFC 6901 pointer; lets a finding jump to it and a quarantine edit it. */
  pointer: z.string(),
  transport: z.enum(['stdio', 'http', 'sse']),
  command: z.string().optional(),
  /** Redacted. */
  args: z.array(z.string()).optional(),
  /** Redacted: user-info and secret query values removed. */
  url: z.string().optional(),
  envNames: z.array(z.string()),
  headerNames: z.array(z.string()),
  enabled: z.boolean(),
  /** A project's server that a person has said yes or no to; absent while nobody was asked. */
  approval: z.enum(['approved', 'rejected']).optional(),
  package: z
    .object({
      ecosystem: z.enum(['npm', 'pypi', 'docker', 'git', 'go', 'cargo', 'other']),
      name: z.string(),
      version: z.string().optional(),
      pinned: z.boolean(),
    })
    .optional(),
  credentialIds: z.array(z.string()),
  autoApproved: z.array(z.string()).optional(),
  usedTools: z.array(z.object({ name: z.string(), calls: z.int(), lastUsedMs: z.int() })),
  /** Of the agents that use it, those that take it over from the file of another one. */
  importedBy: z.array(z.string()).optional(),
  /**
   * Places and hosts that its arguments, variables and address name, as written there: declared, not seen. `from` says
   * where: `url`, `argument 3`, `variable DB_HOST`.
   */
  reach: z
    .object({
      paths: z.array(z.object({ path: z.string(), from: z.string() })),
      hosts: z.array(z.object({ host: z.string(), from: z.string() })),
    })
    .optional(),
});
export type McpServer = z.infer<typeof McpServer>;

/** Agents rewrite server names when they build tool names (`my server` → `my_server`). */
export function looseName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

export const Credential = z.object({
  id: z.string(),
  kind: z.string(),
  provider: z.string(),
  principal: z.string().optional(),
  scopes: z.array(z.string()).optional(),
  location: z.object({
    path: z.string(),
    pointer: z.string().optional(),
    line: z.int().optional(),
    envVar: z.string().optional(),
    keychainItem: z.string().optional(),
  }),
  place,
  /**
   * Keyed with a per-machine key; equal values give equal fingerprints on one machine only.
   * The value of a keychain item is never read: its fingerprint is `keychain:<item>`.
   */
  fingerprint: z.string(),
  plaintext: z.boolean(),
  /** Permission bits as octal text, `"0600"`. */
  fileMode: z.string().optional(),
  issuedMs: z.int().optional(),
  expiresMs: z.int().optional(),
  ageMs: z.int().optional(),
  usedBy: z.object({ agentIds: z.array(z.string()), mcpServerIds: z.array(z.string()) }),
});
export type Credential = z.infer<typeof Credential>;

export const Asset = z.object({
  id: z.string(),
  kind: z.enum([
    'skill',
    'plugin',
    'hook',
    'command',
    'subagent',
    'instructions',
    'extension',
    'marketplace',
  ]),
  name: z.string(),
  agentIds: z.array(z.string()),
  scope: z.enum(SCOPES),
  place,
  path: z.string(),
  /** Of a hook that stands in a settings file: where in it (RFC 6901). */
  pointer: z.string().optional(),
  sha256: z.string().optional(),
  /** Of a skill: SHA-256 over names, kinds and content of all files of its folder. */
  treeSha256: z.string().optional(),
  /** Where it came from, as far as its place tells: `marketplace:tools`, `git:github.com/acme/shop`. */
  origin: z.string().optional(),
  /** Written by the agent itself, to remember. */
  memory: z.boolean().optional(),
  modifiedMs: z.int().optional(),
});
export type Asset = z.infer<typeof Asset>;

const ModelTokens = z.object({ input: z.int(), output: z.int(), cacheRead: z.int(), cacheWrite: z.int() });

/** A model that lies on this machine or is served by it. */
export const LocalModel = z.object({
  id: z.string(),
  /** As the runtime calls it: `llama3.2:3b`, `qwen/qwen3-8b`; the runtime's own name while it has none loaded. */
  name: z.string(),
  /** `ollama`, `llama.cpp`, `lm-studio`, `vllm` … */
  runtime: z.string(),
  /** Folder or file it lies in. */
  path: z.string().optional(),
  place,
  running: z.array(z.object({ pid: z.int(), startTimeMs: z.int() })),
  /** Where its runtime takes requests now. */
  listens: z.array(z.object({ address: z.string(), port: z.int() })),
});
export type LocalModel = z.infer<typeof LocalModel>;

export const ModelRecord = z.object({
  id: z.string(),
  provider: z.string(),
  local: z.boolean(),
  agentIds: z.array(z.string()),
  sessions: z.int(),
  tokens: ModelTokens,
  lastUsedMs: z.int().optional(),
  /** The same per agent; sums to the above. */
  byAgent: z
    .array(z.object({ agentId: z.string(), sessions: z.int(), tokens: ModelTokens, lastUsedMs: z.int() }))
    .optional(),
  /** Where it lies or is served on this machine. */
  on: z.array(LocalModel.omit({ id: true, name: true })).optional(),
});
export type ModelRecord = z.infer<typeof ModelRecord>;
