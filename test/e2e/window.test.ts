import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildDemoHome } from '../../collector/cli/demo/build-home.ts';
import { sessionId } from '../../collector/contract/event.ts';
import { LinuxProcessReader } from '../../collector/platform/linux-processes.ts';
import { AgentZoo, type ZooAgent } from '../support/agent-zoo.ts';
import { complaintsOf, launchBrowser, violationsOf } from '../support/browser.ts';
import { claudeCall, claudeLog } from '../support/claude-lines.ts';
import { type RunningCollector, startCollector } from '../support/collector-process.ts';
import { claudeLongLog, LONG_SESSION } from '../support/long-session.ts';

const PLACES = {
  overview: '/',
  sessions: '/sessions',
  findings: '/findings',
  approvals: '/approvals',
  agents: '/agents',
  connections: '/connections',
  privileges: '/privileges',
  baseline: '/baseline',
  changes: '/changes',
  activity: '/activity',
  sent: '/sent',
  settings: '/settings',
  health: '/health',
};
/** The machine may be busy with other tests. */
const PATIENT = { timeout: 10_000, interval: 50 };
const LONG_EVENTS = 100_000;
const LIVE_SESSION = 'aaaaaaaa-0000-4000-8000-0000000000aa';

let zoo: AgentZoo;
let working: ZooAgent;
let liveLog: string;
let state: string;
let collector: RunningCollector;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let complaints: readonly string[];

/** One home, one collector, one signed-in browser for all tests; each test has a page of its own. */
beforeAll(async () => {
  browser = await launchBrowser();
  zoo = new AgentZoo();
  state = mkdtempSync(join(tmpdir(), 'reeve-window-'));
  const play = buildDemoHome(zoo.home, Date.now());
  await play(new AbortController().signal, 0);
  liveLog = claudeLog(zoo.home, '-home-ana-src-live', LIVE_SESSION, [
    claudeCall(1, { command: 'git status' }, { sessionId: LIVE_SESSION, cwd: '/home/ana/src/live' }),
  ]);
  working = zoo.add('claude-code', 'harbour', ['SLEEP', 'SLEEP & SLEEP & wait']);
  collector = await startCollector({ own: zoo.home }, state);
  zoo.start(working);
  context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    colorScheme: 'light',
    reducedMotion: 'reduce',
  });
  const first = await context.newPage();
  const { url } = await collector.client.call('ui.open', { port: 0 });
  await first.goto(url);
  await first.getByText('Watching', { exact: true }).waitFor();
  await first.close();
}, 90_000);

afterAll(async () => {
  await browser.close();
  await collector.stop();
  zoo.close((await new LinuxProcessReader().read()).processes);
  rmSync(state, { recursive: true, force: true });
});

beforeEach(async () => {
  page = await context.newPage();
  page.setDefaultTimeout(10_000);
  complaints = complaintsOf(page);
});

afterEach(async () => {
  await page.close();
});

async function address(): Promise<string> {
  return (await collector.client.call('ui.open', {})).address;
}

async function open(path: string): Promise<void> {
  await page.goto(`${await address()}#${path}`);
  await page.locator('main h1').waitFor({ state: 'attached' });
  await settled();
}

/** Nothing is loading any more. */
async function settled(): Promise<void> {
  await expect.poll(() => page.locator('[role="status"][aria-label="Loading"]').count(), PATIENT).toBe(0);
}

