import type { ShellCommand } from '../../contract/shell.ts';

/** What rules ask of a command, in one place to import from. */
export { childrenOf, feedersOf, pipelineOf } from './command-tree.ts';
export { findOption, findOptions, hasFlag, operandsOf } from './options.ts';
export { canonicalName, canonicalProgram } from './program-names.ts';
export { hasRole } from './program-roles.ts';
export { subcommandOf } from './subcommands.ts';

/** The command as one line for a person, cut at 300 characters. Not yet redacted. */
export function describeCommand(command: ShellCommand): string {
  const text = [command.program, ...command.args].join(' ');
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}
