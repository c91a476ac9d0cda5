import type { AgentRecord } from '../contract/agent.ts';
import { itemsAt, textAt } from '../agents/shared/document.ts';
import { VSCODE_FAMILY } from '../agents/shared/vscode-family.ts';
import type { PathContext } from '../agents/path-context.ts';
import type { InstallProbe } from '../agents/spec-discovery.ts';
import type { Disk } from './disk.ts';
import { type PathExpander, withSlashes } from './expand-path.ts';
import type { FileFinder } from './find-files.ts';
import { BUNDLE_FOLDERS, HOMEBREW_FOLDERS, NPM_FOLDERS, PROGRAM_FOLDERS } from './install-places.ts';
import { parseDocument } from './parse-document.ts';

type Install = AgentRecord['installs'][number];

const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;
const MAX_PATH_FOLDERS = 64;
const PROGRAM_ENDINGS: Readonly<Record<PathContext['platform'], readonly string[]>> = {
  linux: [''],
  darwin: [''],
  win32: ['.exe', '.cmd', '.ps1'],
};

export interface InstallContext {
  readonly context: PathContext;
  readonly places: PathExpander;
  readonly files: FileFinder;
  readonly disk: Disk;
}

/** All installs of one agent, most telling first; an install that two probes see is one. Runs nothing. */
export function findInstalls(probes: readonly InstallProbe[], at: InstallContext): readonly Install[] {
  const found = new Map<string, Install>();
  const real: string[] = [];
  for (const probe of probes) {
    for (const install of look(probe, at)) {
      const path = at.disk.realPath(install.path);
      // A command in a program folder is often a link into an install that is known already.
      if (found.has(path) || (probe.kind === 'command' && real.some((known) => belongs(path, known))))
        continue;
      found.set(path, install);
      real.push(path);
    }
  }
  return [...found.values()];
}

function belongs(path: string, install: string): boolean {
  return path === install || path.startsWith(`${install}/`);
}

function look(probe: InstallProbe, at: InstallContext): readonly Install[] {
  switch (probe.kind) {
    case 'npm':
      return matches(NPM_FOLDERS, `/${probe.package}/package.json`, at).flatMap((manifest) =>
        fromManifest(manifest, 'npm', at),
      );
    case 'manifest':
      return placed(probe, at).flatMap((path) => fromManifest(path, probe.method, at));
    case 'versions':
      return placed(probe, at).map((path) => withVersion(path, probe.method, lastVersion(baseName(path))));
    case 'path':
      return placed(probe, at).map((path) => ({ path, method: probe.method }));
    case 'command':
      return commands(probe.name, at);
    case 'bundle':
      return matches(BUNDLE_FOLDERS, `/${probe.name}.app/Contents/Info.plist`, at).map((plist) =>
        withVersion(plist.slice(0, -'/Contents/Info.plist'.length), 'bundle', bundleVersion(plist, at)),
      );
    case 'homebrew':
      return matches(HOMEBREW_FOLDERS, `/${probe.name}/*`, at)
        .filter((path) => /^\d/.test(baseName(path)))
        .map((path) => withVersion(path, 'homebrew', baseName(path)));
    case 'extension':
      return VSCODE_FAMILY.flatMap(({ name, extensions }) =>
        extensionInstalls(probe.id, name, extensions, at),
      );
    case 'winget':
      return matches(['{localAppData}/Microsoft/WinGet/Packages'], `/${probe.name}_*`, at).map((path) => ({
        path,
        method: 'winget',
      }));
    case 'scoop':
      return matches(['{SCOOP|~/scoop}/apps'], `/${probe.name}/*`, at)
        .filter((path) => /^\d/.test(baseName(path)))
        .map((path) => withVersion(path, 'scoop', baseName(path)));
  }
}

function placed(
  probe: { readonly path: string; readonly on?: readonly PathContext['platform'][] },
  at: InstallContext,
): readonly string[] {
  if (probe.on?.includes(at.context.platform) === false) return [];
  return matches([probe.path], '', at);
}

function matches(
  folders: readonly string[],
  below: string,
  { places, files }: InstallContext,
): readonly string[] {
  return folders.flatMap((folder) => {
    const place = places.expand(folder);
    return place === undefined ? [] : files.find(place.path + below);
  });
}

function fromManifest(path: string, method: string, at: InstallContext): readonly Install[] {
  const manifest = readManifest(path, at);
  return manifest === undefined
    ? []
    : [withVersion(path.slice(0, path.lastIndexOf('/')), method, textAt(manifest, 'version'))];
}

function readManifest(path: string, { disk }: InstallContext): unknown {
  const file = disk.read(path, undefined, MAX_MANIFEST_BYTES);
  return file.ok ? parseDocument(file.bytes.toString('utf8'), 'json').document : undefined;
}

function commands(name: string, at: InstallContext): readonly Install[] {
  const separator = at.context.platform === 'win32' ? ';' : ':';
  const onPath = (at.context.env['PATH'] ?? '').split(separator).filter(Boolean).slice(0, MAX_PATH_FOLDERS);
  const usual = PROGRAM_FOLDERS.flatMap((folder) => at.places.expand(folder)?.path ?? []);
  return [...new Set([...usual, ...onPath.map(withSlashes)])].flatMap((folder) =>
    PROGRAM_ENDINGS[at.context.platform]
      .flatMap((ending) => at.files.find(`${folder}/${name}${ending}`))
      .map((path) => withVersion(path, 'command', lastVersion(at.disk.realPath(path)))),
  );
}

function bundleVersion(plist: string, { disk }: InstallContext): string | undefined {
  const file = disk.read(plist, undefined, MAX_MANIFEST_BYTES);
  if (!file.ok) return undefined;
  return /<key>CFBundleShortVersionString<\/key>\s*<string>([^<]{1,64})</.exec(
    file.bytes.toString('utf8'),
  )?.[1];
}

/** A folder that `extensions.json` does not name is a leftover and is not loaded. */
function extensionInstalls(
  id: string,
  editor: string,
  folder: string,
  at: InstallContext,
): readonly Install[] {
  const place = at.places.expand(folder);
  if (place === undefined) return [];
  const listed = itemsAt({ items: readManifest(`${place.path}/extensions.json`, at) }, 'items');
  const loaded = new Set(listed.flatMap((item) => textAt(item, 'relativeLocation') ?? []));
  return at.files
    .find(`${place.path}/${id}-*`)
    .filter((path) => /^-\d/.test(baseName(path).slice(id.length)))
    .filter((path) => listed.length === 0 || loaded.has(baseName(path)))
    .map((path) =>
      withVersion(path, `extension:${editor}`, /^-([\d.]+)/.exec(baseName(path).slice(id.length))?.[1]),
    );
}

/** The last `1.2.3` or `2026.08.31-ab12` of a path. */
function lastVersion(path: string): string | undefined {
  return path.match(/\d{1,5}\.\d{1,5}\.\d{1,10}(?:[-+][\w.]{1,40})?/g)?.at(-1);
}

function withVersion(path: string, method: string, version: string | undefined): Install {
  return { path, method, ...(version === undefined ? {} : { version }) };
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
