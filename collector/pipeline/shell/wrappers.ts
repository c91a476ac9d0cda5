import type { ShellDialect, ShellVia } from '../../contract/shell.ts';
import type { Word } from './state.ts';

/** What a wrapper runs. */
export type Unwrapped =
  | {
      /** The words from `from` on are a command of their own. */
      readonly kind: 'words';
      readonly words: readonly Word[];
      readonly via: ShellVia;
      /** The wrapper is worth a command of its own: `ssh host …`, `docker run --privileged …`. */
      readonly keep: boolean;
      readonly elevated?: boolean;
      readonly elsewhere?: boolean;
      readonly where?: string;
      readonly cwd?: string;
      readonly assignments?: Readonly<Record<string, string>>;
    }
  | {
      /** Text in a shell language. */
      readonly kind: 'script';
      readonly source: string;
      readonly dynamic: boolean;
      readonly decoded?: boolean;
      readonly dialect: ShellDialect;
      readonly via: ShellVia;
      readonly keep: boolean;
      readonly positional?: readonly string[];
      /** `eval` and `trap` run in the shell itself: their assignments and `cd` stay. */
      readonly sameShell?: boolean;
      readonly elevated?: boolean;
      readonly elsewhere?: boolean;
      readonly where?: string;
    }
  | { readonly kind: 'code'; readonly source: string; readonly dynamic: boolean; readonly decoded?: boolean };

interface PrefixSpec {
  /** Options that take the next argument, blank-separated. */
  readonly takes?: string;
  /** Operands before the command: `timeout 5 cmd`. */
  readonly operands?: number;
  /** `NAME=value` words before the command. */
  readonly assignments?: boolean;
  readonly elevated?: boolean;
  readonly via?: ShellVia;
  readonly keep?: boolean;
  readonly elsewhere?: boolean;
  /** Only when the first operand is this: `poetry run cmd`. */
  readonly verb?: readonly string[];
  /** Switches that make it a question, not a run: `command -v`. */
  readonly asks?: readonly string[];
  /** Which operand says where: the host, the container. */
  readonly where?: number;
}

