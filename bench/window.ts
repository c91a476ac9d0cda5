/**
 * The window in a real browser, on a real collector whose store holds a million events: how soon there is something to
 * read, how soon a session of 100,000 events is open, and what a frame costs while it is scrolled and while ten
 * sessions work. Frames are told in processor time of the page's main thread, which a busy machine does not change;
 * waiting times are told whole and split into what the collector and what the page took.
 * Usage: node bench/window.ts [events in the store = 1000000] [events a second of ten busy sessions = 200] [folder]
 * With a folder the store is made there once, and used again.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContext, Page } from 'playwright-core';
import { launchBrowser } from '../test/support/browser.ts';
import { startCollector } from '../test/support/collector-process.ts';
import { firstLooks } from './shared/first-looks.ts';
import { type Call, printCalls, WATCH, waited } from './shared/page-watch.ts';
import { inMs } from './shared/quantiles.ts';
import { report } from './shared/report.ts';
import { type SessionFile, writeSessionHome } from './shared/session-home.ts';
import { trace, type Traced } from './shared/trace.ts';
import { fillStore, LONGEST_SESSION } from './shared/window-store.ts';

const total = Number(process.argv[2] ?? 1_000_000);
const rate = Number(process.argv[3] ?? 200);
const kept = process.argv[4];
const LONGEST = 100_000;
const ROUNDS = 9;
const BUSY_SESSIONS = 10;
const SCROLL_SECONDS = 6;
const PX_A_SECOND = 3_000;
const PULL_SECONDS = 4;
const LIVE_SECONDS = 10;

const folder = mkdtempSync(join(tmpdir(), 'reeve-window-'));
const [home, state] = [join(folder, 'home'), join(folder, 'state')];
mkdirSync(state, { recursive: true });
const made = join(kept ?? state, 'reeve.db');
if (!existsSync(made)) {
  mkdirSync(kept ?? state, { recursive: true });
  fillStore(made, total, LONGEST, Date.now());
}
if (kept !== undefined) cpSync(made, join(state, 'reeve.db'));
const files = writeSessionHome(home, {
  sessions: BUSY_SESSIONS,
  projects: BUSY_SESSIONS,
  agentOf: () => 'claude-code',
  steps: 3,
  nowMs: Date.now(),
});
const collector = await startCollector({ own: home }, state);
const browser = await launchBrowser();
try {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: 'light' });
  const { url, address } = await collector.client.call('ui.open', { port: 0 });
  await (await context.newPage()).goto(url);
  const base = new URL(address).origin;

  await firstLooks(collector, base, total);
  await openLong(context, base);
  await scroll(context, base);
  await live(context, base);
} finally {
  await browser.close();
  await collector.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function watched(on: BrowserContext): Promise<Page> {
  const page = await on.newPage();
  await page.addInitScript(WATCH);
  return page;
}

async function openLong(on: BrowserContext, base: string): Promise<void> {
  const [whole, server, work]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < ROUNDS; round++) {
    const page = await watched(on);
    const cdp = await on.newCDPSession(page);
    await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
    await page.goto(`${base}/#/sessions`);
    await page.evaluate(`useful('tr[data-row]')`);
    await sleep(500);
    const cpu = async (): Promise<number> => {
      const { metrics } = await cdp.send('Performance.getMetrics');
      return (metrics.find((metric) => metric.name === 'TaskDuration')?.value ?? 0) * 1_000;
    };
    const before = await cpu();
    const { ms, calls } = await page.evaluate<{ ms: number; calls: Call[] }>(`(async () => {
      calls.length = 0;
      const start = performance.now();
      location.hash = '#/sessions/${encodeURIComponent(LONGEST_SESSION)}';
      return { ms: (await useful('.event-line')) - start, calls };
    })()`);
    work.push((await cpu()) - before);
    whole.push(ms);
    server.push(waited(calls));
    if (round === ROUNDS - 1) printCalls(calls);
    await page.close();
  }
  report('a session of 100,000 events, from the list', [
    ['events to read', inMs(whole)],
    ['of it waiting for answers', inMs(server)],
    ['work of the page', `${inMs(work)} processor time`],
  ]);
}

async function openTimeline(on: BrowserContext, base: string, id: string): Promise<Page> {
  const page = await watched(on);
  await page.goto(`${base}/#/sessions/${encodeURIComponent(id)}`);
  await page.evaluate(`useful('.event-line')`);
  await sleep(1_000);
  return page;
}

/** A hand on the wheel. */
async function turnWheel(on: BrowserContext, page: Page): Promise<void> {
  const cdp = await on.newCDPSession(page);
  await cdp.send('Input.synthesizeScrollGesture', {
    x: 640,
    y: 400,
    yDistance: -SCROLL_SECONDS * PX_A_SECOND,
    speed: PX_A_SECOND,
    gestureSourceType: 'mouse',
  });
  await cdp.detach();
}

