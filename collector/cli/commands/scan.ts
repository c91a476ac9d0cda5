import { rmSync, mkdtempSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { severityRank, type Severity } from '../../contract/finding.ts';
import type { ScanDocument } from '../../contract/scan.ts';
import { systemClock } from '../../lib/clock.ts';
import { createFingerprint, openFingerprintKey } from '../../lib/fingerprint.ts';
import { scan } from '../../scan.ts';
import { type CliContext, CommandError, EXIT, printJson } from '../context.ts';
import { CSV_TABLES, type CsvTable, toCsvTable } from '../exports/csv.ts';
import { foreignHomes } from '../homes.ts';
import { durationOption, severityOption } from '../options.ts';
import { bytes, plural } from '../words.ts';

interface ScanCliOptions {
  readonly home?: string[];
  readonly json?: true;
  readonly sarif?: true;
  readonly cyclonedx?: true;
  readonly ocsf?: true;
  readonly csv?: CsvTable;
  readonly since?: number;
  readonly failOn?: Severity;
}

export function addScanCommand(program: Command, context: () => CliContext): void {
  program
    .command('scan')
    .description(
      'one look: agents, MCP servers, credentials, session logs, findings. Needs no collector, changes nothing',
    )
    .option('--home <dir>', 'look at this home instead of the own one; may be repeated', collect)
    .option('--json', 'print the whole scan document')
    .option('--sarif', 'print findings as SARIF 2.1.0, for code scanning')
    .option('--cyclonedx', 'print agents, models, servers and skills as CycloneDX 1.6')
    .option('--ocsf', 'print OCSF events, one per line')
    .addOption(new Option('--csv <table>', 'print one table as CSV').choices(CSV_TABLES))
    .option('--since <age>', 'only sessions and findings of the last 7d, 24h …', durationOption)
    .option(
      '--fail-on <severity>',
      'exit 1 when there is a finding of this severity or worse',
      severityOption,
    )
    .action(async (options: ScanCliOptions) => {
      const document = await runScan(context(), options);
      await show(document, options, context());
      const { failOn } = options;
      if (
        failOn !== undefined &&
        document.findings.some((finding) => severityRank(finding.severity) >= severityRank(failOn))
      ) {
        process.exitCode = EXIT.findings;
      }
    });
}

/** Each form is loaded when it is asked for: this command is held to the memory it takes. */
async function show(document: ScanDocument, options: ScanCliOptions, context: CliContext): Promise<void> {
  const { version, platform } = context;
  const home = options.home?.[0] ?? homedir();
  if (options.sarif === true) {
    const { toSarif } = await import('../exports/sarif.ts');
    const { RULES } = await import('../../rules/index.ts');
    const { PROCESS_RULES } = await import('../../rules/processes.ts');
    printJson(toSarif(document, [...RULES, ...PROCESS_RULES], version, home));
  } else if (options.cyclonedx === true) {
    const { toCycloneDx } = await import('../exports/cyclonedx.ts');
    printJson(toCycloneDx(document, version));
  } else if (options.ocsf === true) {
    const { toOcsfLines } = await import('../exports/ocsf.ts');
    process.stdout.write(toOcsfLines(document, version, platform.os));
  } else if (options.csv !== undefined) {
    process.stdout.write(toCsvTable(document, options.csv));
  } else if (options.json === true) {
    printJson(document);
  } else {
    const { printScan } = await import('../scan-view.ts');
    printScan(document, home);
  }
}

function collect(value: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), value];
}

async function runScan(context: CliContext, options: ScanCliOptions): Promise<ScanDocument> {
  const { platform } = context;
  const foreign = options.home !== undefined;
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stop.abort();
    });
  }
  const report = progressLine();
  try {
    const document = await scan({
      platform,
      homes: options.home === undefined ? [platform.ownHome] : foreignHomes(options.home, platform),
      foreign,
      elsewhere: !foreign,
      maxProjects: 500,
      ...(options.since !== undefined && { sinceMs: Date.now() - options.since }),
      fingerprint: await fingerprintFor(context, foreign),
      clock: systemClock,
      signal: stop.signal,
      onProgress: report.update,
    });
    if (stop.signal.aborted) throw new CommandError('Stopped before everything was read.');
    return document;
  } finally {
    report.clear();
  }
}

/** Own scans use the machine's key, so that fingerprints agree with the collector's; foreign ones a key of the moment. */
async function fingerprintFor(context: CliContext, foreign: boolean): Promise<(value: string) => string> {
  if (!foreign) return createFingerprint(await openFingerprintKey(context.paths.fingerprintKey));
  const folder = mkdtempSync(join(tmpdir(), 'reeve-key-'));
  try {
    return createFingerprint(await openFingerprintKey(join(folder, 'key')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Progress on stderr, only for a person and only when it takes over a second. */
function progressLine(): {
  update: (progress: { filesLeft: number; bytes: number; events: number }) => void;
  clear: () => void;
} {
  const startedMs = Date.now();
  let shownMs = startedMs + 900;
  let shown = false;
  return {
    update: (progress) => {
      if (!process.stderr.isTTY || Date.now() - shownMs < 100) return;
      shownMs = Date.now();
      shown = true;
      process.stderr.write(
        `\rreading logs: ${bytes(progress.bytes)}, ${plural(progress.events, 'event')}, ${plural(progress.filesLeft, 'file')} left   `,
      );
    },
    clear: () => {
      if (shown) process.stderr.write(`\r${' '.repeat(75)}\r`);
    },
  };
}
