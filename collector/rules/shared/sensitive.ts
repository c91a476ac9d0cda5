import type { ToolCallEvent } from '../../contract/event.ts';
import type { ShellCommand } from '../../contract/shell.ts';
import type { SessionContext } from '../rule.ts';
import { operands } from './arguments.ts';
import { SECRET_CLASSES } from './path-classes.ts';
import { programKey } from './programs.ts';
import { inWorkspace, secretReads } from './secrets-read.ts';

export interface Sensitive {
  readonly what: string;
  readonly weight: 'strong' | 'weak';
}

type Place = Pick<SessionContext, 'home' | 'platform' | 'workspace'>;

/** What a call learns that must not leave: secrets, tokens, the environment, rows of a database. */
export function sensitiveReads(event: ToolCallEvent, place: Place): readonly Sensitive[] {
  const found: Sensitive[] = [];
  for (const use of secretReads(event, place, SECRET_CLASSES)) {
    if (found.length >= 10) break;
    const weak = use.class === 'env-file' || use.class === 'app-secret' || inWorkspace(use.path, place);
    found.push({ what: use.path, weight: weak ? 'weak' : 'strong' });
  }
  for (const command of event.shell?.commands ?? []) {
    if (found.length >= 10) break;
    const token = tokenCommand(command);
    if (token !== undefined) found.push({ what: token, weight: 'strong' });
    else if (dumpsEnvironment(command) !== undefined) found.push({ what: 'environment', weight: 'strong' });
    else if (
      /^(?:pg_dump|pg_dumpall|mysqldump|mongodump|redis-cli)$/.test(command.program) &&
      (command.program !== 'redis-cli' || command.args.includes('--rdb'))
    ) {
      found.push({ what: command.program, weight: 'weak' });
    }
  }
  return found;
}

/** Sub-commands that print a token. Vendor documentation, checked 2026-11-22. */
const TOKEN_COMMANDS: Readonly<Record<string, RegExp>> = {
  aws: /^(?:configure export-credentials|sts get-session-token|sts assume-role|ecr get-login-password|secretsmanager get-secret-value|ssm get-parameter\b.*--with-decryption|configure get aws_secret_access_key)/,
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
};

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
    command.args.some((word) => /^\/proc\/(?:\d+|self|\$\w+|\*)\/environ$/.test(word)) ||
    command.redirects.some((r) => /^\/proc\/(?:\d+|self|\$\w+)\/environ$/.test(r.target ?? ''))
  ) {
    return '/proc environ';
  }
  if (
    command.code !== undefined &&
    /JSON\.stringify\(\s*process\.env\s*[,)]|console\.log\(\s*process\.env\s*\)|(?:print|dumps|dict|str|repr|pprint)\(\s*(?:dict\()?\s*os\.environ\s*[,)]|os\.environ\.items\(|\bENV\.(?:to_h|each|inspect)|\bp(?:uts)? ENV\b|print_r\(\s*(?:\$_ENV|getenv\(\))/.test(
      command.code,
    )
  ) {
    return 'environment by code';
  }
  return undefined;
}
