import type { ShellCommand } from '../../contract/shell.ts';

/** Every value given to one of these flags, in order. */
export function flagValues(command: ShellCommand, names: readonly string[]): string[] {
  const values: string[] = [];
  for (let i = 0; i < command.args.length; i++) {
    const argument = command.args[i] ?? '';
    if (argument.charCodeAt(0) !== DASH) continue;
    for (const name of names) {
      if (argument === name) {
        const next = command.args[i + 1];
        if (next !== undefined) values.push(next);
      } else if (argument.startsWith(name)) {
        if (name.startsWith('--')) {
          if (argument[name.length] === '=') values.push(argument.slice(name.length + 1));
        } else if (name.length === 2 && !argument.startsWith('--')) {
          values.push(argument.slice(2));
        }
      }
    }
  }
  return values;
}

/**
 * Arguments that are not flags, with their position. Values of the flags named in `valued` are left out.
 * Everything after `--` is an operand.
 */
export function operands(command: ShellCommand, valued: readonly string[] = []): string[] {
  const found: string[] = [];
  for (let i = 0; i < command.args.length; i++) {
    const argument = command.args[i] ?? '';
    if (argument === '--') {
      found.push(...command.args.slice(i + 1));
      break;
    }
    if (argument.charCodeAt(0) === DASH && argument.length > 1) {
      if (valued.includes(argument)) i += 1;
      continue;
    }
    found.push(argument);
  }
  return found;
}

const DASH = 45;
