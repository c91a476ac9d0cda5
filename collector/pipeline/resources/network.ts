import type { ShellCommand } from '../../contract/shell.ts';
import { findOption, hasFlag, operandsOf } from '../../rules/shared/options.ts';
import { subcommandOf } from '../../rules/shared/subcommands.ts';
import { normalizeHost, parseUrl } from '../../rules/shared/hosts.ts';
import type { PathPlace } from '../../rules/shared/paths.ts';
import { SSH_TAKES } from '../shell/remote.ts';
import type { ResourceList } from './collect.ts';

type Add = (command: ShellCommand, place: PathPlace, list: ResourceList) => void;

/** Hosts, URLs, databases and repositories a command talks to. */
export function addNetwork(name: string, command: ShellCommand, place: PathPlace, list: ResourceList): void {
  const add = NETWORK.get(name);
  if (add !== undefined) add(command, place, list);
  else if (!TALKERS.has(name)) {
    for (const arg of command.args) {
      const at = arg.indexOf('://');
      if (at > 0 && at < 40 && arg.length < 2_048) list.url(arg.replace(/^--?[\w-]+=/, ''), 'connect', place);
    }
  }
  for (const key in command.assignments) {
    const value = command.assignments[key] ?? '';
    if (value.includes('://')) list.url(value, 'connect', place);
  }
}

/** Programs that only print, search or write down what they are given. */
const TALKERS: ReadonlySet<string> = new Set([
  'echo',
  'printf',
  'grep',
  'rg',
  'sed',
  'awk',
  'jq',
  'cat',
  'find',
  'test',
  '[',
  'export',
]);

const CURL_TAKES = new Set(
  '-H -A -e -u -X -b -o -T -K -c -D -d -F -E -m -x -w -r -C -Y -y -z -Q -P -t -U --header --user-agent --user --request --cookie --output --upload-file --config --cookie-jar --dump-header --data --data-raw --data-binary --data-urlencode --data-ascii --form --form-string --json --cert --key --cacert --capath --connect-timeout --max-time --retry --retry-delay --proxy --proxy-user --resolve --connect-to --write-out --range --referer --limit-rate --interface --output-dir --aws-sigv4 --oauth2-bearer --ciphers --unix-socket --netrc-file --dns-servers --trace --trace-ascii --stderr --max-redirs --keepalive-time --noproxy --url-query --variable'.split(
    ' ',
  ),
);

const WGET_TAKES = new Set(
  '-O -o -a -P -U -t -T -e -i -l -A -R -D -Q -w --header --user --password --post-data --post-file --timeout --tries --output-document --directory-prefix --user-agent --method --body-data --body-file --load-cookies'.split(
    ' ',
  ),
);

const curl: Add = ({ args }, place, list) => {
  const sends = hasFlag(
    args,
    'd',
    'F',
    'T',
    'data',
    'data-raw',
    'data-binary',
    'data-urlencode',
    'form',
    'json',
    'upload-file',
  );
  const access = sends ? 'write' : 'connect';
  const targets = [...operandsOf(args, CURL_TAKES)];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    const value = args[i + 1] ?? '';
    if (arg === '--url') targets.push(value);
    else if (arg.startsWith('--url=')) targets.push(arg.slice(6));
    const body = /^(?:-d|-F|--data(?:-binary|-urlencode|-ascii)?|--form|--json|-H|--header)$/.test(arg)
      ? value
      : /^-[dF]./.test(arg)
        ? arg.slice(2)
        : '';
    // `-d @file`, `-F name=@file`, `--data-urlencode name@file`
    const file = /^(?:[\w.-]*=?)[@<]([^;,]+)/.exec(body)?.[1];
    if (
      file !== undefined &&
      (body.startsWith('@') || body.includes('=@') || body.includes('=<') || arg === '--data-urlencode')
    )
      list.file(file, 'read', place);
  }
  for (const target of targets) web(target, access, place, list);
};

function web(target: string, access: 'write' | 'connect', place: PathPlace, list: ResourceList): void {
  if (target.includes('://')) list.url(target, access, place);
  else if (
    /^[\w.-]+(?::\d+)?(?:[/?]|$)/.test(target) &&
    (target.includes('.') || target.startsWith('localhost'))
  ) {
    list.url(`http://${target}`, access, place);
  }
}

