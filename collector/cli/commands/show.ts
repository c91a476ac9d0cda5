import type { Command } from 'commander';
import type { InventoryChange } from '../../contract/inventory-change.ts';
import type { Finding } from '../../contract/finding.ts';
import { type CliContext, CommandError, print, printJson, type Reader, withReader } from '../context.ts';
import {
  agentFacts,
  credentialFacts,
  decisionFacts,
  type Fact,
  serverFacts,
  thingView,
} from '../thing-view.ts';
import { runningNow } from '../running-now.ts';
import { type WorstById, worstOfAgents, worstOfCredentials, worstOfServers } from '../worst-first.ts';

type Context = () => CliContext;

const MAX_CHANGES = 50;
const MAX_FINDINGS = 10_000;

interface Named {
  readonly id: string;
  readonly name?: string;
}

/** How one kind of thing is found and told. */
interface Showing<T extends Named> {
  readonly what: string;
  readonly description: string;
  readonly kind: InventoryChange['kind'];
  readonly load: (reader: Reader) => Promise<readonly T[]>;
  readonly facts: (thing: T, reader: Reader, nowMs: number) => Promise<readonly Fact[]>;
  /** What is seen only while a collector runs; part of the JSON. */
  readonly seen?: (thing: T, reader: Reader) => Promise<object>;
  readonly worst: (things: readonly T[], findings: readonly Finding[]) => WorstById;
}

/** `reeve agents show`, `reeve mcp show`, `reeve credentials show`: all that is known of one thing, and its life. */
export function addShow(
  parents: { readonly [K in 'agents' | 'mcp' | 'credentials']: Command },
  context: Context,
): void {
  add(parents.agents, context, {
    what: 'agent',
    description: 'one agent: installs, accounts, mode, life, findings',
    kind: 'agent',
    load: (reader) => reader.call('agents.list', {}),
    facts: async (agent, reader, nowMs) => [
      ...agentFacts(agent, nowMs),
      ...(await decided(reader, `agent:${agent.id}`, nowMs)),
    ],
    worst: worstOfAgents,
  });
  add(parents.mcp, context, {
    what: 'MCP server',
    description:
      'one MCP server, by name or id: what runs it, who uses it, what it may reach, tools used, keys, life, findings',
    kind: 'mcp-server',
    load: (reader) => reader.call('mcpServers.list', {}),
    facts: async (server, reader, nowMs) => [
      ...serverFacts(
        server,
        await reader.call('credentials.list', {}),
        (await runningNow(reader, [server]))?.get(server.id) ??
          (reader.client === undefined ? undefined : []),
        nowMs,
      ),
      ...(await decided(reader, server.id, nowMs)),
    ],
    seen: async (server, reader) => {
      const running = await runningNow(reader, [server]);
      return running === undefined ? {} : { running: running.get(server.id) ?? [] };
    },
    worst: worstOfServers,
  });
  add(parents.credentials, context, {
    what: 'credential',
    description: 'one credential: whose, where it lies and lies too, who can use it, age, end, findings',
    kind: 'credential',
    load: (reader) => reader.call('credentials.list', {}),
    facts: async (credential, reader, nowMs) =>
      credentialFacts(
        credential,
        await reader.call('credentials.list', {}),
        await reader.call('mcpServers.list', {}),
        nowMs,
      ),
    worst: worstOfCredentials,
  });
}

async function decided(reader: Reader, id: string, nowMs: number): Promise<readonly Fact[]> {
  const items = await reader.call('approvals.list', { gone: true });
  return decisionFacts(
    items.find((item) => item.id === id),
    nowMs,
  );
}

function add<T extends Named>(parent: Command, context: Context, showing: Showing<T>): void {
  parent
    .command('show')
    .argument('<id>', `id or name of the ${showing.what}, or the beginning of its id`)
    .description(showing.description)
    .option('--json', 'print JSON')
    .action(async (wanted: string, _options: object, command: Command) => {
      const { json } = command.optsWithGlobals<{ json?: true }>();
      await withReader(context(), async (reader) => {
        const thing = find(await showing.load(reader), wanted, showing.what);
        const changes = await reader.call('inventory.changes', {
          kind: showing.kind,
          id: thing.id,
          limit: MAX_CHANGES,
        });
        const findings = (
          await reader.call('findings.list', { suppressed: false, limit: MAX_FINDINGS })
        ).filter((finding) => showing.worst([thing], [finding]).size > 0);
        if (json === true) {
          printJson({ ...thing, ...(await showing.seen?.(thing, reader)), findings, changes });
          return;
        }
        const nowMs = Date.now();
        print(thingView({ facts: await showing.facts(thing, reader, nowMs), findings, changes }, nowMs));
      });
    });
}

function find<T extends Named>(things: readonly T[], wanted: string, what: string): T {
  const exact = things.filter(({ id, name }) => id === wanted || name === wanted);
  const fitting = exact.length > 0 ? exact : things.filter(({ id }) => id.startsWith(wanted));
  const [only, another] = fitting;
  if (only === undefined) throw new CommandError(`No ${what} ${wanted}. Add --json to the list for all ids.`);
  if (another !== undefined)
    throw new CommandError(
      `Several fit: ${fitting
        .slice(0, 5)
        .map(({ id }) => id)
        .join(', ')}.`,
    );
  return only;
}
