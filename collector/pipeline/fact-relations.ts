import { looseName, type McpServer } from '../contract/agent.ts';
import type { InventoryFact, Standing } from '../contract/inventory-fact.ts';

/** More of them say nothing new. */
const MAX_SAME = 5;
const MAX_SHARED = 20;
const MAX_PROFILE = 200;

export interface FactRelations {
  /** When the inventory was taken. */
  readonly nowMs: number;
  /** Decisions by the id of what they are about, of agents with `agent:` before it. */
  readonly standings?: ReadonlyMap<string, Standing>;
  /** Files in which a rule for texts found something bad. */
  readonly suspectPaths?: ReadonlySet<string>;
}

/** Tells each fact what it can only know of the others, so that rules still judge one fact at a time. Linear. */
export function relateFacts(facts: readonly InventoryFact[], relations: FactRelations): InventoryFact[] {
  const { nowMs } = relations;
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
  const related = facts.map((fact): InventoryFact => {
    if (fact.kind === 'credential') {
      const shared = [...(users.get(fact.credential.fingerprint)?.values() ?? [])].sort();
      return { ...fact, observedMs: nowMs, ...(shared.length > 1 && { sharedBy: shared }) };
    }
    if (fact.kind !== 'mcp-server') return withStanding(fact, relations);
    const same = (named.get(looseName(fact.server.name)) ?? [])
      .filter((other) => isRival(fact.server, other))
      .slice(0, MAX_SAME);
    return withStanding(same.length === 0 ? fact : { ...fact, sameName: same }, relations);
  });
  return [...related, ...profilesOf(facts)];
}

function withStanding(fact: InventoryFact, { standings, suspectPaths }: FactRelations): InventoryFact {
  const standing = standings?.get(idOf(fact) ?? '');
  const known = standing === undefined ? {} : { standing };
  switch (fact.kind) {
    case 'mcp-server':
    case 'hook':
    case 'agent':
      return { ...fact, ...known };
    case 'asset':
      return { ...fact, ...known, ...(suspectPaths?.has(fact.asset.path) === true && { suspect: true }) };
    default:
      return fact;
  }
}

function idOf(fact: InventoryFact): string | undefined {
  switch (fact.kind) {
    case 'mcp-server':
      return fact.server.id;
    case 'hook':
    case 'asset':
      return fact.asset.id;
    case 'agent':
      return `agent:${fact.agent.id}`;
    default:
      return undefined;
  }
}

/** Each agent with all its servers and what it may do without a question. A project's servers are one agent's for that project. */
function profilesOf(facts: readonly InventoryFact[]): InventoryFact[] {
  const servers = new Map<string, McpServer[]>();
  const allowed = new Map<string, string[]>();
  for (const fact of facts) {
    if (fact.kind === 'mcp-server') {
      for (const id of fact.server.agentIds) {
        const known = servers.get(id) ?? [];
        if (known.length < MAX_PROFILE) servers.set(id, [...known, fact.server]);
      }
    } else if (fact.kind === 'setting' && fact.key === 'permissions.allow' && Array.isArray(fact.value)) {
      const rules = fact.value.filter((rule): rule is string => typeof rule === 'string');
      allowed.set(fact.agentId, [...(allowed.get(fact.agentId) ?? []), ...rules].slice(0, 2_000));
    }
  }
  return facts.flatMap((fact): InventoryFact[] => {
    if (fact.kind !== 'agent') return [];
    const { id, permissionMode, configFiles } = fact.agent;
    const own = servers.get(id) ?? [];
    return own.length === 0
      ? []
      : [
          {
            kind: 'profile',
            agentId: id,
            servers: own,
            allowed: allowed.get(id) ?? [],
            path: configFiles[0]?.path ?? own[0]?.configPath ?? '',
            ...(permissionMode !== undefined && { permissionMode }),
          },
        ];
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
