import type { Command } from 'commander';
import { homedir } from 'node:os';
import pc from 'picocolors';
import { APPROVAL_STATES, type ApprovalItem } from '../../contract/approval.ts';
import type { IpcClient } from '../../ipc/client.ts';
import { type CliContext, CommandError, EXIT, print, printJson, withClient, withReader } from '../context.ts';
import { wordOption } from '../options.ts';
import { frameFor, renderTable } from '../table.ts';
import { ago, plain, tilde } from '../words.ts';

interface ListOptions {
  readonly json?: true;
  readonly only?: ApprovalItem['state'];
  readonly gone?: true;
}

const VERBS = [
  ['approve', 'say yes to agents, MCP servers, skills, hooks …; holds for what they are now'],
  ['deny', 'say no to them; it is noted and shown, nothing is removed'],
] as const;

/** `reeve approvals`, `reeve approve ID`, `reeve deny ID`. */
export function addApprovalCommands(program: Command, context: () => CliContext): void {
  program
    .command('approvals')
    .description('what came or changed on this machine, and what you said about it')
    .option('--only <state>', APPROVAL_STATES.join(', '), wordOption(APPROVAL_STATES))
    .option('--gone', 'also what is not here any more')
    .option('--json', 'print JSON')
    .action(async (options: ListOptions) => {
      await withReader(context(), async (reader) => {
        const items = await reader.call('approvals.list', {
          gone: options.gone === true,
          ...(options.only !== undefined && { state: options.only }),
        });
        if (options.json === true) printJson(items);
        else print(items.length === 0 ? 'Nothing to decide.' : approvalsView(items));
      });
    });
  for (const [verb, description] of VERBS) {
    program
      .command(verb)
      .argument('[id...]', 'ids as `reeve approvals` prints them, or their beginnings')
      .description(description)
      .option('--reason <text>', 'why; kept here and in the audit log')
      .option('--all-before', 'everything that was here at the first look and nobody decided on')
      .option('--reset', 'take an earlier decision back instead')
      .action(async (ids: string[], options: { reason?: string; allBefore?: true; reset?: true }) => {
        await withClient(context(), async (client) => {
          const items = await itemsOf(client, ids, options.allBefore === true);
          await decide(client, items, options.reset === true ? 'reset' : verb, options.reason);
        });
      });
  }
}

async function itemsOf(
  client: IpcClient,
  prefixes: readonly string[],
  allBefore: boolean,
): Promise<ApprovalItem[]> {
  const all = await client.call('approvals.list', { gone: true });
  const found = prefixes.map((prefix) => {
    const fitting = all.filter((item) => item.id === prefix || item.id.startsWith(prefix));
    const [only, another] = fitting;
    if (only === undefined)
      throw new CommandError(`Nothing begins with ${prefix}. \`reeve approvals\` lists all.`);
    if (another !== undefined && only.id !== prefix)
      throw new CommandError(
        `Several begin with ${prefix}: ${fitting
          .slice(0, 4)
          .map((one) => one.id)
          .join(', ')}.`,
      );
    return only;
  });
  const before = allBefore ? all.filter((item) => item.before && !item.gone && item.state === 'new') : [];
  if (found.length + before.length === 0) throw new CommandError('Name what you decide on.', EXIT.usage);
  return [...found, ...before];
}

async function decide(
  client: IpcClient,
  items: readonly ApprovalItem[],
  decision: 'approve' | 'deny' | 'reset',
  reason: string | undefined,
): Promise<void> {
  for (let at = 0; at < items.length; at += 500) {
    const some = items.slice(at, at + 500);
    const seen = some.flatMap(({ id, sha256 }) => (sha256 === undefined ? [] : [[id, sha256] as const]));
    const { decided, skipped } = await client.call('approvals.decide', {
      ids: some.map(({ id }) => id),
      decision,
      via: 'cli',
      sha256: Object.fromEntries(seen),
      ...(reason !== undefined && { reason }),
    });
    for (const item of decided) print(plain(`${item.state}  ${item.kind} ${item.name}`));
    for (const { id, reason: why } of skipped) print(plain(`left alone  ${id}: ${why}`));
    if (skipped.length > 0) process.exitCode = EXIT.failed;
  }
}

function approvalsView(items: readonly ApprovalItem[]): string {
  const { width, nowMs } = frameFor(homedir());
  return renderTable(
    [
      { title: 'STATE' },
      { title: 'KIND' },
      { title: 'NAME', flexible: true },
      { title: 'SINCE', align: 'right' },
      { title: 'ID' },
      { title: 'WHAT', flexible: true },
    ],
    items.map((item) => [
      item.state === 'changed' ? { text: item.state, paint: pc.yellow } : item.gone ? 'gone' : item.state,
      item.kind,
      item.name,
      ago(item.changedMs ?? item.firstSeenMs, nowMs),
      item.id.slice(0, 22),
      tilde(item.detail, homedir()),
    ]),
    width,
  );
}
