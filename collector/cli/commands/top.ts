import type { Command } from 'commander';
import type { CliContext } from '../context.ts';

export function addTopCommand(program: Command, context: () => CliContext): void {
  program
    .command('top')
    .description('live view of agents, sessions, processes, hosts and findings; pause and kill by key')
    .action(async () => {
      // React's development build is slower and keeps a record of every render.
      process.env['NODE_ENV'] ??= 'production';
      const { runTop } = await import('../top/run-top.ts');
      await runTop(context());
    });
}
