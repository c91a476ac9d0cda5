import { createHash } from 'node:crypto';
import { lstatSync, readFileSync } from 'node:fs';
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { createTwoFilesPatch } from 'diff';
import type { z } from 'zod';
import { AgentRecord, Credential, McpServer } from './contract/agent.ts';
import {
  type AgentPrivileges,
  PermissionGrant,
  type PrivilegePatch,
  type Privileges,
  type ServerUse,
} from './contract/privileges.ts';
import { cutEntry } from './cut-entry.ts';
import { agentPrivileges, credentialUses, serverUses } from './pipeline/privileges/advise.ts';
import { editLists } from './pipeline/privileges/edit-list.ts';
import { Usage } from './pipeline/privileges/usage.ts';
import { redactText } from './pipeline/secrets/index.ts';
import type { Store } from './store/store.ts';

const DAY_MS = 86_400_000;
export const PRIVILEGE_WINDOW_MS = 30 * DAY_MS;
/** A page at a time, so that a running collector stays quick. */
const PAGE = 1_000;
const MAX_CALLS = 300_000;
const MAX_FILE_BYTES = 2_000_000;
const MAX_PATCHES = 50;

export interface PrivilegeOptions {
  readonly store: Store;
  readonly home: string;
  readonly nowMs: number;
  readonly sinceMs?: number;
  readonly agentId?: string;
  /** Kept by callers that ask more than once. */
  readonly memory?: UsageMemory;
}

/** The calls that were counted last, so that the next time only newer ones are: a month may hold 300,000. */
export interface UsageMemory {
  counted?: {
    readonly sinceMs: number;
    readonly suspects: ReadonlySet<string>;
    readonly usage: Usage;
    readonly afterSeq: number;
  };
}

const HOUR_MS = 3_600_000;

/** What agents, MCP servers and credentials were granted, next to what was used, with the smaller settings as diffs. */
export async function readPrivileges(options: PrivilegeOptions): Promise<Privileges> {
  const { store, nowMs, agentId } = options;
  // From a full hour on: who asks again within it gets what was counted before, and what came since.
  const sinceMs = options.sinceMs ?? nowMs - PRIVILEGE_WINDOW_MS - (nowMs % HOUR_MS);
  const list = <T>(kind: Parameters<Store['inventory']['list']>[0], schema: z.ZodType<T>): T[] =>
    store.inventory.list(kind).map(({ value }) => schema.parse(value));
  const isOwn = (ids: readonly string[]): boolean => agentId === undefined || ids.includes(agentId);
  const usage = await readUsage(options, sinceMs);
  // Seldom asked for: a collector that runs for weeks need not hold it.
  const { createTwoFilesPatch: write } = await import('diff');
  const agents = agentPrivileges(
    list('agent', AgentRecord),
    list('permission', PermissionGrant),
    usage,
  ).filter((agent) => isOwn([agent.agentId]));
  const inventory = list('mcp-server', McpServer).filter((server) => isOwn(server.agentIds));
  const servers = serverUses(inventory, usage);
  const credentials = list('credential', Credential).filter(
    (one) => agentId === undefined || isOwn(one.usedBy.agentIds),
  );
  const lists = listPatches(agents, write).slice(0, MAX_PATCHES);
  return {
    sinceMs,
    untilMs: nowMs,
    toolCalls: usage.toolCalls,
    truncated: usage.truncated,
    suspect: usage.suspect,
    agents,
    servers,
    credentials: credentialUses(credentials, servers, usage),
    patches: [...lists, ...serverPatches(servers, inventory, MAX_PATCHES - lists.length, write)],
  };
}

