import type { Page } from 'playwright-core';

/** One picture of the window. */
export interface Shot {
  readonly name: string;
  readonly path: string;
  /** What to do on the page first. */
  readonly act?: (page: Page) => Promise<void>;
}

const openSession = async (page: Page): Promise<void> => {
  await page.locator('tr[data-row]', { hasText: 'issue 231' }).locator('.row-link').click();
  await page.locator('.event').first().waitFor();
};
const openTab =
  (name: string) =>
  async (page: Page): Promise<void> => {
    await openSession(page);
    await page.getByRole('tab', { name }).click();
  };
const openFirst = async (page: Page): Promise<void> => {
  await page.locator('.row-link').first().click();
  await page.locator('.sheet').waitFor();
};

/** Every page and every sheet. The graph is left out: its layout is worked out beside the page, when it is ready. */
export const SHOTS: readonly Shot[] = [
  { name: 'overview', path: '/' },
  { name: 'sessions', path: '/sessions' },
  { name: 'session', path: '/sessions', act: openSession },
  {
    name: 'event',
    path: '/sessions',
    act: async (page) => {
      await openSession(page);
      await page.locator('.event-line', { hasText: 'curl' }).click();
      await page.locator('.event-detail').waitFor();
    },
  },
  { name: 'touched', path: '/sessions', act: openTab('What it touched') },
  { name: 'findings', path: '/findings' },
  { name: 'finding', path: '/findings?q=stranger', act: openFirst },
  { name: 'approvals', path: '/approvals' },
  { name: 'agents', path: '/agents' },
  { name: 'agent', path: '/agents', act: openFirst },
  { name: 'changes', path: '/changes' },
  { name: 'connections', path: '/connections' },
  { name: 'server', path: '/connections', act: openFirst },
  { name: 'credential', path: '/connections?q=github', act: openFirst },
  { name: 'privileges', path: '/privileges' },
  { name: 'baseline', path: '/baseline' },
  { name: 'activity', path: '/activity' },
  { name: 'sent', path: '/sent' },
  { name: 'settings', path: '/settings' },
  { name: 'health', path: '/health' },
  { name: 'nothing-found', path: '/findings?q=zzzzzz' },
];

export const THEMES = ['light', 'dark'] as const;

/** Goes there and waits until nothing moves any more. */
export async function show(page: Page, base: string, shot: Shot): Promise<void> {
  await page.goto('about:blank');
  await page.goto(`${base}/#${shot.path}`);
  await page.locator('main h1').waitFor({ state: 'attached' });
  await page.locator('[role="status"][aria-label="Loading"]').first().waitFor({ state: 'detached' });
  await shot.act?.(page);
  await page.mouse.move(0, 0);
  await settle(page);
}

/** Waits until nothing that was asked for is on its way and nothing is drawn any more. */
export async function settle(page: Page): Promise<void> {
  await page.evaluate(STILL);
}

/** Two frames after everything that was asked for is here and drawn. */
const STILL = `(async () => {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  let before = '';
  for (let same = 0, tries = 0; same < 6 && tries < 300; tries++) {
    await frame();
    const now = document.body.innerHTML;
    same = now === before && document.querySelector('.skeleton') === null ? same + 1 : 0;
    before = now;
    if (same > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await document.fonts.ready;
})()`;
