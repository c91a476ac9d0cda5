import type { Word } from './state.ts';
import { firstOperand, joined, scriptOf } from './unwrapped.ts';
import type { Unwrapped } from './unwrapped.ts';

export const SSH_TAKES = new Set(
  '-b -c -D -E -e -F -I -i -J -L -l -m -O -o -p -P -Q -R -S -W -w -B'.split(' '),
);

/** `ssh [options] host [options] command words`: the words are joined and read by the shell of the host. */
export function unwrapSsh(words: readonly Word[]): Unwrapped | undefined {
  const host = firstOperand(words, SSH_TAKES);
  if (host < 0) return undefined;
  // Options may also follow the host.
  const from = firstOperand(words, SSH_TAKES, host + 1);
  if (from < 0) return undefined;
  const target = words[host]?.text ?? '';
  return {
    ...scriptOf(joined(words.slice(from))),
    via: 'remote',
    keep: true,
    elsewhere: true,
    where: target.slice(target.lastIndexOf('@') + 1),
  };
}
