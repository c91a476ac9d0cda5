import { hash } from 'node:crypto';
import type { AgentSpec } from './agents/spec.ts';
import type { PathContext } from './agents/path-context.ts';
import { createAuthorOf } from './change-author.ts';
import type { AgentRecord, LocalModel } from './contract/agent.ts';
import type { ApprovalItem } from './contract/approval.ts';
import type { Config } from './contract/config.ts';
import type { InventoryItem } from './contract/report.ts';
import type { Finding } from './contract/finding.ts';
import { FactFindings } from './fact-findings.ts';
import { findElsewhere } from './elsewhere.ts';
import type { LookMemory } from './discovery/parts.ts';
import { discover } from './discovery/discover.ts';
import type { DiscoverOptions, Inventory } from './discovery/inventory.ts';
import { joinModels, modelsRunning } from './discovery/local-models.ts';
import { runtimeOf } from './discovery/model-runtimes.ts';
import { readPrincipals } from './discovery/principals.ts';
import type { Principal } from './contract/identity.ts';
import { relateFacts } from './pipeline/fact-relations.ts';
import { grantsOf } from './pipeline/privileges/grants.ts';
import { redactText } from './pipeline/redact.ts';
import { classifySecret, findSecrets } from './pipeline/secrets/index.ts';
import { TextFindings } from './text-findings.ts';
import type { Platform } from './platform/platform.ts';
import type { DetectionRule } from './rules/rule.ts';
import { standingsOf } from './standings.ts';
import type { InventoryKind } from './store/inventory.ts';
import type { Store } from './store/store.ts';

export interface InventoryTaskOptions {
  readonly homes: readonly PathContext[];
  readonly specs: readonly AgentSpec[];
  readonly rules: readonly DetectionRule[];
  /** Absent when the homes are somebody else's: their processes and system folders are not here. */
  readonly platform?: Platform;
  readonly fingerprint: (value: string) => string;
  readonly nowMs: () => number;
  readonly maxProjects: number;
  /** Also look where people forget to look: containers, WSL, homes of other accounts. Needs a platform. */
  readonly elsewhere?: boolean;
  /** What behaves like an agent and is none that is known by name. */
  readonly unknownAgents?: readonly AgentRecord[];
  /** Which agents the policy allows and forbids. */
  readonly sanction?: Config['agents'];
  readonly projectsFromSessions: readonly string[];
  /** What people decided on this machine; absent for a single look. */
  readonly decisions?: readonly ApprovalItem[];
  readonly onRuleFailed: (ruleId: string) => void;
  /** Of the last look, for one that follows a change. Default: everything is read. */
  readonly memory?: LookMemory;
  /** Of earlier looks with these rules: texts that did not change are not judged again. */
  readonly texts?: TextFindings;
  /** The same for facts. */
  readonly facts?: FactFindings;
}

export interface InventoryPicture {
  readonly inventory: Inventory;
  /** Accounts that programs of each home's owner can act as. */
  readonly principals: readonly Principal[];
  readonly findings: readonly Finding[];
}

/** Looks at the machine and judges what is there: the state of things, as opposed to what happens. */
export async function takeInventory(options: InventoryTaskOptions): Promise<InventoryPicture> {
  const { platform } = options;
  const machine = platform === undefined ? undefined : await machineOf(platform, options.elsewhere === true);
  const inventory = await discover({
    homes: options.homes,
    specs: options.specs,
    ...(machine !== undefined && { ...machine.options, systemRoot: '' }),
    fingerprint: options.fingerprint,
    findSecrets: { classifySecret, findSecrets },
    clock: { nowMs: options.nowMs },
    limits: { maxProjects: options.maxProjects },
    projectsFromSessions: options.projectsFromSessions,
    ...(options.memory !== undefined && { memory: options.memory }),
    ...(options.unknownAgents !== undefined && { alsoFound: options.unknownAgents }),
    ...(options.sanction !== undefined && { sanctionOf: sanctionBy(options.sanction) }),
  });
  const deps = {
    hash: (text: string): string => hash('sha256', text),
    ruleFailed: options.onRuleFailed,
    timeMs: options.nowMs(),
  };
  const texts = (options.texts ?? new TextFindings()).judge(inventory.textDocuments, options.rules, deps);
  const facts = relateFacts(inventory.facts, {
    nowMs: deps.timeMs,
    standings: standingsOf(inventory, options.decisions ?? []),
    suspectPaths: new Set(
      texts
        .filter(({ severity }) => severity === 'high' || severity === 'critical')
        .flatMap(({ evidence }) => evidence.flatMap(({ path }) => path ?? [])),
    ),
  });
  const judge = options.facts ?? new FactFindings();
  const findings = [...judge.judge(facts, options.homes[0], options.rules, deps), ...texts];
  const principals = await readPrincipals({
    homes: options.homes,
    redact: redactText,
    fingerprint: options.fingerprint,
    ...(platform !== undefined && { ownHome: platform.ownHome.home }),
  });
  return {
    inventory: {
      ...inventory,
      models: joinModels(inventory.models, machine?.models ?? []),
    },
    principals,
    findings,
  };
}

