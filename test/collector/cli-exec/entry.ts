/** The commands of this folder's tests as a program of their own, run from source. */
import { Command } from 'commander';
import { addExecCommand } from '../../../collector/cli/commands/exec.ts';
import { addTopCommand } from '../../../collector/cli/commands/top.ts';
import { CommandError, createContext } from '../../../collector/cli/context.ts';

const program = new Command('reeve').option('--state <dir>');
const context = (): ReturnType<typeof createContext> =>
  createContext('1.2.3', program.opts<{ state?: string }>().state);
addExecCommand(program, context);
addTopCommand(program, context);

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`reeve: ${error instanceof Error ? error.message : 'failed'}\n`);
  process.exitCode = error instanceof CommandError ? error.exitCode : 3;
}
