import { entriesAt, field, pointer, textAt } from '../agents/shared/document.ts';
import { parseIni } from './principals-ini.ts';
import {
  hostOf,
  known,
  placeOn,
  type PrincipalDraft,
  type PrincipalFile,
  type PrincipalHome,
  programOf,
  type PrincipalSource,
} from './principals-source.ts';

const GH = {
  linux: '{GH_CONFIG_DIR|{config}/gh}',
  darwin: '{GH_CONFIG_DIR|{config}/gh}',
  win32: '{GH_CONFIG_DIR|{APPDATA|~/AppData/Roaming}/GitHub CLI}',
} as const;

/** GitHub CLI 2.x `hosts.yml`: `<host>.user`, and `<host>.users` since 2.40; without a token in it, the keyring has one. */
export const GITHUB: PrincipalSource = {
  id: 'github',
  read: (home) =>
    home.read(`${placeOn(home, GH)}/hosts.yml`).flatMap((file) => {
      const document = home.parse(file, 'yaml');
      return entriesAt(document).flatMap(([host, entry]): PrincipalDraft[] => {
        const active = textAt(entry, 'user');
        const users = new Set([
          ...(active === undefined ? [] : [active]),
          ...entriesAt(entry, 'users').map(([user]) => user),
        ]);
        return [...users].map((user) => ({
          kind: 'github-login',
          name: user,
          user,
          host: host.toLowerCase(),
          ...known('scope', textAt(entry, 'git_protocol')),
          isDefault: user === active,
          proof:
            field(entry, 'users', user, 'oauth_token') !== undefined ||
            (user === active && field(entry, 'oauth_token') !== undefined)
              ? ('token-in-file' as const)
              : ('keyring' as const),
          source: { path: file.path, pointer: pointer(host) },
        }));
      });
    }),
};

const GLAB = {
  linux: ['{GLAB_CONFIG_DIR|{config}/glab-cli}'],
  darwin: ['{GLAB_CONFIG_DIR|{config}/glab-cli}', '~/Library/Application Support/glab-cli'],
  win32: ['{GLAB_CONFIG_DIR|{localAppData}/glab-cli}', '~/.config/glab-cli'],
} as const;

/** GitLab CLI 1.x `config.yml`: `hosts.<host>`, and `host` for the default one. */
export const GITLAB: PrincipalSource = {
  id: 'gitlab',
  read: (home) =>
    GLAB[home.context.platform].flatMap((folder) =>
      home.read(`${folder}/config.yml`).flatMap((file) => {
        const document = home.parse(file, 'yaml');
        const usual = textAt(document, 'host') ?? 'gitlab.com';
        return entriesAt(document, 'hosts').flatMap(([host, entry]): PrincipalDraft[] => {
          const user = textAt(entry, 'user');
          const hasToken = textAt(entry, 'token') !== undefined;
          // The file names gitlab.com before anybody has signed in.
          if (user === undefined && !hasToken) return [];
          return [
            {
              kind: 'gitlab-login',
              name: user ?? host,
              ...known('user', user),
              host: host.toLowerCase(),
              ...known('scope', textAt(entry, 'git_protocol')),
              isDefault: host === usual,
              proof: hasToken ? 'token-in-file' : 'keyring',
              source: { path: file.path, pointer: pointer('hosts', host) },
            },
          ];
        });
      }),
    ),
};

const MAX_GIT_FILES = 20;

/**
 * Git 2.x: who commits are from, and which helper answers for which host. `include` and `includeIf` are followed, all
 * of them: the question is what may be used here. A helper is named by its program; its arguments may hold a secret.
 */
export const GIT: PrincipalSource = {
  id: 'git',
  read(home) {
    const waiting: PrincipalFile[] = [
      ...home.read('{XDG_CONFIG_HOME|~/.config}/git/config'),
      ...home.read('~/.gitconfig'),
    ];
    const seen = new Set<string>();
    const drafts: PrincipalDraft[] = [];
    for (
      let file = waiting.shift();
      file !== undefined && seen.size < MAX_GIT_FILES;
      file = waiting.shift()
    ) {
      if (seen.has(file.path)) continue;
      seen.add(file.path);
      drafts.push(...readGitConfig(home, file, waiting));
    }
    return [...drafts, ...storedCredentials(home)];
  },
};

function readGitConfig(home: PrincipalHome, file: PrincipalFile, waiting: PrincipalFile[]): PrincipalDraft[] {
  const drafts: PrincipalDraft[] = [];
  for (const section of parseIni(file.text)) {
    const [, word = '', about] = /^([\w.-]+)(?:\s+"(.*)")?$/.exec(section.name) ?? [];
    const kind = word.toLowerCase();
    const source = { path: file.path, pointer: pointer(section.name) };
    const email = section.values.get('email');
    const name = section.values.get('name');
    if (kind === 'user' && (email ?? name) !== undefined) {
      drafts.push({
        kind: 'git-identity',
        name: name ?? email ?? '',
        ...known('user', email),
        isDefault: isMain(file.path),
        source,
      });
    }
    if (kind === 'credential') {
      for (const [key, value] of section.all) {
        if (key !== 'helper') continue;
        drafts.push({
          kind: 'git-credential',
          name: programOf(value),
          ...known('host', hostOf(about)),
          ...known('user', section.values.get('username')),
          isDefault: about === undefined,
          proof: programOf(value) === 'store' ? 'password-in-file' : 'program',
          source,
        });
      }
    }
    if (kind === 'include' || kind === 'includeif') {
      for (const [key, value] of section.all) {
        // Each waiting file is in memory; a hostile one may name thousands.
        if (key === 'path' && waiting.length < MAX_GIT_FILES) waiting.push(...included(home, file, value));
      }
    }
  }
  return drafts;
}

/** What an include adds holds for some folders only. */
function isMain(path: string): boolean {
  return path.endsWith('/.gitconfig') || path.endsWith('/git/config');
}

function included(home: PrincipalHome, file: PrincipalFile, path: string): readonly PrincipalFile[] {
  if (path.startsWith('~/')) return home.read(path.replaceAll('*', ''));
  if (/^(?:\/|[a-zA-Z]:[\\/])/.test(path)) return home.readAt(path);
  return home.readAt(`${file.path.slice(0, file.path.lastIndexOf('/'))}/${path}`);
}

const MAX_STORED = 500;

/** `~/.git-credentials`: one URL with user and password per line; the password is not looked at. */
function storedCredentials(home: PrincipalHome): readonly PrincipalDraft[] {
  const files = [
    ...home.read('~/.git-credentials'),
    ...home.read('{XDG_CONFIG_HOME|~/.config}/git/credentials'),
  ];
  return files.flatMap((file) =>
    file.text.split('\n', MAX_STORED).flatMap((line): PrincipalDraft[] => {
      const parts = /^https?:\/\/([^:@/\s]{1,200}):[^@\s]{0,1000}@([^/\s]{1,300})/.exec(line);
      const host = hostOf(parts?.[2]);
      return host === undefined
        ? []
        : [
            {
              kind: 'git-credential',
              name: 'store',
              host,
              ...known('user', parts?.[1]),
              isDefault: false,
              proof: 'password-in-file',
              source: { path: file.path },
            },
          ];
    }),
  );
}
