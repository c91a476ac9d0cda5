/**
 * Records what the visual tests compare with. Pictures after a change of the window that was meant:
 *   node build/bundle.ts && node test/e2e/visual/record.ts
 * The answers as well, when the contract or the demo changed (processes of other agents must not be in sight):
 *   unshare -p -f --mount-proc node test/e2e/visual/record.ts --answers
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { buildDemoHome } from '../../../collector/cli/demo/build-home.ts';
import { launchBrowser } from '../../support/browser.ts';
import { type RunningCollector, startCollector } from '../../support/collector-process.ts';
import { callKey, readRecording } from '../../support/recorded-window.ts';
import { capture } from './capture.ts';
import { show, SHOTS } from './places.ts';
import { ANSWERS, writeLooks } from './stored.ts';

/** Between two steps of the demo, so that what happens has an order. */
const PAUSE_MS = 40;
const CALM_MS = 12_000;

const browser = await launchBrowser();
try {
  if (process.argv.includes('--answers')) await recordAnswers(browser);
  const { looks, environment, complaints } = await capture(browser, readRecording(ANSWERS));
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
  writeLooks(looks, environment);
  console.log(`${looks.length} pictures, Chromium ${environment.chromium}`);
} finally {
  await browser.close();
}

async function recordAnswers(on: Browser): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'reeve-record-'));
  const home = join(folder, 'ana');
  const state = join(folder, 'state');
  const play = buildDemoHome(home, Date.now());
  await play(new AbortController().signal, PAUSE_MS);
  const collector = await startCollector({ own: home }, state);
  try {
    await calm(collector);
    const context = await on.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    const answers = listen(page);
    const timeMs = Date.now();
    const { url } = await collector.client.call('ui.open', { port: 0 });
    await page.goto(url);
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    for (const shot of SHOTS) await show(page, new URL(url).origin, shot);
    // These come with the page, and are asked for only when something changes.
    for (const method of ['overview.get', 'agents.list'] as const)
      answers.set(callKey(method, {}), await collector.client.call(method, {}));
    const text = JSON.stringify({ timeMs, answers: Object.fromEntries(answers) })
      .replaceAll(home, '/home/ana')
      .replaceAll(state, '/home/ana/.local/state/reeve')
      .replaceAll('"user":"root"', '"user":"ana"');
    if (text.includes(folder)) throw new Error(`${folder} is still in the answers`);
    writeFileSync(ANSWERS, gzipSync(text, { level: 9 }));
    await context.close();
  } finally {
    await collector.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Nothing new was found for a while. */
async function calm(collector: RunningCollector): Promise<void> {
  let [before, sinceMs] = [-1, Date.now()];
  while (Date.now() - sinceMs < CALM_MS) {
    const { totals } = await collector.client.call('status.get', {});
    if (totals.findings !== before) [before, sinceMs] = [totals.findings, Date.now()];
    await sleep(500);
  }
}

/** What the page asks and what it is answered, by key; the last answer counts. */
function listen(page: Page): Map<string, unknown> {
  const answers = new Map<string, unknown>();
  page.on('websocket', (socket) => {
    const asked = new Map<number, string>();
    socket.on('framesent', ({ payload }) => {
      const { id, method, params } = JSON.parse(String(payload)) as {
        id: number;
        method: string;
        params: unknown;
      };
      if (method !== 'hello' && method !== 'notices.select') asked.set(id, callKey(method, params));
    });
    socket.on('framereceived', ({ payload }) => {
      const { id, result } = JSON.parse(String(payload)) as { id?: number; result?: unknown };
      const key = id === undefined ? undefined : asked.get(id);
      if (key !== undefined && result !== undefined) answers.set(key, result);
    });
  });
  return answers;
}
