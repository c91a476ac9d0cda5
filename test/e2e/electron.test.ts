import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { IpcClient } from '../../collector/ipc/client.ts';
import { readToken } from '../../collector/lib/token-file.ts';
import { pathsOf } from '../../collector/paths.ts';
import { createPlatform } from '../../collector/platform/index.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const binary = process.env['ELECTRON_PATH'];

/** The same app in the real Electron, where there is one. Elsewhere `app.test.ts` runs it over a browser. */
describe('Electron', () => {
  if (binary === undefined || !existsSync(binary)) {
    console.log('The suite in the real Electron did not run: ELECTRON_PATH names no program.');
    it('would find the app where the manifest says, and importing nothing but itself', () => {
      const { main } = z
        .object({ main: z.string() })
        .parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));
      const code = readFileSync(join(ROOT, main), 'utf8');
      const imported = [...code.matchAll(/^(?:import|\}) .*?from "([^"]+)";$/gm)].map(
        (match) => match[1] ?? '',
      );
      expect(imported.filter((name) => !isBuiltin(name))).toEqual(['electron']);
    });
    return;
  }

  let app: ElectronApplication;
  let page: Page;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'reeve-electron-'));
    app = await _electron.launch({
      executablePath: binary,
      args: [ROOT, `--state=${join(folder, 'state')}`, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
      env: { PATH: process.env['PATH'] ?? '', HOME: folder, DISPLAY: process.env['DISPLAY'] ?? '' },
    });
    page = await app.firstWindow();
  }, 60_000);

  afterAll(async () => {
    await app.close();
    // It outlives the app, as it should.
    const { address, token } = pathsOf(createPlatform(), join(folder, 'state'));
    const client = await IpcClient.connect(address, readToken(token) ?? '');
    await client.call('collector.stop', {});
    await client.closed();
    rmSync(folder, { recursive: true, force: true });
  });

  it('shows the window from the package, connected to a collector it started', async () => {
    await page.getByText('Watching').first().waitFor({ timeout: 30_000 });
    expect(page.url()).toMatch(/^app:\/\/reeve\//);
    expect(await page.evaluate('Object.keys(window.reeve).sort()')).toEqual(['call', 'onNotice', 'onState']);
    expect(await page.evaluate('typeof require + typeof process')).toBe('undefinedundefined');
  });

  it('stays where it is', async () => {
    await page.evaluate('location.href = "https://example.com/"; undefined').catch(() => undefined);
    await page.evaluate('void window.open("https://example.com/")');
    expect(page.url()).toMatch(/^app:\/\/reeve\//);
    expect(app.windows()).toHaveLength(1);
  });
});
