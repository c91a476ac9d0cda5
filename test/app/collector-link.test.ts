import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CollectorLink } from '../../app/collector-link.ts';
import { collectorCommand, CollectorProcess } from '../../app/collector-process.ts';
import { METHODS } from '../../collector/contract/ipc.ts';
import { readToken } from '../../collector/lib/token-file.ts';
import { pathsOf } from '../../collector/paths.ts';
import { createPlatform } from '../../collector/platform/index.ts';

const ENTRY = new URL('../../dist/reeve.js', import.meta.url).pathname;
const PATIENT = { timeout: 20_000, interval: 50 };

let folder: string;
let link: CollectorLink;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reeve-link-'));
});

afterEach(async () => {
  await link.call('collector.stop', {}).catch(() => undefined);
  link.close();
  rmSync(folder, { recursive: true, force: true });
});

function connect(version: string, entry: string): CollectorProcess {
  const paths = pathsOf(createPlatform(), join(folder, 'state'));
  const starter = new CollectorProcess({ node: process.execPath, entry }, join(folder, 'state'), {
    ...process.env,
    HOME: folder,
    XDG_CONFIG_HOME: join(folder, '.config'),
  });
  link = new CollectorLink({
    address: paths.address,
    readToken: () => readToken(paths.token),
    version,
    starter,
    nowMs: Date.now,
    random: Math.random,
  });
  return starter;
}

describe('CollectorLink', () => {
  it('replaces a collector that is older than the app, once', { timeout: 60_000 }, async () => {
    const starter = connect('999.0.0', ENTRY);
    void link.run();
    await expect.poll(() => link.state.kind, PATIENT).toBe('open');
    const { pid } = METHODS['status.get'].result.parse(await link.call('status.get', {}));
    expect(starter.pid).toBe(pid);
    expect(starter.endedInOrder).toBeDefined();
    expect(starter.endedInOrder).not.toBe(pid);
  });

  it('says what is missing when there is nothing to start', async () => {
    connect('0.1.0', join(folder, 'none.js'));
    let told = 0;
    link.onState(() => told++);
    void link.run();
    await expect
      .poll(() => link.problem, PATIENT)
      .toBe(`There is no collector at ${join(folder, 'none.js')}.`);
    expect(told).toBeGreaterThan(1);
    await expect(link.call('health.list', {})).rejects.toMatchObject({ code: 0 });
  });
});

describe('collectorCommand', () => {
  it('is beside the app when packaged, with its own Node', () => {
    const facts = { platform: 'win32', resources: '/r', bundles: '/b/dist/' } as const;
    expect(collectorCommand({ ...facts, packaged: true })).toEqual({
      node: '/r/collector/node.exe',
      entry: '/r/collector/dist/reeve.js',
    });
    expect(collectorCommand({ ...facts, platform: 'linux', packaged: false })).toEqual({
      node: '/b/node_modules/node/bin/node',
      entry: '/b/dist/reeve.js',
    });
  });
});
