import { belowHome, foldPath, isInside } from './paths.ts';
import type { PathPlace } from './paths.ts';

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

/** What the place of a path is told from. */
export interface ClassContext extends PathPlace {
  readonly workspace?: string | undefined;
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
  const folded =
    foldCase(path).replace(/(?:\/(?:\*{1,8}|\.\*|\.\[[^\]/]{0,40}\]\*|\{\*,\.\*\}|\*\.\*)){1,8}$/, '') || '/';
  const home = foldHome(context.home);
  if (folded === home) return 'home-root';
  const { workspace, platform } = context;
  const root = workspace === undefined ? undefined : foldCase(workspace).replace(/(?<=.)\/$/, '');
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

/** Lower case on every platform: the table knows no two files that differ by case only, and a hostile path might. */
export function foldCase(path: string): string {
  return path.toLowerCase().replaceAll('\\', '/');
}

let lastHome = '';
let lastFoldedHome = '';
/** One home is asked for millions of times in a row. */
export function foldHome(home: string): string {
  if (home !== lastHome) {
    lastHome = home;
    lastFoldedHome = foldPath(home, 'win32').replace(/(?<=.)\/$/, '');
  }
  return lastFoldedHome;
}