/** Programs that run the words behind them. Options as in their manuals (GNU coreutils 9, sudo 1.9, docker 27, kubectl 1.32). */
const PREFIXES: Readonly<Record<string, PrefixSpec | undefined>> = {
  sudo: {
    takes:
      '-u -g -h -p -C -r -t -T -U -R -D -a -c --user --group --host --prompt --close-from --role --type --command-timeout --other-user --chroot --chdir --auth-type --login-class',
    assignments: true,
    elevated: true,
    asks: ['-l', '-ll', '--list', '-v', '--validate', '-e', '--edit', '-k', '-K'],
  },
  doas: { takes: '-u -C -a', elevated: true },
  dzdo: { takes: '-u -g', assignments: true, elevated: true },
  pkexec: { takes: '--user', elevated: true },
  run0: { takes: '-u --user -g --group -D --chdir --unit --property', elevated: true },
  gosu: { operands: 1 },
  'su-exec': { operands: 1 },
  runuser: { takes: '-u -g -G -s --user --group --shell' },
  setpriv: { takes: '--reuid --regid --groups --inh-caps --bounding-set --ambient-caps' },
  env: { takes: '-u --unset -C --chdir', assignments: true },
  nohup: {},
  setsid: {},
  timeout: { takes: '-s -k --signal --kill-after', operands: 1 },
  gtimeout: { takes: '-s -k --signal --kill-after', operands: 1 },
  nice: { takes: '-n --adjustment' },
  ionice: { takes: '-c -n --class --classdata' },
  chrt: { takes: '-T -P -D', operands: 1 },
  taskset: { operands: 1 },
  stdbuf: { takes: '-i -o -e --input --output --error' },
  time: { takes: '-f -o --format --output' },
  gtime: { takes: '-f -o --format --output' },
  command: { asks: ['-v', '-V'] },
  builtin: {},
  exec: { takes: '-a' },
  noglob: {},
  nocorrect: {},
  coproc: {},
  unbuffer: {},
  caffeinate: { takes: '-t -w' },
  arch: { takes: '-arch' },
  'xvfb-run': { takes: '-n -s -e -f -w --server-num --server-args' },
  'dbus-run-session': {},
  'systemd-inhibit': { takes: '--what --who --why --mode' },
  'systemd-run': {
    takes: '-u -p -H -M --unit --property --uid --gid --slice --on-calendar --on-active -E --setenv',
    keep: true,
  },
  strace: { takes: '-o -e -p -s -P -E -u -a -b -I -O -S -X' },
  ltrace: { takes: '-o -e -p -s -u -a -n -l' },
  valgrind: {},
  proxychains: { takes: '-f' },
  proxychains4: { takes: '-f' },
  torsocks: { takes: '-u -p -a -P' },
  torify: {},
  flock: { takes: '-w -E --timeout --conflict-exit-code', operands: 1 },
  chroot: {
    takes: '--userspec --groups',
    operands: 1,
    keep: true,
    elsewhere: true,
    via: 'container',
    where: 0,
  },
  nsenter: { takes: '-t -S -G --target --setuid --setgid', keep: true },
  unshare: { takes: '-S -G -R -w --root --wd --setuid --setgid', keep: true },
  firejail: { keep: true },
  proot: { takes: '-r -b -w -q', keep: true },
  fakeroot: {},
  chpst: { takes: '-u -U -e -/ -n -l -m -d -o -p -f -c' },
  sshpass: { takes: '-p -f -d -P' },
  doppler: { verb: ['run'], takes: '-p -c --project --config' },
  op: { verb: ['run'], takes: '--env-file --account' },
  dotenv: { takes: '-f -e -v' },
  dotenvx: { verb: ['run'], takes: '-f -e' },
  'cross-env': { assignments: true },
  'aws-vault': { verb: ['exec'], takes: '-d --duration', operands: 1 },
  poetry: { verb: ['run'], takes: '-C -P --directory --project' },
  pipenv: { verb: ['run'] },
  pdm: { verb: ['run'], takes: '-p' },
  rye: { verb: ['run'] },
  hatch: { verb: ['run'] },
  uv: {
    verb: ['run'],
    takes:
      '-p --python --with --with-requirements --extra --group --env-file --directory --project --index-url --package -m --module',
  },
  conda: { verb: ['run'], takes: '-n -p --name --prefix --cwd' },
  mamba: { verb: ['run'], takes: '-n -p --name --prefix' },
  bundle: { verb: ['exec'] },
  mise: { verb: ['exec', 'x'], takes: '-C -j' },
  asdf: { verb: ['exec'] },
  rbenv: { verb: ['exec'] },
  direnv: { verb: ['exec'], operands: 1 },
  corepack: {},
  busybox: {},
  toybox: {},
  coreutils: {},
  lxc: { verb: ['exec'], operands: 1, via: 'container', keep: true, elsewhere: true, where: 0 },
  multipass: { verb: ['exec'], operands: 1, via: 'container', keep: true, elsewhere: true, where: 0 },
  limactl: { verb: ['shell'], operands: 1, via: 'container', keep: true, elsewhere: true, where: 0 },
  kubectl: {
    verb: ['exec'],
    takes:
      '-n --namespace -c --container --context --kubeconfig --cluster --user -f --filename --pod-running-timeout',
    operands: 1,
    via: 'container',
    keep: true,
    elsewhere: true,
    where: 0,
  },
  oc: {
    verb: ['exec', 'rsh'],
    takes: '-n --namespace -c --container',
    operands: 1,
    via: 'container',
    keep: true,
    elsewhere: true,
    where: 0,
  },
  wsl: {
    takes: '-d -u --distribution --user --cd',
    via: 'container',
    keep: true,
    elsewhere: true,
    asks: ['-l', '--list', '--install', '--shutdown', '--status', '--update'],
  },
};

const DOCKER_TAKES = new Set(
  '-e -u -w -v -p -l -m -h -a -c --env --env-file --user --workdir --volume --publish --name --network --net --entrypoint --label --label-file --memory --cpus --mount --device --cap-add --cap-drop --security-opt --hostname --add-host --dns --ip --link --log-driver --log-opt --pid --ipc --uts --userns --platform --pull --restart --runtime --shm-size --stop-signal --sysctl --tmpfs --ulimit --volumes-from --group-add --gpus --cgroup-parent --cidfile --detach-keys --expose --health-cmd --isolation --index --volume-driver --annotation -f --file --project-name --profile --project-directory'.split(
    ' ',
  ),
);

