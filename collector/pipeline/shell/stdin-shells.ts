import type { ShellVia } from '../../contract/shell.ts';
import { firstOperand } from './unwrapped.ts';
import type { Word } from './state.ts';
import { SSH_TAKES } from './remote.ts';

/** Who runs the shell text on its input, besides the shells themselves. */
export interface StdinShell {
  readonly via: ShellVia | undefined;
  readonly elevated?: true;
  readonly elsewhere?: true;
  readonly where?: string;
}

/** `su <<E`, `sudo -s <<E`, `ssh host <<E`, `at now <<< x`: programs that start a shell when no command is given. */
export function stdinShell(program: string, words: readonly Word[]): StdinShell | undefined {
  switch (program) {
    case 'su':
      return { via: undefined, elevated: true };
    case 'sudo':
    case 'doas':
      return words.some((word) => /^-[A-Za-z]*[si]$|^--(?:shell|login)$/.test(word.text))
        ? { via: undefined, elevated: true }
        : undefined;
    case 'ssh': {
      const host = words[firstOperand(words, SSH_TAKES)]?.text;
      if (host === undefined || words.some((word) => /^-[A-Za-z]*N$/.test(word.text))) return undefined;
      return { via: 'remote', elsewhere: true, where: host.slice(host.lastIndexOf('@') + 1) };
    }
    case 'at':
    case 'batch':
      return words.some((word) => word.text === '-f' || word.text === '-l') ? undefined : { via: undefined };
    case 'newgrp':
    case 'fakeroot':
      return { via: undefined };
    default:
      return undefined;
  }
}
