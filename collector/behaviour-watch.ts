import { createHash } from 'node:crypto';
import { lstatSync, readFileSync } from 'node:fs';
import { localModelPorts } from './discovery/model-runtimes.ts';
import { agentIdOf } from './agent-identity.ts';
import type { AgentRecord } from './contract/agent.ts';
import type { InventoryFact } from './contract/inventory-fact.ts';
import { processId, type ProcessInfo, type ProcessKey } from './contract/process.ts';
import { redactText } from './pipeline/redact.ts';
import { agentCandidates, type UnknownAgent, unknownAgents } from './pipeline/unknown-agents.ts';
import { Configured, type ConfiguredPart } from './pipeline/witness/index.ts';
import type { ProcessReader } from './platform/process-reader.ts';
import { shellTextOf } from './rules/shared/process-look.ts';
import { HostNames } from './sources/net-hosts.ts';
import type { ProcessChangeBatch } from './sources/process-watch.ts';

export interface BehaviourWatchOptions {
  readonly reader: Pick<ProcessReader, 'read' | 'connections'>;
  readonly home: string;
  /** Default: this machine's. */
  readonly hostsFile?: string;
}

const MAX_PARENTS = 2_048;
const MAX_REMEMBERED = 64;
const MAX_HOSTS_BYTES = 1_000_000;
/** Packages and programs of MCP servers are called so: `@modelcontextprotocol/server-x`, `x-mcp`, `mcp-server-x`. */
const SERVER_NAME =
  /(?:^|[\\/@])(?:@modelcontextprotocol\/|mcp-server-[\w.-]+|server-[\w.-]+-mcp|[\w.-]+-mcp(?:-server)?|mcp-[\w.-]+|mcp-remote)(?:@[\w.^~-]+)?(?:\.(?:[cm]?js|py|exe))?$|modelcontextprotocol[\\/]/i;

/**
 * Notices agents that no list knows, or that carry another name, by what they do. Remembers for each program how many
 * commands it gave to shells; asks for connections only of the few that already look like an agent.
 */
export class BehaviourWatch {
  readonly #options: BehaviourWatchOptions;
  readonly #hosts = new HostNames();
  /** Commands given to shells, by the parent; used least recently first. */
  readonly #shells = new Map<string, number>();
  readonly #found = new Map<string, AgentRecord>();
  #configured = new Configured();