const firstHost = (takes: string): Add => {
  const valued = new Set(takes.split(' '));
  return ({ args }, _place, list) => {
    const target = operandsOf(args, valued)[0];
    if (target !== undefined && !target.includes('$')) addHost(target, list);
  };
};

function addHost(raw: string, list: ResourceList): void {
  if (raw.includes('$') || raw.includes('/')) return;
  const host = normalizeHost(raw);
  if (host !== undefined) list.add('host', host, 'connect');
}

/** `user@host:path` or `host:path` is remote, anything else local; the last operand is the target. */
const copies =
  (takes: string): Add =>
  ({ args }, place, list) => {
    const operands = operandsOf(args, new Set(takes.split(' ')));
    operands.forEach((operand, i) => {
      const target = i === operands.length - 1 && operands.length > 1;
      if (operand.includes('://')) {
        list.url(operand, target ? 'write' : 'connect', place);
        return;
      }
      const remote = /^(?:[\w.-]+@)?([A-Za-z0-9_.-]{2,}|\[[0-9a-fA-F:]+\]):/.exec(operand);
      if (remote?.[1] !== undefined) addHost(remote[1], list);
      else list.file(operand, target ? 'write' : 'read', place);
    });
  };

const remoteShell: Add = ({ args }, place, list) => {
  const target = operandsOf(args, SSH_TAKES)[0];
  if (target === undefined) return;
  if (target.includes('://')) list.url(target, 'connect', place);
  else addHost(target, list);
  const jump = findOption(args, ['-J']);
  if (jump !== undefined) for (const hop of jump.split(',').slice(0, 8)) addHost(hop, list);
};

const dns: Add = ({ args }, _place, list) => {
  for (const arg of args) {
    if (arg.startsWith('@')) addHost(arg.slice(1), list);
    else if (arg.includes('.') && !arg.startsWith('-') && !arg.startsWith('+')) addHost(arg, list);
  }
};

const git: Add = (command, _place, list) => {
  const { verb, rest } = subcommandOf(command);
  const access = verb === 'push' ? 'publish' : verb === 'remote' ? 'write' : 'read';
  if (!/^(?:clone|fetch|pull|push|remote|ls-remote|submodule|archive)$/.test(verb)) return;
  for (const arg of rest) {
    if (arg.startsWith('-') || (!arg.includes('://') && !/^[\w.-]+@[\w.-]+:/.test(arg))) continue;
    const url = parseUrl(arg);
    if (url === undefined) continue;
    if (url.host !== '' && !url.host.includes('$')) list.add('host', url.host, 'connect');
    list.add('repository', `${url.host}${url.path.replace(/\.git$/, '').replace(/\/$/, '')}`, access);
  }
};

const gh: Add = (command, _place, list) => {
  const { words, rest } = subcommandOf(command);
  const named =
    findOption(command.args, ['-R', '--repo']) ?? rest.find((arg) => /^[\w.-]+\/[\w.-]+$/.test(arg));
  const writes =
    /^(?:create|delete|edit|merge|close|comment|set|upload|fork|sync|rename|archive|transfer|review|run|enable|add)$/.test(
      words[1] ?? '',
    );
  if (named !== undefined && words[0] !== 'api') {
    list.add(
      'repository',
      named.includes('/') && named.split('/').length === 2 ? `github.com/${named}` : named,
      writes ? 'write' : 'read',
    );
  }
  list.add('host', 'api.github.com', 'connect');
};

const DESTROYS =
  /\b(?:drop\s+(?:database|schema|table|index|view|user|role)|truncate|delete\s+from|flushall|flushdb|dropdatabase)\b/i;
const CHANGES =
  /\b(?:insert\s+into|update\s+\w|alter\s|create\s|grant\s|revoke\s|set\s+\w+|copy\s+\w+\s+from)/i;