describe('every page', () => {
  it.each(['light', 'dark'] as const)(
    'is clean and accessible in the %s theme',
    { timeout: 60_000 },
    async (theme) => {
      await page.emulateMedia({ colorScheme: theme });
      const problems: Record<string, readonly string[]> = {};
      for (const [name, path] of Object.entries(PLACES)) {
        await open(path);
        const found = await violationsOf(page);
        if (found.length > 0) problems[name] = found;
      }
      expect(problems).toEqual({});
      expect(complaints).toEqual([]);
    },
  );

  it.each([360, 3840])('fits a screen %i px wide', { timeout: 40_000 }, async (width) => {
    await page.setViewportSize({ width, height: 780 });
    const wide: Record<string, number> = {};
    for (const [name, path] of Object.entries(PLACES)) {
      await open(path);
      const over = await page.evaluate<number>(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      if (over > 0) wide[name] = over;
    }
    expect(wide).toEqual({});
    expect(complaints).toEqual([]);
  });
});

describe('the keyboard', () => {
  it('goes to a page, through its rows, into one and back', async () => {
    await open('/');
    await page.keyboard.press('g');
    await page.keyboard.press('f');
    await page.locator('main h1', { hasText: 'Findings' }).waitFor();
    await page.locator('tr[data-row]').first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    const second = await page.locator('.row-link').nth(1).getAttribute('href');
    expect(await page.evaluate('document.activeElement.getAttribute("href")')).toBe(second);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'What happened' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.sheet').count(), PATIENT).toBe(0);
    expect(new URL(page.url()).hash).toBe('#/findings');
    expect(complaints).toEqual([]);
  });

  it('goes through the rows of the overview, the cards of the agents and what waits for an answer', async () => {
    const focused = (): Promise<string | null> =>
      page.evaluate<string | null>("document.activeElement.closest('[data-index]')?.dataset.index ?? null");
    for (const path of ['/', '/agents', '/approvals']) {
      await open(path);
      await page.locator('[data-index="1"]').first().waitFor();
      for (const [key, at] of [
        ['j', '0'],
        ['j', '1'],
        ['k', '0'],
      ] as const) {
        await page.keyboard.press(key);
        await expect.poll(focused, PATIENT).toBe(at);
      }
    }
    await open('/agents');
    await page.locator('[data-index="0"]').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.locator('.sheet').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.sheet').count(), PATIENT).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('finds a session by its name and opens it', async () => {
    await open('/');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('GitHub Copilot CLI in infra');
    await page.locator('.palette-item').first().waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.identity', { hasText: /GitHub Copilot CLI.* in infra/ }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('heading', { name: 'Keys' }).waitFor();
  });
});

describe('a phone', () => {
  it('has five places in its bar, and the others behind the last one', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await open('/health');
    expect(await page.locator('.rail .place:visible').count()).toBe(5);
    const more = page.getByRole('button', { name: /^More.*you are in Health/ });
    await more.focus();
    await page.keyboard.press('Enter');
    const sheet = page.getByRole('dialog', { name: 'More' });
    await sheet.getByRole('link', { name: 'Health' }).and(sheet.locator('[aria-current="page"]')).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate('document.activeElement.textContent'), PATIENT).toMatch(/^More/);
    await page.keyboard.press('Enter');
    await sheet.getByRole('link', { name: /^MCP & credentials/ }).click();
    await page.locator('main h1', { hasText: 'MCP & credentials' }).waitFor();
    await sheet.waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });
});

describe('a finding', () => {
  it('leads to the event it rests on', async () => {
    await open('/findings?q=stranger');
    await page.locator('.row-link').first().click();
    await page.locator('.evidence a', { hasText: 'webhook.site' }).last().click();
    const marked = page.locator('.event[data-marked]');
    await marked.waitFor();
    expect(await marked.innerText()).toContain('webhook.site');
    await page.locator('.event-detail').waitFor();
    expect(complaints).toEqual([]);
  });

  it('is acknowledged, opened again and hidden, and each is in the activity', async () => {
    await open('/findings?q=Git+history');
    const title = await page.locator('tr[data-row] .strong').first().innerText();
    await page.locator('.row-link').first().click();
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByRole('button', { name: 'Open again' }).click();
    await page.getByRole('button', { name: 'Hide…' }).click();
    await page.getByText(/^Hides [1-9]\d* open/).waitFor();
    await page.getByLabel('Why is this fine?').fill('our own branch');
    await page.getByRole('button', { name: 'Hide', exact: true }).click();
    await page.getByText('You find them again').waitFor();
    await open('/findings?status=suppressed');
    await page.locator('tr[data-row]', { hasText: title }).waitFor();
    await open('/activity');
    await page.getByText('our own branch').first().waitFor();
    await page.getByText(/rows verified/).waitFor();
    expect(complaints).toEqual([]);
  });
});

