import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContext, Page, WebSocketRoute } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sessionId } from '../../collector/contract/event.ts';
import { launchBrowser } from '../support/browser.ts';
import { claudeCall, claudeLog } from '../support/claude-lines.ts';
import { type RunningCollector, startCollector } from '../support/collector-process.ts';

const PATIENT = { timeout: 15_000, interval: 50 };
const SESSION = 'cccccccc-0000-4000-8000-0000000000cc';
const ID = sessionId('claude-code', SESSION);
/** Longer than notices are gathered for, at both ends. */
const QUIET_MS = 2_500;

let folder: string;
let log: string;
let collector: RunningCollector;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let base: string;
let nextCall = 10;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'reeve-live-'));
  const home = join(folder, 'ana');
  mkdirSync(home);
  log = claudeLog(home, '-home-ana-src-live', SESSION, [call('git status'), call('cat ~/.ssh/id_rsa')]);
  collector = await startCollector({ own: home }, join(folder, 'state'));
  browser = await launchBrowser();
  context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
  const first = await context.newPage();
  const { url, address } = await collector.client.call('ui.open', { port: 0 });
  base = new URL(address).origin;
  await first.goto(url);
  await first.getByText('Watching', { exact: true }).waitFor();
  await first.close();
}, 60_000);

afterAll(async () => {
  await browser.close();
  await collector.stop();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  page = await context.newPage();
  page.setDefaultTimeout(15_000);
});

afterEach(async () => {
  await page.close();
});

function call(command: string): string {
  return claudeCall(nextCall++, { command }, { sessionId: SESSION, cwd: '/home/ana/src/live' });
}

function work(command: string): void {
  appendFileSync(log, call(command));
}

const timeline = (): string => `${base}/#/sessions/${encodeURIComponent(ID)}`;

/** The way between page and collector, in the hands of the test. */
interface Wire {
  /** What the page sent, newest last. */
  readonly sent: { readonly method: string; readonly params: unknown }[];
  /** Names of notices that came. */
  readonly notices: string[];
  /** Notices that are lost on the way. */
  lose: boolean;
  tell: (method: string, params: object) => void;
  cut: () => Promise<void>;
}

async function wired(): Promise<Wire> {
  let route: WebSocketRoute | undefined;
  const wire: Wire = {
    sent: [],
    notices: [],
    lose: false,
    tell: (method, params) => route?.send(JSON.stringify({ jsonrpc: '2.0', method, params })),
    cut: async () => route?.close({ code: 1011 }),
  };
  await page.routeWebSocket(/\/api(\?since=.*)?$/, (socket) => {
    route = socket;
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      wire.sent.push(JSON.parse(String(message)) as Wire['sent'][number]);
      server.send(message);
    });
    server.onMessage((message) => {
      const { id, method } = JSON.parse(String(message)) as { id?: number; method?: string };
      if (id === undefined && method !== undefined) {
        wire.notices.push(method);
        if (wire.lose) return;
      }
      socket.send(message);
    });
  });
  return wire;
}

/** As the browser does with a tab that another one covers. */
async function setVisible(visible: boolean): Promise<void> {
  await page.evaluate(`
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => '${visible ? 'visible' : 'hidden'}' });
    document.dispatchEvent(new Event('visibilitychange'));
  `);
}

describe('the first picture', () => {
  it('is drawn from what came in the page and was asked with the greeting: nothing is asked twice', async () => {
    const wire = await wired();
    // What other programs of this machine do is news too.
    wire.lose = true;
    await page.goto(`${base}/#/findings`);
    await page.locator('tr[data-row]').first().waitFor();
    await page.getByText('Watching', { exact: true }).waitFor();
    const asked = wire.sent.map(({ method }) => method).filter((method) => method !== 'notices.select');
    expect(asked).toEqual(['hello', 'findings.list']);
  });

  it('keeps what came in the page only while it is true', async () => {
    // Fulfilling the page from here would make it one from elsewhere, which may not reach this machine.
    await page.addInitScript(`new MutationObserver(() => {
      const data = document.getElementById('first-answers');
      if (data?.textContent.includes('"phase":"watching"'))
        data.textContent = data.textContent.replace('"phase":"watching"', '"phase":"stopping"');
      if (sessionStorage.old) document.querySelector('meta[name="first-since"]')?.setAttribute('content', 'another-run.1');
    }).observe(document, { childList: true, subtree: true })`);
    const wire = await wired();
    wire.lose = true;
    await page.goto(`${base}/`);
    await page.getByText('Stopping', { exact: true }).waitFor();
    await page.evaluate(`sessionStorage.old = 'yes'`);
    wire.lose = false;
    await page.reload();
    await page.getByText('Watching', { exact: true }).waitFor();
    await expect.poll(() => wire.notices, PATIENT).toContain('resync');
  });

  it('connects again when the connection that the page opened breaks before its program is there', async () => {
    const wire = await wired();
    await page.route('**/program-*.js', async (route) => {
      await expect.poll(() => wire.sent.length, PATIENT).toBeGreaterThan(0);
      await wire.cut();
      await route.continue();
    });
    await page.goto(`${base}/#/findings`);
    await page.locator('tr[data-row]').first().waitFor();
    await page.getByText('Watching', { exact: true }).waitFor();
    expect(wire.sent.filter(({ method }) => method === 'hello')).toHaveLength(2);
  });

  it('asks again for a page that was left before anything took its answer', async () => {
    await page.route('**/connect-*.js', async (route) => {
      await page.evaluate(`location.hash = '#/'`);
      await route.continue();
    });
    await page.goto(`${base}/#/findings`);
    await page.locator('.state-title').waitFor();
    await page.evaluate(`location.hash = '#/findings'`);
    await page.locator('tr[data-row]').first().waitFor({ timeout: 15_000 });
  });

  it('follows a link of the frame that is pressed before the program is there', async () => {
    await page.route('**/program-*.js', async (route) => {
      await page.evaluate(`location.hash = '#/sessions'`);
      await route.continue();
    });
    await page.goto(`${base}/`);
    await page.getByRole('heading', { name: 'Sessions', exact: true }).waitFor();
  });
});

