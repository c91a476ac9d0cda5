import type { McpServer } from '../contract/agent.ts';

export type PackageSpec = NonNullable<McpServer['package']>;

/** Options of launchers that take the next argument, so that it is not taken for the package. */
const VALUE_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  npx: ['--registry', '--cache', '--prefix', '--userconfig', '-c', '--call', '-w', '--workspace'],
  uvx: [
    '--with',
    '--python',
    '-p',
    '--index-url',
    '--extra-index-url',
    '--index',
    '--default-index',
    '--find-links',
    '--with-requirements',
    '--with-editable',
    '--directory',
    '--cache-dir',
    '--env-file',
    '-w',
  ],
  pipx: ['--python', '--pip-args', '--index-url', '-i'],
  docker: [
    '-e',
    '--env',
    '--env-file',
    '-v',
    '--volume',
    '--mount',
    '--name',
    '-p',
    '--publish',
    '--network',
    '--net',
    '-w',
    '--workdir',
    '-u',
    '--user',
    '--entrypoint',
    '--add-host',
    '-l',
    '--label',
    '--platform',
    '--pull',
    '-m',
    '--memory',
    '--cpus',
    '--cap-add',
    '--cap-drop',
    '--security-opt',
    '--tmpfs',
    '--dns',
    '-h',
    '--hostname',
    '--gpus',
    '--device',
    '--log-driver',
    '--ulimit',
    '--pids-limit',
    '--restart',
    '--init-path',
  ],
};

const NPM_RUNNERS: Readonly<Record<string, readonly string[]>> = {
  npx: [],
  bunx: [],
  pnpx: [],
  pnpm: ['dlx', 'exec'],
  yarn: ['dlx'],
  npm: ['exec', 'x'],
  bun: ['x'],
};

/**
 * Which package a command line starts, behind the usual launchers. Pure.
 * @returns `undefined` for a plain program or local script
 */
