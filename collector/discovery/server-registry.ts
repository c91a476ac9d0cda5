import type { McpServer, Scope } from '../contract/agent.ts';
import type { InventoryFact } from '../contract/inventory-fact.ts';
import type { McpSwitch, RawMcpServer } from '../agents/spec-discovery.ts';
import { type CredentialCollector, type SecretPlace, shortHash, union } from './credentials.ts';
import { withSlashes } from './expand-path.ts';
import { type RedactedServer, readDefinition, redactDefinition } from './mcp.ts';

interface Entry {
  readonly id: string;
  readonly raw: RawMcpServer;
  readonly scope: Scope;
  readonly path: string;
  readonly pointer: string;
  readonly name: string;
  /** Folder the definition is for. */
  readonly project: string | undefined;
  readonly redacted: RedactedServer;
  /** Per agent: on or off, and whether a person decided. */
  readonly agents: Map<string, { enabled: boolean; decided: boolean }>;
}

export interface ServerRegistry {
  /** @param project folder of a project file */
  add(raw: RawMcpServer, agentId: string, place: SecretPlace, project: string | undefined): void;
  addSwitch(change: McpSwitch, agentId: string, project: string | undefined): void;
  /** Adds the servers and switches of a part; the part stays as it is. */
  take(part: ServerRegistry): void;
  all(): { readonly entries: Iterable<Entry>; readonly switches: Switches };
  /** @param owners leaves out agents that are not on this machine */
  build(
    owners: (agentIds: readonly string[]) => string[],
  ): readonly Extract<InventoryFact, { kind: 'mcp-server' }>[];
}

/** One record per place: a definition that several agents read from the same file is one server. */
export function createServerRegistry(collector: CredentialCollector): ServerRegistry {
  const entries = new Map<string, Entry>();
  const switches: Switch[] = [];

  return {
    add(raw, agentId, place, project) {
      const id = `mcp:${shortHash(place.path, raw.pointer)}`;
      const definition = readDefinition(raw.entry);
      if (definition === undefined) return;
      const at = { ...place, pointer: raw.pointer, mcpServerId: id };
      // Also for a server that is known: its secrets have one user more.
      const redacted = redactDefinition(definition, at, collector);
      const name = collector.redact(undefined, raw.name, place);
      const known = entries.get(id);
      if (known !== undefined) {
        known.agents.set(agentId, { enabled: known.redacted.enabled, decided: false });
        return;
      }
      const enabled = raw.enabled ?? redacted.enabled;
      entries.set(id, {
        id,
        raw,
        scope: raw.scope ?? place.scope,
        path: place.path,
        name,
        pointer: collector.redact(undefined, raw.pointer, at),
        project: raw.project ?? project,
        redacted: { ...redacted, enabled },
        agents: new Map([[agentId, { enabled, decided: false }]]),
      });
    },
    addSwitch: (change, agentId, project) => switches.push({ change, agentId, project }),
    take(part) {
      const all = part.all();
      for (const entry of all.entries) {
        const known = entries.get(entry.id);
        if (known === undefined) entries.set(entry.id, withOwnAgents(entry));
        else
          for (const agentId of entry.agents.keys())
            known.agents.set(agentId, { enabled: known.redacted.enabled, decided: false });
      }
      for (const change of all.switches) switches.push(change);
    },
    all: () => ({ entries: entries.values(), switches }),
    build(owners) {
      const byServer = new Map<string, Switch[]>();
      for (const one of switches) {
        const known = byServer.get(one.change.server);
        if (known === undefined) byServer.set(one.change.server, [one]);
        else known.push(one);
      }
      return [...entries.values()].map((kept) => {
        const entry = withOwnAgents(kept);
        applySwitches(entry, byServer.get(entry.raw.switchName ?? entry.raw.name) ?? []);
        return {
          kind: 'mcp-server' as const,
          server: record(entry, owners, collector),
          env: entry.redacted.env,
        };
      });
    },
  };
}

interface Switch {
  readonly change: McpSwitch;
  readonly agentId: string;
  readonly project: string | undefined;
}

type Switches = readonly Switch[];

function withOwnAgents(entry: Entry): Entry {
  return { ...entry, agents: new Map([...entry.agents].map(([id, state]) => [id, { ...state }])) };
}

/** Of the switches with this server's name. Off beats on: a server that one list allows and another forbids does not start. */
function applySwitches(entry: Entry, switches: Switches): void {
  for (const { change, agentId, project } of switches) {
    const state = entry.agents.get(agentId);
    const where = change.project ?? project;
    if (state === undefined) continue;
    if (where !== undefined && entry.project !== undefined && !sameFolder(where, entry.project)) continue;
    // A project's switch says nothing about servers that are there for all projects.
    if (where !== undefined && entry.project === undefined) continue;
    state.enabled = state.decided ? state.enabled && change.enabled : change.enabled;
    state.decided = true;
  }
}

function sameFolder(one: string, other: string): boolean {
  return withSlashes(one).replace(/\/+$/, '') === withSlashes(other).replace(/\/+$/, '');
}

function record(
  entry: Entry,
  owners: (agentIds: readonly string[]) => string[],
  collector: CredentialCollector,
): McpServer {
  const readers = [...entry.agents.keys()];
  const agentIds = owners(readers);
  const states = agentIds.flatMap((id) => entry.agents.get(id) ?? []);
  const decided = states.filter(({ decided: yes }) => yes);
  const autoApproved = union(entry.raw.autoApproved ?? [], entry.redacted.autoApproved);
  return {
    id: entry.id,
    agentIds,
    name: entry.name,
    scope: entry.scope,
    configPath: entry.path,
    pointer: entry.pointer,
    ...entry.redacted.fields,
    enabled: states.some(({ enabled }) => enabled),
    ...(entry.scope !== 'project' || decided.length === 0
      ? {}
      : { approval: decided.some(({ enabled }) => enabled) ? ('approved' as const) : ('rejected' as const) }),
    credentialIds: [...collector.idsOf(entry.id)],
    ...(autoApproved.length === 0 ? {} : { autoApproved }),
    usedTools: [],
  };
}
