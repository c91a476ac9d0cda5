/** `reeve` with only the commands of actions, on a state folder of its own: `STATE COMMAND …`. */
import { Command } from 'commander';
import { addActionCommands } from '../../collector/cli/commands/actions.ts';
import { CommandError, createContext } from '../../collector/cli/context.ts';

const [state = '', ...words] = process.argv.slice(2);
const program = new Command('reeve');
addActionCommands(program, () => createContext('0.0.0', state));
try {
  await program.parseAsync(words, { from: 'user' });
} catch (error) {
  process.stderr.write(`reeve: ${error instanceof Error ? error.message : 'failed'}\n`);
  process.exitCode = error instanceof CommandError ? error.exitCode : 3;
}
