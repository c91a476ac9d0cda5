import type { Word } from './state.ts';
import { unwrapDocker } from './containers.ts';
import { unwrapSsh } from './remote.ts';
import { unwrapTerminal } from './terminals.ts';
import { firstOperand, joined, scriptOf, valueAfter } from './unwrapped.ts';
import type { Unwrapped } from './unwrapped.ts';

type Unwrap = (words: readonly Word[]) => Unwrapped | undefined;

const XARGS_TAKES = new Set(
  '-I -n -P -L -d -a -s -E --replace --max-args --max-procs --max-lines --delimiter --arg-file --max-chars --eof --process-slot-var -R -S -J'.split(
    ' ',
  ),
);
const PARALLEL_TAKES = new Set(
  '-j -S -N -n -a -I -L -P --jobs --sshlogin --arg-file --colsep --delay --joblog --results --timeout --retries --workdir --wd --max-args'.split(
    ' ',
  ),
);

function unwrapTail(
  words: readonly Word[],
  takes: ReadonlySet<string>,
  stop?: string,
): Unwrapped | undefined {
  const from = firstOperand(words, takes);
  if (from < 0) return undefined;
  let inner = words.slice(from);
  if (stop !== undefined) {
    const end = inner.findIndex((word) => word.text.startsWith(stop));
    if (end === 0) return undefined;
    if (end > 0) {
      // `parallel cat ::: a b` runs `cat a` and `cat b`: the operands behind the mark are arguments.
      inner = [...inner.slice(0, end), ...inner.slice(end + 1)];
    }
  }
  if (inner.length === 1 && /\s/.test(inner[0]?.text ?? '')) {
    const script = inner[0];
    if (script !== undefined) return { ...scriptOf(script), via: 'wrapper', keep: false };
  }
  return { kind: 'words', words: inner, via: 'wrapper', keep: false };
}

function unwrapJoined(words: readonly Word[], takes: ReadonlySet<string>): Unwrapped | undefined {
  const from = firstOperand(words, takes);
  return from < 0 ? undefined : { ...scriptOf(joined(words.slice(from))), via: 'wrapper', keep: false };
}

function joinedScripts(words: readonly Word[]): Unwrapped | undefined {
  const scripts = words.filter((word) => !word.text.startsWith('-'));
  if (scripts.length === 0) return undefined;
  return {
    kind: 'script',
    source: scripts.map((word) => word.text).join('\n'),
    dynamic: scripts.some((word) => word.dynamic),
    dialect: 'posix',
    via: 'wrapper',
    keep: false,
  };
}

/** A program with shell text in one of its options. */
const scriptOption =
  (...options: readonly string[]): Unwrap =>
  (words) => {
    const script = valueAfter(words, ...options);
    return script === undefined ? undefined : { ...scriptOf(script), via: 'wrapper', keep: true };
  };

const trap: Unwrap = (words) => {
  const body = words.find((word, i) => i > 0 && !word.text.startsWith('-'));
  if (body === undefined || words.length < 3) return undefined;
  return { ...scriptOf(body), via: 'inline', keep: false, sameShell: true };
};

const evaluate: Unwrap = (words) => {
  const rest = words.slice(1);
  return rest.length === 0
    ? undefined
    : { ...scriptOf(joined(rest)), via: 'inline', keep: false, sameShell: true };
};

const su =
  (elevated: boolean): Unwrap =>
  (words) => {
    const script = valueAfter(words, '-c', '--command');
    if (script === undefined) return undefined;
    return { ...scriptOf(script), via: 'wrapper', keep: false, ...(elevated ? { elevated } : {}) };
  };

/** Wrappers with a way of their own; the plain ones are in `prefix-table.ts`. */
const SPECIALS: Readonly<Record<string, Unwrap | undefined>> = {
  su: su(true),
  runuser: su(false),
  ssh: unwrapSsh,
  mosh: unwrapSsh,
  autossh: unwrapSsh,
  docker: unwrapDocker,
  podman: unwrapDocker,
  nerdctl: unwrapDocker,
  'docker-compose': unwrapDocker,
  xargs: (words) => unwrapTail(words, XARGS_TAKES),
  parallel: (words) => unwrapTail(words, PARALLEL_TAKES, ':::'),
  watch: (words) => unwrapJoined(words, new Set(['-n', '--interval', '-q'])),
  entr: (words) => unwrapTail(words, new Set()),
  'nix-shell': scriptOption('--run', '--command'),
  nodemon: scriptOption('--exec', '-x'),
  script: scriptOption('-c', '--command'),
  vagrant: scriptOption('-c', '--command'),
  npx: scriptOption('-c', '--call'),
  npm: scriptOption('-c', '--call'),
  concurrently: (words) => joinedScripts(words.slice(1)),
  tmux: unwrapTerminal,
  screen: unwrapTerminal,
  trap,
  eval: evaluate,
};

/** What `su`, `ssh`, `docker`, `xargs`, `eval` and others like them run; `undefined` when nothing, or for other programs. */
export function unwrapSpecial(program: string, words: readonly Word[]): Unwrapped | undefined {
  return isSpecialProgram(program) ? SPECIALS[program]?.(words) : undefined;
}

export function isSpecialProgram(name: string): boolean {
  return Object.hasOwn(SPECIALS, name);
}
