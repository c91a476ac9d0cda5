import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { AGENTS } from '../../agents/index.ts';
import { loadConfig } from '../../config.ts';
import type { Bundle } from '../../contract/finding.ts';
import { type Framework, FRAMEWORKS } from '../../contract/frameworks.ts';
import { buildReport } from '../../pipeline/compliance/build-report.ts';
import type { Evidence } from '../../pipeline/compliance/evidence.ts';
import { loadRuleSet, ruleFolders } from '../../rule-set.ts';
import { BASELINE_RULES } from '../../rules/baselines.ts';
import { PROCESS_RULES } from '../../rules/processes.ts';
import { type CliContext, CommandError, EXIT, openReader, print, type Reader } from '../context.ts';
import { durationOption } from '../options.ts';
import { toCsv } from '../report/csv.ts';
import { toHtml } from '../report/html.ts';

const FORMATS = ['html', 'json', 'csv'] as const;
const MAX_ROWS = 10_000;
const WINDOW_MS = 90 * 86_400_000;

interface ReportOptions {
  readonly framework: string;
  readonly since?: number;
  readonly format: (typeof FORMATS)[number];
  readonly output?: string;
}

/** `reeve report`: evidence of this machine for the controls of a framework. */
export function addReportCommand(program: Command, context: () => CliContext): void {
  program
    .command('report')
    .description('evidence for the controls of a framework: what supports them, findings, gaps')
    .addOption(
      new Option('--framework <name>', 'which one')
        .choices(FRAMEWORKS.map(({ id }) => id))
        .makeOptionMandatory(),
    )
    .option('--since <age>', 'window: 90d, 26w …; default 90d', durationOption)
    .addOption(new Option('--format <format>', 'what to write').choices(FORMATS).default('html'))
    .option('-o, --output <file>', 'write to this file instead of the terminal')
    .action(async (options: ReportOptions) => {
      const framework = FRAMEWORKS.find(({ id }) => id === options.framework);
      if (framework === undefined) throw new CommandError('No such framework.', EXIT.usage);
      await report(context(), framework, options);
    });
}

async function report(context: CliContext, framework: Framework, options: ReportOptions): Promise<void> {
  const nowMs = Date.now();
  const sinceMs = nowMs - (options.since ?? WINDOW_MS);
  const reader = await openReader(context);
  try {
    const built = buildReport(await gather(reader, context, sinceMs), {
      framework,
      host: hostname(),
      user: context.platform.readIdentity().name,
      sinceMs,
      nowMs,
    });
    const text =
      options.format === 'html'
        ? toHtml(built)
        : options.format === 'csv'
          ? toCsv(built)
          : `${JSON.stringify(built, undefined, 2)}\n`;
    write(text, options.output);
  } finally {
    reader.close();
  }
}

function write(text: string, output: string | undefined): void {
  if (output === undefined) {
    process.stdout.write(text);
    return;
  }
  const path = resolve(output);
  try {
    writeFileSync(path, text, { mode: 0o600 });
  } catch {
    throw new CommandError(`${path} cannot be written; check the folder and its permissions.`);
  }
  print(`Written to ${path}`);
}

async function gather(reader: Reader, context: CliContext, sinceMs: number): Promise<Evidence> {
  const [agents, mcpServers, credentials, assets, models, sessions, findings, auditCheck] = await Promise.all(
    [
      reader.call('agents.list', {}),
      reader.call('mcpServers.list', {}),
      reader.call('credentials.list', {}),
      reader.call('assets.list', {}),
      reader.call('models.list', {}),
      reader.call('sessions.list', { sinceMs, limit: MAX_ROWS }),
      reader.call('findings.list', { sinceMs, limit: MAX_ROWS }),
      reader.call('audit.verify', {}),
    ],
  );
  const audit = await reader.call('audit.list', { limit: MAX_ROWS });
  const status = await reader.client?.call('status.get', {});
  const { policyFile, configDir } = context.platform.folders;
  const { reporting } = loadConfig(policyFile, join(configDir, 'config.json'));
  return {
    agents,
    mcpServers,
    credentials,
    assets,
    models,
    sessions,
    findings,
    audit: audit.filter((row) => row.timeMs >= sinceMs),
    auditCheck,
    health: status?.health ?? [],
    rulesPerBundle: await rulesPerBundle(context),
    loggedAgentIds: new Set(AGENTS.filter((agent) => agent.logs.length > 0).map(({ id }) => id)),
    reporting: reporting.endpoint !== undefined && reporting.mode !== 'off',
  };
}

async function rulesPerBundle(context: CliContext): Promise<Partial<Record<Bundle, number>>> {
  const counts: Partial<Record<Bundle, number>> = {};
  for (const rule of [
    ...(await loadRuleSet(ruleFolders(context.platform))).rules,
    ...PROCESS_RULES,
    ...BASELINE_RULES,
  ])
    for (const bundle of rule.bundles) counts[bundle] = (counts[bundle] ?? 0) + 1;
  return counts;
}
