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
    // Nothing in front of the mark: the operands are the command lines.
    if (end === 0) return joinedScripts(inner.slice(1));
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

/** The words behind a mark: `capsh -- -c x` gives them to a shell, `nix shell p -c cmd` runs them. */
const wordsAfter =
  (marks: readonly string[], ...before: readonly string[]): Unwrap =>
  (words) => {
    const at = words.findIndex((word, i) => i > 0 && marks.includes(word.text));
    if (at < 0 || at + 1 >= words.length) return undefined;
    const head = before.map((text) => ({ text, dynamic: false }));
    return { kind: 'words', words: [...head, ...words.slice(at + 1)], via: 'wrapper', keep: true };
  };

const daemon: Unwrap = (words) => {
  const program = valueAfter(words, '--exec', '-x', '--startas', '-a');
  const end = words.findIndex((word) => word.text === '--');
  if (program === undefined) return undefined;
  const rest = end < 0 ? [] : words.slice(end + 1);
  return { kind: 'words', words: [program, ...rest], via: 'wrapper', keep: true };
};

/** `alias x='cmd'`: what the name will run. */
const alias: Unwrap = (words) => {
  const values = words.slice(1).filter((word) => /^[\w.-]+=.*[\s;|&$]/s.test(word.text));
  if (values.length === 0) return undefined;
  const scripts = values.map((word) => ({ ...word, text: word.text.slice(word.text.indexOf('=') + 1) }));
  return {
    ...scriptOf({ ...joined(scripts), text: scripts.map(({ text }) => text).join('\n') }),
    via: 'inline',
    keep: true,
  };
};

/** `bwrap --bind a b … cmd`: options take none, one or two words. */
const bwrap: Unwrap = (words) => {
  for (let i = 1; i < words.length; i++) {
    const text = words[i]?.text ?? '';
    if (/^--(?:(?:ro-|dev-)?bind(?:-try|-data)?|symlink|setenv|file|chmod|overlay)$/.test(text)) i += 2;
    else if (/^--(?:unshare-|die-|new-|clear|as-pid|disable-|share-|level)/.test(text)) continue;
    else if (text.startsWith('--')) i++;
    else return { kind: 'words', words: words.slice(i), via: 'wrapper', keep: true };
  }
  return undefined;
};

const pdsh: Unwrap = (words) => {
  const from = firstOperand(words, new Set(['-w', '-l', '-R', '-f', '-t', '-u', '-x', '-g']));
  return from < 0
    ? undefined
    : { ...scriptOf(joined(words.slice(from))), via: 'remote', keep: true, elsewhere: true };
};

const su =
  (elevated: boolean): Unwrap =>
  (words) => {
    const glued = words.find((word) => /^-c./.test(word.text));
    const script =
      valueAfter(words, '-c', '--command') ??
      (glued === undefined ? undefined : { ...glued, text: glued.text.slice(2) });
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
  script: scriptOption('-c', '--command', '-qc', '-aqc', '-qec', '-ec'),
  sg: scriptOption('-c'),
  capsh: wordsAfter(['--'], 'bash'),
  nix: wordsAfter(['-c', '--command']),
  guix: wordsAfter(['--']),
  'start-stop-daemon': daemon,
  alias,
  bwrap,
  pdsh,
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