async function readUsage({ store, home, memory }: PrivilegeOptions, sinceMs: number): Promise<Usage> {
  const suspected = suspects(store, sinceMs);
  const before = memory?.counted;
  const goesOn = before?.sinceMs === sinceMs && isSame(before.suspects, suspected);
  const usage = goesOn ? before.usage : new Usage(suspected);
  let afterSeq = goesOn ? before.afterSeq : 0;
  // While it is counted nobody else goes on from here.
  if (memory !== undefined) delete memory.counted;
  while (usage.toolCalls < MAX_CALLS) {
    const rows = store.read.events({ kind: 'tool.call', sinceMs, afterSeq, limit: PAGE });
    for (const { event } of rows) usage.add(event, home);
    const last = rows.at(-1);
    afterSeq = last?.seq ?? afterSeq;
    if (last === undefined || rows.length < PAGE) {
      if (memory !== undefined) memory.counted = { sinceMs, suspects: suspected, usage, afterSeq };
      return usage;
    }
    await yieldToOthers();
  }
  usage.truncated = true;
  if (memory !== undefined) memory.counted = { sinceMs, suspects: suspected, usage, afterSeq };
  return usage;
}

function isSame(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((id) => b.has(id));
}

const MAX_FINDINGS = 10_000;

function suspects(store: Store, sinceMs: number): ReadonlySet<string> {
  const open = store.read.findings({ minSeverity: 'medium', status: 'open', sinceMs, limit: MAX_FINDINGS });
  return new Set(open.flatMap(({ evidence }) => evidence.flatMap(({ eventId }) => eventId ?? [])));
}

type WritePatch = typeof createTwoFilesPatch;

function listPatches(agents: readonly AgentPrivileges[], write: WritePatch): PrivilegePatch[] {
  return agents.flatMap(({ agentId, grants }) =>
    [...new Set(grants.map(({ grant }) => grant.path))].flatMap((path) => {
      const text = readConfig(path);
      if (text === undefined) return [];
      // A managed file is the administrator's: what it should say is shown there, not here.
      const own = grants.filter(({ grant }) => grant.path === path && grant.scope !== 'managed');
      const edit = editLists(text, own);
      if (edit === undefined) return [];
      return [
        {
          agentId,
          path,
          changes: [...edit.changes],
          edits: [...edit.edits],
          ...diffOf(path, text, edit.text, write),
        },
      ];
    }),
  );
}

function serverPatches(
  uses: readonly ServerUse[],
  servers: readonly McpServer[],
  most: number,
  write: WritePatch,
): PrivilegePatch[] {
  const patches: PrivilegePatch[] = [];
  for (const use of uses) {
    if (patches.length >= most) break;
    const server = servers.find(({ id }) => id === use.id);
    if (use.verdict !== 'unused' || server === undefined || server.scope === 'managed') continue;
    const text = readConfig(server.configPath);
    const edited = text === undefined ? undefined : cutEntry(server.configPath, text, server.pointer);
    if (text === undefined || edited === undefined) continue;
    patches.push({
      agentId: server.agentIds[0] ?? '',
      path: server.configPath,
      changes: [`Take out the MCP server ${server.name}: none of its tools was called.`],
      edits: [{ kind: 'server', before: server.name, after: [], why: 'None of its tools was called.' }],
      ...diffOf(server.configPath, text, edited, write),
    });
  }
  return patches;
}

/** Only ordinary files, as discovery reads them. */
function readConfig(path: string): string | undefined {
  try {
    const stat = lstatSync(path);
    return stat.isFile() && stat.size <= MAX_FILE_BYTES ? readFileSync(path, 'utf8') : undefined;
  } catch {
    // Gone or not readable: there is nothing to change then.
    return undefined;
  }
}

/** Nothing when even the changed lines alone would show a secret. */
function diffOf(
  path: string,
  before: string,
  after: string,
  write: WritePatch,
): Pick<PrivilegePatch, 'diff' | 'id' | 'sha256' | 'afterSha256'> {
  let withSecret: string | undefined;
  for (const context of [3, 0]) {
    const diff = write(path, path, before, after, undefined, undefined, { context });
    // A file in one line has no lines around a change: its two diffs are the same.
    if (diff === withSecret) break;
    if (redactText(diff) !== diff) {
      withSecret = diff;
      continue;
    }
    const [sha256, afterSha256] = [sha256Of(before), sha256Of(after)];
    return { diff, id: sha256Of(`${path}\0${sha256}\0${afterSha256}`).slice(0, 24), sha256, afterSha256 };
  }
  return {};
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
