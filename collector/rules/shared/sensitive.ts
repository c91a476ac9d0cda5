import type { ToolCallEvent } from '../../contract/event.ts';
import type { ShellAnalysis, ShellCommand } from '../../contract/shell.ts';
import type { SessionContext } from '../rule.ts';
import { operands } from './arguments.ts';
import { canonicalName, feedersOf, hasRole } from './commands.ts';
import { SECRET_CLASSES } from './path-classes.ts';
import { once } from './once.ts';
import { programKey } from './programs.ts';
import { inWorkspace, secretReads } from './secrets-read.ts';

export interface Sensitive {
  readonly what: string;
  readonly weight: 'strong' | 'weak';
}

type Place = Pick<SessionContext, 'home' | 'platform' | 'workspace'>;

/** What a call learns that must not leave: secrets, tokens, the environment, rows of a database. */
export const sensitiveReads = once((event: ToolCallEvent, place: Place): readonly Sensitive[] => {
  const found: Sensitive[] = [];
  for (const use of secretReads(event, place, SECRET_CLASSES)) {
    if (found.length >= 10) break;
    const weak = use.class === 'env-file' || use.class === 'app-secret' || inWorkspace(use.path, place);
    found.push({ what: use.path, weight: weak ? 'weak' : 'strong' });
  }
  const { shell } = event;
  if (shell === undefined) return found;
  for (const command of shell.commands) {
    if (found.length >= 10) break;
    const token = tokenCommand(command);
    if (token !== undefined) {
      if (!isTokenUsed(command, shell)) found.push({ what: token, weight: 'strong' });
    } else if (dumpsEnvironment(command) !== undefined) {
      const fate = environmentFate(command, shell);
      if (fate !== undefined)
        found.push({ what: 'environment', weight: fate === 'informational' ? 'weak' : 'strong' });
    } else if (
      DUMPS.test(command.program) &&
      (command.program !== 'redis-cli' || command.args.includes('--rdb'))
    ) {
      found.push({ what: command.program, weight: 'weak' });
    }
  }
  return found;
});

/** Sub-commands that print a token. Vendor documentation, checked 2026-11-22. */
const TOKEN_COMMANDS: Readonly<Record<string, RegExp>> = {
  aws: /^(?:configure export-credentials|sts get-session-token|sts assume-role|ecr get-login-password|secretsmanager get-secret-value|ssm get-parameters?(?:-by-path)?\b.*--with-decryption|configure get aws_secret_access_key)/,
  gcloud: /^(?:auth (?:application-default )?print-(?:access|identity)-token|secrets versions access)/,
  gh: /^auth (?:token|status .*--show-token|status .*-t\b)/,
  glab: /^auth token/,
  az: /^(?:account get-access-token|keyvault secret show|acr login .*--expose-token)/,
  kubectl: /^(?:create token|config view .*--raw|get secrets? .*-o)/,
  vault: /^(?:token lookup|read |kv get|print token)/,
  op: /^(?:read|item get|inject)/,
  doppler: /^secrets (?:get|download)/,
  heroku: /^(?:auth:token|config(?: |$))/,
  npm: /^(?:token list|config get .*_auth)/,
  doctl: /^auth token/,
  fly: /^(?:auth token|tokens create)/,
  flyctl: /^auth token/,
  oc: /^whoami (?:-t|--show-token)/,
  pass: /^(?:show )?\S+/,
  git: /^credential(?:-[\w-]+)? (?:fill|get)\b/,
};

/** One word each token command holds, so that the daily ones (`gh pr`, `npm test`) are passed over without a pattern. */
const TOKEN_WORDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['aws', ['configure', 'sts', 'ecr', 'secretsmanager', 'ssm']],
  ['gcloud', ['auth', 'secrets']],
  ['gh', ['auth']],
  ['glab', ['auth']],
  ['az', ['account', 'keyvault', 'acr']],
  ['kubectl', ['token', 'config', 'secret', 'secrets']],
  ['npm', ['token', 'config']],
  [
    'git',
    [
      'credential',
      'credential-osxkeychain',
      'credential-manager',
      'credential-store',
      'credential-cache',
      'credential-libsecret',
      'credential-wincred',
    ],
  ],
]);
/** What a rule about tokens wants to be woken by: `gh auth`, `vault`. */
export const TOKEN_PROGRAMS: readonly string[] = Object.keys(TOKEN_COMMANDS).flatMap((name) =>
  (TOKEN_WORDS.get(name) ?? ['']).map((word) => `${name} ${word}`.trimEnd()),
);
const DUMPS = /^(?:pg_dump|pg_dumpall|mysqldump|mongodump|redis-cli)$/;

/** `true` for a program some of whose commands tell secrets. */
export function isTeller(key: string): boolean {
  return Object.hasOwn(TOKEN_COMMANDS, key) || ENV_PROGRAMS.has(key) || DUMPS.test(key);
}

/** `true` when a command of such a program is worth a closer look. */
export function mayTell(command: ShellCommand): boolean {
  const key = programKey(command.program);
  if (ENV_PROGRAMS.has(key) && key !== 'env')
    return command.args.every((word) => word.charCodeAt(0) === DASH);
  const words = TOKEN_WORDS.get(key);
  return words === undefined || command.args.some((word) => words.includes(word));
}

const DASH = 45;

/** `gh auth token` and its like: the program and verb, or `undefined`. */
export function tokenCommand(command: ShellCommand): string | undefined {
  const key = programKey(command.program);
  const pattern = TOKEN_COMMANDS[key];
  if (pattern === undefined || !Object.hasOwn(TOKEN_COMMANDS, key)) return undefined;
  const words = operands(command, [
    '--profile',
    '--region',
    '-n',
    '--namespace',
    '--context',
    '--project',
    '-o',
    '--output',
    '--query',
    '-R',
    '--hostname',
    '-h',
  ]);
  const line = `${words.join(' ')} ${command.args.filter((word) => word.startsWith('-')).join(' ')}`;
  return pattern.test(line) ? `${key} ${words.slice(0, 2).join(' ')}` : undefined;
}

