import type { Word } from './state.ts';
import { firstOperand, joined, scriptOf } from './unwrapped.ts';
import type { Unwrapped } from './unwrapped.ts';

const TMUX_TAKES = new Set('-t -s -n -c -L -S -f -x -y -F -e -S -p -l'.split(' '));

/** What `tmux` and `screen` start or type into a window. */
export function unwrapTerminal(words: readonly Word[]): Unwrapped | undefined {
  if (words[0]?.text.endsWith('screen') === true) {
    const from = firstOperand(words, new Set(['-S', '-c', '-e', '-h', '-p', '-s', '-t', '-T', '-dmS', '-X']));
    return from < 0 ? undefined : { kind: 'words', words: words.slice(from), via: 'wrapper', keep: false };
  }
  const verb = firstOperand(words, TMUX_TAKES);
  const name = verb < 0 ? undefined : words[verb]?.text;
  if (
    name === undefined ||
    !/^(?:new|new-session|neww|new-window|splitw|split-window|send|send-keys|respawn-pane|run|run-shell|popup|display-popup)$/.test(
      name,
    )
  ) {
    return undefined;
  }
  const from = firstOperand(words, TMUX_TAKES, verb + 1);
  if (from < 0) return undefined;
  const rest = words.slice(from).filter((word) => !/^(?:Enter|C-m|C-c|Escape|Tab|Space)$/.test(word.text));
  return rest.length === 0 ? undefined : { ...scriptOf(joined(rest)), via: 'wrapper', keep: true };
}
