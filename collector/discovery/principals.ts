import { posix } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { PathContext } from '../agents/path-context.ts';
import type { FileFormat } from '../agents/spec-discovery.ts';
import { looksLikeProduction, type Principal } from '../contract/identity.ts';
import { shortHash } from './credentials.ts';
import { createPathExpander, type Expanded, withSlashes } from './expand-path.ts';
import { createFileFinder } from './find-files.ts';
import { parseDocument } from './parse-document.ts';
import { AWS } from './principals-aws.ts';
import { AZURE, GOOGLE_CLOUD, KUBERNETES } from './principals-cloud.ts';
import { GIT, GITHUB, GITLAB } from './principals-code.ts';
import { NETRC, POSTGRES, SSH, VAULT } from './principals-hosts.ts';
import { DOCKER, NPM, PYPI, TERRAFORM } from './principals-packages.ts';
import type { PrincipalDraft, PrincipalFile, PrincipalHome, PrincipalSource } from './principals-source.ts';
import { readRegularFile } from './safe-read.ts';

/** Where accounts of programs are written down. */
export const PRINCIPAL_SOURCES: readonly PrincipalSource[] = [
  AWS,
  GOOGLE_CLOUD,
  AZURE,
  KUBERNETES,
  GITHUB,
  GITLAB,
  GIT,
  NPM,
  PYPI,
  DOCKER,
  SSH,
  TERRAFORM,
  VAULT,
  NETRC,
  POSTGRES,
];

export interface PrincipalOptions {
  readonly homes: readonly PathContext[];
  /** Links of the own dotfiles may lead anywhere; no link may lead out of another home. */
  readonly ownHome?: string;
  /** Takes secrets out of a text, for files that hold one where a name belongs. */
  readonly redact: (text: string) => string;
  /** With it, static key ids are kept as a keyed fingerprint; without it not at all. */
  readonly fingerprint?: (value: string) => string;
  /** Told of each file that is there and was not read; never of its content. */
  readonly onUnread?: (path: string, reason: string) => void;
}

/** Configurations with hundreds of profiles or contexts are real; a megabyte is not. */
const MAX_FILE_BYTES = 1024 * 1024;
const MAX_FILES_PER_PATTERN = 500;
const MAX_PER_HOME = 5_000;
const MAX_TEXT = 256;

/**
 * The accounts that programs of each home's owner can act as, from the configuration files of the tools.
 * Reads only; starts no tool and asks no server. Attributes only: a token, password or key is never kept.
 * @returns in the order of homes and sources, at most 5,000 per home, each once; what cannot be read is left out and
 *   told to `onUnread`. Never rejects for what is on disk.
 */
export async function readPrincipals(options: PrincipalOptions): Promise<Principal[]> {
  const found = new Map<string, Principal>();
  for (const context of options.homes) {
    await setImmediate(); // Somebody's live session is waiting.
    const home = openHome(context, options);
    let left = MAX_PER_HOME;
    for (const source of PRINCIPAL_SOURCES) {
      for (const draft of source.read(home)) {
        if (left-- <= 0) break;
        const principal = finish(draft, options.redact);
        if (principal.name !== '' && !found.has(principal.id)) found.set(principal.id, principal);
      }
    }
    if (left < 0) options.onUnread?.(context.home, `more than ${MAX_PER_HOME} principals`);
  }
  return [...found.values()];
}

function openHome(context: PathContext, options: PrincipalOptions): PrincipalHome {
  const places = createPathExpander(context, undefined);
  const finder = createFileFinder((folder) => options.onUnread?.(folder, 'holds more than is looked at'));
  const within = context.home === options.ownHome ? undefined : context.home;

  function readPath(path: string): readonly PrincipalFile[] {
    const reading = readRegularFile(path, within, MAX_FILE_BYTES);
    if (reading.ok) return [{ path, text: reading.bytes.toString('utf8') }];
    if (reading.reason !== 'absent') options.onUnread?.(path, reading.reason);
    return [];
  }

  function expand(pattern: string): Expanded | undefined {
    const place = places.expand(pattern);
    return place?.area === 'home' ? place : undefined;
  }

  function find(pattern: string): readonly string[] {
    const place = expand(pattern);
    return place === undefined ? [] : finder.find(place.path).slice(0, MAX_FILES_PER_PATTERN);
  }

  return {
    context,
    find,
    read: (pattern) => find(pattern).flatMap((path) => readPath(posix.normalize(path))),
    // One spelling, so that an include in a circle is known again.
    readAt: (path) => readPath(posix.normalize(withSlashes(path))),
    parse: (file, format) => parseWithout(file, format),
    fingerprint: options.fingerprint,
  };
}

/** Keys whose value is a secret, in YAML: certificates and tokens are also what makes these files long. */
const SECRET_LINE =
  /^([ \t]*(?:-[ \t]+)?["']?(?:[\w-]*(?:token|password|secret|key-data|certificate-data|certificate-authority-data|passphrase|refresh-token|id-token))["']?[ \t]*:)[ \t]+\S.*$/gim;

function parseWithout(file: PrincipalFile, format: FileFormat): unknown {
  const text = format === 'yaml' ? file.text.replaceAll(SECRET_LINE, '$1 x') : file.text;
  return parseDocument(text, format).document;
}

function finish(draft: PrincipalDraft, redact: (text: string) => string): Principal {
  const clean = (text: string): string =>
    redact(text.slice(0, 4 * MAX_TEXT))
      .slice(0, MAX_TEXT)
      .toWellFormed();
  const { name, account, user, host, region, role, scope, via, source, ...rest } = draft;
  const texts = Object.fromEntries(
    Object.entries({ account, user, host, region, role, scope, via }).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, clean(value)]],
    ),
  );
  const production = looksLikeProduction([name, account, host, scope, role]);
  const cleanName = clean(name);
  return {
    ...rest,
    ...texts,
    id: `${draft.kind}:${shortHash(source.path, source.pointer ?? '', name, host ?? '', user ?? '')}`,
    name: cleanName,
    ...(production === undefined ? {} : { production }),
    source: {
      path: source.path,
      ...(source.pointer === undefined ? {} : { pointer: clean(source.pointer) }),
    },
  };
}
