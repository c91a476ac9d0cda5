import { homedir } from 'node:os';
import { AgentRecord, Asset, Credential, looseName, McpServer } from './contract/agent.ts';
import { Principal } from './contract/identity.ts';
import { storedBaselines } from './baseline-list.ts';
import type { BaselineMethod } from './baselining.ts';
import type { ControlMethod } from './control.ts';
import type { Handlers, SequencedEvent } from './contract/ipc.ts';
import { createWindowReadHandlers, type WindowMethod } from './api-window.ts';
import { StoredEvent } from './contract/stored.ts';
import { modelRecords } from './model-records.ts';
import { readPrivileges, type UsageMemory } from './privileges.ts';
import type { Store } from './store/store.ts';

/** Methods that only read the store: served by the collector, and by the command line when no collector runs. */
export type ReadMethod = Exclude<
  keyof Handlers,
  'hello' | 'status.get' | 'collector.stop' | ControlMethod | BaselineMethod | WindowMethod
>;

/** @param ownRules rules of the organisation as they are now; the built-in ones are known */
export function createReadHandlers(
  store: Store,
  ownRules?: Parameters<typeof createWindowReadHandlers>[1],
): Pick<Handlers, ReadMethod> {
  const counted: UsageMemory = {};
  return {
    ...createWindowReadHandlers(store, ownRules),
    'agents.list': () => {
      const lastUsed = store.read.lastUsed();
      const decisions = store.approvals.agentDecisions();
      return store.inventory.list('agent').map(({ firstSeenMs, value }) => {
        const agent = AgentRecord.parse(value);
        const lastUsedMs = lastUsed.get(agent.id);
        const sanction =
          agent.sanction === 'unknown' ? SANCTION[decisions.get(agent.id) ?? 'none'] : agent.sanction;
        return { ...agent, sanction, firstSeenMs, ...(lastUsedMs !== undefined && { lastUsedMs }) };
      });
    },
    'mcpServers.list': () => {
      const use = store.read.mcpUse();
      return store.inventory.list('mcp-server').map(({ value }) => withUse(McpServer.parse(value), use));
    },
    'credentials.list': () => store.inventory.list('credential').map(({ value }) => Credential.parse(value)),
    'assets.list': () => store.inventory.list('asset').map(({ value }) => Asset.parse(value)),
    'principals.list': () => store.inventory.list('principal').map(({ value }) => Principal.parse(value)),
    'processes.ofSession': ({ sessionId, limit }) =>
      store.processes.ofSession([sessionId, ...store.read.subsessionIds(sessionId)], limit),
    'inventory.changes': ({ kind, id, sinceMs, limit }) =>
      store.inventory.changes({
        limit,
        ...(kind !== undefined && { kind }),
        ...(id !== undefined && { id }),
        ...(sinceMs !== undefined && { sinceMs }),
      }),
    'models.list': () => modelRecords(store),
    'sessions.list': ({ sinceMs, agentId, limit }) =>
      store.read.sessions({
        limit,
        ...(sinceMs !== undefined && { sinceMs }),
        ...(agentId !== undefined && { agentId }),
      }),
    'sessions.get': ({ id }) => store.read.session(id) ?? null,
    'sessions.resolve': ({ prefix }) => store.read.sessionIdsLike(prefix),
    'events.list': ({ sessionId, kind, sinceMs, afterSeq, limit }) =>
      store.read.events({
        limit,
        ...(sessionId !== undefined && { sessionId }),
        ...(kind !== undefined && { kind }),
        ...(sinceMs !== undefined && { sinceMs }),
        ...(afterSeq !== undefined && { afterSeq }),
      }),
    'events.search': ({ words, limit }) =>
      store.search.find(words.replaceAll('\0', ' '), limit).map((row): SequencedEvent => ({
        seq: row.seq,
        event: StoredEvent.parse(JSON.parse(row.body)),
      })),
    'findings.list': ({ minSeverity, status, suppressed, sessionId, sinceMs, limit }) =>
      store.read.findings({
        limit,
        ...(suppressed !== undefined && { suppressed }),
        ...(minSeverity !== undefined && { minSeverity }),
        ...(status !== undefined && { status }),
        ...(sessionId !== undefined && { sessionId }),
        ...(sinceMs !== undefined && { sinceMs }),
      }),
    'findings.bySession': () => store.overview.openBySession(),
    'audit.list': ({ afterSeq, limit }) =>
      store.listAudit({ limit, ...(afterSeq !== undefined && { afterSeq }) }),
    'audit.verify': () => store.verifyAudit(),
    'findings.get': ({ id }) => store.read.finding(id) ?? null,
    'privileges.get': ({ sinceMs, agentId }) =>
      readPrivileges({
        store,
        home: homedir(),
        nowMs: Date.now(),
        memory: counted,
        ...(sinceMs !== undefined && { sinceMs }),
        ...(agentId !== undefined && { agentId }),
      }),
    'baseline.list': (target) => storedBaselines(store, target, Date.now()),
    'store.check': () => ({ problems: [...store.check()] }),
  };
}

/** What a person decided stands in where no policy says anything. */
const SANCTION = { approve: 'sanctioned', deny: 'unsanctioned', none: 'unknown' } as const;

type McpUse = ReturnType<Store['read']['mcpUse']>;

/** Joins a configured server with the tools its agents called under that name. */
function withUse(server: McpServer, use: McpUse): McpServer {
  const agents = new Set(server.agentIds);
  const key = looseName(server.name);
  const usedTools = use
    .filter((row) => agents.has(row.agentId) && looseName(row.server) === key)
    .map((row) => ({ name: row.tool, calls: row.calls, lastUsedMs: row.lastUsedMs }));
  return { ...server, usedTools };
}
