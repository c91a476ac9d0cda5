import { homedir } from 'node:os';
import type { Command } from 'commander';
import type { Finding, Severity } from '../../contract/finding.ts';
import type { StoredEvent } from '../../contract/stored.ts';
import { type CliContext, CommandError, withReader, print, printJson, type Reader } from '../context.ts';
import { durationOption, limitOption, severityOption } from '../options.ts';
import { frameFor } from '../table.ts';
import {
  type WorstById,
  worstFirst,
  worstOfAgents,
  worstOfCredentials,
  worstOfServers,
} from '../worst-first.ts';
import { findFinding } from '../find-finding.ts';
import { runningNow } from '../running-now.ts';
import { addCredentialCheck } from './credential-check.ts';
import { addFindingDecisions } from './decide.ts';
import { addShow } from './show.ts';
import {
  agentsView,
  credentialsView,
  eventLine,
  findingsView,
  findingView,
  mcpView,
  sessionsView,
  type Frame,
} from '../views.ts';

type Context = () => CliContext;

interface ListOptions {
  readonly json?: true;
  readonly since?: number;
  readonly limit: number;
}

/** `reeve agents|mcp|credentials|sessions|findings`: read what the collector knows, or what it stored last. */
export function addListCommands(program: Command, context: Context): void {
  const agents = program
    .command('agents')
    .description('agents found on this machine')
    .option('--json', 'print JSON')
    .action(async (options: ListOptions) => {
      await showThings(
        context(),
        options,
        'No agents found.',
        (reader) => reader.call('agents.list', {}),
        agentsView,
        worstOfAgents,
      );
    });
  const mcp = program
    .command('mcp')
    .description('MCP servers the agents can use')
    .option('--json', 'print JSON')
    .action(async (options: ListOptions) => {
      await showThings(
        context(),
        options,
        'No MCP servers configured.',
        async (reader) => {
          const servers = await reader.call('mcpServers.list', {});
          const running = await runningNow(reader, servers);
          return running === undefined
            ? servers
            : servers.map((server) => ({ ...server, running: running.get(server.id) ?? [] }));
        },
        mcpView,
        worstOfServers,
      );
    });
  const credentials = program
    .command('credentials')
    .description('credentials of agents and MCP servers: kind and place, never the value')
    .option('--json', 'print JSON')
    .action(async (options: ListOptions) => {
      await showThings(
        context(),
        options,
        'No credentials found.',
        (reader) => reader.call('credentials.list', {}),
        credentialsView,
        worstOfCredentials,
      );
    });
  addCredentialCheck(credentials, context);
  addShow({ agents, mcp, credentials }, context);
  addSessions(program, context);
  addFindings(program, context);
}

function addSessions(program: Command, context: Context): void {
  const sessions = program
    .command('sessions')
    .description('sessions, newest first; `sessions show ID` for one')
    .option('--json', 'print JSON')
    .option('--since <age>', 'only sessions active in the last 7d, 24h …', durationOption)
    .option('--limit <n>', 'at most this many', limitOption, 50)
    .action(async (options: ListOptions) => {
      await show(
        context(),
        options,
        'No sessions.',
        (reader) => reader.call('sessions.list', { limit: options.limit, ...sinceOf(options) }),
        sessionsView,
      );
    });
  sessions
    .command('show')
    .argument('<id>', 'session id, or its beginning')
    .description('one session with its events')
    .option('--json', 'print JSON')
    .action(async (prefix: string, _options: object, command: Command) => {
      const { json } = command.optsWithGlobals<{ json?: true }>();
      await withReader(context(), async (reader) => {
        const id = await resolveSession(reader, prefix);
        const session = await reader.call('sessions.get', { id });
        const events = await reader.call('events.list', { sessionId: id, afterSeq: 0, limit: 10_000 });
        const findings = await reader.call('findings.list', { sessionId: id, limit: 100 });
        if (json === true) {
          printJson({ session, events: events.map((row) => row.event), findings });
          return;
        }
        if (session !== null) print(sessionsView([session], frameFor(homedir())));
        print('');
        printEventLines(events.map((row) => row.event));
        if (findings.length > 0) print(`\n${findingsView(findings, frameFor(homedir()))}`);
      });
    });
}