describe('what happens now', () => {
  it('appears without asking', async () => {
    await open(`/sessions/${encodeURIComponent(sessionId('claude-code', LIVE_SESSION))}`);
    await page.getByText('git status').waitFor();
    appendFileSync(
      liveLog,
      claudeCall(2, { command: 'echo lighthouse' }, { sessionId: LIVE_SESSION, cwd: '/home/ana/src/live' }),
    );
    await page.getByText('echo lighthouse').waitFor();
    expect(complaints).toEqual([]);
  });

  it(
    'is stopped from where it is seen: paused, resumed and, after a question, killed',
    { timeout: 60_000 },
    async () => {
      const id = sessionId(working.agent, working.session);
      await expect
        .poll(
          async () =>
            (await collector.client.call('processes.list', {})).processes.filter(
              (one) => one.sessionId === id,
            ).length,
          { timeout: 25_000, interval: 250 },
        )
        .toBeGreaterThan(3);
      await open('/');
      const row = page.locator('.running', { hasText: 'harbour' });
      await row.getByRole('button', { name: /^Pause/ }).click();
      await row.getByText('paused').waitFor();
      await row.getByRole('button', { name: /^Resume/ }).click();
      await expect.poll(() => row.getByText('paused').count(), PATIENT).toBe(0);
      await row.getByRole('button', { name: /^Kill/ }).click();
      const question = page.locator('.popover');
      await question.getByText(/\d+ process/).waitFor();
      await question.getByRole('button', { name: 'Kill' }).click();
      await page.getByText(/^Ended: /).waitFor({ timeout: 20_000 });
      const left = (await collector.client.call('processes.list', {})).processes.filter(
        (one) => one.sessionId === id,
      );
      expect(left).toEqual([]);
      await open('/activity');
      await page.getByText('killed').first().waitFor();
    },
  );
});