describe('a page that lost something', () => {
  it('does not know what it was not told, and asks for all of it when it is told so', async () => {
    const wire = await wired();
    await page.goto(timeline());
    await page.getByText('git status').waitFor();
    // What it still asks for on its own is answered by then.
    await sleep(QUIET_MS);
    wire.lose = true;
    work('echo never told');
    await expect.poll(() => wire.notices, PATIENT).toContain('events.created');
    await sleep(QUIET_MS);
    expect(await page.getByText('echo never told').count()).toBe(0);
    wire.lose = false;
    wire.tell('resync', {});
    await page.getByText('echo never told').waitFor();
  });

  it('comes back after its connection broke, with what happened meanwhile', async () => {
    const wire = await wired();
    await page.goto(timeline());
    await page.getByText('git status').waitFor();
    await wire.cut();
    work('echo while away');
    await page.getByText('echo while away').waitFor();
    await page.getByText('Watching').first().waitFor();
    expect(wire.sent.filter(({ method }) => method === 'hello')).toHaveLength(2);
    expect(await page.getByText('The collector is not running').count()).toBe(0);
  });
});

describe('a page in the background', () => {
  it('wants no notices, asks nothing and draws nothing, and is up to date when it is seen again', async () => {
    const wire = await wired();
    await page.goto(timeline());
    await page.getByText('git status').waitFor();
    await setVisible(false);
    const selected = (): unknown => wire.sent.findLast(({ method }) => method === 'notices.select')?.params;
    await expect.poll(selected, PATIENT).toEqual({ names: [] });
    await sleep(QUIET_MS);
    const [asked, told] = [wire.sent.length, wire.notices.length];
    await page.evaluate(
      `globalThis.changes = 0; new MutationObserver(() => changes++).observe(document, { subtree: true, childList: true, characterData: true, attributes: true }); undefined`,
    );
    for (let n = 0; n < 20; n++) work(`echo unseen ${n}`);
    const known = async (): Promise<number> =>
      (await collector.client.call('events.search', { words: 'unseen', limit: 100 })).length;
    await expect.poll(known, PATIENT).toBe(20);
    await sleep(QUIET_MS);
    expect(wire.sent).toHaveLength(asked);
    expect(wire.notices).toHaveLength(told);
    expect(await page.evaluate('changes')).toBe(0);
    await setVisible(true);
    await page.getByText('echo unseen 19').waitFor();
  });
});

describe('two windows', () => {
  it('show the same: what is decided in one is seen in the other', async () => {
    const other = await context.newPage();
    await other.goto(`${base}/#/findings`);
    await page.goto(`${base}/#/findings`);
    const link = page.locator('.row-link').first();
    const href = (await link.getAttribute('href')) ?? '';
    const there = other.locator(`.row-link[href="${href}"]`);
    await there.waitFor();
    await link.click();
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    await there.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Open again' }).click();
    await there.waitFor();
    await other.close();
  });
});

describe('who is not let in', () => {
  it('is a link that was never given, or was used', async () => {
    const stranger = await browser.newContext();
    const other = await stranger.newPage();
    for (const ticket of ['x'.repeat(43), 'A']) {
      const answer = await other.goto(`${base}/open?ticket=${ticket}`);
      expect(answer?.status()).toBe(403);
    }
    const { url } = await collector.client.call('ui.open', {});
    expect((await other.goto(url))?.status()).toBe(200);
    await stranger.clearCookies();
    expect((await other.goto(url))?.status()).toBe(403);
    await stranger.close();
  });

  it('is the page of another program of this machine, though the browser sends our cookie with it', async () => {
    const foreign = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end('<!doctype html><title>another program</title>');
    });
    await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
    await page.goto(`http://127.0.0.1:${(foreign.address() as AddressInfo).port}/`);
    const api = `${base.replace('http', 'ws')}/api`;
    const end = await page.evaluate(`new Promise((resolve) => {
      const socket = new WebSocket(${JSON.stringify(api)});
      socket.addEventListener('open', () => resolve('open'));
      socket.addEventListener('close', () => resolve('closed'));
    })`);
    expect(end).toBe('closed');
    const read = await page.evaluate(
      `fetch(${JSON.stringify(`${base}/`)}, { credentials: 'include' }).then(() => 'read', () => 'refused')`,
    );
    expect(read).toBe('refused');
    foreign.close();
  });

  it('is a name that somebody points at this machine', async () => {
    const rebound = await launchBrowser(['--host-resolver-rules=MAP rebound.example 127.0.0.1']);
    try {
      const other = await rebound.newPage();
      const { port } = new URL(base);
      expect((await other.goto(`http://rebound.example:${port}/`))?.status()).toBe(421);
      const { url } = await collector.client.call('ui.open', {});
      const { pathname, search } = new URL(url);
      expect((await other.goto(`http://rebound.example:${port}${pathname}${search}`))?.status()).toBe(421);
      // The link was not used up by that.
      expect((await other.goto(url))?.status()).toBe(200);
    } finally {
      await rebound.close();
    }
  });
});
