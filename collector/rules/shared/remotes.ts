import type { ShellCommand } from '../../contract/shell.ts';
import { operandsOf } from './commands.ts';
import { parseUrl } from './hosts.ts';

export interface AddedRemote {
  readonly name: string;
  readonly host: string;
}

/** Remotes a line adds or moves: `git remote add backup URL`, `git remote set-url origin URL`. */
export function addedRemotesOf(commands: readonly ShellCommand[]): readonly AddedRemote[] {
  let found: AddedRemote[] | undefined;
  for (const command of commands) {
    if (command.program !== 'git' || !command.args.includes('remote')) continue;
    const words = operandsOf(command.args, ['-C', '-c', '-t', '-m']);
    if (words[0] !== 'remote' || (words[1] !== 'add' && words[1] !== 'set-url')) continue;
    const host = parseUrl(words[3] ?? '')?.host;
    if (words[2] !== undefined && host !== undefined) (found ??= []).push({ name: words[2], host });
  }
  return found ?? NONE;
}

const NONE: readonly AddedRemote[] = [];