const SSH_TAKES = new Set('-b -c -D -E -e -F -I -i -J -L -l -m -O -o -p -P -Q -R -S -W -w -B'.split(' '));
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

const TAKES = new Map<PrefixSpec, ReadonlySet<string>>();

/** The words a prefix program runs, or `undefined` when it runs none (`sudo -l`, bare `env`). */
export function unwrapPrefix(program: string, words: readonly Word[]): Unwrapped | undefined {
  const spec = Object.hasOwn(PREFIXES, program) ? PREFIXES[program] : undefined;
  if (spec === undefined) return undefined;
  let takes = TAKES.get(spec);
  if (takes === undefined) {
    takes = new Set(spec.takes?.split(' ') ?? []);
    TAKES.set(spec, takes);
  }
  const assignments: Record<string, string> = {};
  let operands = spec.operands ?? 0;
  let verb = spec.verb;
  let where: string | undefined;
  let cwd: string | undefined;
  let ended = false;
  let index = 0;
  for (let i = 1; i < words.length; i++) {
    const text = words[i]?.text ?? '';
    if (!ended && text === '--') {
      ended = verb === undefined && operands === 0;
      continue;
    }
    if (!ended && text.startsWith('-') && text.length > 1) {
      if (spec.asks?.includes(text) === true) return undefined;
      if (program === 'env' && (text === '-S' || text.startsWith('--split-string'))) {
        return splitString(words, i, text);
      }
      if (takes.has(text)) {
        if (text === '-C' || text === '--chdir' || text === '-D' || text === '-w') cwd = words[i + 1]?.text;
        i++;
      }
      continue;
    }
    if (!ended && text.startsWith('+')) continue;
    if (verb !== undefined) {
      if (!verb.includes(text)) return undefined;
      verb = undefined;
      continue;
    }
    if (spec.assignments === true) {
      const equals = /^[A-Za-z_]\w*=/.exec(text);
      if (equals !== null) {
        assignments[equals[0].slice(0, -1)] = text.slice(equals[0].length);
        continue;
      }
    }
    if (operands > 0) {
      if (spec.where === index) where = text;
      index++;
      operands--;
      continue;
    }
    return {
      kind: 'words',
      words: words.slice(i),
      via: spec.via ?? 'wrapper',
      keep: spec.keep === true,
      ...(spec.elevated === true ? { elevated: true } : {}),
      ...(spec.elsewhere === true ? { elsewhere: true } : {}),
      ...(where === undefined ? {} : { where }),
      ...(cwd === undefined || program !== 'env' ? {} : { cwd }),
      assignments,
    };
  }
  return undefined;
}

function splitString(words: readonly Word[], at: number, option: string): Unwrapped {
  const inline = option.startsWith('--') ? option.slice(option.indexOf('=') + 1) : '';
  const rest = words.slice(at + 1);
  const source = [inline, ...rest.map((word) => word.text)].join(' ');
  return {
    kind: 'script',
    source,
    dynamic: rest.some((word) => word.dynamic),
    dialect: 'posix',
    via: 'wrapper',
    keep: false,
  };
}

/** `su`, `ssh`, `docker`, `xargs`, `parallel`, `watch` and others with a way of their own. */
export function unwrapSpecial(program: string, words: readonly Word[]): Unwrapped | undefined {
  switch (program) {
    case 'su':
    case 'runuser': {
      const script = valueAfter(words, '-c', '--command');
      return script === undefined
        ? undefined
        : {
            ...scriptOf(script),
            via: 'wrapper',
            keep: false,
            ...(program === 'su' ? { elevated: true } : {}),
          };
    }
    case 'ssh':
    case 'mosh':
    case 'autossh':
      return unwrapSsh(words);
    case 'docker':
    case 'podman':
    case 'nerdctl':
    case 'docker-compose':
      return unwrapDocker(program, words);
    case 'xargs':
      return unwrapTail(words, XARGS_TAKES);
    case 'parallel':
      return unwrapTail(words, PARALLEL_TAKES, ':::');
    case 'watch':
      return unwrapJoined(words, new Set(['-n', '--interval', '-q']));
    case 'entr':
      return unwrapTail(words, new Set());
    case 'nix-shell':
    case 'nodemon':
    case 'script':
    case 'vagrant':
    case 'npx':
    case 'npm': {
      const script = valueAfter(words, ...(SCRIPT_OPTIONS[program] ?? []));
      return script === undefined ? undefined : { ...scriptOf(script), via: 'wrapper', keep: true };
    }
    case 'concurrently':
      return joinedScripts(words.slice(1));
    case 'tmux':
    case 'screen':
      return unwrapTerminal(words);
    case 'trap': {
      const body = words.find((word, i) => i > 0 && !word.text.startsWith('-'));
      if (body === undefined || words.length < 3) return undefined;
      return { ...scriptOf(body), via: 'inline', keep: false, sameShell: true };
    }
    case 'eval': {
      const rest = words.slice(1);
      if (rest.length === 0) return undefined;
      return {
        ...scriptOf({
          text: rest.map((word) => word.text).join(' '),
          dynamic: rest.some((word) => word.dynamic),
          ...(rest.some((word) => word.decoded === true) ? { decoded: true as const } : {}),
        }),
        via: 'inline',
        keep: false,
        sameShell: true,
      };
    }
    default:
      return undefined;
  }
}

