import { textAt, timeMs, pointer } from '../agents/shared/document.ts';
import { type IniSection, parseIni } from './principals-ini.ts';
import {
  hostOf,
  known,
  type PrincipalDraft,
  programOf,
  type PrincipalHome,
  type PrincipalSource,
} from './principals-source.ts';

/** Logins live some hours; an old cache of hundreds of files tells nothing more. */
const MAX_CACHED_LOGINS = 50;

/**
 * AWS CLI v2 and SDKs, 2026-11: `[profile x]` and `[sso-session y]` in `config`, `[x]` in `credentials`, cached logins in
 * `sso/cache/<sha1>.json`. Of a static key only the public id is looked at, and only its fingerprint is kept.
 */
export const AWS: PrincipalSource = {
  id: 'aws',
  read(home) {
    const [config] = home.read('{AWS_CONFIG_FILE|~/.aws/config}');
    const [credentials] = home.read('{AWS_SHARED_CREDENTIALS_FILE|~/.aws/credentials}');
    const sections = config === undefined ? [] : parseIni(config.text);
    const expiry = cachedLogins(home);
    const sessions = new Map<string, IniSection>();
    for (const section of sections) {
      const name = /^sso-session\s+(.+)$/.exec(section.name)?.[1];
      if (name !== undefined) sessions.set(name, section);
    }
    const drafts = new Map<string, PrincipalDraft>();
    for (const section of sections) {
      const name = section.name === 'default' ? 'default' : /^profile\s+(.+)$/.exec(section.name)?.[1];
      if (name === undefined || config === undefined) continue;
      drafts.set(name, profile(name, section, sessions, expiry, config.path));
    }
    for (const section of credentials === undefined ? [] : parseIni(credentials.text)) {
      if (section.name === '' || credentials === undefined) continue;
      drafts.set(section.name, withKey(home, section, drafts.get(section.name), credentials.path));
    }
    const logins = [...sessions].map(([name, section]): PrincipalDraft => {
      const start = section.values.get('sso_start_url');
      const expiresMs = start === undefined ? undefined : expiry.get(start);
      return {
        kind: 'aws-sso-session',
        name,
        ...known('host', hostOf(start)),
        ...known('region', section.values.get('sso_region')),
        isDefault: false,
        proof: 'sso',
        ...(expiresMs === undefined ? {} : { expiresMs }),
        source: { path: config?.path ?? '', pointer: pointer(section.name) },
      };
    });
    return [...drafts.values(), ...logins];
  },
};

function profile(
  name: string,
  section: IniSection,
  sessions: ReadonlyMap<string, IniSection>,
  expiry: ReadonlyMap<string, number>,
  path: string,
): PrincipalDraft {
  const get = (key: string): string | undefined => section.values.get(key);
  const session = get('sso_session');
  const start =
    get('sso_start_url') ??
    (session === undefined ? undefined : sessions.get(session)?.values.get('sso_start_url'));
  const roleArn = get('role_arn');
  const process = get('credential_process');
  const expiresMs = start === undefined ? undefined : expiry.get(start);
  const proof =
    start !== undefined || session !== undefined
      ? ('sso' as const)
      : roleArn !== undefined
        ? ('assumed-role' as const)
        : process !== undefined
          ? ('program' as const)
          : get('aws_access_key_id') === undefined
            ? undefined
            : ('static-key' as const);
  return {
    kind: 'aws-profile',
    name,
    ...known('account', get('sso_account_id') ?? accountOfArn(roleArn)),
    ...known('role', get('sso_role_name') ?? roleOfArn(roleArn)),
    ...known('user', get('role_session_name')),
    ...known('host', hostOf(start)),
    ...known('region', get('region')),
    ...known(
      'via',
      session ??
        get('source_profile') ??
        get('credential_source') ??
        (process === undefined ? undefined : programOf(process)),
    ),
    isDefault: name === 'default',
    ...(proof === undefined ? {} : { proof }),
    ...(expiresMs === undefined ? {} : { expiresMs }),
    source: { path, pointer: pointer(section.name) },
  };
}

/** A section of `credentials` adds its key to the profile of the same name, or is a profile by itself. */
function withKey(
  home: PrincipalHome,
  section: IniSection,
  profileDraft: PrincipalDraft | undefined,
  path: string,
): PrincipalDraft {
  const keyId = section.values.get('aws_access_key_id');
  const print = keyId === undefined ? undefined : home.fingerprint?.(keyId);
  const expiresMs = timeMs(
    section.values.get('x_security_token_expires') ?? section.values.get('expiration'),
  );
  const base = profileDraft ?? profile(section.name, section, new Map(), new Map(), path);
  return {
    ...base,
    ...(keyId === undefined || base.proof === 'assumed-role' ? {} : { proof: 'static-key' as const }),
    ...known('keyFingerprint', print),
    ...(expiresMs === undefined ? {} : { expiresMs }),
    source: profileDraft?.source ?? { path, pointer: pointer(section.name) },
  };
}

/** Start URL → when its latest login ends. The tokens beside it are not kept. */
function cachedLogins(home: PrincipalHome): ReadonlyMap<string, number> {
  const expiry = new Map<string, number>();
  for (const file of home.read('~/.aws/sso/cache/*.json').slice(0, MAX_CACHED_LOGINS)) {
    const document = home.parse(file, 'json');
    const start = textAt(document, 'startUrl');
    const ends = timeMs(textAt(document, 'expiresAt')?.replace(/UTC$/, 'Z'));
    if (start !== undefined && ends !== undefined) expiry.set(start, Math.max(ends, expiry.get(start) ?? 0));
  }
  return expiry;
}

function accountOfArn(arn: string | undefined): string | undefined {
  return /^arn:[\w-]+:iam::(\d{12}):/.exec(arn ?? '')?.[1];
}

function roleOfArn(arn: string | undefined): string | undefined {
  return /^arn:[\w-]+:iam::\d{12}:role\/(.{1,200})$/.exec(arn ?? '')?.[1];
}
