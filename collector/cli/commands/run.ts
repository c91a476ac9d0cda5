import { join } from 'node:path';
import type { Command } from 'commander';
import type { PathContext } from '../../agents/path-context.ts';
import { AlreadyRunningError, Collector } from '../../collector.ts';
import { loadConfig } from '../../config.ts';
import { unknownSettings, unknownSettingText } from '../../config-keys.ts';
import { Config, REPORTING_MODES } from '../../contract/config.ts';
import type { Notice } from '../../contract/ipc.ts';
import { systemClock } from '../../lib/clock.ts';
import { createLog, RotatingFile } from '../../lib/log.ts';
import { type CliContext, print } from '../context.ts';
import { foreignHomes } from '../homes.ts';
import { Screen } from '../screen.ts';
import { windowText } from './ui.ts';

export interface RunOptions {
  readonly home?: string[];
  readonly endpoint?: string;
  readonly mode?: string;
  readonly quiet?: true;
  /** Print the address of the window once the collector answers. */
  readonly ui?: true;
}

export function addRunCommand(program: Command, context: () => CliContext): void {
  program
    .command('run')
    .description('run the collector in the foreground: read history, then follow live')
    .option('--home <dir>', 'watch this home instead of the own one; may be repeated', collect)
    .option('--endpoint <url>', 'send events to this OTLP/HTTP receiver')
    .option('--mode <mode>', `what to send: ${REPORTING_MODES.join(', ')}`)
    .option('--quiet', 'print nothing')
    .option('--ui', 'also print an address that opens the window in a browser')
    .action(async (options: RunOptions) => {
      const { platform } = context();
      const homes = options.home === undefined ? undefined : foreignHomes(options.home, platform);
      await runCollector(context(), options, homes);
    });
}

function collect(value: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), value];
}

/** @param onWatching called once history is read; the demo plays its story from there. */
export async function runCollector(
  context: CliContext,
  options: RunOptions,
  homes: readonly PathContext[] | undefined,
  onWatching?: (signal: AbortSignal) => void,
): Promise<void> {
  const { platform, paths, version } = context;
  const { policyFile, configDir } = platform.folders;
  const userFile = join(configDir, 'config.json');
  const config = withFlags(loadConfig(policyFile, userFile), options);
  const unknown = unknownSettings([policyFile, userFile]);
  for (const setting of unknown) process.stderr.write(`reeve: ${unknownSettingText(setting)}\n`);
  const file = new RotatingFile(paths.log);
  const stopped = new AbortController();
  let screen: Screen | undefined;
  const onNotice = (notice: Notice): void => {
    // What is shown is read from the store; when that fails, the collector deals with it, not the screen.
    screen?.show(notice).catch(() => undefined);
    if (notice.name === 'status.changed' && notice.body.phase === 'watching') onWatching?.(stopped.signal);
  };
  try {
    const log = createLog(file);
    const own = homes === undefined ? {} : { homes };
    const collector = await Collector.start({
      paths,
      platform,
      config,
      reloadConfig: () => withFlags(loadConfig(policyFile, userFile), options),
      unknownSettings: unknown,
      ...own,
      version,
      clock: systemClock,
      log,
      onNotice,
    });
    if (options.ui === true) await showWindow(collector);
    if (options.quiet !== true)
      screen = new Screen(paths.stateDir, homes?.[0]?.home ?? platform.ownHome.home, () => collector);
    const stop = (): void => {
      stopped.abort();
      collector.stop();
    };
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
    await collector.run();
  } catch (error) {
    if (!(error instanceof AlreadyRunningError)) throw error;
    print('Reeve is running already; `reeve status` shows it.');
  } finally {
    stopped.abort();
    screen?.stop();
    file.close();
  }
}

/** A window that cannot be served must not keep the collector from its work. */
async function showWindow(collector: Collector): Promise<void> {
  try {
    const { url, port } = await collector.openWindow();
    print(windowText(url, port, process.env));
  } catch (error) {
    print(`The window cannot be served: ${error instanceof Error ? error.message : 'unknown error'}`);
  }
}

/** @throws ZodError for a mode or an address that is none; the CLI tells which. */
function withFlags(config: Config, options: RunOptions): Config {
  return Config.parse({
    ...config,
    reporting: {
      ...config.reporting,
      ...(options.endpoint !== undefined && { endpoint: options.endpoint }),
      ...(options.mode !== undefined && { mode: options.mode }),
    },
  });
}
