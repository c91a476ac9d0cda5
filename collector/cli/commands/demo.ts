import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { pathsOf } from '../../paths.ts';
import { type CliContext, print } from '../context.ts';
import { buildDemoHome } from '../demo/build-home.ts';
import { runCollector } from './run.ts';

export function addDemoCommand(program: Command, context: () => CliContext): void {
  program
    .command('demo')
    .description(
      'the same on a make-believe home in a temporary folder, with agents at work and some attacks',
    )
    .option('--pause <ms>', 'time between two steps', pauseOption, 1_200)
    .option('--once', 'stop when the story is over')
    .action(async (options: { pause: number; once?: true }) => {
      const base = context();
      const folder = mkdtempSync(join(tmpdir(), 'reeve-demo-'));
      const home = join(folder, 'ana');
      const play = buildDemoHome(home, Date.now());
      print(`A make-believe home was built in ${home}; it is removed at the end.`);
      const platform = { ...base.platform, ownHome: { platform: 'linux' as const, home, env: {} } };
      const paths = pathsOf(platform, join(folder, 'state'));
      try {
        await runCollector({ ...base, platform, paths }, {}, [platform.ownHome], (signal) => {
          void play(signal, options.pause).then(() => {
            if (signal.aborted) return;
            print('\nThe story is over. Look at it from another terminal with:');
            print(`  npx reeve --state ${paths.stateDir} findings`);
            print('Ctrl-C removes everything.');
            if (options.once === true) setTimeout(() => process.kill(process.pid, 'SIGTERM'), options.pause);
          });
        });
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
}

function pauseOption(text: string): number {
  const ms = Number(text);
  if (!Number.isInteger(ms) || ms < 0 || ms > 60_000)
    throw new InvalidArgumentError('Give milliseconds, 0 to 60000.');
  return ms;
}
