import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { collectorCommand } from '../../app/collector-process.ts';
import { LINK_SCHEME } from '../../app/deep-links.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const Config = z.object({
  files: z.array(z.string()),
  extraResources: z.array(z.object({ from: z.string(), to: z.string() })),
  asar: z.boolean(),
  protocols: z.array(z.object({ schemes: z.array(z.string()) })),
  electronFuses: z.record(z.string(), z.boolean()),
  mac: z.object({ hardenedRuntime: z.boolean() }),
});
const config = Config.parse(parse(readFileSync(join(ROOT, 'electron-builder.yml'), 'utf8')));
const { main } = z
  .object({ main: z.string() })
  .parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));

/** What the package would hold, by the patterns of its configuration: later ones win. */
function packaged(): string[] {
  const taken = new Set<string>();
  for (const pattern of config.files) {
    if (!pattern.startsWith('!')) for (const file of globSync(pattern, { cwd: ROOT })) taken.add(file);
  }
  const without = config.files
    .filter((pattern) => pattern.startsWith('!'))
    .map((pattern) => pattern.slice(1));
  const left = globSync('{dist,package.json}/**', { cwd: ROOT, exclude: without }).concat('package.json');
  return [...taken].filter((file) => left.includes(file));
}

describe('the package of the app', () => {
  it('holds the bundles the manifest and the app name, and no sources, maps or packages', () => {
    const files = packaged();
    expect(files).toContain(main);
    expect(files).toEqual(
      expect.arrayContaining(['dist/app/preload.cjs', 'dist/renderer/index.html', 'package.json']),
    );
    expect(files.filter((file) => /\.(?:map|ts|tsx)$|node_modules|^dist\/[^/]+\.js$/.test(file))).toEqual([]);
    for (const pattern of config.files.filter((one) => !one.startsWith('!')))
      expect(globSync(pattern, { cwd: ROOT }).length, pattern).toBeGreaterThan(0);
  });

  it('holds every file that the page asks for', () => {
    const files = new Set(packaged());
    const html = readFileSync(join(ROOT, 'dist/renderer/index.html'), 'utf8');
    const asked = [...html.matchAll(/(?:src|href)="\/?([^":#]+)"/g)].map((match) => match[1] ?? '');
    expect(asked.length).toBeGreaterThan(1);
    for (const path of asked) expect(files, path).toContain(join('dist/renderer', path));
  });

  it('lets nobody run other code in it', () => {
    expect(config.asar).toBe(true);
    expect(config.mac.hardenedRuntime).toBe(true);
    expect(config.electronFuses).toMatchObject({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    });
  });

  it('puts the collector where the app looks for it, and names the links the app reads', () => {
    const [collector] = config.extraResources;
    for (const platform of ['linux', 'darwin', 'win32'] as const) {
      const { node, entry } = collectorCommand({
        packaged: true,
        platform,
        resources: '/res',
        bundles: '/b',
      });
      for (const path of [node, entry])
        expect(relative('/res', path).replaceAll('\\', '/')).toMatch(new RegExp(`^${collector?.to ?? '-'}/`));
    }
    expect(config.protocols.flatMap(({ schemes }) => schemes)).toEqual([LINK_SCHEME]);
    expect(existsSync(join(ROOT, 'dist/reeve.js'))).toBe(true);
  });
});