/** A token that goes straight into another command of the line is used; one that is printed or saved is shown. */
export function isTokenUsed(command: ShellCommand, shell: ShellAnalysis): boolean {
  const receiver = shell.commands.find(
    (other) => other !== command && feedersOf(shell, other).includes(command),
  );
  if (receiver === undefined) {
    // `T=$(gh auth token); echo $T`: it went into a variable, and a variable is shown.
    const shown = shell.commands.some(
      (other) =>
        /^(?:echo|printf)$/.test(other.program) && other.args.some((word) => /^\$\{?\w+\}?$/.test(word)),
    );
    return command.via.includes('substitution') && !shown;
  }
  return !hasRole(receiver, 'reader') && !/^(?:echo|printf|tee)$/.test(receiver.program);
}

const ENV_PROGRAMS = new Set(['env', 'printenv', 'set', 'export', 'declare', 'typeset', 'compgen']);

/** How a command writes out the whole environment, or `undefined`: `env`, `export -p`, `gci env:`, `/proc/1/environ`. */
export function dumpsEnvironment(command: ShellCommand): string | undefined {
  if (command.elsewhere) return undefined;
  const key = programKey(command.program);
  const words = operands(command, ['-u']);
  if (ENV_PROGRAMS.has(key)) {
    if (key === 'env')
      return words.length === 0 &&
        Object.keys(command.assignments).length === 0 &&
        !command.args.includes('--version')
        ? 'env'
        : undefined;
    if (key === 'printenv')
      return words.length === 0 && !command.args.some((word) => word.startsWith('--'))
        ? 'printenv'
        : undefined;
    if (key === 'set') return command.args.length === 0 ? 'set' : undefined;
    if (key === 'export')
      return command.args.length === 0 || (command.args.length === 1 && command.args[0] === '-p')
        ? 'export'
        : undefined;
    if (key === 'compgen') return command.args.includes('-e') ? 'compgen' : undefined;
    return words.length === 0 && command.args.some((word) => /^-[a-z]*[px]/.test(word)) ? key : undefined;
  }
  if (
    /^(?:get-childitem|gci|dir|ls|get-item|gi)$/.test(key) &&
    command.args.some((word) => /^(?:-path=?)?env:[\\/]?\*?$/i.test(word))
  )
    return 'env:';
  if (
    command.args.some((word) => /^\/proc\/(?:\d+|self|\$\w+|\*|\[0-9\][*+]?)\/environ$/.test(word)) ||
    command.redirects.some((r) =>
      /^\/proc\/(?:\d+|self|\$\w+|\*|\[0-9\][*+]?)\/environ$/.test(r.target ?? ''),
    )
  ) {
    return '/proc environ';
  }
  if (
    command.code !== undefined &&
    /JSON\.stringify\(\s{0,8}process\.env\s{0,8}[,)]|(?<!\bkeys)[(,]\s{0,8}(?:process\.env|dict\(os\.environ\)|ENV\.to_h)\s{0,8}[,)]|console\.log\(\s{0,8}process\.env\s{0,8}\)|(?:print|dumps|dict|str|repr|pprint)\(\s{0,8}(?:dict\(\s{0,8})?os\.environ\s{0,8}[,)]|os\.environ\.items\(\)?(?!\)?\s{1,4}if\s{1,4}\w{1,30}\.startswith\()|\bENV\.(?:to_h|each|inspect)|\bp(?:uts)? ENV\b|print_r\(\s{0,8}(?:\$_ENV|getenv\(\))/.test(
      command.code,
    )
  ) {
    return 'environment by code';
  }
  return undefined;
}

const FILTERS = new Set(['grep', 'rg', 'select-string', 'findstr', 'ack', 'ag']);

/** What becomes of the output: names only is nothing, one variable is a note, a file or the screen is worth a look. */
export function environmentFate(
  command: ShellCommand,
  shell: ShellAnalysis,
): 'informational' | 'medium' | 'high' | undefined {
  if (
    command.redirects.some(
      (r) =>
        r.operator.includes('>') &&
        r.target !== undefined &&
        r.target !== '/dev/null' &&
        !/^&?\d$/.test(r.target),
    )
  )
    return 'high';
  if (command.redirects.some((r) => r.target === '/dev/null' && r.fd !== 2)) return undefined;
  const next = shell.commands.filter(
    (other) => other !== command && feedersOf(shell, other).includes(command),
  );
  for (const other of next) {
    const name = canonicalName(other.program);
    const line = other.args.join(' ');
    if (FILTERS.has(name)) {
      if (other.args.some((a) => a === '-q' || a === '-c')) return undefined;
      const kept =
        other.redirects.some((r) => r.operator.includes('>') && r.fd !== 2 && r.target !== '/dev/null') ||
        next.some((later) => later.stage > other.stage && later.program === 'tee');
      return kept && /key|token|secret|pass|cred|auth/i.test(line) ? 'medium' : 'informational';
    }
    if (
      (name === 'cut' && /-f ?1\b/.test(line)) ||
      (name === 'sed' && /=\.\*|=\[/.test(line)) ||
      (name === 'awk' && /\$1/.test(line)) ||
      name === 'wc'
    )
      return undefined;
    if (
      name === 'tee' ||
      other.redirects.some(
        (r) => r.operator.includes('>') && r.target !== undefined && r.target !== '/dev/null',
      )
    )
      return 'high';
  }
  return 'medium';
}
