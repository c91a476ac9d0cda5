import type { Command } from 'commander';
import type { CliContext } from '../context.ts';

export function addExecCommand(program: Command, context: () => CliContext): void {
  program
    .command('exec')
    .description('run an agent in a supervised terminal: known from birth, and surely ended')
    .usage('-- <agent> [arguments...]')
    .argument('<agent>', 'program to run')
    .argument('[arguments...]', 'handed on as they are')
    .showHelpAfterError('Options of the agent go behind `--`: reeve exec -- claude --resume')
    .action(async (agent: string, args: string[]) => {
      const { runExec } = await import('../exec/run-exec.ts');
      await runExec(context(), agent, args);
    });
}
