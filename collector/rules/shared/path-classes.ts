import { findPattern, indexPatterns } from './path-index.ts';
import { PATH_PATTERNS } from './path-patterns.ts';
import type { PathClass, PathPattern } from './path-patterns.ts';
import { belowHome, foldPath, isInside } from './paths.ts';
import type { PathPlace } from './paths.ts';

export { PATH_CLASSES } from './path-patterns.ts';
export type { PathClass, PathPattern } from './path-patterns.ts';

/** Where a file lies, whatever it is. */
export type PathLocation =
  | 'filesystem-root'
  | 'home-root'
  | 'workspace-root'
  | 'workspace-parent'
  | 'workspace'
  | 'generated'
  | 'temp'
  | 'system'
  | 'home'
  | 'elsewhere';

export interface ClassContext extends PathPlace {
  readonly workspace?: string | undefined;
}

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

/** Classes that make something run again later: writing them is persistence. */
export const PERSISTENCE_CLASSES: ReadonlySet<PathClass> = new Set<PathClass>([
  'authorized-keys',
  'sshd-config',
  'sudoers',
  'shell-rc',
  'scheduler',
  'git-hooks',
  'editor-task',
  'root-ca',
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
  const folded = lower(path);
  const home = lowerHome(context.home);
  const known = MATCHED.get(folded);
  if (known !== undefined && known.home === home) return known.row;
  const row = findRow(folded, belowHome(folded, home));
  if (MATCHED.size >= MAX_MATCHED) MATCHED.clear();
  MATCHED.set(folded, { home, row });
  return row;
}

/** The same few files are asked about by every rule; the table is walked once for each. */
const MATCHED = new Map<string, { readonly home: string; readonly row: PathPattern | undefined }>();
const MAX_MATCHED = 4_096;

const INDEX = indexPatterns(PATH_PATTERNS);

function findRow(folded: string, inHome: string | undefined): PathPattern | undefined {
  const name = folded.slice(folded.lastIndexOf('/') + 1);
  const row = findPattern(INDEX, { path: folded, inHome, name });
  return row ?? (GLOB.test(folded) ? matchGlob(folded, inHome) : undefined);
}

const GENERATED =
  /\/(?:node_modules|\.venv|venv|__pycache__|dist|build|out|target|coverage|\.next|\.nuxt|\.turbo|\.cache|\.parcel-cache|\.pytest_cache|\.mypy_cache|\.ruff_cache|\.tox|\.gradle|\.svelte-kit|\.angular|bin\/debug|obj|cmake-build-[\w-]+|htmlcov|storybook-static|playwright-report|test-results|\.eggs|deriveddata|bower_components|tmp|logs?)(?:\/|$)/;

const TEMP =
  /^(?:\/tmp|\/var\/tmp|\/private\/tmp|\/private\/var\/folders|\/var\/folders|\/dev\/shm|\/run\/user\/\d+|[a-z]:\/windows\/temp|[a-z]:\/temp|[a-z]:\/tmp)(?:\/|$)|\/appdata\/local\/temp(?:\/|$)/;

const SYSTEM =
  /^(?:\/(?:etc|usr|bin|sbin|lib|lib32|lib64|boot|sys|proc|dev|var|opt|srv|root|run|snap|system|library|applications|private\/etc|private\/var|cores|nix)|[a-z]:\/(?:windows|program files|program files \(x86\)|programdata|recovery|boot))(?:\/|$)/;

/** A drive or share, or a folder whose loss takes the machine with it. */
const FILESYSTEM_ROOT =
  /^(?:\/|[a-z]:\/?|\/(?:etc|usr|bin|sbin|lib|lib64|boot|sys|var|opt|home|users|root|system|library|applications|volumes|mnt|media|srv|private)|\/mnt\/[a-z]|[a-z]:\/(?:windows|users|program files|program files \(x86\)|programdata)|\/\/[^/]+\/[^/]+)$/;

/** Where an absolute path lies. A trailing `/*` or `/.*` means its folder: `rm -rf ~/*` is about the home. */
export function locatePath(path: string, context: ClassContext): PathLocation {
  const folded = lower(path).replace(/(?:\/(?:\*+|\.\*|\.\[!?[^\]]*\]\*|\{\*,\.\*\}|\*\.\*))+$/, '') || '/';
  const home = lowerHome(context.home);
  if (folded === home) return 'home-root';
  const { workspace, platform } = context;
  const root = workspace === undefined ? undefined : lower(workspace).replace(/(?<=.)\/$/, '');
  if (folded === root) return 'workspace-root';
  if (FILESYSTEM_ROOT.test(folded)) return 'filesystem-root';
  if (root !== undefined && folded.startsWith(`${root}/`)) {
    return GENERATED.test(folded.slice(root.length)) ? 'generated' : 'workspace';
  }
  if (belowHome(folded, home) === '') return 'home-root';
  if (workspace !== undefined && isInside(workspace, path, platform)) return 'workspace-parent';
  if (TEMP.test(folded)) return 'temp';
  const inHome = belowHome(folded, home);
  if (inHome !== undefined) return GENERATED.test(`/${inHome}`) ? 'generated' : 'home';
  return SYSTEM.test(folded) ? 'system' : 'elsewhere';
}

const GLOB = /[*?[]/;

/** Lower case on every platform: the table knows no two files that differ by case only, and a hostile path might. */
function lower(path: string): string {
  return path.toLowerCase().replaceAll('\\', '/');
}

let lastHome = '';
let lastFoldedHome = '';
/** One home is asked for millions of times in a row. */
function lowerHome(home: string): string {
  if (home !== lastHome) {
    lastHome = home;
    lastFoldedHome = foldPath(home, 'win32').replace(/(?<=.)\/$/, '');
  }
  return lastFoldedHome;
}

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

/** Shell glob of one path against another, linear (one backtrack point); `*` and `?` stop at a slash. */
export function globMatches(glob: string, text: string): boolean {
  let g = 0;
  let t = 0;
  let star = -1;
  let mark = 0;
  while (t < text.length) {
    const step = g < glob.length && glob[g] !== '*' ? globStep(glob, g, text[t] ?? '') : 0;
    if (step > 0) {
      g += step;
      t++;
    } else if (glob[g] === '*') {
      star = g++;
      mark = t;
    } else if (star >= 0 && text[mark] !== '/') {
      g = star + 1;
      t = ++mark;
    } else return false;
  }
  while (glob[g] === '*') g++;
  return g === glob.length;
}

/** How many characters of the glob match this one character; 0 = none. */
function globStep(glob: string, at: number, char: string): number {
  const head = glob[at];
  if (head === '?') return char === '/' ? 0 : 1;
  if (head !== '[') return head === char ? 1 : 0;
  const close = glob.indexOf(']', at + 2);
  if (close < 0 || close - at > 64) return head === char ? 1 : 0;
  const negated = glob[at + 1] === '!' || glob[at + 1] === '^';
  let hit = false;
  for (let i = at + (negated ? 2 : 1); i < close; i++) {
    const from = glob[i] ?? '';
    if (glob[i + 1] === '-' && i + 2 < close) {
      if (char >= from && char <= (glob[i + 2] ?? '')) hit = true;
      i += 2;
    } else if (from === char) hit = true;
  }
  return hit !== negated && char !== '/' ? close - at + 1 : 0;
}
