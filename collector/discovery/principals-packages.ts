import { entriesAt, pointer, textAt } from '../agents/shared/document.ts';
import { parseIni } from './principals-ini.ts';
import {
  hostOf,
  known,
  placeOn,
  type PrincipalDraft,
  programOf,
  type PrincipalSource,
} from './principals-source.ts';

const USUAL_NPM = 'registry.npmjs.org';

/**
 * npm 11 `.npmrc`: registries with something to sign in with. `//host/path/:_authToken=…` and its kin tell that there is
 * one; the value is not looked at.
 */
export const NPM: PrincipalSource = {
  id: 'npm',
  read: (home) =>
    home.read('{NPM_CONFIG_USERCONFIG|~/.npmrc}').flatMap((file) => {
      const values = parseIni(file.text).flatMap(({ all }) => all);
      const usual = hostOf(values.findLast(([key]) => key === 'registry')?.[1]) ?? USUAL_NPM;
      const found = new Map<string, PrincipalDraft>();
      const scopes = new Map<string, string[]>();
      for (const [key, value] of values) {
        const scope = /^(@[\w.-]{1,100}):registry$/.exec(key)?.[1];
        const host = scope === undefined ? undefined : hostOf(value);
        if (scope !== undefined && host !== undefined) scopes.set(host, [...(scopes.get(host) ?? []), scope]);
      }
      for (const [key, value] of values) {
        const [, place = '', what = ''] =
          /^\/\/(.{1,300}?)\/?:(_authtoken|_auth|_password|username|keyfile)$/.exec(key) ??
          /^()(_authtoken|_auth)$/.exec(key) ??
          [];
        if (what === '') continue;
        const host = place === '' ? usual : hostOf(place);
        if (host === undefined) continue;
        const before = found.get(host);
        const scope = scopes.get(host)?.slice(0, 5).join(' ');
        found.set(host, {
          kind: 'npm-registry',
          name: host,
          host,
          ...known('user', what === 'username' ? value : before?.user),
          ...known('scope', scope),
          isDefault: host === usual,
          // `${NPM_TOKEN}` stands for a variable.
          proof: value.startsWith('${')
            ? 'ambient'
            : what === 'username'
              ? (before?.proof ?? 'password-in-file')
              : 'token-in-file',
          source: { path: file.path, pointer: pointer(key.replace(/:_.*$/, '')) },
        });
      }
      return [...found.values()];
    }),
};

const PIP = {
  linux: ['{PIP_CONFIG_FILE|{config}/pip/pip.conf}', '~/.pip/pip.conf'],
  darwin: [
    '{PIP_CONFIG_FILE|~/Library/Application Support/pip/pip.conf}',
    '~/.config/pip/pip.conf',
    '~/.pip/pip.conf',
  ],
  win32: ['{PIP_CONFIG_FILE|{APPDATA|~/AppData/Roaming}/pip/pip.ini}', '~/pip/pip.ini'],
} as const;

/** `.pypirc` (twine, 2026-11) for publishing, and index addresses of pip that carry a user. */
export const PYPI: PrincipalSource = {
  id: 'pypi',
  read(home) {
    const publishing = home.read('~/.pypirc').flatMap((file) =>
      parseIni(file.text).flatMap(({ name, values }): PrincipalDraft[] => {
        const signsIn = values.has('password') || values.has('username');
        if (name === 'distutils' || !signsIn) return [];
        const host =
          hostOf(values.get('repository')) ??
          (name === 'testpypi' ? 'test.pypi.org' : name === 'pypi' ? 'upload.pypi.org' : undefined);
        return [
          {
            kind: 'pypi-registry',
            name,
            ...known('host', host),
            ...known('user', values.get('username')),
            isDefault: name === 'pypi',
            proof: values.has('password') ? 'password-in-file' : 'keyring',
            source: { path: file.path, pointer: pointer(name) },
          },
        ];
      }),
    );
    const reading = PIP[home.context.platform].flatMap((pattern) =>
      home.read(pattern).flatMap((file) =>
        parseIni(file.text).flatMap(({ name, all }) =>
          all.flatMap(([key, value]): PrincipalDraft[] => {
            if (!/^(?:extra-)?index-url$/.test(key)) return [];
            const user = /^https?:\/\/([^:@/\s]{1,200})(?::[^@\s]{0,1000})?@/.exec(value)?.[1];
            const host = hostOf(value);
            if (user === undefined || host === undefined) return [];
            return [
              {
                kind: 'pypi-registry',
                name: host,
                host,
                user,
                isDefault: false,
                proof: 'password-in-file',
                source: { path: file.path, pointer: pointer(name, key) },
              },
            ];
          }),
        ),
      ),
    );
    return [...publishing, ...reading];
  },
};

