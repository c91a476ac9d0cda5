import { pointer } from '../agents/shared/document.ts';
import {
  hostOf,
  known,
  type PrincipalDraft,
  type PrincipalFile,
  type PrincipalHome,
  type PrincipalSource,
} from './principals-source.ts';
import { readAssignments, SHELL_PROFILES } from './shell-files.ts';

const MAX_LINES = 20_000;
const MAX_SSH_FILES = 20;

/** OpenSSH client configuration: aliases with host and user. Keys are not looked at; `Include` is followed. */
export const SSH: PrincipalSource = {
  id: 'ssh',
  read(home) {
    const waiting = [...home.read('~/.ssh/config')];
    const seen = new Set<string>();
    const drafts: PrincipalDraft[] = [];
    for (
      let file = waiting.shift();
      file !== undefined && seen.size < MAX_SSH_FILES;
      file = waiting.shift()
    ) {
      if (seen.has(file.path)) continue;
      seen.add(file.path);
      drafts.push(...readSshConfig(home, file, waiting));
    }
    return drafts;
  },
};

function readSshConfig(home: PrincipalHome, file: PrincipalFile, waiting: PrincipalFile[]): PrincipalDraft[] {
  const blocks: { aliases: string[]; values: Map<string, string>; line: number }[] = [];
  for (const [index, raw] of file.text.split('\n', MAX_LINES).entries()) {
    const [, key = '', value = ''] =
      /^\s*(\w{1,40})(?:\s+|\s?=\s?)"?([^"\r]{1,1000})/.exec(raw.slice(0, 2_000)) ?? [];
    const name = key.toLowerCase();
    const text = value.trim();
    if (name === 'include') {
      // Each waiting file is in memory; a hostile one may name thousands.
      for (const part of text.split(/\s+/).slice(0, 10))
        if (waiting.length < MAX_SSH_FILES) waiting.push(...included(home, part).slice(0, MAX_SSH_FILES));
    } else if (name === 'host') {
      // Patterns are rules for many hosts, not a place to go to.
      const aliases = text.split(/\s+/).filter((alias) => !/[*?!]/.test(alias));
      blocks.push({ aliases: aliases.slice(0, 20), values: new Map(), line: index + 1 });
    } else if (name === 'match') {
      blocks.push({ aliases: [], values: new Map(), line: index + 1 });
    } else {
      const values = blocks.at(-1)?.values;
      if (values !== undefined && !values.has(name)) values.set(name, text);
    }
  }
  return blocks.flatMap(({ aliases, values, line }) =>
    aliases.map((alias): PrincipalDraft => ({
      kind: 'ssh-host',
      name: alias,
      host: hostOf(values.get('hostname')?.replaceAll('%h', alias)) ?? alias,
      ...known('user', values.get('user')),
      ...known('via', values.get('proxyjump')),
      isDefault: false,
      source: { path: file.path, pointer: pointer(line) },
    })),
  );
}

function included(home: PrincipalHome, path: string): readonly PrincipalFile[] {
  if (path.startsWith('~')) return home.read(path);
  return path.startsWith('/') ? home.readAt(path) : home.read(`~/.ssh/${path}`);
}

/** HashiCorp Vault: the address that a shell profile sets, and whether a token file is there. The token is not opened. */
export const VAULT: PrincipalSource = {
  id: 'vault',
  read(home) {
    const token = home.find('~/.vault-token')[0];
    for (const pattern of SHELL_PROFILES) {
      for (const file of home.read(pattern)) {
        const set = readAssignments(file.text).find(({ name }) => name === 'VAULT_ADDR');
        const host = hostOf(set?.value);
        if (set === undefined || host === undefined) continue;
        return [
          {
            kind: 'vault-server',
            name: host,
            host,
            isDefault: true,
            ...(token === undefined ? {} : { proof: 'token-in-file' as const }),
            source: { path: file.path, pointer: pointer(set.line) },
          },
        ];
      }
    }
    return token === undefined
      ? []
      : [
          {
            kind: 'vault-server',
            name: 'vault',
            isDefault: true,
            proof: 'token-in-file',
            source: { path: token },
          },
        ];
  },
};

const MAX_WORDS = 20_000;

/** `.netrc` (`_netrc` on Windows): machine and login; words after `password` and `account` are skipped unread. */
export const NETRC: PrincipalSource = {
  id: 'netrc',
  read: (home) =>
    [home.context.env['NETRC'], undefined].flatMap((moved, index) => {
      const files =
        index === 0
          ? moved === undefined || moved === ''
            ? []
            : home.readAt(moved)
          : [...home.read('~/.netrc'), ...(home.context.platform === 'win32' ? home.read('~/_netrc') : [])];
      return files.flatMap(readNetrc);
    }),
};

function readNetrc(file: PrincipalFile): readonly PrincipalDraft[] {
  const words = file.text.replaceAll(/^\s*#.*$/gm, '').split(/\s+/, MAX_WORDS);
  const drafts: PrincipalDraft[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    const next = words[at + 1];
    if (word === 'macdef') break; // A macro runs to the next empty line; hosts behind one are rare.
    if (word === 'machine' && next !== undefined) {
      const host = hostOf(next);
      if (host !== undefined)
        drafts.push({
          kind: 'netrc-host',
          name: host,
          host,
          isDefault: false,
          proof: 'password-in-file',
          source: { path: file.path },
        });
      at++;
    } else if (word === 'login' && next !== undefined) {
      const last = drafts.at(-1);
      if (last !== undefined) drafts[drafts.length - 1] = { ...last, ...known('user', next) };
      at++;
    } else if (word === 'password' || word === 'account') at++;
  }
  return drafts;
}

const PGPASS = {
  linux: '{PGPASSFILE|~/.pgpass}',
  darwin: '{PGPASSFILE|~/.pgpass}',
  win32: '{PGPASSFILE|{APPDATA|~/AppData/Roaming}/postgresql/pgpass.conf}',
} as const;

/** PostgreSQL password file: `host:port:database:user:password`, the last part unread. */
export const POSTGRES: PrincipalSource = {
  id: 'postgres',
  read: (home) =>
    home.read(PGPASS[home.context.platform]).flatMap((file) =>
      file.text.split('\n', 1_000).flatMap((line, index): PrincipalDraft[] => {
        const [host, , database, user, ...rest] = line.trim().split(':', 5);
        if (host === undefined || user === undefined || rest.length === 0 || line.startsWith('#')) return [];
        return [
          {
            kind: 'database-login',
            name: `${user}@${host}${database === '*' || database === undefined ? '' : `/${database}`}`,
            user,
            ...known('host', host === '*' ? undefined : host),
            ...known('account', database === '*' ? undefined : database),
            isDefault: false,
            proof: 'password-in-file',
            source: { path: file.path, pointer: pointer(index + 1) },
          },
        ];
      }),
    ),
};