/** Forbidden beats allowed; once some are allowed by name, all others are not. */
export function sanctionBy({
  sanctioned,
  unsanctioned,
}: Config['agents']): (agentId: string) => AgentRecord['sanction'] {
  const allowed = new Set(sanctioned);
  const forbidden = new Set(unsanctioned);
  return (agentId) => {
    if (forbidden.has(agentId)) return 'unsanctioned';
    if (allowed.size === 0) return 'unknown';
    return allowed.has(agentId) ? 'sanctioned' : 'unsanctioned';
  };
}

interface Machine {
  readonly options: Pick<DiscoverOptions, 'platform' | 'elsewhere'>;
  readonly models: readonly LocalModel[];
}

/** The processes are listed once for all questions; a failure is told by discovery, which asks again. */
async function machineOf(platform: Platform, elsewhere: boolean): Promise<Machine> {
  const { ownHome } = platform;
  const processes = await platform.listProcesses().catch(() => undefined);
  if (processes === undefined) return { options: { platform }, models: [] };
  const runtimes = processes.filter((process) => runtimeOf(process) !== undefined);
  const sockets = runtimes.length === 0 ? undefined : await platform.processes.connections(runtimes);
  const models = modelsRunning(processes, sockets?.connections ?? []).map((model) => ({
    ...model,
    name: redactText(model.name),
  }));
  const listed = { ownHome, listProcesses: () => Promise.resolve(processes) };
  if (!elsewhere) return { options: { platform: listed }, models };
  const lxss = await platform.readWslRegistry?.();
  return {
    options: {
      platform: listed,
      elsewhere: findElsewhere({
        os: platform.os,
        ownHome: ownHome.home,
        // Windows and macOS say no by themselves where one may not look.
        privileged: platform.os === 'win32' || process.getuid?.() === 0,
        processes,
        ...(lxss !== undefined && { lxss }),
      }),
    },
    models,
  };
}

/** What changed since the last picture. */
export interface StoredInventory {
  /** New or different, for the report. */
  readonly items: readonly InventoryItem[];
  /** Of which something is new, different or gone. */
  readonly kinds: ReadonlySet<InventoryKind>;
  /** What the picture told or ended. */
  readonly findings: readonly Finding[];
}

/** Stores a picture; returns what changed since the last one. */
export function storeInventory(
  picture: InventoryPicture,
  rules: readonly DetectionRule[],
  store: Store,
  nowMs: number,
): StoredInventory {
  const { agents, mcpServers, credentials, assets, models } = picture.inventory;
  const changed = store.inventory.replace(
    {
      agent: agents,
      'mcp-server': mcpServers,
      credential: credentials,
      asset: assets,
      principal: picture.principals,
      model: models,
      permission: grantsOf(picture.inventory.facts),
    },
    nowMs,
    createAuthorOf({
      nowMs,
      toolCalls: (sinceMs, limit) =>
        store.read.events({ kind: 'tool.call', sinceMs, limit }).map(({ event }) => event),
    }),
  );
  const ids = new Set(changed.map((item) => `${item.kind}\0${item.id}`));
  const isNew = (kind: string, id: string): boolean => ids.has(`${kind}\0${id}`);
  const items: InventoryItem[] = [
    ...agents
      .filter(({ id }) => isNew('agent', id))
      .map((agent) => ({ type: 'agent' as const, observedMs: nowMs, agent })),
    ...mcpServers
      .filter(({ id }) => isNew('mcp-server', id))
      .map((server) => ({ type: 'mcp-server' as const, observedMs: nowMs, server })),
    ...credentials
      .filter(({ id }) => isNew('credential', id))
      .map((credential) => ({ type: 'credential' as const, observedMs: nowMs, credential })),
    ...assets
      .filter(({ id }) => isNew('asset', id))
      .map((asset) => ({ type: 'asset' as const, observedMs: nowMs, asset })),
  ];
  const stateRules = new Set(rules.filter((rule) => rule.on !== 'event').map((rule) => rule.id));
  return {
    items,
    kinds: new Set(changed.map(({ kind }) => kind)),
    findings: store.replaceFindings(stateRules, picture.findings),
  };
}
