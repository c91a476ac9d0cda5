import type { Principal, PrincipalUse } from '../../contract/identity.ts';
import { findOption, hasFlag, operandsOf } from '../../rules/shared/commands.ts';
import { parseUrl } from '../../rules/shared/hosts.ts';
import { literal, onlyKnown, sameHost, type Scope, use } from './scope.ts';

type Uses = readonly PrincipalUse[];

interface DatabaseClient {
  readonly host: readonly string[];
  readonly user: readonly string[];
  readonly database: readonly string[];
  readonly hostVariable?: string;
  readonly userVariable?: string;
  readonly databaseVariable?: string;
  readonly takes: string;
  /** The first operand is the database. */
  readonly operand: boolean;
}

const POSTGRES: DatabaseClient = {
  host: ['-h', '--host'],
  user: ['-U', '--username'],
  database: ['-d', '--dbname'],
  hostVariable: 'PGHOST',
  userVariable: 'PGUSER',
  databaseVariable: 'PGDATABASE',
  takes:
    '-h -p -U -d -c -f -v -o -F -P -L -R -T --host --port --username --dbname --command --file --set --output',
  operand: true,
};
const MYSQL: DatabaseClient = {
  host: ['-h', '--host'],
  user: ['-u', '--user'],
  database: ['-D', '--database'],
  takes: '-h -P -u -D -e -S --host --port --user --database --execute --socket',
  operand: true,
};
const MONGO: DatabaseClient = {
  host: ['--host'],
  user: ['-u', '--username'],
  database: ['--db'],
  takes: '--host --port -u -p --username --password --eval --db --authenticationDatabase',
  operand: false,
};
const REDIS: DatabaseClient = {
  host: ['-h'],
  user: ['--user'],
  database: ['-n'],
  takes: '-h -p -a -n -u --user --pass -s',
  operand: false,
};

export const postgres = (scope: Scope): Uses => database(scope, POSTGRES);
export const mysql = (scope: Scope): Uses => database(scope, MYSQL);
export const mongo = (scope: Scope): Uses => database(scope, MONGO);
export const redis = (scope: Scope): Uses => database(scope, REDIS);