/** Docker CLI 2026-11 `config.json`: `auths`, `credsStore`, `credHelpers`. Of `auths` only the hosts are looked at. */
export const DOCKER: PrincipalSource = {
  id: 'docker',
  read: (home) =>
    home.read('{DOCKER_CONFIG|~/.docker}/config.json').flatMap((file) => {
      const document = home.parse(file, 'json');
      const store = textAt(document, 'credsStore');
      const helpers = new Map(
        entriesAt(document, 'credHelpers').map(([host]) => [host, textAt(document, 'credHelpers', host)]),
      );
      const hosts = new Set([...entriesAt(document, 'auths').map(([host]) => host), ...helpers.keys()]);
      return [...hosts].slice(0, 500).flatMap((written): PrincipalDraft[] => {
        const host = hostOf(written);
        if (host === undefined) return [];
        const helper = helpers.get(written) ?? store;
        const inFile = ['auth', 'identitytoken', 'registrytoken'].some(
          (key) => textAt(document, 'auths', written, key) !== undefined,
        );
        return [
          {
            kind: 'docker-registry',
            name: host === 'index.docker.io' ? 'docker.io' : host,
            host: host === 'index.docker.io' ? 'docker.io' : host,
            ...known('via', helper === undefined ? undefined : programOf(`docker-credential-${helper}`)),
            isDefault: host === 'index.docker.io',
            proof: inFile ? 'password-in-file' : helper === undefined ? 'ambient' : 'keyring',
            source: { path: file.path, pointer: pointer('auths', host) },
          },
        ];
      });
    }),
};

const TERRAFORM_RC = {
  linux: '{TF_CLI_CONFIG_FILE|~/.terraformrc}',
  darwin: '{TF_CLI_CONFIG_FILE|~/.terraformrc}',
  win32: '{TF_CLI_CONFIG_FILE|{APPDATA|~/AppData/Roaming}/terraform.rc}',
} as const;

/** Terraform 1.x: hosts with a token, in `credentials.tfrc.json` or in `credentials "<host>"` blocks of the CLI file. */
export const TERRAFORM: PrincipalSource = {
  id: 'terraform',
  read(home) {
    const folder =
      home.context.platform === 'win32' ? '{APPDATA|~/AppData/Roaming}/terraform.d' : '~/.terraform.d';
    const json = home.read(`${folder}/credentials.tfrc.json`).flatMap((file) => {
      const document = home.parse(file, 'json');
      return entriesAt(document, 'credentials').map(([host]) => ({ host, file }));
    });
    const blocks = home.read(placeOn(home, TERRAFORM_RC)).flatMap((file) =>
      [...file.text.matchAll(/^\s*credentials\s+"([\w.:-]{1,253})"/gm)].map(([, host = '']) => ({
        host,
        file,
      })),
    );
    return [...json, ...blocks].flatMap(({ host, file }): PrincipalDraft[] => {
      const normal = hostOf(host);
      return normal === undefined
        ? []
        : [
            {
              kind: 'terraform-host',
              name: normal,
              host: normal,
              isDefault: false,
              proof: 'token-in-file',
              source: { path: file.path, pointer: pointer('credentials', normal) },
            },
          ];
    });
  },
};
