import type { Command } from 'commander';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { SuppressionScope } from '../../contract/finding-life.ts';
import type { Finding } from '../../contract/finding.ts';
import type { IpcClient } from '../../ipc/client.ts';
import { type CliContext, CommandError, EXIT, print, printJson, withClient } from '../context.ts';
import { findFinding } from '../find-finding.ts';
import { durationOption } from '../options.ts';
import { ago, plain, plural, tilde } from '../words.ts';

type Context = () => CliContext;

interface DecideOptions {
  readonly note?: string;
}

interface SuppressOptions {
  readonly rule?: string;
  readonly subject?: string;
  readonly below?: string;
  readonly project?: string;
  readonly for?: number;
  readonly reason: string;
  readonly dryRun?: true;
}

/** `reeve findings ack|reopen|fine|useful|suppress|suppressions|unsuppress`: what a person makes of findings. */
export function addFindingDecisions(findings: Command, context: Context): void {
  decision(
    findings,
    context,
    'ack',
    'say that you have seen it; it opens again when it gets worse',
    (client, id, note) => client.call('findings.acknowledge', { id, ...note, via: 'cli' }),
  );
  decision(findings, context, 'reopen', 'open it again, also when it is suppressed', (client, id, note) =>
    client.call('findings.reopen', { id, ...note, via: 'cli' }),
  );
  feedback(findings, context, 'fine', 'say that this was fine: findings like it are lowered a little');
  feedback(findings, context, 'useful', 'say that this was right: takes back what `fine` did');
  addSuppress(findings, context);
  addSuppressions(findings, context);
}

function decision(
  findings: Command,
  context: Context,
  name: string,
  description: string,
  decide: (client: IpcClient, id: string, note: { note?: string }) => Promise<Finding | null>,
): void {
  findings
    .command(name)
    .argument('<id...>', 'finding id, or its beginning')
    .description(description)
    .option('--note <text>', 'why; kept here and in the audit log')
    .action(async (ids: string[], { note }: DecideOptions) => {
      await withClient(context(), async (client) => {
        for (const prefix of ids) {
          const { id } = await wanted(client, prefix);
          const after = await decide(client, id, note === undefined ? {} : { note });
          if (after !== null) print(`${after.status}  ${plain(after.title)}  ${id.slice(0, 10)}`);
        }
      });
    });
}

function feedback(
  findings: Command,
  context: Context,
  verdict: 'fine' | 'useful',
  description: string,
): void {
  findings
    .command(verdict)
    .argument('<id>', 'finding id, or its beginning')
    .description(description)
    .option('--note <text>', 'why; kept here and in the audit log')
    .action(async (prefix: string, { note }: DecideOptions) => {
      await withClient(context(), async (client) => {
        const { id } = await wanted(client, prefix);
        const said = { id, verdict, via: 'cli' as const, ...(note !== undefined && { note }) };
        const judged = await client.call('findings.feedback', said);
        if (judged !== null) print(judged.effect);
      });
    });
}

function addSuppress(findings: Command, context: Context): void {
  findings
    .command('suppress')
    .argument('[id]', 'take rule and subject from this finding')
    .description('do not show findings of a kind, with a reason and, better, an end')
    .requiredOption('--reason <text>', 'why; kept here and in the audit log')
    .option('--rule <id>', 'only findings of this rule')
    .option('--subject <text>', 'only about this')
    .option('--below <path>', 'only about files below this folder')
    .option('--project <dir>', 'only in this project folder')
    .option('--for <time>', 'until then: 24h, 7d, 12w', durationOption)
    .option('--dry-run', 'only say how many findings it would hide')
    .action(async (prefix: string | undefined, options: SuppressOptions) => {
      await withClient(context(), async (client) => {
        const scope = await scopeOf(client, prefix, options);
        const seen = await client.call('findings.suppressPreview', { scope });
        if (seen.criticalKept > 0)
          print(
            `${plural(seen.criticalKept, 'critical finding')} would fit and stay: name the rule to hide those.`,
          );
        if (options.dryRun === true) {
          print(`It would hide ${plural(seen.count, 'finding')}.`);
          return;
        }
        const { suppression, hidden } = await client.call('findings.suppress', {
          scope,
          reason: options.reason,
          via: 'cli',
          ...(options.for !== undefined && { expiresMs: Date.now() + options.for }),
        });
        const end =
          suppression.expiresMs === undefined
            ? 'until you remove it'
            : new Date(suppression.expiresMs).toISOString();
        print(
          `${plural(hidden, 'finding')} hidden, ${end}. Undo: reeve findings unsuppress ${suppression.id}`,
        );
      });
    });
}

async function scopeOf(
  client: IpcClient,
  prefix: string | undefined,
  options: SuppressOptions,
): Promise<SuppressionScope> {
  const finding = prefix === undefined ? undefined : await wanted(client, prefix);
  const narrowed = options.below !== undefined || options.project !== undefined;
  const ruleId = options.rule ?? finding?.ruleId;
  // A wider place was named: then the finding gives the rule only.
  const subject = options.subject ?? (narrowed ? undefined : finding?.subject.value);
  const scope: SuppressionScope = {
    ...(ruleId !== undefined && { ruleId }),
    ...(subject !== undefined && { subject }),
    ...(options.below !== undefined && { pathPrefix: resolve(options.below) }),
    ...(options.project !== undefined && { project: resolve(options.project) }),
  };
  if (Object.keys(scope).length === 0)
    throw new CommandError('Name a finding, or --rule, --subject, --below or --project.', EXIT.usage);
  return scope;
}

function addSuppressions(findings: Command, context: Context): void {
  findings
    .command('suppressions')
    .description('what is not shown, why, and until when')
    .action(async (_options: object, command: Command) => {
      const { json } = command.optsWithGlobals<{ json?: true }>();
      await withClient(context(), async (client) => {
        const all = await client.call('suppressions.list', {});
        if (json === true) printJson(all);
        else if (all.length === 0) print('Nothing is suppressed.');
        for (const one of json === true ? [] : all) {
          const end =
            one.expiresMs === undefined
              ? 'no end'
              : `until ${new Date(one.expiresMs).toISOString().slice(0, 10)}`;
          const what = Object.entries(one.scope).map(
            ([key, value]) => `${key} ${tilde(value ?? '', homedir())}`,
          );
          print(plain(`${one.id}  ${plural(one.hidden, 'finding')}, ${end}: ${what.join(', ')}`));
          print(plain(`  ${one.createdBy}, ${ago(one.createdMs, Date.now())}: ${one.reason}`));
        }
      });
    });
  findings
    .command('unsuppress')
    .argument('<id>', 'suppression id')
    .description('show again what a suppression hid')
    .action(async (id: string) => {
      await withClient(context(), async (client) => {
        const { removed, reopened } = await client.call('suppressions.remove', { id, via: 'cli' });
        if (!removed)
          throw new CommandError(`No suppression ${id}. \`reeve findings suppressions\` lists them.`);
        print(`${plural(reopened, 'finding')} shown again.`);
      });
    });
}

async function wanted(client: IpcClient, prefix: string): Promise<Finding> {
  const finding = await findFinding(client, prefix);
  if (finding === undefined)
    throw new CommandError(`No finding ${prefix}. \`reeve findings --json\` lists the ids.`);
  return finding;
}