/** A login named by address or by flags. A client called with no name at all uses who knows what: nothing is claimed. */
function database(scope: Scope, client: DatabaseClient): Uses {
  const { args } = scope.command;
  const address = args
    .find((arg) => /^(?:-[\w-]+=)?[a-z][\w+.-]{1,30}:\/\//i.test(arg))
    ?.replace(/^-[\w-]+=/, '');
  if (address !== undefined) {
    const url = parseUrl(address);
    // The user stands before the first colon or at sign; what follows the colon is a password.
    const user = literal(/:\/\/([^:/@\s]{1,128})(?::[^/\s]{0,1024})?@/.exec(address)?.[1]);
    if (url === undefined || literal(url.host) === undefined) return [];
    const base = url.path === '/' ? '' : (literal(url.path) ?? '');
    return [login(scope, user, url.host, base.replace(/^\//, ''), 'remote-url')];
  }
  const user = literal(findOption(args, client.user)) ?? variable(scope, client.userVariable);
  const host = literal(findOption(args, client.host)) ?? variable(scope, client.hostVariable);
  if (user === undefined && host === undefined) return [];
  const named =
    literal(findOption(args, client.database)) ??
    (client.operand ? literal(operandsOf(args, new Set(client.takes.split(' ')))[0]) : undefined) ??
    variable(scope, client.databaseVariable);
  const byFlag = [...client.user, ...client.host].some((name) => findOption(args, [name]) !== undefined);
  return [login(scope, user, host ?? 'localhost', named ?? '', byFlag ? 'flag' : 'environment')];
}

function variable(scope: Scope, name: string | undefined): string | undefined {
  return name === undefined ? undefined : scope.variable(name)?.value;
}

function login(
  scope: Scope,
  user: string | undefined,
  host: string,
  base: string,
  evidence: 'remote-url' | 'flag' | 'environment',
): PrincipalUse {
  const fits = (known: Principal): boolean =>
    (user === undefined || known.user === user) &&
    (known.host === undefined || sameHost(known.host, host)) &&
    (known.account === undefined || base === '' || known.account === base);
  const principal = onlyKnown(scope, 'database-login', fits);
  const name = user ?? principal?.user;
  const text = `Database login ${name === undefined ? '' : `${name}@`}${host}${base === '' ? '' : `/${base}`}`;
  return use(scope, 'database-login', text, evidence, name === undefined ? 'medium' : 'high', principal);
}

const SSH_TAKES = new Set('-b -c -D -e -E -F -I -i -J -L -l -m -O -o -p -Q -R -S -W -w -P'.split(' '));
const RSYNC_TAKES = new Set(
  '-e -f --rsh --exclude --include --filter --exclude-from --include-from --files-from --log-file --port --password-file --bwlimit --rsync-path --timeout --chmod --chown'.split(
    ' ',
  ),
);

/** ssh, sftp, mosh: `user@host`, `-l user`, or an alias of the client configuration. */
export function ssh(scope: Scope): Uses {
  const { args } = scope.command;
  return destination(
    scope,
    operandsOf(args, SSH_TAKES)[0]?.replace(/^ssh:\/\//, ''),
    findOption(args, ['-l']),
  );
}

/** scp, rsync: every operand that is on another machine, each once. */
export function copy(scope: Scope): Uses {
  const takes = scope.program === 'rsync' ? RSYNC_TAKES : SSH_TAKES;
  const seen = new Set<string>();
  return operandsOf(scope.command.args, takes).flatMap((operand) => {
    const remote = /^((?:[\w.-]{1,64}@)?[\w.-]{2,253}):(?!\\)/.exec(operand)?.[1];
    if (remote === undefined || seen.has(remote) || seen.size > 10) return [];
    seen.add(remote);
    return destination(scope, remote, undefined);
  });
}

function destination(scope: Scope, written: string | undefined, loginFlag: string | undefined): Uses {
  const target = literal(written);
  if (target === undefined) return [];
  const parts = /^(?:([\w.+-]{1,64})@)?(\[[\da-f:]+\]|[\w.-]{1,253})(?::\d{1,5}\/?)?$/i.exec(target);
  const host = parts?.[2];
  if (host === undefined) return [];
  const alias = scope.command.elevated
    ? undefined
    : onlyKnown(scope, 'ssh-host', (known) => known.name === host);
  const user = parts?.[1] ?? literal(loginFlag) ?? alias?.user;
  const text = `SSH ${user === undefined ? '' : `${user}@`}${alias?.host ?? host}`;
  return [use(scope, 'ssh-host', text, 'remote-url', user === undefined ? 'medium' : 'high', alias)];
}

/** curl, wget, http: a user, token or netrc entry sent to a host. A request without one acts as nobody. */
export function web(scope: Scope): Uses {
  const { args } = scope.command;
  const target = args.find((arg) => arg.includes('://') && !arg.startsWith('-'));
  const url = target === undefined ? undefined : parseUrl(target);
  if (url === undefined || literal(url.host) === undefined) return [];
  if (scope.program === 'curl' && hasFlag(args, 'n', 'netrc', 'netrc-optional')) {
    const entry = onlyKnown(scope, 'netrc-host', (known) => sameHost(known.host, url.host));
    return entry === undefined
      ? []
      : [use(scope, 'netrc-host', `netrc login ${entry.user ?? ''} at ${url.host}`, 'flag', 'high', entry)];
  }
  const pair = scope.program === 'curl' ? literal(findOption(args, ['-u', '--user'])) : undefined;
  const inAddress = literal(/:\/\/([^/@\s]{1,1200})@/.exec(target ?? '')?.[1]);
  const given = pair ?? inAddress;
  if (given === undefined) return [];
  const evidence = pair === undefined ? 'remote-url' : 'flag';
  // A name without a password is how keys are sent; then the name is the secret and is not repeated.
  const user = /^([^:]{1,100}):./.exec(given)?.[1];
  const text =
    user === undefined ? `Key given on the command line for ${url.host}` : `Login ${user} at ${url.host}`;
  return [use(scope, 'netrc-host', text, evidence, 'high')];
}
