import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningCollector } from '../../test/support/collector-process.ts';
import { type Call, printCalls, WATCH, waited } from './page-watch.ts';
import { PlainBrowser, type PlainPage } from './plain-browser.ts';
import { inMs } from './quantiles.ts';
import { report } from './report.ts';

const ROUNDS = 15;

/** In a browser that nothing follows: see `PlainBrowser`. */
export async function firstLooks(collector: RunningCollector, base: string, events: number): Promise<void> {
  const plain = new PlainBrowser();
  try {
    const { url } = await collector.client.call('ui.open', {});
    await (await plain.open(url, '')).close();
    // A browser keeps what it has compiled of a page that is seen again and stays for a moment.
    for (let round = 0; round < 3; round++) {
      const page = await plain.open(`${base}/#/findings`, '');
      await sleep(3_000);
      await page.close();
    }
    await reference(plain, base);
    for (const [name, path, selector] of [
      ['overview', '/', '.state-title'],
      ['findings', '/findings', 'tr[data-row]'],
      ['sessions', '/sessions', 'tr[data-row]'],
    ] as const)
      await firstPaint(() => plain.open(`${base}/#${path}`, watchFor(selector)), name, collector, events);
  } finally {
    await plain.close();
  }
  await stranger(collector, events);
}

/** What the browser takes for a page with nothing in it, in the same run: the rest is ours. */
async function reference(plain: PlainBrowser, base: string): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const page = await plain.open(`${base}/icon.svg`, '');
    times.push(Number(await page.evaluate('performance.getEntriesByType("navigation")[0].loadEventEnd')));
    await page.close();
  }
  report('a picture alone, from the same server', [['shown', inMs(times)]]);
}

/** The link of `reeve ui`, in a browser that has never been here. */
async function stranger(collector: RunningCollector, events: number): Promise<void> {
  let plain: PlainBrowser | undefined;
  try {
    await firstPaint(
      async () => {
        await plain?.close();
        plain = new PlainBrowser();
        // It has been running for a while.
        await (await plain.open('about:blank', '')).close();
        await sleep(2_000);
        return plain.open((await collector.client.call('ui.open', {})).url, watchFor('.state-title'));
      },
      'overview, by the link, in a browser that has never been here',
      collector,
      events,
    );
  } finally {
    await plain?.close();
  }
}

function watchFor(selector: string): string {
  return `${WATCH}; globalThis.firstUseful = useful('${selector}')`;
}

async function firstPaint(
  open: () => Promise<PlainPage>,
  name: string,
  collector: RunningCollector,
  events: number,
): Promise<void> {
  const [shell, whole, server, script]: [number[], number[], number[], number[]] = [[], [], [], []];
  const cpuBefore = collector.cpuSeconds();
  for (let round = 0; round < ROUNDS; round++) {
    const page = await open();
    whole.push(Number(await page.evaluate('globalThis.firstUseful')));
    script.push(await page.processorMs());
    await sleep(200);
    shell.push(
      Number(await page.evaluate(`performance.getEntriesByName('first-contentful-paint')[0].startTime`)),
    );
    const calls = (await page.evaluate('calls')) as Call[];
    server.push(waited(calls.filter(({ endMs }) => endMs <= (whole.at(-1) ?? 0))));
    if (round === ROUNDS - 1) printCalls(calls);
    await page.close();
  }
  report(`first look at ${name}, ${events.toLocaleString('en')} events in the store`, [
    ['frame of the page', inMs(shell)],
    ['something to read', inMs(whole)],
    ['of it waiting for answers', inMs(server)],
    ['work of the page', `${inMs(script)} processor time`],
    [
      'work of the collector',
      `${(((collector.cpuSeconds() - cpuBefore) * 1_000) / ROUNDS).toFixed(0)} ms processor time`,
    ],
  ]);
}
