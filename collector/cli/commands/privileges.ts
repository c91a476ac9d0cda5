import { homedir } from 'node:os';
import type { Command } from 'commander';
import pc from 'picocolors';
import type { AgentPrivileges, GrantUse, Privileges, ServerUse } from '../../contract/privileges.ts';
import { type CliContext, openReader, print, printJson } from '../context.ts';
import { durationOption } from '../options.ts';
import { type Cell, frameFor, renderTable } from '../table.ts';
import { ago, plain, tilde, wrap } from '../words.ts';

interface PrivilegeFlags {
  readonly since?: number;
  readonly json?: true;
  readonly diff?: true;
}

/** `reeve privileges`: granted next to used, and the smallest setting that would have been enough. */
export function addPrivilegesCommand(program: Command, context: () => CliContext): void {
  program
    .command('privileges')
    .argument('[agent]', 'only this agent')
    .description('what agents, MCP servers and credentials may do, next to what they did')
    .option('--since <age>', 'window: 7d, 4w …; default 30d', durationOption)
    .option('--diff', 'print only the changes, as diffs for `patch -p0`')
    .option('--json', 'print JSON')
    .action(async (agentId: string | undefined, flags: PrivilegeFlags) => {
      const reader = await openReader(context());
      try {
        const found = await reader.call('privileges.get', {
          ...(agentId !== undefined && { agentId }),
          ...(flags.since !== undefined && { sinceMs: Date.now() - flags.since }),
        });
        if (flags.json === true) printJson({ schemaVersion: 1, ...found });
        else if (flags.diff === true) printDiffs(found);
        else print(view(found));
      } finally {
        reader.close();
      }
    });
}

/** Diffs on stdout for a pipe; what cannot be shown as one goes to stderr. */
function printDiffs({ patches }: Privileges): void {
  if (patches.length === 0) process.stderr.write('Nothing to change.\n');
  for (const { path, diff, changes } of patches) {
    if (diff === undefined)
      process.stderr.write(`${plain(`${path}: the lines hold a secret; by hand: ${changes.join(' ')}`)}\n`);
    else process.stdout.write(diff);
  }
}

function view(found: Privileges): string {
  const { width, home } = frameFor(homedir());
  const days = Math.max(1, Math.round((found.untilMs - found.sinceMs) / 86_400_000));
  const lines = [
    `${String(found.toolCalls)} tool calls in ${String(days)} days${found.truncated ? ' (more were not looked at)' : ''}${found.suspect === 0 ? '' : `; ${String(found.suspect)} left out as evidence of open findings`}.`,
    ...found.agents.flatMap((agent) => agentLines(agent, found.untilMs, width)),
    ...serverLines(found.servers, found.untilMs, width),
    ...credentialLines(found, width, home),
  ];
  if (found.patches.length > 0) {
    lines.push('', pc.bold('Smaller settings that would have been enough'));
    for (const { path, changes } of found.patches) {
      lines.push(pc.dim(plain(tilde(path, home))));
      for (const change of changes) lines.push(...wrap(plain(`- ${change}`), width));
    }
    lines.push('', 'reeve privileges --diff prints them as diffs; nothing is changed for you.');
  }
  return lines.join('\n');
}

const GOOD = (text: string): string => text;
const PAINT: Readonly<Record<GrantUse['verdict'] | ServerUse['verdict'], (text: string) => string>> = {
  used: GOOD,
  unused: pc.dim,
  wider: pc.yellow,
  unknown: pc.dim,
  off: pc.dim,
};

function agentLines(agent: AgentPrivileges, nowMs: number, width: number): string[] {
  const mode = agent.permissionMode === undefined ? '' : `, ${agent.permissionMode}`;
  const head = ['', pc.bold(plain(`${agent.agentId}${mode}: ${String(agent.toolCalls)} tool calls`))];
  if (agent.grants.length === 0) return [...head, 'No standing permissions found.'];
  const rows = agent.grants.map(({ grant, verdict, calls, lastUsedMs, narrower }): Cell[] => [
    { text: verdict === 'wider' ? 'too wide' : verdict, paint: PAINT[verdict] },
    grant.rule,
    String(calls),
    lastUsedMs === undefined ? '' : ago(lastUsedMs, nowMs),
    narrower.slice(0, 3).join(' ') + (narrower.length > 3 ? ` +${String(narrower.length - 3)}` : ''),
  ]);
  return [
    ...head,
    renderTable(
      [
        { title: 'VERDICT' },
        { title: 'ALLOWED', flexible: true },
        { title: 'CALLS', align: 'right' },
        { title: 'LAST', align: 'right' },
        { title: 'ENOUGH WOULD BE', flexible: true },
      ],
      rows,
      width,
    ),
  ];
}

function serverLines(servers: readonly ServerUse[], nowMs: number, width: number): string[] {
  if (servers.length === 0) return [];
  const rows = servers.map((server): Cell[] => [
    { text: server.verdict, paint: PAINT[server.verdict] },
    server.name,
    server.agentIds.join(', '),
    String(server.calls),
    server.lastUsedMs === undefined ? '' : ago(server.lastUsedMs, nowMs),
    server.unusedAutoApproved.join(' '),
  ]);
  return [
    '',
    pc.bold('MCP servers'),
    renderTable(
      [
        { title: 'VERDICT' },
        { title: 'SERVER', flexible: true },
        { title: 'AGENTS', flexible: true },
        { title: 'CALLS', align: 'right' },
        { title: 'LAST', align: 'right' },
        { title: 'NEVER ASKS, UNUSED', flexible: true },
      ],
      rows,
      width,
    ),
  ];
}

function credentialLines({ credentials }: Privileges, width: number, home: string): string[] {
  const idle = credentials.filter(({ verdict }) => verdict !== 'holder-used');
  if (idle.length === 0) return [];
  return [
    '',
    pc.bold('Credentials whose holders did nothing'),
    renderTable(
      [{ title: 'KIND' }, { title: 'PROVIDER' }, { title: 'WHERE', flexible: true }],
      idle.map((one) => [one.kind, one.provider, tilde(one.path, home)]),
      width,
    ),
  ];
}