/** A hand on the scroll bar, each frame at another end of it. */
async function pull(page: Page): Promise<void> {
  await page.evaluate(`new Promise((resolve) => {
    const start = performance.now();
    const step = (now) => {
      const passed = (now - start) / 1000;
      scrollTo(0, (0.5 + 0.4 * Math.sin(passed * 2)) * document.documentElement.scrollHeight);
      if (passed < ${PULL_SECONDS}) requestAnimationFrame(step);
      else resolve();
    };
    requestAnimationFrame(step);
  })`);
}

async function scroll(on: BrowserContext, base: string): Promise<void> {
  const page = await openTimeline(on, base, LONGEST_SESSION);
  printFrames('scrolling through 100,000 events', await trace(browser, () => turnWheel(on, page)));
  printFrames('pulling its scroll bar to and fro', await trace(browser, () => pull(page)));
  await page.close();
}

function printFrames(title: string, traced: Traced): void {
  const { longTasksMs } = traced;
  const share = (traced.mainMs.filter((ms) => ms > 1_000 / 60).length * 100) / traced.mainMs.length;
  report(title, [
    ['script in a frame', inMs(traced.scriptMs)],
    ['all of the main thread', inMs(traced.mainMs)],
    ['frames over 16.7 ms', `${share.toFixed(1)} %`],
    [
      'tasks over 50 ms',
      longTasksMs.length === 0 ? 'none' : longTasksMs.map((ms) => ms.toFixed(0)).join(', '),
    ],
    ['frames a second', `${traced.framesPerSecond.toFixed(0)}, by the wall`],
  ]);
}

/** Ten sessions at work; each step is a call with its result. */
async function busy(seconds: number): Promise<void> {
  const EVENTS_A_STEP = 2;
  const startMs = performance.now();
  let steps = 0;
  for (;;) {
    const passed = (performance.now() - startMs) / 1_000;
    if (passed > seconds) return;
    for (; steps < (passed * rate) / EVENTS_A_STEP; steps++) {
      const file: SessionFile | undefined = files[steps % files.length];
      file?.append({ shell: `npm test -- --run src/part-${steps}`, output: 'fine' });
    }
    await sleep(50);
  }
}

async function live(on: BrowserContext, base: string): Promise<void> {
  // Those of the made store are long over on a slow machine; what is asked for must have been written by then.
  const newest = async (): Promise<string> => {
    const { sessions } = await collector.client.call('overview.get', {});
    const [first] = sessions.running;
    if (first === undefined) throw new Error('no session is running');
    return `/sessions/${encodeURIComponent(first.sessionId)}`;
  };
  const places: readonly (readonly [string, () => string | Promise<string>, string])[] = [
    ['the overview', () => '/', '.state-title'],
    ['the list of sessions', () => '/sessions', 'tr[data-row]'],
    ['the timeline of one of them', newest, '.event-line'],
  ];
  for (const [name, pathOf, selector] of places) {
    const page = await watched(on);
    await page.goto(`${base}/#${await pathOf()}`);
    await page.evaluate(`useful('${selector}')`);
    await sleep(500);
    await page.evaluate(`(() => { const turn = () => requestAnimationFrame(turn); turn(); })()`);
    const traced = await trace(browser, () => busy(LIVE_SECONDS));
    printFrames(`${name} while ten sessions write ${rate} events a second`, traced);
    await page.close();
  }
  const page = await openTimeline(on, base, LONGEST_SESSION);
  const work = busy(SCROLL_SECONDS + 1);
  printFrames(
    'scrolling through 100,000 events while they do',
    await trace(browser, () => turnWheel(on, page)),
  );
  await work;
  await page.close();
}
