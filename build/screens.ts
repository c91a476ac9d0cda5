/** Takes the pictures of the window for the README and the docs, from the make-believe home, so that they never go stale. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { buildDemoHome } from '../collector/cli/demo/build-home.ts';
import { settle } from '../test/e2e/visual/places.ts';
import { launchBrowser } from '../test/support/browser.ts';
import { smallPng } from './small-png.ts';
import { startCollector } from '../test/support/collector-process.ts';

const OUT = new URL('../docs/screens/', import.meta.url).pathname;
const SIZE = { width: 1280, height: 800 };

interface Shot {
  readonly name: string;
  readonly path: string;
  readonly theme: 'light' | 'dark';
  readonly width?: number;
  /** What to do on the page first. */
  readonly act?: (page: Page) => Promise<void>;
}

const openSession = async (page: Page): Promise<void> => {
  await page.locator('tr[data-row]', { hasText: 'shop-web' }).locator('.row-link').first().click();
  await page.locator('.event').first().waitFor();
};

const SHOTS: readonly Shot[] = [
  { name: 'overview', path: '/', theme: 'light' },
  { name: 'overview-dark', path: '/', theme: 'dark' },
  { name: 'overview-narrow', path: '/', theme: 'light', width: 360 },
  { name: 'session', path: '/sessions', theme: 'light', act: openSession },
  {
    name: 'graph',
    path: '/sessions',
    theme: 'dark',
    act: async (page) => {
      await openSession(page);
      await page.getByRole('tab', { name: 'Graph' }).click();
      await page.locator('.thing').first().waitFor();
    },
  },
  {
    name: 'finding',
    path: '/findings?q=stranger',
    theme: 'light',
    act: async (page) => {
      await page.locator('.row-link').first().click();
      await page.locator('.evidence a').first().waitFor();
    },
  },
  { name: 'connections', path: '/connections', theme: 'light' },
  { name: 'privileges', path: '/privileges', theme: 'light' },
  {
    name: 'what-we-send',
    path: '/sent',
    theme: 'light',
    act: async (page) => {
      await page.getByRole('tab', { name: /^Metadata/ }).click();
    },
  },
];

const folder = mkdtempSync(join(tmpdir(), 'reeve-screens-'));
const home = join(folder, 'ana');
const browser = await launchBrowser();
const play = buildDemoHome(home, Date.now());
await play(new AbortController().signal, 0);
const collector = await startCollector({ own: home }, join(folder, 'state'));
try {
  mkdirSync(OUT, { recursive: true });
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  const page = await context.newPage();
  const { url, address } = await collector.client.call('ui.open', { port: 0 });
  await page.goto(url);
  await page.getByText('Watching', { exact: true }).waitFor();
  for (const shot of SHOTS) {
    await page.setViewportSize({ ...SIZE, ...(shot.width !== undefined && { width: shot.width }) });
    await page.emulateMedia({ colorScheme: shot.theme });
    await page.goto(`${address}#${shot.path}`);
    await page.reload();
    await page.locator('main h1').waitFor({ state: 'attached' });
    await page.locator('[role="status"][aria-label="Loading"]').first().waitFor({ state: 'detached' });
    await shot.act?.(page);
    await page.mouse.move(0, 0);
    await page.waitForTimeout(1_500);
    await settle(page);
    const path = join(OUT, `${shot.name}.png`);
    const png = smallPng(await page.screenshot());
    writeFileSync(path, png);
    process.stdout.write(`${shot.name} ${Math.round(png.length / 1_000)} kB\n`);
  }
} finally {
  await browser.close();
  await collector.stop();
  rmSync(folder, { recursive: true, force: true });
}
