import { createHash } from 'node:crypto';
import type { AgentSpec } from './agents/spec.ts';
import type { PathContext } from './agents/path-context.ts';
import type { InventoryItem } from './contract/report.ts';
import type { Finding } from './contract/finding.ts';
import { findElsewhere } from './elsewhere.ts';
import { discover } from './discovery/discover.ts';
import type { DiscoverOptions, Inventory } from './discovery/inventory.ts';
import { readPrincipals } from './discovery/principals.ts';
import type { Principal } from './contract/identity.ts';
import { detectInventory, detectText } from './pipeline/detect.ts';
import { parseFactCommands } from './pipeline/fact-commands.ts';
import { relateFacts } from './pipeline/fact-relations.ts';
import { grantsOf } from './pipeline/privileges/grants.ts';
import { redactFinding, redactText } from './pipeline/redact.ts';
import { classifySecret, findSecrets } from './pipeline/secrets/index.ts';
import type { Platform } from './platform/platform.ts';
import type { DetectionRule } from './rules/rule.ts';
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
  readonly projectsFromSessions: readonly string[];
  readonly onRuleFailed: (ruleId: string) => void;
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
  const inventory = await discover({
    homes: options.homes,
    specs: options.specs,
    ...(platform !== undefined && {
      ...(await machineOf(platform, options.elsewhere === true)),
      systemRoot: '',
    }),
    fingerprint: options.fingerprint,
    findSecrets: { classifySecret, findSecrets },
    clock: { nowMs: options.nowMs },
    limits: { maxProjects: options.maxProjects },
    projectsFromSessions: options.projectsFromSessions,
  });
  const deps = {
    hash: (text: string): string => createHash('sha256').update(text).digest('hex'),
    ruleFailed: options.onRuleFailed,
    timeMs: options.nowMs(),
  };
  const home = options.homes[0];
  const parsed = home === undefined ? inventory.facts : parseFactCommands(inventory.facts, home);
  const facts = relateFacts(parsed, deps.timeMs);
  const findings = [
    ...detectInventory(facts, options.rules, deps),
    ...detectText(inventory.textDocuments, options.rules, deps),
  ];
  const principals = await readPrincipals({
    homes: options.homes,
    redact: redactText,
    fingerprint: options.fingerprint,
    ...(platform !== undefined && { ownHome: platform.ownHome.home }),
  });
  return { inventory, principals, findings: findings.map((finding) => redactFinding(finding)) };
}

/** The processes are listed once for both questions; a failure is told by discovery. */
async function machineOf(
  platform: Platform,
  elsewhere: boolean,
): Promise<Pick<DiscoverOptions, 'platform' | 'elsewhere'>> {
  const { ownHome } = platform;
  if (!elsewhere) return { platform };
  const processes = await platform.listProcesses().catch(() => undefined);
  if (processes === undefined) return { platform };
  const lxss = await platform.readWslRegistry?.();
  return {
    platform: { ownHome, listProcesses: () => Promise.resolve(processes) },
    elsewhere: findElsewhere({
      os: platform.os,
      ownHome: ownHome.home,
      // Windows and macOS say no by themselves where one may not look.
      privileged: platform.os === 'win32' || process.getuid?.() === 0,
      processes,
      ...(lxss !== undefined && { lxss }),
    }),
  };
}

/** Stores a picture; returns what changed since the last one. */
export function storeInventory(
  picture: InventoryPicture,
  rules: readonly DetectionRule[],
  store: Store,
  nowMs: number,
): { readonly items: readonly InventoryItem[]; readonly findings: readonly Finding[] } {
  const { agents, mcpServers, credentials, assets } = picture.inventory;
  const changed = store.inventory.replace(
    {
      agent: agents,
      'mcp-server': mcpServers,
      credential: credentials,
      asset: assets,
      principal: picture.principals,
      permission: grantsOf(picture.inventory.facts),
    },
    nowMs,
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
  return { items, findings: store.replaceFindings(stateRules, picture.findings) };
}
