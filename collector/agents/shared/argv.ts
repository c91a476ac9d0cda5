import type { ShellDialect } from '../../contract/shell.ts';
import { bounded, MAX_CONTENT, MAX_ITEMS } from './bounds.ts';

export interface CommandText {
  readonly command: string;
  readonly dialect: ShellDialect;
}

// `/bin/bash`, `zsh`, `pwsh.exe`, `C:\Windows\System32\cmd.exe`: the last part of the path decides.
const POSIX = /^(?:ba|z|da|k|fi|a)?sh(?:\.exe)?$/;
const POWERSHELL = /^(?:pwsh|powershell)(?:\.exe)?$/i;
const CMD = /^cmd(?:\.exe)?$/i;
const PLAIN = /^[\w@%+=:,./-]+$/;

/**
 * A command given as an argument list, as the text of the command: `["bash", "-lc", "ls | wc"]` is `ls | wc`, and a
 * list without a shell is quoted for one. A string is taken as it is.
 * @returns `undefined` for anything else and for an empty command; at most 256 KiB
 */
export function commandText(value: unknown): CommandText | undefined {
  if (typeof value === 'string') {
    return value.trim() === '' ? undefined : { command: bounded(value, MAX_CONTENT), dialect: 'posix' };
  }
  if (!Array.isArray(value)) return undefined;
  const items: readonly unknown[] = value.slice(0, MAX_ITEMS);
  const argv = items.filter((item) => typeof item === 'string');
  const program = (argv[0] ?? '').split(/[\\/]/).at(-1) ?? '';
  if (program === '') return undefined;
  return (
    inner(program, argv) ?? { command: bounded(argv.map(quoted).join(' '), MAX_CONTENT), dialect: 'posix' }
  );
}

function inner(program: string, argv: readonly string[]): CommandText | undefined {
  if (POSIX.test(program)) return after(argv, (flag) => /^-[a-z]*c$/.test(flag), 'posix', false);
  if (POWERSHELL.test(program))
    return after(argv, (flag) => /^-c(?:ommand)?$/i.test(flag), 'powershell', true);
  if (CMD.test(program)) return after(argv, (flag) => /^\/[ck]$/i.test(flag), 'cmd', true);
  return undefined;
}

/**
 * What stands behind the flag. PowerShell and cmd take all the rest as the command; a POSIX shell takes one argument,
 * so a list with more (positional parameters) is quoted whole instead.
 */
function after(
  argv: readonly string[],
  isFlag: (flag: string) => boolean,
  dialect: ShellDialect,
  takesRest: boolean,
): CommandText | undefined {
  const flag = argv.findIndex((part, index) => index > 0 && index < 12 && isFlag(part));
  if (flag === -1 || flag + 1 >= argv.length) return undefined;
  if (!takesRest && flag + 2 !== argv.length) return undefined;
  const command = argv.slice(flag + 1).join(' ');
  return command.trim() === '' ? undefined : { command: bounded(command, MAX_CONTENT), dialect };
}

function quoted(part: string): string {
  return PLAIN.test(part) ? part : `'${part.replaceAll("'", `'\\''`)}'`;
}
