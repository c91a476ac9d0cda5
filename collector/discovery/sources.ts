import type { AssetSource, ConfigSource, CredentialFile } from '../agents/spec-discovery.ts';
import type { AgentSpec } from '../agents/spec.ts';
import type { HomeScan, Scan } from './scan.ts';

interface Listed<S> {
  readonly spec: AgentSpec;
  readonly source: S;
  /** Place in the catalogue: what comes first there is read first. */
  readonly order: number;
}

/** Patterns of one kind, those below a project by the first name of their path. */
interface Sources<S> {
  readonly home: readonly Listed<S>[];
  readonly project: ReadonlyMap<string, readonly Listed<S>[]>;
  readonly anywhere: readonly Listed<S>[];
}

interface AllSources {
  readonly configs: Sources<ConfigSource | CredentialFile>;
  readonly assets: Sources<AssetSource>;
}

const MADE = new WeakMap<readonly AgentSpec[], AllSources>();

/**
 * What to look for in a home, or in one of its projects. The catalogue has some thousand patterns and a project a dozen
 * names: only those that begin with one of them are worth asking the disk for.
 */
export function configSources(
  scan: Scan,
  home: HomeScan,
  project: string | undefined,
): AllSources['configs']['home'] {
  return pick(made(scan).configs, home, project);
}

/** The same for skills, plug-ins, commands, sub-agents and instructions. */
export function assetSources(
  scan: Scan,
  home: HomeScan,
  project: string | undefined,
): AllSources['assets']['home'] {
  return pick(made(scan).assets, home, project);
}

function pick<S extends Pick<AssetSource, 'on'>>(
  sources: Sources<S>,
  home: HomeScan,
  project: string | undefined,
): readonly Listed<S>[] {
  const wanted = project === undefined ? sources.home : belowProject(sources, home, project);
  return wanted.filter(({ source }) => source.on?.includes(home.context.platform) !== false);
}

function belowProject<S>(sources: Sources<S>, home: HomeScan, project: string): Listed<S>[] {
  const found = [...sources.anywhere];
  const names = new Set(home.files.list(project).map((name) => name.toLowerCase()));
  for (const name of names) found.push(...(sources.project.get(name) ?? []));
  return found.sort((a, b) => a.order - b.order);
}

function made(scan: Scan): AllSources {
  const { specs } = scan.options;
  const known = MADE.get(specs);
  if (known !== undefined) return known;
  const all: AllSources = {
    configs: group(specs, ({ discovery }) => [...discovery.configs, ...discovery.credentials]),
    assets: group(specs, ({ discovery }) => discovery.assets),
  };
  MADE.set(specs, all);
  return all;
}

function group<S extends { readonly path: string }>(
  specs: readonly AgentSpec[],
  sourcesOf: (spec: AgentSpec) => readonly S[],
): Sources<S> {
  const home: Listed<S>[] = [];
  const anywhere: Listed<S>[] = [];
  const project = new Map<string, Listed<S>[]>();
  let order = 0;
  for (const spec of specs) {
    for (const source of sourcesOf(spec)) {
      const listed = { spec, source, order: order++ };
      const first = source.path.split('/', 1)[0]?.toLowerCase() ?? '';
      if (/^(?:~|\{|$)/.test(first)) home.push(listed);
      else if (first.includes('*')) anywhere.push(listed);
      else project.set(first, [...(project.get(first) ?? []), listed]);
    }
  }
  return { home, project, anywhere };
}
