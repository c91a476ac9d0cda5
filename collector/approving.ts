import { createHash } from 'node:crypto';
import type { AgentRecord, Asset, McpServer } from './contract/agent.ts';
import type { Actor } from './contract/event.ts';
import type { Handlers, SequencedEvent } from './contract/ipc.ts';
import { deciderOf } from './deciding.ts';
import type { Clock } from './lib/clock.ts';
import type { Approvable } from './store/approvals.ts';
import { canonicalJson } from './store/audit.ts';
import type { Store } from './store/store.ts';

const MAX_DETAIL = 300;

export interface ApprovingOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly actor: Actor;
  readonly onDecided: (events: readonly SequencedEvent[]) => void;
}

export function createApprovingHandlers(options: ApprovingOptions): Pick<Handlers, 'approvals.decide'> {
  const { store, clock, actor, onDecided } = options;
  return {
    'approvals.decide': (request) => {
      const by = deciderOf(actor, request.via, clock.nowMs());
      const { decided, skipped, recorded } = store.approvals.decide(request, by);
      if (recorded.length > 0) onDecided(recorded.map(({ seq, event }) => ({ seq, event })));
      return { decided, skipped };
    },
  };
}

/** What of an inventory a person can say yes or no to, each with the hash of what the decision is about. */
export function approvablesOf(inventory: {
  readonly agents: readonly AgentRecord[];
  readonly mcpServers: readonly McpServer[];
  readonly assets: readonly Asset[];
}): Approvable[] {
  return [
    ...inventory.agents.map(ofAgent),
    ...inventory.mcpServers.map(ofServer),
    ...inventory.assets.map(ofAsset),
  ];
}

/** An agent is where it is installed and how: an update changes neither, another program in its place does. */
function ofAgent(agent: AgentRecord): Approvable {
  const places = agent.installs.map(({ path, method }) => `${method} ${withoutVersions(path)}`).sort();
  const path = agent.installs[0]?.path ?? agent.configFiles[0]?.path;
  const version = agent.installs.find((install) => install.version !== undefined)?.version;
  return {
    id: `agent:${agent.id}`,
    kind: 'agent',
    name: agent.name,
    agentIds: [agent.id],
    ...(path !== undefined && { path }),
    sha256: hashOf([...new Set(places)]),
    detail: cut([agent.vendor, version ?? '', path ?? ''].filter((part) => part !== '').join(' · ')),
  };
}

/** A server is what would be started or reached. Its secrets are not part of the inventory, and so not of the hash. */
function ofServer(server: McpServer): Approvable {
  const { transport, command, args, url, envNames, headerNames } = server;
  return {
    id: server.id,
    kind: 'mcpServer',
    name: server.name,
    agentIds: server.agentIds,
    path: server.configPath,
    sha256: hashOf({ transport, command, args, url, envNames, headerNames }),
    detail: cut(url ?? [command ?? '', ...(args ?? [])].join(' ')),
  };
}

function ofAsset(asset: Asset): Approvable {
  // A file too long to be read whole has no hash of its content: every change of it is then another content.
  const sha256 = asset.treeSha256 ?? asset.sha256 ?? hashOf({ modifiedMs: asset.modifiedMs });
  return {
    id: asset.id,
    kind: asset.kind,
    name: asset.name,
    agentIds: asset.agentIds,
    path: asset.path,
    sha256,
    detail: cut(asset.path),
  };
}

// `acme.helper-1.4.2-linux-x64` becomes `acme.helper-*`: an update is no other program.
function withoutVersions(path: string): string {
  return path.replaceAll(/\d{1,6}(?:\.\d{1,6}){1,4}[\w.+-]{0,60}/g, '*');
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

function cut(text: string): string {
  return text.length <= MAX_DETAIL ? text : `${text.slice(0, MAX_DETAIL - 1).toWellFormed()}…`;
}
