import { globMatches } from './globs.ts';
import { findPattern, indexPatterns } from './path-index.ts';
import { foldCase, foldHome, locatePath } from './path-location.ts';
import type { ClassContext } from './path-location.ts';
import { PATH_PATTERNS } from './path-patterns.ts';
import type { PathClass, PathPattern } from './path-patterns/pattern.ts';
import { belowHome } from './paths.ts';

export { locatePath } from './path-location.ts';
export type { PathClass } from './path-patterns/pattern.ts';

/** Classes whose content is a secret: reading them is what B-01 to B-06 are about. */
export const SECRET_CLASSES: ReadonlySet<PathClass> = new Set<PathClass>([
  'ssh-key',
  'gpg-key',
  'private-key',
  'os-credential',
  'process-memory',
  'keychain',
  'browser-store',
  'wallet',
  'password-vault',
  'agent-credential',
  'cloud-credential',
  'env-file',
  'app-secret',
]);

/**
 * What an absolute path is, by the first matching row of the table, else by where it lies.
 * A glob counts as what it may hit: `~/.ssh/id_*` is an `ssh-key`, and so is `~/.ss?/id_rsa`.
 */
export function classifyPath(path: string, context: ClassContext): PathClass {
  const row = matchPathPattern(path, context);
  if (row !== undefined) return row.class;
  const location = locatePath(path, context);
  switch (location) {
    case 'generated':
      return 'generated-dir';
    case 'workspace-parent':
    case 'elsewhere':
      return 'other';
    case 'filesystem-root':
    case 'home-root':
    case 'workspace-root':
    case 'workspace':
    case 'temp':
    case 'system':
    case 'home':
      return location;
  }
}

/** The agent a file belongs to (`claude-code`, `codex`, …), when it is one's config, credential, log or instruction file. */
export function agentOfPath(path: string, context: ClassContext): string | undefined {
  return matchPathPattern(path, context)?.agent;
}

/** Row of the table that decides; `undefined` when no name says anything. */
export function matchPathPattern(path: string, context: ClassContext): PathPattern | undefined {
  const home = foldHome(context.home);
  if (home !== matchedHome || matched.size >= MAX_MATCHED) {
    matched.clear();
    matchedHome = home;
  }
  const known = matched.get(path);
  if (known !== undefined) return known ?? undefined;
  const folded = foldCase(path);
  const row = findRow(folded, belowHome(folded, home));
  matched.set(path, row ?? null);
  return row;
}

/** Rules ask for the paths of one call one after the other: their answers, `null` for the ordinary file. */
const matched = new Map<string, PathPattern | null>();
const MAX_MATCHED = 64;
let matchedHome = '';

const INDEX = indexPatterns(PATH_PATTERNS);

function findRow(folded: string, inHome: string | undefined): PathPattern | undefined {
  const name = folded.slice(folded.lastIndexOf('/') + 1);
  const row = findPattern(INDEX, { path: folded, inHome, name });
  return row ?? (GLOB.test(folded) ? matchGlob(folded, inHome) : undefined);
}

const GLOB = /[*?[]/;

/** Files a glob is tried on: one or two of each secret class. */
const GLOB_TARGETS: readonly string[] = [
  '.ssh/id_rsa',
  '.ssh/id_ed25519',
  '.aws/credentials',
  '.kube/config',
  '.docker/config.json',
  '.netrc',
  '.npmrc',
  '.config/gcloud/application_default_credentials.json',
  '.azure/accesstokens.json',
  '.config/gh/hosts.yml',
  '.claude/.credentials.json',
  '.codex/auth.json',
  '.gemini/oauth_creds.json',
  '.bash_history',
  '.zshrc',
  '.bashrc',
  '.ssh/authorized_keys',
];
const GLOB_ROOT_TARGETS: readonly string[] = ['/etc/shadow', '/etc/sudoers'];

function matchGlob(path: string, inHome: string | undefined): PathPattern | undefined {
  const targets = inHome === undefined ? GLOB_ROOT_TARGETS : GLOB_TARGETS;
  const text = inHome ?? path;
  // A bare `*` hits everything; only a glob with some letters of the name left says what it wants.
  if (text.replace(/[*?[\]/.!^-]/g, '').length < 2) return undefined;
  const target = targets.find((candidate) => globMatches(text, candidate));
  if (target === undefined) return undefined;
  const name = target.slice(target.lastIndexOf('/') + 1);
  const below = inHome === undefined ? undefined : target;
  const full = inHome === undefined ? target : `/home/x/${target}`;
  return findPattern(INDEX, { path: full, inHome: below, name });
}
