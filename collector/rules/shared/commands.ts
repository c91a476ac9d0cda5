import type { ShellAnalysis, ShellCommand } from '../../contract/shell.ts';
import { PROGRAM_ROLES } from './program-roles.ts';
import type { ProgramRole } from './program-roles.ts';

/**
 * One name per program: lower case, no `.exe`, no version (`python3.11` and `pythonw.exe` are `python`, `pip3` is `pip`),
 * PowerShell aliases by their cmdlet when the command is PowerShell (`iwr` is `invoke-webrequest`).
 */
export function canonicalProgram(command: ShellCommand): string {
  return canonicalName(command.program);
}

/** See `canonicalProgram`; for a name that is not in a command. */
export function canonicalName(program: string): string {
  const known = NAMES.get(program);
  if (known !== undefined) return known;
  let name = program.toLowerCase().replace(/\.(?:exe|cmd|bat|com)$/, '');
  name = aliasOf(name);
  if (/\d$/.test(name)) {
    const bare = /^(python|pypy|pip|node|ruby|perl|php|lua|gcc|clang|java|nodejs)-?[\d.]+$/.exec(name)?.[1];
    if (bare !== undefined) name = aliasOf(bare);
  }
  if (NAMES.size < MAX_NAMES && program.length < 64) NAMES.set(program, name);
  return name;
}

/** Own keys only: a program may be called `constructor`. */
function aliasOf(name: string): string {
  return Object.hasOwn(ALIASES, name) ? (ALIASES[name] ?? name) : name;
}

const MAX_NAMES = 2_000;
/** Few programs are asked for a million times. */
const NAMES = new Map<string, string>();

/** Other names of the same thing. PowerShell aliases that are POSIX programs too (`cat`, `rm`, `curl`) keep their POSIX name. */
const ALIASES: Readonly<Record<string, string>> = {
  iwr: 'invoke-webrequest',
  irm: 'invoke-restmethod',
  iex: 'invoke-expression',
  saps: 'start-process',
  start: 'start-process',
  gc: 'get-content',
  gci: 'get-childitem',
  gi: 'get-item',
  sc: 'set-content',
  ac: 'add-content',
  ri: 'remove-item',
  rni: 'rename-item',
  cpi: 'copy-item',
  mi: 'move-item',
  ni: 'new-item',
  icm: 'invoke-command',
  sls: 'select-string',
  gps: 'get-process',
  spps: 'stop-process',
  pwsh: 'powershell',
  pythonw: 'python',
  py: 'python',
  nodejs: 'node',
  ncat: 'nc',
  netcat: 'nc',
  'nc.traditional': 'nc',
  'nc.openbsd': 'nc',
  gtar: 'tar',
  bsdtar: 'tar',
  gsed: 'sed',
  gawk: 'awk',
  mawk: 'awk',
  gfind: 'find',
  grm: 'rm',
  gcp: 'cp',
  gmv: 'mv',
  gbase64: 'base64',
  egrep: 'grep',
  fgrep: 'grep',
  zgrep: 'grep',
  ripgrep: 'rg',
  nvim: 'vim',
  vi: 'vim',
  batcat: 'bat',
};

/** `true` when the program is one of `names` (canonical names). */
export function isProgram(command: ShellCommand, ...names: readonly string[]): boolean {
  return names.includes(canonicalName(command.program));
}

/** `true` when the program can do this: `hasRole(command, 'fetcher')`. */
export function hasRole(command: ShellCommand, role: ProgramRole): boolean {
  return PROGRAM_ROLES.get(canonicalName(command.program))?.includes(role) === true;
}

/**
 * `true` when a switch is given. One letter means a short switch, also inside a cluster (`-rf` has `r` and `f`);
 * more letters mean a long one (`recursive` for `--recursive`, `--recursive=x`, PowerShell `-Recurse`), ignoring case for
 * the single-dash form. Nothing after `--` counts.
 */
export function hasFlag(args: readonly string[], ...names: readonly string[]): boolean {
  for (const arg of args) {
    if (arg === '--') return false;
    if (arg.charCodeAt(0) !== DASH || arg.length < 2) continue;
    for (const name of names) if (isFlag(arg, name)) return true;
  }
  return false;
}

function isFlag(arg: string, name: string): boolean {
  if (name.length === 1)
    return arg.charCodeAt(1) !== DASH && /^-[A-Za-z0-9]+$/.test(arg) && arg.includes(name, 1);
  if (arg.charCodeAt(1) === DASH) {
    return arg.startsWith(name, 2) && (arg.length === name.length + 2 || arg[name.length + 2] === '=');
  }
  const colon = arg.indexOf(':');
  return (colon < 0 ? arg.slice(1) : arg.slice(1, colon)).toLowerCase() === name.toLowerCase();
}

