import type { PathContext } from '../agents/path-context.ts';
import type { PathPattern } from '../agents/spec-discovery.ts';

/** Usual folders of each OS; `undefined` where there is no such thing. `/`-paths among them belong to the machine. */
const FOLDERS: Readonly<Record<string, Readonly<Record<PathContext['platform'], PathPattern | undefined>>>> =
  {
    config: every('{XDG_CONFIG_HOME|~/.config}'),
    data: every('{XDG_DATA_HOME|~/.local/share}'),
    state: every('{XDG_STATE_HOME|~/.local/state}'),
    cache: { linux: '{XDG_CACHE_HOME|~/.cache}', darwin: '~/Library/Caches', win32: '{localAppData}' },
    appSupport: {
      linux: '{XDG_CONFIG_HOME|~/.config}',
      darwin: '~/Library/Application Support',
      win32: '{APPDATA|~/AppData/Roaming}',
    },
    localAppData: { linux: undefined, darwin: undefined, win32: '{LOCALAPPDATA|~/AppData/Local}' },
    programFiles: { linux: undefined, darwin: undefined, win32: '/Program Files' },
    programData: { linux: undefined, darwin: undefined, win32: '/ProgramData' },
  };

function every(path: PathPattern): Readonly<Record<PathContext['platform'], PathPattern>> {
  return { linux: path, darwin: path, win32: path };
}

export interface Expanded {
  /** Absolute, with `/`; may hold `*`. */
  readonly path: string;
  /** Below which nothing may lead out, for places that others can write to. */
  readonly area: 'home' | 'system' | 'project';
}

/** Where a pattern points for one home. Pure. */
export interface PathExpander {
  /** @returns `undefined` when there is no such place on that OS, or the machine's folders are not looked at */
  expand(pattern: PathPattern, project?: string): Expanded | undefined;
}

export function createPathExpander(context: PathContext, systemRoot: string | undefined): PathExpander {
  const home = withSlashes(context.home).replace(/\/+$/, '');

  function expand(pattern: PathPattern, project?: string): Expanded | undefined {
    if (pattern.startsWith('~')) return { path: home + pattern.slice(1), area: 'home' };
    if (pattern.startsWith('/')) {
      return systemRoot === undefined
        ? undefined
        : { path: withSlashes(systemRoot) + pattern, area: 'system' };
    }
    if (!pattern.startsWith('{')) {
      return project === undefined
        ? undefined
        : { path: `${withSlashes(project)}/${pattern}`, area: 'project' };
    }
    const end = closingBrace(pattern);
    const [name = '', ...fallback] = pattern.slice(1, end).split('|');
    const rest = pattern.slice(end + 1);
    const moved = context.env[name];
    if (moved !== undefined && moved !== '') return { path: withSlashes(moved) + rest, area: 'home' };
    const usual = fallback.length > 0 ? fallback.join('|') : FOLDERS[name]?.[context.platform];
    const base = usual === undefined ? undefined : expand(usual);
    return base === undefined ? undefined : { ...base, path: base.path + rest };
  }

  return { expand };
}

function closingBrace(pattern: string): number {
  let depth = 0;
  for (let at = 0; at < pattern.length; at++) {
    if (pattern[at] === '{') depth++;
    if (pattern[at] === '}' && --depth === 0) return at;
  }
  throw new Error(`no closing brace in the catalogue's ${pattern}`);
}

/** Node takes `/` on every OS, so that one spelling is enough inside. */
export function withSlashes(path: string): string {
  return path.replaceAll('\\', '/');
}