const SCRIPT_OPTIONS: Readonly<Record<string, readonly string[] | undefined>> = {
  'nix-shell': ['--run', '--command'],
  nodemon: ['--exec', '-x'],
  script: ['-c', '--command'],
  vagrant: ['-c', '--command'],
  npx: ['-c', '--call'],
  npm: ['-c', '--call'],
};

function scriptOf(word: Word): {
  kind: 'script';
  source: string;
  dynamic: boolean;
  decoded?: boolean;
  dialect: 'posix';
} {
  return {
    kind: 'script',
    source: word.text,
    dynamic: word.dynamic,
    dialect: 'posix',
    ...(word.decoded === true ? { decoded: true } : {}),
  };
}

function valueAfter(words: readonly Word[], ...options: readonly string[]): Word | undefined {
  for (let i = 1; i < words.length; i++) {
    const text = words[i]?.text ?? '';
    if (options.includes(text)) return words[i + 1];
    for (const option of options) {
      if (option.startsWith('--') && text.startsWith(`${option}=`)) {
        return { text: text.slice(option.length + 1), dynamic: words[i]?.dynamic === true };
      }
    }
  }
  return undefined;
}

function firstOperand(words: readonly Word[], takes: ReadonlySet<string>, from = 1): number {
  for (let i = from; i < words.length; i++) {
    const text = words[i]?.text ?? '';
    if (text === '--') return i + 1 < words.length ? i + 1 : -1;
    if (!text.startsWith('-') || text === '-') return i;
    if (takes.has(text)) i++;
  }
  return -1;
}

function joined(words: readonly Word[]): Word {
  return { text: words.map((word) => word.text).join(' '), dynamic: words.some((word) => word.dynamic) };
}

function unwrapSsh(words: readonly Word[]): Unwrapped | undefined {
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

function unwrapDocker(program: string, words: readonly Word[]): Unwrapped | undefined {
  let verb = firstOperand(words, DOCKER_TAKES);
  if (verb < 0) return undefined;
  let name = words[verb]?.text;
  if (name === 'compose' || name === 'container') {
    verb = firstOperand(words, DOCKER_TAKES, verb + 1);
    name = words[verb]?.text;
  } else if (program === 'docker-compose') name = words[verb]?.text;
  if (verb < 0 || (name !== 'exec' && name !== 'run')) return undefined;
  const place = firstOperand(words, DOCKER_TAKES, verb + 1);
  if (place < 0 || place + 1 >= words.length) return undefined;
  return {
    kind: 'words',
    words: words.slice(place + 1),
    via: 'container',
    keep: true,
    elsewhere: true,
    where: words[place]?.text ?? '',
  };
}

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

const TMUX_TAKES = new Set('-t -s -n -c -L -S -f -x -y -F -e -S -p -l'.split(' '));

function unwrapTerminal(words: readonly Word[]): Unwrapped | undefined {
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

export function isPrefixProgram(name: string): boolean {
  return Object.hasOwn(PREFIXES, name);
}

const SPECIALS: ReadonlySet<string> = new Set(
  'su runuser ssh mosh autossh docker podman nerdctl docker-compose xargs parallel watch entr nix-shell nodemon script vagrant npx npm concurrently tmux screen trap eval'.split(
    ' ',
  ),
);

export function isSpecialProgram(name: string): boolean {
  return SPECIALS.has(name);
}