/**
 * Value of an option, first hit: `-o v`, `-ov`, `--output v`, `--output=v`, `-Output v`, `-Output:v`, `/o:v`.
 * @param names with their dashes, as in a manual: `['-o', '--output']`
 */
export function findOption(args: readonly string[], names: readonly string[]): string | undefined {
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--') return undefined;
    const value = optionValue(arg, args[i + 1], names);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Every value of an option that may come several times: `-d a -d @b`. */
export function findOptions(args: readonly string[], names: readonly string[]): readonly string[] {
  const out: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--') break;
    const value = optionValue(arg, args[i + 1], names);
    if (value === undefined) continue;
    out.push(value);
    if (names.includes(arg)) i++;
  }
  return out;
}

function optionValue(arg: string, next: string | undefined, names: readonly string[]): string | undefined {
  const head = arg.charCodeAt(0);
  if ((head !== DASH && head !== SLASH) || arg.length < 2) return undefined;
  for (const name of names) {
    if (arg === name) return next;
    if (!arg.startsWith(name)) {
      const ignoresCase =
        name.length > 2 && name[1] !== '-' && arg.slice(0, name.length).toLowerCase() === name.toLowerCase();
      if (!ignoresCase) continue;
      if (arg.length === name.length) return next;
    }
    const after = arg[name.length];
    if (after === '=' || after === ':') return arg.slice(name.length + 1);
    if (name.length === 2 && name[0] === '-' && name[1] !== '-') return arg.slice(2);
  }
  return undefined;
}

/**
 * Arguments that are not options nor values of options.
 * @param valueOptions options that take the next argument: `['-o', '--output']`; `-ofile` and `--output=file` need no entry
 */
export function operandsOf(
  args: readonly string[],
  valueOptions: readonly string[] | ReadonlySet<string> = [],
): readonly string[] {
  const takes = valueOptions instanceof Set ? valueOptions : new Set(valueOptions);
  const out: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--') {
      out.push(...args.slice(i + 1));
      break;
    }
    if (arg.charCodeAt(0) !== DASH || arg === '-') out.push(arg);
    else if (takes.has(arg)) i++;
  }
  return out;
}

/** The commands of one pipeline, first stage first. */
export function pipelineOf(analysis: ShellAnalysis, pipeline: number): readonly ShellCommand[] {
  return analysis.commands
    .filter((command) => command.pipeline === pipeline)
    .sort((a, b) => a.stage - b.stage);
}

/** The commands inside this one: substitutions in its words, what a wrapper runs, shell calls in its code. */
export function childrenOf(analysis: ShellAnalysis, command: ShellCommand): readonly ShellCommand[] {
  const index = analysis.commands.indexOf(command);
  return index < 0 ? [] : analysis.commands.filter((candidate) => candidate.parent === index);
}

export function parentOf(analysis: ShellAnalysis, command: ShellCommand): ShellCommand | undefined {
  return command.parent === undefined ? undefined : analysis.commands[command.parent];
}

/**
 * Commands whose output can become this command's input or words: earlier stages of its pipeline and of the pipelines
 * around it, and everything substituted into it. Bounded by the number of commands.
 */
export function feedersOf(analysis: ShellAnalysis, command: ShellCommand): readonly ShellCommand[] {
  const out = new Set<ShellCommand>();
  const add = (feeder: ShellCommand): void => {
    if (out.has(feeder) || feeder === command) return;
    out.add(feeder);
    for (const child of childrenOf(analysis, feeder)) add(child);
  };
  let at: ShellCommand | undefined = command;
  for (let depth = 0; at !== undefined && depth < 16; depth++) {
    for (const other of analysis.commands)
      if (other.pipeline === at.pipeline && other.stage < at.stage) add(other);
    // A substitution's own parent does not feed it; a wrapper's input goes through to what it runs.
    at = at.via.at(-1) === 'substitution' ? undefined : parentOf(analysis, at);
  }
  for (const child of childrenOf(analysis, command)) if (child.via.at(-1) === 'substitution') add(child);
  return [...out];
}

export interface Subcommand {
  /** `push` of `git -C x push`, `s3 cp` needs two: see `words`. `''` when there is none. */
  readonly verb: string;
  /** All operands in order, the verb first: `['s3', 'cp', 'a', 's3://b']`. */
  readonly words: readonly string[];
  /** Arguments after the verb, options included. */
  readonly rest: readonly string[];
}

/** Takes `git -c a=b -C dir push -f origin` apart, skipping global options and their values. */
export function subcommandOf(command: ShellCommand): Subcommand {
  const name = canonicalName(command.program);
  const takes =
    (Object.hasOwn(GLOBAL_VALUE_OPTIONS, name) ? GLOBAL_VALUE_OPTIONS[name] : undefined) ??
    COMMON_VALUE_OPTIONS;
  const { args } = command;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg.charCodeAt(0) === DASH) {
      if (takes.has(arg)) i++;
      continue;
    }
    if (arg.charCodeAt(0) === PLUS) continue;
    const rest = args.slice(i + 1);
    return { verb: arg, words: [arg, ...operandsOf(rest, takes)], rest };
  }
  return { verb: '', words: [], rest: [] };
}