export function packageOf(command: string, args: readonly string[]): PackageSpec | undefined {
  const program = programName(command);
  if (program === 'cmd') return packageAfter(args, (arg) => !/^\/[a-z]$/i.test(arg));
  if (program === 'env') return packageAfter(args, (arg) => !arg.includes('=') && !arg.startsWith('-'));
  if (program === 'wsl') return packageAfter(args, (arg) => !arg.startsWith('-'));
  if (['sh', 'bash', 'zsh'].includes(program)) {
    const script = args[args.findIndex((arg) => /^-\w*c$/.test(arg)) + 1];
    // One simple command only; anything more is for the shell parser.
    if (script === undefined || /[;&|<>$`(){}]/.test(script)) return undefined;
    const [inner, ...rest] = script.replace(/^exec\s+/, '').match(/[^\s"']+/g) ?? [];
    return inner === undefined ? undefined : packageOf(inner, rest);
  }
  const verbs = NPM_RUNNERS[program];
  if (verbs !== undefined) {
    const rest = afterVerb(args, verbs);
    return rest === undefined ? undefined : fromNpm(rest);
  }
  if (program === 'uvx') return fromPython(args, '--from', 'uvx');
  if (program === 'uv' && args[0] === 'tool' && args[1] === 'run')
    return fromPython(args.slice(2), '--from', 'uvx');
  if (program === 'pipx' && args[0] === 'run') return fromPython(args.slice(1), '--spec', 'pipx');
  if (program === 'docker' || program === 'podman' || program === 'nerdctl') {
    const run = args.indexOf('run');
    return run < 0 ? undefined : fromImage(firstPlain(args.slice(run + 1), 'docker'));
  }
  if (program === 'go' && args[0] === 'run')
    return fromGo(args.find((arg, at) => at > 0 && !arg.startsWith('-')));
  if (program === 'deno') {
    const spec = args.find((arg) => arg.startsWith('npm:') || arg.startsWith('jsr:'));
    return spec === undefined ? undefined : npmSpec(spec.slice(4).replace(/^\//, ''));
  }
  return undefined;
}

/** Base name without extension, lower case. */
export function programName(command: string): string {
  return (command.replaceAll('\\', '/').split('/').at(-1) ?? '')
    .toLowerCase()
    .replace(/\.(?:exe|cmd|bat|ps1)$/, '');
}

function packageAfter(args: readonly string[], isCommand: (arg: string) => boolean): PackageSpec | undefined {
  const at = args.findIndex(isCommand);
  const command = args[at];
  return command === undefined ? undefined : packageOf(command, args.slice(at + 1));
}

function afterVerb(args: readonly string[], verbs: readonly string[]): readonly string[] | undefined {
  if (verbs.length === 0) return args;
  const at = args.findIndex((arg) => !arg.startsWith('-'));
  return verbs.includes(args[at] ?? '') ? args.slice(at + 1) : undefined;
}

function fromNpm(args: readonly string[]): PackageSpec | undefined {
  const named = optionValue(args, ['-p', '--package']);
  const spec = named ?? firstPlain(args, 'npx');
  return spec === undefined ? undefined : npmSpec(spec);
}

const EXACT = /^v?\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/;

function npmSpec(spec: string): PackageSpec {
  const git = gitSpec(spec);
  if (git !== undefined) return git;
  if (/^https?:/.test(spec)) return { ecosystem: 'other', name: withoutQuery(spec), pinned: false };
  const at = spec.indexOf('@', 1);
  if (at < 0) return { ecosystem: 'npm', name: spec, pinned: false };
  const version = spec.slice(at + 1);
  return { ecosystem: 'npm', name: spec.slice(0, at), version, pinned: EXACT.test(version) };
}

function fromPython(args: readonly string[], from: string, table: string): PackageSpec | undefined {
  const spec = optionValue(args, [from]) ?? firstPlain(args, table);
  if (spec === undefined) return undefined;
  const git = gitSpec(spec);
  if (git !== undefined) return git;
  const found = /^([\w.-]+)(?:\[[\w,. -]*\])?\s*(?:(===?|@)\s*([\w.+!-]+)|([<>~!]=?.*))?$/.exec(spec);
  if (found === null) return { ecosystem: 'other', name: withoutQuery(spec), pinned: false };
  const [, name = spec, operator, exact, range] = found;
  const version = exact ?? range;
  const pinned = operator !== undefined && exact !== undefined && /^\d+(?:\.\d+)+/.test(exact);
  return { ecosystem: 'pypi', name, ...(version === undefined ? {} : { version }), pinned };
}

function fromImage(image: string | undefined): PackageSpec | undefined {
  if (image === undefined) return undefined;
  const [named = image, digest] = image.split('@');
  const colon = named.lastIndexOf(':');
  const tagged = colon > named.lastIndexOf('/');
  const version = digest ?? (tagged ? named.slice(colon + 1) : undefined);
  return {
    ecosystem: 'docker',
    name: tagged ? named.slice(0, colon) : named,
    ...(version === undefined ? {} : { version }),
    pinned: /^sha256:[0-9a-f]{64}$/.test(digest ?? ''),
  };
}

function fromGo(module: string | undefined): PackageSpec | undefined {
  if (module === undefined || module.startsWith('.') || module.startsWith('/') || !module.includes('.'))
    return undefined;
  const [name = module, version] = module.split('@');
  return {
    ecosystem: 'go',
    name,
    ...(version === undefined ? {} : { version }),
    pinned: /^v\d+\.\d+\.\d+/.test(version ?? ''),
  };
}

/** `git+https://…@ref`, `github:owner/name#ref`, `owner/name`: pinned only by a full commit. */
function gitSpec(spec: string): PackageSpec | undefined {
  if (!/^(?:git[+:@]|git\+|github:|gitlab:|bitbucket:)|^[\w.-]+\/[\w.-]+(?:#.*)?$/.test(spec))
    return undefined;
  const name = withoutQuery(spec.replace(/^git\+/, '')).replace(/[@#][^@#/]*$/, '');
  const version = /[@#]([^@#/]+)$/.exec(spec)?.[1];
  return {
    ecosystem: 'git',
    name,
    ...(version === undefined ? {} : { version }),
    pinned: /^[0-9a-f]{40}$/.test(version ?? ''),
  };
}

function optionValue(args: readonly string[], names: readonly string[]): string | undefined {
  for (const [at, arg] of args.entries()) {
    if (names.includes(arg)) return args[at + 1];
    const name = names.find((option) => option.startsWith('--') && arg.startsWith(`${option}=`));
    if (name !== undefined) return arg.slice(name.length + 1);
    if (arg === '--') return undefined;
  }
  return undefined;
}

function firstPlain(args: readonly string[], table: string): string | undefined {
  const withValue = VALUE_OPTIONS[table] ?? [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    if (arg === '--') return args[at + 1];
    if (!arg.startsWith('-')) return arg;
    if (withValue.includes(arg)) at++;
  }
  return undefined;
}

function withoutQuery(url: string): string {
  return url.split('?')[0] ?? url;
}