describe('decisions and settings', () => {
  it(
    'approves at once only what nothing serious was found about; the rest is looked at one by one',
    { timeout: 60_000 },
    async () => {
      await open('/approvals');
      await page.getByRole('button', { name: /^Approve \d+ without findings/ }).click();
      await page.getByText(/with open findings are left for you/).waitFor();
      await page.locator('.popover').getByRole('button', { name: 'Approve' }).click();
      await page.getByText(/^\d+ items approved/).waitFor();
      const rows = page.locator('.approval-row');
      await expect
        .poll(() => rows.count(), PATIENT)
        .toBe(await rows.filter({ has: page.locator('.badge-link') }).count());
      await rows.filter({ hasText: 'setup' }).getByText('MCP server is a piece of code').waitFor();
      for (let left = await rows.count(); left > 0; left--) {
        await rows
          .first()
          .getByRole('button', { name: /^Approve/ })
          .click();
        await expect.poll(() => rows.count(), PATIENT).toBe(left - 1);
      }
      await page.getByText('Nothing waits for you').waitFor();
      const waiting = await collector.client.call('approvals.list', { state: 'new' });
      expect(waiting.filter((item) => item.before)).toEqual([]);
      expect(complaints).toEqual([]);
    },
  );

  it('changes a setting and takes it back', async () => {
    await open('/settings?q=retention.days');
    const field = page.getByRole('textbox', { name: 'Keep events for' });
    await field.fill('0');
    await page.getByText('That is 0 days. The least is 1 day.').waitFor();
    await field.fill('2 weeks');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('You set this. The default is 90 days.').waitFor();
    await page.getByRole('button', { name: 'Default: 90 days' }).click();
    await page.getByText('You set this.').waitFor({ state: 'detached' });
  });

  it('makes a file of an agent narrower, and puts it back as it was', async () => {
    const file = join(zoo.home, '.claude', 'settings.json');
    const before = readFileSync(file, 'utf8');
    await open('/privileges');
    const advice = page.locator('.advice-card', { hasText: '~/.claude/settings.json' }).first();
    await advice.getByRole('button', { name: 'Apply…' }).click();
    await page.getByText('You can take it back.').waitFor();
    expect(readFileSync(file, 'utf8')).toBe(before);
    await page.getByRole('button', { name: 'Change it' }).click();
    const done = page.locator('.notice-bar', { hasText: 'Changed ~/.claude/settings.json' });
    await done.waitFor();
    expect(readFileSync(file, 'utf8')).not.toBe(before);
    await done.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Taken back').waitFor();
    expect(readFileSync(file, 'utf8')).toBe(before);
    await open('/activity');
    await page.getByText('narrowed').first().waitFor();
    await page.getByText('took back').first().waitFor();
    expect(complaints).toEqual([]);
  });

  it(
    'takes a server out of use after a question, and puts it back from where it was',
    { timeout: 120_000 },
    async () => {
      const file = join(zoo.home, '.claude.json');
      const before = readFileSync(file, 'utf8');
      await open('/connections');
      await page.locator('.row-link', { hasText: 'docs' }).first().click();
      await page.getByRole('button', { name: 'Take out of use…' }).click();
      const question = page.locator('.popover');
      await question.getByText('The MCP server docs is taken out of ~/.claude.json.').waitFor();
      await question.getByRole('button', { name: 'Cancel' }).click();
      expect(readFileSync(file, 'utf8')).toBe(before);
      await page.getByRole('button', { name: 'Take out of use…' }).click();
      await question.getByRole('button', { name: 'Take out of use' }).click();
      await page.getByText('docs is out of use').waitFor();
      expect(readFileSync(file, 'utf8')).not.toContain('docs.internal.example');
      expect(readFileSync(file, 'utf8')).toContain('issue-tracker');
      await page.getByText('This server is out of use').waitFor({ timeout: 45_000 });
      expect(await violationsOf(page)).toEqual([]);
      await page.locator('.empty').getByRole('button', { name: 'Put back' }).click();
      await page.getByText('Taken back').waitFor();
      expect(readFileSync(file, 'utf8')).toBe(before);
      await page.locator('.sheet', { hasText: 'docs.internal.example' }).waitFor({ timeout: 45_000 });
      expect(complaints).toEqual([]);
    },
  );

  it(
    'takes a skill out of use, keeps it in the activity, and removes what is kept for good',
    { timeout: 120_000 },
    async () => {
      const skill = join(zoo.home, '.claude', 'skills', 'harvest');
      mkdirSync(skill, { recursive: true, mode: 0o700 });
      writeFileSync(join(skill, 'SKILL.md'), '---\nname: harvest\ndescription: Reaps.\n---\nReap.\n');
      await expect
        .poll(
          async () => (await collector.client.call('assets.list', {})).some(({ name }) => name === 'harvest'),
          { timeout: 25_000, interval: 250 },
        )
        .toBe(true);
      await open('/changes');
      const news = page.locator('.change-row', { hasText: 'harvest' });
      await news.getByText('new', { exact: true }).waitFor();
      await news.getByRole('button', { name: 'Approve harvest' }).click();
      await news.getByText('approved', { exact: true }).waitFor();
      expect(await violationsOf(page)).toEqual([]);
      await open('/agents/claude-code');
      await page.getByRole('link', { name: 'harvest' }).click();
      await page.getByRole('heading', { name: 'harvest' }).waitFor();
      await page.getByRole('button', { name: 'Take out of use…' }).click();
      await page
        .locator('.popover')
        .getByText('The skill harvest is moved out of ~/.claude/skills.')
        .waitFor();
      await page.locator('.popover').getByRole('button', { name: 'Take out of use' }).click();
      await page.getByText('harvest is out of use').waitFor();
      expect(existsSync(skill)).toBe(false);
      await open('/activity');
      await page.getByText('The skill harvest, from').waitFor();
      expect(await violationsOf(page)).toEqual([]);
      await page.getByRole('button', { name: /^Remove the copy of .*harvest/ }).click();
      await page.getByText('It is gone for good then.').waitFor();
      await page.getByRole('button', { name: 'Remove', exact: true }).click();
      await page.getByText('The skill harvest, from').waitFor({ state: 'detached' });
      expect(existsSync(skill)).toBe(false);
      expect(complaints).toEqual([]);
    },
  );

  it('keeps the theme a person chose', async () => {
    await open('/');
    await page.getByRole('button', { name: 'Theme' }).click();
    await page.getByRole('menuitemradio', { name: 'Dark' }).click();
    // It comes with the page: no other theme is seen before.
    const reloaded = await page.reload();
    expect(await reloaded?.text()).toContain('data-theme="dark"');
    await page.locator('main h1').waitFor({ state: 'attached' });
    await page.getByRole('button', { name: 'Theme' }).click();
    await page.getByRole('menuitemradio', { name: 'System' }).click();
    expect(await (await page.reload())?.text()).toContain('data-theme=""');
  });
});

