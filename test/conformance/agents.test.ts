import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AGENTS } from '../../collector/agents/index.ts';
import { createPathExpander } from '../../collector/discovery/expand-path.ts';
import type { PathContext } from '../../collector/agents/path-context.ts';

const FOLDER = new URL('../../collector/agents/', import.meta.url);
const PLATFORMS: readonly PathContext['platform'][] = ['linux', 'darwin', 'win32'];

/** Readers must survive anything a file can hold. */
const DOCUMENTS: readonly unknown[] = [
  undefined,
  null,
  0,
  '',
  'text',
  [],
  [[]],
  {},
  { mcpServers: [] },
  { mcpServers: { a: null, b: [], c: 'x' }, servers: 1, mcp: { servers: null }, mcp_servers: [1] },
  { hooks: { PreToolUse: [{ hooks: [null, { command: 1 }] }, null, 'x'] }, projects: { '/x': null, y: 1 } },
  { tokens: { id_token: 'a.b.c' }, claudeAiOauth: { expiresAt: 'never' }, env: { A: {} }, permission: [] },
];

describe('agents', () => {
  it('are listed once each, under the name of their folder', () => {
    const ids = AGENTS.map(({ id }) => id);
    const folders = readdirSync(FOLDER, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && existsSync(new URL(`${entry.name}/index.ts`, FOLDER)))
      .map(({ name }) => name);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort()).toEqual(folders.sort());
  });

  it('prefix every log format with their id, and name it once', () => {
    const formats = AGENTS.flatMap(({ id, logs }) => logs.map((format) => [id, format.id] as const));
    for (const [id, format] of formats) expect(format.startsWith(`${id}.`), format).toBe(true);
    expect(new Set(formats.map(([, format]) => format)).size).toBe(formats.length);
  });
});

describe.each(AGENTS.map((spec) => [spec.id, spec] as const))('%s', (_, { discovery, platforms }) => {
  it.each(platforms ?? PLATFORMS)('can be found on %s', (platform) => {
    const probes = discovery.installs.filter((probe) => {
      if ('on' in probe && !probe.on.includes(platform)) return false;
      if (probe.kind === 'bundle') return platform === 'darwin';
      if (probe.kind === 'homebrew') return platform !== 'win32';
      return probe.kind === 'winget' || probe.kind === 'scoop' ? platform === 'win32' : true;
    });
    expect(probes.length).toBeGreaterThan(0);
  });

  it.each(PLATFORMS)('has places that can be expanded on %s', (platform) => {
    const places = createPathExpander({ platform, home: '/h', env: {} }, '');
    const patterns = [...discovery.configs, ...discovery.credentials, ...discovery.assets]
      .filter(({ on }) => on?.includes(platform) !== false)
      .map(({ path }) => path);
    const expanded = patterns.map((path) => places.expand(path, '/p'));
    expect(expanded).not.toContain(undefined);
    for (const place of expanded) expect(place?.path).toMatch(/^\/[^{}~]+$/);
  });

  it('looks for processes in lower case', () => {
    const { names, scripts = [], paths = [], notPaths = [] } = discovery.process;
    expect(names.length + scripts.length).toBeGreaterThan(0);
    for (const text of [...names, ...scripts, ...paths, ...notPaths]) expect(text).toBe(text.toLowerCase());
  });

  it('reads whatever a file holds without throwing', () => {
    for (const document of DOCUMENTS) {
      for (const source of discovery.configs) expect(source.read(document, '/x/y.json')).toBeTypeOf('object');
      for (const source of discovery.credentials) expect(source.read(document)).toBeTypeOf('object');
    }
  });
});
