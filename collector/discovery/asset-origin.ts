import type { HomeScan } from './scan.ts';

const MAX_GIT_CONFIG = 65_536;
/** By project; a home has a few hundred, and each has dozens of assets. */
const REMOTES = new WeakMap<HomeScan, Map<string, string | undefined>>();

/**
 * Where an asset came from, by its place: the marketplace whose folder a plug-in lies in, or the repository of its project.
 * Nothing is run and no link is followed; what cannot be told is absent.
 */
export function originOf(
  home: HomeScan,
  path: string,
  project: string | undefined,
): { readonly origin?: string } {
  const market = /\/plugins\/(?:cache|marketplaces|repos)\/([\w.@-]{1,100})\//.exec(path)?.[1];
  if (market !== undefined) return { origin: `marketplace:${market}` };
  if (project === undefined) return {};
  const known = REMOTES.get(home) ?? new Map<string, string | undefined>();
  REMOTES.set(home, known);
  if (!known.has(project)) known.set(project, remoteOf(home, project));
  const remote = known.get(project);
  return remote === undefined ? {} : { origin: `git:${remote}` };
}

function remoteOf(home: HomeScan, project: string): string | undefined {
  const config = home.disk.read(`${project}/.git/config`, project, MAX_GIT_CONFIG);
  return config.ok ? originRemote(config.bytes.toString('utf8')) : undefined;
}

/** Host and path of `[remote "origin"]`, without user and password: `github.com/acme/shop`. Pure. */
export function originRemote(gitConfig: string): string | undefined {
  const section = /^\s*\[remote "origin"\]\s*$([^[]{0,4000})/m.exec(gitConfig)?.[1];
  const url = /^\s*url\s*=\s*(\S{1,500})\s*$/m.exec(section ?? '')?.[1];
  if (url === undefined) return undefined;
  const bare = url.replace(/\.git\/?$/, '');
  const scp = /^(?:[\w.-]{1,64}@)?([\w.-]{1,253}):(?!\/\/)\/{0,3}([\w./~-]{1,300})$/.exec(bare);
  if (scp !== null) return `${scp[1] ?? ''}/${scp[2] ?? ''}`;
  if (!URL.canParse(bare)) return undefined;
  const { hostname, pathname } = new URL(bare);
  return hostname === '' ? undefined : hostname + pathname;
}