describe('a collector that stops', () => {
  it('is missed at once, and the page comes back with it', { timeout: 60_000 }, async () => {
    await open('/findings');
    const before = await page.locator('tr[data-row]').count();
    await collector.stop();
    await page.getByText('The collector is not running').waitFor();
    expect(await page.locator('tr[data-row]').count()).toBe(before);
    expect(await violationsOf(page)).toEqual([]);
    // Read with the history of the next start, for the test below.
    claudeLongLog(zoo.home, LONG_EVENTS);
    collector = await startCollector({ own: zoo.home }, state);
    await page.getByText('The collector is not running').waitFor({ state: 'detached', timeout: 20_000 });
    await open('/health');
    await page.getByText('watching', { exact: true }).waitFor();
  });
});

describe('a browser nobody let in', () => {
  it('is told how to get in, and shown nothing', async () => {
    const stranger = await browser.newContext();
    const other = await stranger.newPage();
    await other.goto(await address());
    await other.getByText('reeve ui').first().waitFor();
    expect(await other.locator('tr[data-row]').count()).toBe(0);
    await stranger.close();
  });
});

describe('a session of 100,000 events', () => {
  it('opens at once, builds only what is seen, and shows its end', { timeout: 90_000 }, async () => {
    const id = sessionId('claude-code', LONG_SESSION);
    const known = async (): Promise<number> =>
      (await collector.client.call('events.page', { sessionId: id, anchor: 'end', limit: 1 })).total;
    expect(await known()).toBeGreaterThanOrEqual(LONG_EVENTS);
    await open('/sessions');
    const path = `#/sessions/${encodeURIComponent(id)}`;
    const openedMs = await page.evaluate<number>(`new Promise((resolve) => {
      const start = performance.now();
      location.hash = ${JSON.stringify(path)};
      const look = () => document.querySelector('.event-line') ? resolve(performance.now() - start) : requestAnimationFrame(look);
      look();
    })`);
    // 500 ms on a machine of its own; this one is shared by all tests.
    expect(openedMs).toBeLessThan(3_000);
    await page.getByText(/\d\d,\d\d\d events/).waitFor();
    expect(await page.locator('.event').count()).toBeLessThan(120);
    await page.getByRole('button', { name: 'End' }).click();
    await page.getByText('echo last of all').waitFor();
    expect(await page.locator('.event').count()).toBeLessThan(120);
    expect(complaints).toEqual([]);
  });
});
