import type { Command } from 'commander';
import pc from 'picocolors';
import type { CollectorStatus } from '../../contract/ipc.ts';
import { type CliContext, connect, connectOrFail, EXIT, print, printJson } from '../context.ts';
import { doctor } from '../doctor.ts';
import { ago, bytes, plain, plural, tilde } from '../words.ts';

/** `reeve status|stop|doctor`: the collector itself. */
export function addServiceCommands(program: Command, context: () => CliContext): void {
  program
    .command('status')
    .description('is the collector running, and how is it')
    .option('--json', 'print JSON')
    .action(async (options: { json?: true }) => {
      const client = await connect(context());
      const status = await client?.call('status.get', {});
      client?.close();
      if (options.json === true) printJson(status ?? { running: false });
      else
        print(
          status === undefined
            ? 'The collector is not running. Start it with `reeve run`.'
            : statusView(status),
        );
      if (status === undefined) process.exitCode = EXIT.failed;
    });
  program
    .command('stop')
    .description('stop the collector')
    .action(async () => {
      const client = await connectOrFail(context());
      await client.call('collector.stop', {});
      await client.closed();
      print('Stopped.');
    });
  program
    .command('doctor')
    .description('check everything Reeve needs and sees, and say what to do')
    .option('--json', 'print JSON')
    .action(async (options: { json?: true }) => {
      const checks = await doctor(context());
      if (options.json === true) printJson(checks);
      else {
        for (const check of checks) {
          const mark = check.ok ? pc.green('ok  ') : pc.red('FIX ');
          print(`${mark} ${check.name}: ${plain(check.text)}`);
        }
      }
      if (checks.some((check) => !check.ok)) process.exitCode = EXIT.failed;
    });
}

function statusView(status: CollectorStatus): string {
  const { totals, files, reporting } = status;
  return [
    `Reeve ${status.version} is ${status.phase}, process ${status.pid}, started ${ago(status.startedMs, Date.now())}.`,
    `Store      ${tilde(status.storePath)} (${bytes(status.storeBytes)})`,
    `Known      ${plural(totals.sessions, 'session')}, ${plural(totals.events, 'event')}, ${plural(totals.findings, 'open finding')}`,
    `Logs       ${plural(files.known, 'file')}${files.pending > 0 ? `, ${files.pending} still to read` : ''}`,
    `Reporting  ${reporting.mode}${reporting.endpoint === undefined ? '' : ` to ${reporting.endpoint}, ${plural(reporting.queued, 'event')} waiting`}`,
    ...status.health.map((item) => `${pc.yellow('!')} ${plain(item.text)}`),
  ].join('\n');
}
