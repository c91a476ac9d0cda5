import { z } from 'zod';
import { SCOPES } from './agent.ts';

/** One entry of an agent's own allow list, as written in one of its files. */
export const PermissionGrant = z.object({
  id: z.string(),
  agentId: z.string(),
  path: z.string(),
  scope: z.enum(SCOPES),
  /** RFC 6901 pointer of the list or map. */
  pointer: z.string(),
  /** `Bash(npm run test:*)`; for a map, its key. Redacted. */
  rule: z.string(),
});
export type PermissionGrant = z.infer<typeof PermissionGrant>;

export const PRIVILEGE_VERDICTS = ['used', 'unused', 'wider', 'unknown'] as const;

/** What was granted, next to what was used of it. */
export const GrantUse = z.object({
  grant: PermissionGrant,
  /** Tool calls of the window that it covers. */
  calls: z.int(),
  lastUsedMs: z.int().optional(),
  /** `wider`: used, and far wider than what was used. `unknown`: this form of rule is not understood here. */
  verdict: z.enum(PRIVILEGE_VERDICTS),
  /** For `wider`: the narrower rules that would have allowed the same calls. */
  narrower: z.array(z.string()),
});
export type GrantUse = z.infer<typeof GrantUse>;

export const ServerUse = z.object({
  id: z.string(),
  name: z.string(),
  agentIds: z.array(z.string()),
  path: z.string(),
  enabled: z.boolean(),
  calls: z.int(),
  lastUsedMs: z.int().optional(),
  /** Tools used in the window. What else the server offers is not known without starting it. */
  tools: z.array(z.object({ name: z.string(), calls: z.int(), lastUsedMs: z.int() })),
  autoApproved: z.array(z.string()),
  /** Tools that run without asking and were not used; `*` when everything does. */
  unusedAutoApproved: z.array(z.string()),
  verdict: z.enum(['used', 'unused', 'off']),
});
export type ServerUse = z.infer<typeof ServerUse>;

export const CredentialUse = z.object({
  id: z.string(),
  kind: z.string(),
  provider: z.string(),
  path: z.string(),
  scopes: z.array(z.string()).optional(),
  /** Whoever holds it worked in the window. That it was presented to its provider cannot be seen. */
  verdict: z.enum(['holder-used', 'holder-unused', 'nobody']),
});
export type CredentialUse = z.infer<typeof CredentialUse>;

/** One part of a change: what stands there now, and what would stand there instead. */
export const PrivilegeEdit = z.object({
  /** `server`: an entry that starts an MCP server; `before` is its name. */
  kind: z.enum(['rule', 'server']),
  /** As written. Redacted. */
  before: z.string(),
  /** Nothing: it is taken out. */
  after: z.array(z.string()),
  /** Why, in a sentence. */
  why: z.string(),
});
export type PrivilegeEdit = z.infer<typeof PrivilegeEdit>;

/** A change of one file, ready for `patch -p0`; never applied by Reeve on its own. */
export const PrivilegePatch = z.object({
  agentId: z.string(),
  path: z.string(),
  /** Sentences: what it changes. */
  changes: z.array(z.string()),
  /** The same, to be shown side by side. */
  edits: z.array(PrivilegeEdit).optional(),
  /** Unified diff. Absent when it would show a secret: the sentences then have to do. */
  diff: z.string().optional(),
  /** Of exactly this change of exactly this text: for `privileges.apply`. Absent where there is no diff. */
  id: z.string().optional(),
  /** SHA-256 of the file as it was read, and as it would be. */
  sha256: z.string().optional(),
  afterSha256: z.string().optional(),
});
export type PrivilegePatch = z.infer<typeof PrivilegePatch>;

export const AgentPrivileges = z.object({
  agentId: z.string(),
  permissionMode: z.string().optional(),
  toolCalls: z.int(),
  /** Tool name → calls, most used first. */
  tools: z.array(z.object({ name: z.string(), calls: z.int() })),
  grants: z.array(GrantUse),
});
export type AgentPrivileges = z.infer<typeof AgentPrivileges>;

export const Privileges = z.object({
  sinceMs: z.int(),
  untilMs: z.int(),
  /** Tool calls looked at; `truncated` when there were more. */
  toolCalls: z.int(),
  truncated: z.boolean(),
  /** Calls left out because they are evidence of an open finding of medium severity or more. */
  suspect: z.int(),
  agents: z.array(AgentPrivileges),
  servers: z.array(ServerUse),
  credentials: z.array(CredentialUse),
  patches: z.array(PrivilegePatch),
});
export type Privileges = z.infer<typeof Privileges>;
