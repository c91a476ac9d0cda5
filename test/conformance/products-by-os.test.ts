import { existsSync, lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { AGENTS } from '../../collector/agents/index.ts';
import type { PathContext } from '../../collector/agents/path-context.ts';
import type { AgentSpec } from '../../collector/agents/spec.ts';
import type { InstallProbe } from '../../collector/agents/spec-discovery.ts';
import { OWN_DISK } from '../../collector/discovery/disk.ts';
import { createPathExpander } from '../../collector/discovery/expand-path.ts';
import { createFileFinder } from '../../collector/discovery/find-files.ts';
import { findInstalls } from '../../collector/discovery/installs.ts';
import { discoverHome } from '../support/discover-home.ts';
import { buildHome, type HomeBuilder } from '../support/home-builder.ts';

type Os = PathContext['platform'];

const PLATFORMS: readonly Os[] = ['linux', 'darwin', 'win32'];
const PRODUCTS = AGENTS.flatMap((spec) =>
  (spec.platforms ?? PLATFORMS).map((platform) => [spec.id, platform, spec] as const),
);

const homes: HomeBuilder[] = [];
afterEach(() => {
  for (const home of homes.splice(0)) home.remove();
});

/** A machine of that system with one project, and where its places are. */
class Machine {
  readonly home: HomeBuilder;
  readonly project: string;
  readonly #places;

  constructor(platform: Os) {
    this.home = buildHome(platform);
    homes.push(this.home);
    this.project = this.home.project('app').dir;
    this.#places = createPathExpander(this.home.context, this.home.system.dir);
  }

  /** A path as it could be on the disk; `undefined` where the system has no such place. */
  at(pattern: string): string | undefined {
    const path = this.#places.expand(pattern, this.project)?.path;
    return path?.replaceAll('**/', '').replaceAll('*', 'x1');
  }

  /** @returns `undefined` when something else is there already: `.rules` is a file of one and a folder of another */
  put(pattern: string, content: string): string | undefined {
    const path = this.at(pattern);
    if (path === undefined) return undefined;
    const parts = path.split('/');
    const blocked = parts.some((_, at) => {
      const above = parts.slice(0, at).join('/');
      return above !== '' && existsSync(above) && !lstatSync(above).isDirectory();
    });
    if (blocked || (existsSync(path) && lstatSync(path).isDirectory())) return undefined;
    this.home.system.text(path.slice(this.home.system.dir.length + 1), content);
    return path;
  }

  /** Takes away everything that was put there. */
  clear(): void {
    for (const name of readdirSync(this.home.system.dir))
      rmSync(join(this.home.system.dir, name), { recursive: true, force: true });
  }

  installs(probe: InstallProbe): readonly string[] {
    const { context } = this.home;
    return findInstalls([probe], {
      context,
      places: this.#places,
      files: createFileFinder(() => undefined),
      disk: OWN_DISK,
    }).map(({ path }) => path);
  }
}

/** Where the installer of that kind would put the product; `undefined` where there is no such installer. */
function installed(probe: InstallProbe, platform: Os): readonly [path: string, content: string] | undefined {
  switch (probe.kind) {
    case 'npm': {
      const folder = platform === 'win32' ? '{appSupport}/npm' : '~/.npm-global/lib';
      return [`${folder}/node_modules/${probe.package}/package.json`, '{"version":"1.2.3"}'];
    }
    case 'command':
      return [platform === 'win32' ? `{appSupport}/npm/${probe.name}.cmd` : `~/.local/bin/${probe.name}`, ''];
    case 'bundle':
      return platform === 'darwin'
        ? [`/Applications/${probe.name}.app/Contents/Info.plist`, '<plist/>']
        : undefined;
    case 'homebrew':
      return platform === 'win32' ? undefined : [`/opt/homebrew/Cellar/${probe.name}/1.2.3/bin`, ''];
    case 'extension':
      return [`~/.vscode/extensions/${probe.id}-1.2.3/package.json`, '{}'];
    case 'winget':
      return platform === 'win32'
        ? [`{localAppData}/Microsoft/WinGet/Packages/${probe.name}_x/x.exe`, '']
        : undefined;
    case 'scoop':
      return platform === 'win32' ? [`~/scoop/apps/${probe.name}/1.2.3/x.exe`, ''] : undefined;
    case 'versions':
      return probe.on?.includes(platform) === false ? undefined : [`${probe.path}/x`, ''];
    case 'manifest':
      return probe.on?.includes(platform) === false ? undefined : [probe.path, '{"version":"1.2.3"}'];
    case 'path':
      return probe.on?.includes(platform) === false ? undefined : [probe.path, ''];
  }
}

function sources(spec: AgentSpec, platform: Os) {
  const { configs, credentials, assets } = spec.discovery;
  const here = <T extends { readonly on?: readonly Os[] }>(list: readonly T[]): readonly T[] =>
    list.filter(({ on }) => on?.includes(platform) !== false);
  return { configs: here(configs), credentials: here(credentials), assets: here(assets) };
}

describe.each(PRODUCTS)('%s on %s', (_id, platform, spec) => {
  it('is seen by each way it can be installed', () => {
    const machine = new Machine(platform);
    const missed = spec.discovery.installs.flatMap((probe) => {
      expect(machine.installs(probe)).toEqual([]);
      const place = installed(probe, platform);
      if (place === undefined || machine.put(...place) === undefined) return [];
      const seen = machine.installs(probe);
      machine.clear();
      return seen.length > 0 ? [] : [JSON.stringify(probe)];
    });
    expect(missed).toEqual([]);
  });

  it('has every file read that its declaration names', async () => {
    const machine = new Machine(platform);
    const { configs, assets, credentials } = sources(spec, platform);
    const put = (list: readonly { readonly path: string }[], content: string): Set<string> =>
      new Set(list.flatMap(({ path }) => machine.put(path, content) ?? []));
    const wanted = put(
      configs.filter(({ state }) => state !== true),
      '',
    );
    put(credentials, '');
    const texts = put(assets, '{}');
    const inventory = await discoverHome(machine.home, {
      specs: [spec],
      projectsFromSessions: [machine.project],
    });
    const [agent] = inventory.agents;
    const read = new Set(agent?.configFiles.map(({ path }) => path));
    const found = new Set(inventory.assets.map(({ path }) => path));
    // A product that only editors' settings speak of is not there when they say nothing of it.
    if (agent !== undefined) expect([...wanted].filter((path) => !read.has(path))).toEqual([]);
    expect([...texts].filter((path) => !found.has(path) && !wanted.has(path))).toEqual([]);
    expect(inventory.health).toEqual([]);
  });
});

describe('recordings', () => {
  it('are there for every product whose logs are read', () => {
    const fixtures = new Set(readdirSync(new URL('../fixtures/agents/', import.meta.url)));
    const suites = new Set(readdirSync(new URL('../collector/agents/', import.meta.url)));
    const without = AGENTS.filter(({ id, logs }) => logs.length > 0 && !(fixtures.has(id) && suites.has(id)));
    expect(without.map(({ id }) => id)).toEqual([]);
  });

  it('belong to a product of the list', () => {
    const ids = new Set(AGENTS.map(({ id }) => id));
    const fixtures = readdirSync(new URL('../fixtures/agents/', import.meta.url));
    expect(fixtures.filter((name) => !ids.has(name))).toEqual([]);
  });
});
