import type { AgentSpec } from '../agents/spec.ts';
import type { PathContext } from '../agents/path-context.ts';
import { createPathExpander, withSlashes } from './expand-path.ts';
import { matchesName } from './find-files.ts';
import { ENV_FILES, SHELL_PROFILES } from './shell-files.ts';

/** Which paths discovery would look at. */
export interface CataloguePaths {
  /** A file that is read, or a folder on the way to one. @param path absolute, with `/` */
  concerns(path: string, projects: readonly string[]): boolean;
}

/** Cuts the patterns of a catalogue into names once, so that a path can be compared with all of them. Pure. */
export function createCataloguePaths(specs: readonly AgentSpec[], context: PathContext): CataloguePaths {
  const places = createPathExpander(context, '');
  const absolute = new Map<string, string[][]>();
  const below = new Map<string, string[][]>();
  const patterns = [
    ...specs.flatMap(({ discovery }) => [
      ...[...discovery.configs, ...discovery.credentials, ...discovery.assets]
        .filter(({ on }) => on?.includes(context.platform) !== false)
        .map(({ path }) => path),
    ]),
    ...SHELL_PROFILES,
    ...ENV_FILES.map(({ path }) => path),
  ];
  const home = withSlashes(context.home);
  for (const pattern of new Set(patterns)) {
    const place = places.expand(pattern);
    if (place === undefined) put(below, pattern.toLowerCase().split('/'));
    else if (place.path.startsWith(`${home}/`))
      put(
        absolute,
        place.path
          .slice(home.length + 1)
          .toLowerCase()
          .split('/'),
      );
  }

  return {
    concerns(path, projects) {
      if (path.startsWith(`${home}/`) && fits(absolute, path.slice(home.length + 1))) return true;
      return projects.some(
        (folder) => path.startsWith(`${folder}/`) && fits(below, path.slice(folder.length + 1)),
      );
    },
  };
}

/** Patterns by their first name; those that begin with a star are under `*`. */
function put(map: Map<string, string[][]>, parts: string[]): void {
  const first = parts[0] ?? '';
  const key = first.includes('*') ? '*' : first;
  const known = map.get(key);
  if (known === undefined) map.set(key, [parts]);
  else known.push(parts);
}

function fits(map: ReadonlyMap<string, string[][]>, path: string): boolean {
  const names = path.toLowerCase().split('/');
  return [...(map.get(names[0] ?? '') ?? []), ...(map.get('*') ?? [])].some((parts) =>
    isOnTheWay(parts, names),
  );
}

function isOnTheWay(parts: readonly string[], names: readonly string[]): boolean {
  for (const [at, name] of names.entries()) {
    const part = parts[at];
    if (part === undefined) return false;
    if (part === '**') return true;
    if (!matchesName(part, name)) return false;
  }
  return true;
}
