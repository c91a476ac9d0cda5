import type { InventoryFact } from '../../contract/inventory-fact.ts';
import type { PermissionGrant } from '../../contract/privileges.ts';
import { redactText } from '../secrets/index.ts';

/**
 * Keys that hold allow lists, per agent, as discovery names them.
 * Claude Code `permissions.allow` (2.1, 2026-11) · Cursor CLI `permissions.allow` · Gemini CLI `tools.allowed` ·
 * VS Code `chat.tools.terminal.autoApprove` (map of prefix or /regex/ to boolean).
 */
const LISTS: ReadonlySet<string> = new Set([
  'permissions.allow',
  'tools.allowed',
  'chat.tools.terminal.autoApprove',
]);

const MAX_GRANTS = 2_000;
const MAX_RULE = 500;

/** Every entry of every allow list that discovery found. */
export function grantsOf(facts: readonly InventoryFact[]): PermissionGrant[] {
  const grants = new Map<string, PermissionGrant>();
  for (const fact of facts) {
    if (fact.kind !== 'setting' || !LISTS.has(fact.key)) continue;
    for (const text of entriesOf(fact.value)) {
      const rule = redactText(text.slice(0, MAX_RULE));
      const { agentId, path, scope, pointer } = fact;
      const id = `${agentId}:${path}#${pointer}:${rule}`;
      if (grants.size < MAX_GRANTS) grants.set(id, { id, agentId, path, scope, pointer, rule });
    }
  }
  return [...grants.values()];
}

function entriesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.filter((item): item is string => typeof item === 'string');
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, allowed]) => (allowed === true ? [key] : []));
}
