import type { ShellCommand } from '../../contract/shell.ts';

/**
 * `true` when a command was given one of these flags: `-rf` holds `r` and `f`, `--force=x` is `--force`.
 * @param short single letters that may stand in a cluster (`rf`)
 * @param long whole words with their dashes (`--force`, `-Recurse`); compared without case on PowerShell style
 */
export function hasFlag(command: ShellCommand, short: string, long: readonly string[] = []): boolean {
  for (const argument of command.args) {
    if (argument === '--') return false;
    if (argument.charCodeAt(0) !== DASH || argument.length < 2) continue;
    if (argument.charCodeAt(1) !== DASH && short !== '' && /^-[A-Za-z0-9]{1,12}$/.test(argument)) {
      for (const letter of short) if (argument.includes(letter, 1)) return true;
    }
    const word = nameOf(argument);
    if (long.includes(word)) return true;
  }
  return false;
}

/** The value of `--name value`, `--name=value`, `-n value` or `-nvalue`; the first one given, or `undefined`. */
export function flagValue(command: ShellCommand, names: readonly string[]): string | undefined {
  return flagValues(command, names)[0];
}

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

/** First words that are not flags: `['push', 'origin']` of `git -C x push origin`. */
export function verbs(command: ShellCommand, valued: readonly string[] = []): string {
  return operands(command, valued).slice(0, 4).join(' ');
}

/** A short, readable form for evidence: the program and what follows, on one line. */
export function commandLine(command: ShellCommand): string {
  return `${command.program} ${command.args.join(' ')}`.replace(/\s+/g, ' ').trim().slice(0, 300);
}

const DASH = 45;

function nameOf(argument: string): string {
  const equals = argument.indexOf('=');
  return equals < 0 ? argument : argument.slice(0, equals);
}