const database =
  (host: readonly string[], name: readonly string[], query: readonly string[], takes: string): Add =>
  (command, place, list) => {
    const { args } = command;
    const text =
      `${query.map((option) => findOption(args, [option]) ?? '').join(' ')} ${command.stdinText ?? ''} ${args.filter((arg) => /\s/.test(arg)).join(' ')}`.slice(
        0,
        8_192,
      );
    const access = DESTROYS.test(text) ? 'delete' : CHANGES.test(text) ? 'write' : 'connect';
    const operands = operandsOf(args, new Set(takes.split(' ')));
    const url = args.find((arg) => arg.includes('://'));
    if (url !== undefined) {
      list.url(url.replace(/^--?[\w-]+=/, ''), access, place);
      return;
    }
    const server = findOption(args, host) ?? command.assignments['PGHOST'] ?? 'localhost';
    const base =
      findOption(args, name) ??
      command.assignments['PGDATABASE'] ??
      operands.find((operand) => !/\s/.test(operand));
    const normal = normalizeHost(server) ?? 'localhost';
    list.add('database', base === undefined || base.includes('$') ? normal : `${normal}/${base}`, access);
    if (normal !== 'localhost') list.add('host', normal, 'connect');
  };

const postgres = database(
  ['-h', '--host'],
  ['-d', '--dbname'],
  ['-c', '--command'],
  '-h -p -U -d -c -f -v -o -F -P --host --port --username --dbname --command --file',
);
const mysql = database(
  ['-h', '--host'],
  ['-D', '--database'],
  ['-e', '--execute'],
  '-h -P -u -D -e --host --port --user --database --execute',
);

const PROGRAMS: Readonly<Record<string, Add>> = {
  curl,
  wget: ({ args }, place, list) => {
    const access = args.some((arg) => /^--(?:post-|body-)/.test(arg)) ? 'write' : 'connect';
    for (const target of operandsOf(args, WGET_TAKES)) web(target, access, place, list);
  },
  nc: firstHost('-p -s -w -i -q -e -c -x -X -O -I -T -o'),
  telnet: firstHost('-l -e'),
  ping: firstHost('-c -i -W -w -s -t -I'),
  traceroute: firstHost('-m -q -w'),
  nmap: firstHost('-p -oN -oX -oG -oA -T -iL'),
  ssh: remoteShell,
  mosh: remoteShell,
  autossh: remoteShell,
  'ssh-copy-id': remoteShell,
  sftp: remoteShell,
  ftp: firstHost(''),
  scp: copies('-c -F -i -J -l -o -P -S -X -D'),
  rsync: copies(
    '-e -f --rsh --exclude --include --filter --exclude-from --include-from --files-from --log-file --port --password-file --bwlimit --rsync-path --timeout --chmod --chown --out-format',
  ),
  rclone: copies('--config --include --exclude --filter --transfers --bwlimit'),
  dig: dns,
  nslookup: dns,
  host: dns,
  drill: dns,
  git,
  gh,
  psql: postgres,
  pg_dump: postgres,
  pg_restore: postgres,
  dropdb: postgres,
  createdb: postgres,
  mysql,
  mariadb: mysql,
  mysqldump: mysql,
  mongosh: database(
    ['--host'],
    ['--db'],
    ['--eval'],
    '--host --port -u -p --username --password --eval --db',
  ),
  mongo: database(['--host'], ['--db'], ['--eval'], '--host --port -u -p --username --password --eval'),
  'redis-cli': database(['-h'], ['-n'], [], '-h -p -a -n -u --user --pass'),
  'invoke-webrequest': ({ args }, place, list) => {
    const target = findOption(args, ['-Uri']) ?? args.find((arg) => arg.includes('://'));
    if (target !== undefined)
      web(target, hasFlag(args, 'Body', 'InFile', 'Form') ? 'write' : 'connect', place, list);
  },
  'invoke-restmethod': ({ args }, place, list) => {
    const target = findOption(args, ['-Uri']) ?? args.find((arg) => arg.includes('://'));
    if (target !== undefined)
      web(target, hasFlag(args, 'Body', 'InFile', 'Form') ? 'write' : 'connect', place, list);
  },
  socat: ({ args }, _place, list) => {
    for (const arg of args) {
      const host =
        /^(?:tcp|tcp4|tcp6|udp|udp4|openssl|ssl|sctp|proxy|socks4a?)(?:-connect|-sendto)?:([^:,]+):/i.exec(
          arg,
        )?.[1];
      if (host !== undefined) addHost(host, list);
    }
  },
};

const NETWORK: ReadonlyMap<string, Add> = new Map(Object.entries(PROGRAMS));
