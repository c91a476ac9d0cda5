import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import pc from 'picocolors';
import type { CollectorStatus } from '../../contract/ipc.ts';
import { type CliContext, CommandError, connect, connectOrFail, EXIT, print, printJson } from '../context.ts';
import { doctor } from '../doctor.ts';
import { terminalWidth } from '../table.ts';
import { ago, bytes, hanging, plain, plural, tilde } from '../words.ts';

const STOP_TIMEOUT_MS = 20_000;

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
      const { pid } = await client.call('status.get', {});
      await client.call('collector.stop', {});
      await client.closed();
      await gone(pid);
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
          print(hanging(`${mark} `, plain(`${check.name}: ${check.text}`), terminalWidth()));
        }
      }
      if (checks.some((check) => !check.ok)) process.exitCode = EXIT.failed;
    });
}

/** After its last answer the collector still closes the store: only then may another one be started. */
async function gone(pid: number): Promise<void> {
  for (let waitedMs = 0; isAlive(pid); waitedMs += 20) {
    if (waitedMs > STOP_TIMEOUT_MS)
      throw new CommandError(`The collector was told to stop, but process ${pid} is still there.`);
    await sleep(20);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function statusView(status: CollectorStatus): string {
  const { totals, files, reporting } = status;
  const width = terminalWidth();
  const line = (label: string, text: string): string => hanging(label.padEnd(11), plain(text), width);
  return [
    `Reeve ${status.version} is ${status.phase}, process ${status.pid}, started ${ago(status.startedMs, Date.now())}.`,
    line('Store', `${tilde(status.storePath)} (${bytes(status.storeBytes)})`),
    line(
      'Known',
      `${plural(totals.sessions, 'session')}, ${plural(totals.events, 'event')}, ${plural(totals.findings, 'open finding')}`,
    ),
    line(
      'Logs',
      `${plural(files.known, 'file')}${files.pending > 0 ? `, ${files.pending} still to read` : ''}`,
    ),
    line(
      'Reporting',
      `${reporting.mode}${reporting.endpoint === undefined ? '' : ` to ${reporting.endpoint}, ${plural(reporting.queued, 'event')} waiting`}`,
    ),
    ...status.health.map((item) => hanging(`${pc.yellow('!')} `, plain(item.text), width)),
  ].join('\n');
}