const COMMON_VALUE_OPTIONS: ReadonlySet<string> = new Set([
  '-C',
  '--cwd',
  '--dir',
  '--prefix',
  '-p',
  '--profile',
  '--region',
  '-R',
  '--repo',
]);

/** Options before the verb that take the next argument, per program. */
const GLOBAL_VALUE_OPTIONS: Readonly<Record<string, ReadonlySet<string>>> = {
  git: new Set([
    '-C',
    '-c',
    '--git-dir',
    '--work-tree',
    '--namespace',
    '--exec-path',
    '--super-prefix',
    '--config-env',
  ]),
  docker: new Set([
    '-H',
    '--host',
    '-c',
    '--context',
    '--config',
    '-l',
    '--log-level',
    '--tlscacert',
    '--tlscert',
    '--tlskey',
  ]),
  podman: new Set(['--connection', '-c', '--url', '--root', '--runroot', '--log-level', '--identity']),
  kubectl: new Set([
    '-n',
    '--namespace',
    '--context',
    '--cluster',
    '--user',
    '--kubeconfig',
    '-s',
    '--server',
    '--token',
    '--as',
    '--as-group',
    '-f',
    '--filename',
    '-o',
    '--output',
    '-l',
    '--selector',
    '-c',
    '--container',
    '-p',
    '--patch',
  ]),
  oc: new Set([
    '-n',
    '--namespace',
    '--context',
    '--kubeconfig',
    '-s',
    '--server',
    '--token',
    '-f',
    '-o',
    '-l',
  ]),
  helm: new Set([
    '-n',
    '--namespace',
    '--kube-context',
    '--kubeconfig',
    '-f',
    '--values',
    '--set',
    '--version',
    '--repo',
  ]),
  aws: new Set([
    '--profile',
    '--region',
    '--endpoint-url',
    '--output',
    '--query',
    '--ca-bundle',
    '--cli-input-json',
    '--cli-read-timeout',
    '--cli-connect-timeout',
    '--color',
  ]),
  gcloud: new Set([
    '--project',
    '--account',
    '--configuration',
    '--format',
    '--region',
    '--zone',
    '--filter',
    '--impersonate-service-account',
    '--verbosity',
  ]),
  az: new Set(['--subscription', '-g', '--resource-group', '-n', '--name', '-o', '--output', '--query']),
  terraform: new Set([]),
  npm: new Set([
    '--prefix',
    '-C',
    '--registry',
    '-w',
    '--workspace',
    '--loglevel',
    '--userconfig',
    '--cache',
    '--tag',
    '--otp',
    '--access',
  ]),
  pnpm: new Set(['-C', '--dir', '-F', '--filter', '--registry', '--store-dir']),
  yarn: new Set(['--cwd', '--registry']),
  bun: new Set(['--cwd', '--registry']),
  pip: new Set([
    '-r',
    '--requirement',
    '-c',
    '--constraint',
    '-i',
    '--index-url',
    '--extra-index-url',
    '-t',
    '--target',
    '--proxy',
    '--trusted-host',
    '-f',
    '--find-links',
    '--prefix',
    '--root',
    '--cache-dir',
    '--log',
    '--python',
    '-e',
    '--editable',
  ]),
  uv: new Set([
    '--directory',
    '--project',
    '-p',
    '--python',
    '--index-url',
    '--extra-index-url',
    '--index',
    '--with',
    '--from',
    '-r',
    '--cache-dir',
    '--config-file',
  ]),
  cargo: new Set([
    '--manifest-path',
    '--target',
    '--features',
    '-F',
    '-p',
    '--package',
    '--color',
    '-Z',
    '--config',
    '--registry',
    '--version',
    '--git',
    '--path',
    '-j',
  ]),
  systemctl: new Set(['-H', '--host', '-M', '--machine', '-t', '--type', '-n', '-o', '-p']),
  launchctl: new Set([]),
  gh: new Set(['-R', '--repo', '--hostname']),
  make: new Set(['-C', '-f', '-j', '-o', '-W', '-I']),
  brew: new Set([]),
  apt: new Set(['-o', '-c', '-t']),
  'apt-get': new Set(['-o', '-c', '-t']),
};

/** The command as one line for a person, cut at 300 characters. Not yet redacted. */
export function describeCommand(command: ShellCommand): string {
  const text = [command.program, ...command.args].join(' ');
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}

const DASH = 45;
const SLASH = 47;
const PLUS = 43;