  constructor(options: BehaviourWatchOptions) {
    this.#options = options;
    try {
      this.#hosts.setHostsFile(
        readFileSync(options.hostsFile ?? '/etc/hosts', 'utf8').slice(0, MAX_HOSTS_BYTES),
      );
    } catch {
      // No such file here: addresses have no names then.
    }
  }

  /** What the configuration of known agents starts as MCP servers. */
  configure(facts: readonly InventoryFact[]): void {
    this.#configured = new Configured(
      facts.flatMap((fact): [string, ConfiguredPart][] =>
        fact.kind !== 'mcp-server' || fact.server.command === undefined
          ? []
          : [
              [
                [fact.server.command, ...(fact.server.args ?? [])].join(' '),
                { kind: 'mcp-server', name: fact.server.name },
              ],
            ],
      ),
    );
  }

  /** @param parentOf the process that started one */
  changes(
    { changes }: ProcessChangeBatch,
    parentOf: (process: ProcessInfo) => ProcessInfo | undefined,
  ): void {
    for (const change of changes) {
      if (change.kind !== 'start' && change.kind !== 'exec') continue;
      if (shellTextOf(change.process) === undefined) continue;
      const parent = parentOf(change.process);
      if (parent === undefined) continue;
      const id = processId(parent);
      const count = (this.#shells.get(id) ?? 0) + 1;
      this.#shells.delete(id);
      this.#shells.set(id, count);
      const oldest = this.#shells.size > MAX_PARENTS ? this.#shells.keys().next().value : undefined;
      if (oldest !== undefined) this.#shells.delete(oldest);
    }
  }

  /** Looks once. @returns what was ever noticed since the start, with what of it runs now. Never rejects. */
  async look(): Promise<readonly AgentRecord[]> {
    const running = await this.#judge().catch(() => []);
    const alive = new Map(running.map((one) => [idOf(one.process), one]));
    for (const [id, record] of this.#found)
      if (!alive.has(id)) this.#found.set(id, { ...record, running: [] });
    for (const [id, group] of Map.groupBy(running, ({ process }) => idOf(process))) {
      const [first] = group;
      if (first === undefined) continue;
      const before = this.#found.get(id);
      this.#found.delete(id);
      this.#found.set(id, recordOf(id, first, group, before));
      const oldest = this.#found.size > MAX_REMEMBERED ? this.#found.keys().next().value : undefined;
      if (oldest !== undefined) this.#found.delete(oldest);
    }
    return [...this.#found.values()];
  }

  /** Something runs that was not running, or not noticed, at the last look. */
  async hasNews(): Promise<boolean> {
    const told = new Map(
      [...this.#found].flatMap(([id, { running }]) => running.map((one) => [processId(one), id] as const)),
    );
    const running = await this.#judge().catch(() => undefined);
    return running?.some((one) => told.get(processId(one.process)) !== idOf(one.process)) === true;
  }

  async #judge(): Promise<readonly UnknownAgent[]> {
    const { reader, home } = this.#options;
    const { processes } = await reader.read();
    const own = processes.find(({ pid }) => pid === process.pid);
    const ours = processes.filter(
      ({ pid, uid }) =>
        pid !== process.pid && (uid === undefined || own?.uid === undefined || uid === own.uid),
    );
    const candidates = agentCandidates({
      processes: ours,
      isKnown: (one) => agentIdOf(one) !== undefined,
      isMcpServer: (one) => this.#isServer(one),
      shellsBelow: (key: ProcessKey) => this.#shells.get(processId(key)) ?? 0,
      mcpConfigOf: (program) => mcpConfigOf(home, program),
    });
    if (candidates.length === 0) return [];
    const asked = candidates.flatMap((one) => [one.process, ...one.helpers]);
    const { connections } = await reader.connections(asked);
    return unknownAgents(
      candidates,
      connections,
      (address) => this.#hosts.namesOf(address),
      localModelPorts(processes),
    );
  }

  #isServer(process: ProcessInfo): boolean {
    if (this.#configured.partOf(process)?.kind === 'mcp-server') return true;
    return process.argv.slice(0, 6).some((arg) => arg.length < 300 && SERVER_NAME.test(arg));
  }
}

/** `~/.wombat/mcp.json`, `~/.config/wombat/mcp.json` and the like: where agents keep the list of their servers. */
function mcpConfigOf(home: string, program: string): string | undefined {
  if (!/^[\w-]{2,40}$/.test(program)) return undefined;
  return [`.${program}`, `.config/${program}`]
    .flatMap((folder) =>
      ['mcp.json', 'mcp_config.json', 'mcp-config.json', 'mcp_servers.json'].map(
        (name) => `${folder}/${name}`,
      ),
    )
    .find((path) => isFile(`${home}/${path}`));
}

function isFile(path: string): boolean {
  try {
    return lstatSync(path).isFile();
  } catch {
    return false; // the usual case
  }
}

function recordOf(
  id: string,
  { process, name, confidence, evidence }: UnknownAgent,
  group: readonly UnknownAgent[],
  before: AgentRecord | undefined,
): AgentRecord {
  const text = (value: string): string => redactText(value).slice(0, 300).toWellFormed();
  const kept = before?.unknown;
  const known = new Set(evidence.map(({ kind }) => kind));
  return {
    id,
    name: text(name),
    vendor: 'unknown',
    kind: 'cli',
    sanction: 'unknown',
    accounts: [],
    installs: [{ path: text(programPath(process)), method: 'behaviour' }],
    running: group.map(({ process: { pid, startTimeMs } }) => ({ pid, startTimeMs })),
    configFiles: [],
    settings: {},
    unknown: {
      confidence: kept?.confidence === 'high' ? 'high' : confidence,
      // Signs come and go; what was once seen stays said.
      evidence: [
        ...evidence.map(({ kind, detail }) => ({ kind, detail: text(detail) })),
        ...(kept?.evidence ?? []).filter(({ kind }) => !known.has(kind)),
      ],
    },
  };
}

function programPath(process: ProcessInfo): string {
  const script = process.argv[1];
  const runs = script !== undefined && /[\\/].*\.(?:[cm]?[jt]s|py|rb)$/.test(script) ? script : undefined;
  return runs ?? process.executable ?? process.argv[0] ?? process.name;
}

function idOf(process: ProcessInfo): string {
  return `unknown-${createHash('sha256').update(programPath(process)).digest('hex').slice(0, 12)}`;
}
