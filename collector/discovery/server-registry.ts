import type { McpServer, Scope } from '../contract/agent.ts';
import type { InventoryFact } from '../contract/inventory-fact.ts';
import type { McpImport, McpSwitch, RawMcpServer } from '../agents/spec-discovery.ts';
import { type CredentialCollector, type SecretPlace, shortHash, union } from './credentials.ts';
import { withSlashes } from './expand-path.ts';
import { type RedactedServer, readDefinition, redactDefinition } from './mcp.ts';
import { reachOf } from './server-reach.ts';

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
  /** @param project folder of the project file that says so: then it holds for that folder only */
  addImport(taken: McpImport, agentId: string, project: string | undefined): void;
  /** Adds the servers, switches and imports of a part; the part stays as it is. */
  take(part: ServerRegistry): void;
  all(): {
    readonly entries: Iterable<Entry>;
    readonly switches: Switches;
    readonly imports: readonly Import[];
  };
  /** @param owners leaves out agents that are not on this machine */
  build(
    owners: (agentIds: readonly string[]) => string[],
  ): readonly Extract<InventoryFact, { kind: 'mcp-server' }>[];
}

/** One record per place: a definition that several agents read from the same file is one server. */
export function createServerRegistry(collector: CredentialCollector): ServerRegistry {
  const entries = new Map<string, Entry>();
  const switches: Switch[] = [];
  const imports: Import[] = [];

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
    addImport: (taken, agentId, project) => imports.push({ taken, agentId, project }),
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
      for (const one of all.imports) imports.push(one);
    },
    all: () => ({ entries: entries.values(), switches, imports }),
    build(owners) {
      const byServer = new Map<string, Switch[]>();
      for (const one of switches) {
        const known = byServer.get(one.change.server);
        if (known === undefined) byServer.set(one.change.server, [one]);
        else known.push(one);
      }
      return [...entries.values()].map((kept) => {
        const entry = withOwnAgents(kept);
        const importers = importersOf(kept, imports);
        for (const agentId of importers)
          entry.agents.set(agentId, { enabled: entry.redacted.enabled, decided: false });
        applySwitches(entry, byServer.get(entry.raw.switchName ?? entry.raw.name) ?? []);
        return {
          kind: 'mcp-server' as const,
          server: record(entry, importers, owners, collector),
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

interface Import {
  readonly taken: McpImport;
  readonly agentId: string;
  readonly project: string | undefined;
}

/** Agents that take the entry over, and do not read its file themselves. */
function importersOf(entry: Entry, imports: readonly Import[]): ReadonlySet<string> {
  const isOfProject = entry.scope === 'project' || entry.scope === 'local';
  return new Set(
    imports.flatMap(({ taken, agentId, project }) => {
      if (!entry.agents.has(taken.from) || entry.agents.has(agentId)) return [];
      if (taken.of !== undefined && (taken.of === 'project') !== isOfProject) return [];
      // What a project says holds for work in it: there, with its own servers and those for everything.
      const elsewhere = project !== undefined && entry.project !== undefined;
      return elsewhere && !sameFolder(project, entry.project) ? [] : [agentId];
    }),
  );
}

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
  importers: ReadonlySet<string>,
  owners: (agentIds: readonly string[]) => string[],
  collector: CredentialCollector,
): McpServer {
  const readers = [...entry.agents.keys()];
  const agentIds = owners(readers);
  const states = agentIds.flatMap((id) => entry.agents.get(id) ?? []);
  const decided = states.filter(({ decided: yes }) => yes);
  const importedBy = agentIds.filter((id) => importers.has(id));
  const { command, args, url } = entry.redacted.fields;
  const reach = reachOf({ command, args: args ?? [], url, env: entry.redacted.env });
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
    ...(importedBy.length > 0 && { importedBy }),
    ...(reach !== undefined && { reach }),
  };
}
