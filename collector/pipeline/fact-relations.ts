import { looseName, type McpServer } from '../contract/agent.ts';
import type { InventoryFact } from '../contract/inventory-fact.ts';

/** More of them say nothing new. */
const MAX_SAME = 5;
const MAX_SHARED = 20;

/** Tells each fact what it can only know of the others, so that rules still judge one fact at a time. Linear. */
export function relateFacts(facts: readonly InventoryFact[], nowMs: number): InventoryFact[] {
  const named = new Map<string, McpServer[]>();
  const serverNames = new Map<string, string>();
  const users = new Map<string, Map<string, string>>();
  for (const fact of facts) {
    if (fact.kind !== 'mcp-server') continue;
    const name = looseName(fact.server.name);
    serverNames.set(fact.server.id, fact.server.name);
    named.set(name, [...(named.get(name) ?? []).slice(0, 200), fact.server]);
  }
  for (const fact of facts) {
    // The fingerprint of a keychain item is its name: equal names are no equal values.
    if (fact.kind !== 'credential' || fact.placeholder || fact.credential.fingerprint.startsWith('keychain:'))
      continue;
    const { fingerprint, usedBy } = fact.credential;
    const known = users.get(fingerprint) ?? new Map<string, string>();
    for (const id of usedBy.mcpServerIds) {
      const name = serverNames.get(id);
      if (name !== undefined && known.size < MAX_SHARED) known.set(looseName(name), name);
    }
    users.set(fingerprint, known);
  }
  return facts.map((fact) => {
    if (fact.kind === 'credential') {
      const shared = [...(users.get(fact.credential.fingerprint)?.values() ?? [])].sort();
      return { ...fact, observedMs: nowMs, ...(shared.length > 1 && { sharedBy: shared }) };
    }
    if (fact.kind !== 'mcp-server') return fact;
    const same = (named.get(looseName(fact.server.name)) ?? [])
      .filter((other) => isRival(fact.server, other))
      .slice(0, MAX_SAME);
    return same.length === 0 ? fact : { ...fact, sameName: same };
  });
}

function isRival(one: McpServer, other: McpServer): boolean {
  return (
    one.id !== other.id &&
    other.enabled &&
    one.agentIds.some((id) => other.agentIds.includes(id)) &&
    whatItDoes(one) !== whatItDoes(other)
  );
}

/** A newer version of the same package is the same server. */
function whatItDoes({ url, package: pack, command, args }: McpServer): string {
  if (url !== undefined) return `url ${url.split(/[?#]/, 1)[0] ?? ''}`;
  return pack === undefined ? [command ?? '', ...(args ?? [])].join(' ') : `${pack.ecosystem} ${pack.name}`;
}