function addFindings(program: Command, context: Context): void {
  const findings = program
    .command('findings')
    .description('findings, worst first; `findings show ID` for one')
    .option('--json', 'print JSON')
    .option('--since <age>', 'only findings seen in the last 7d, 24h …', durationOption)
    .option('--min <severity>', 'only this severity and worse', severityOption)
    .option('--all', 'also those that are suppressed')
    .option('--limit <n>', 'at most this many', limitOption, 50)
    .action(async (options: ListOptions & { min?: Severity; all?: true }) => {
      const min = options.min === undefined ? {} : { minSeverity: options.min };
      await show(
        context(),
        options,
        'No findings.',
        (reader) =>
          reader.call('findings.list', {
            limit: options.limit,
            suppressed: options.all === true,
            ...min,
            ...sinceOf(options),
          }),
        findingsView,
      );
    });
  findings
    .command('show')
    .argument('<id>', 'finding id')
    .description('one finding with its evidence and what to do')
    .option('--json', 'print JSON')
    .action(async (id: string, _options: object, command: Command) => {
      const { json } = command.optsWithGlobals<{ json?: true }>();
      await withReader(context(), async (reader) => {
        const finding = await findFinding(reader, id);
        const detail =
          finding === undefined ? null : await reader.call('findings.explain', { id: finding.id });
        if (finding === undefined || detail === null)
          throw new CommandError(`No finding ${id}. \`reeve findings --json\` lists the ids.`);
        if (json === true) printJson(finding);
        else print(findingView(finding, frameFor(homedir()), detail));
      });
    });
  addFindingDecisions(findings, context);
}

export function printEventLines(events: readonly StoredEvent[]): void {
  const frame = frameFor(homedir());
  for (const event of events) {
    const line = eventLine(event, frame);
    if (line !== undefined) print(line);
  }
}

/** A person types the first characters of an id. */
export async function resolveSession(reader: Pick<Reader, 'call'>, prefix: string): Promise<string> {
  const ids = await reader.call('sessions.resolve', { prefix });
  const [first, second] = ids;
  if (first === undefined)
    throw new CommandError(`No session begins with ${prefix}. \`reeve sessions\` lists them.`);
  if (second !== undefined && !ids.includes(prefix)) {
    const parents = ids.filter((id) => !id.slice(id.indexOf(':')).includes('/'));
    const [only, another] = parents;
    if (only === undefined || another !== undefined) {
      throw new CommandError(
        `Several sessions begin with ${prefix}: ${ids.slice(0, 5).join(', ')}. Type more of it.`,
      );
    }
    return only;
  }
  return ids.includes(prefix) ? prefix : first;
}

async function show<T>(
  context: CliContext,
  options: ListOptions,
  nothing: string,
  load: (reader: Reader) => Promise<readonly T[]>,
  view: (rows: readonly T[], frame: Frame) => string,
): Promise<void> {
  await withReader(context, async (reader) => {
    const rows = await load(reader);
    if (options.json === true) printJson(rows);
    else print(rows.length === 0 ? nothing : view(rows, frameFor(homedir())));
  });
}

/** Things of the inventory, those with the worst open findings first. */
async function showThings<T extends { readonly id: string }>(
  context: CliContext,
  options: ListOptions,
  nothing: string,
  load: (reader: Reader) => Promise<readonly T[]>,
  view: (rows: readonly T[], frame: Frame, worst: WorstById) => string,
  worstOf: (rows: readonly T[], findings: readonly Finding[]) => WorstById,
): Promise<void> {
  await withReader(context, async (reader) => {
    const rows = await load(reader);
    const worst = worstOf(rows, await reader.call('findings.list', { suppressed: false, limit: 10_000 }));
    const sorted = worstFirst(rows, worst);
    if (options.json === true) printJson(sorted);
    else print(sorted.length === 0 ? nothing : view(sorted, frameFor(homedir()), worst));
  });
}

function sinceOf(options: ListOptions): { sinceMs?: number } {
  return options.since === undefined ? {} : { sinceMs: Date.now() - options.since };
}
