import type { Browser, Page } from 'playwright-core';
import { complaintsOf } from '../../support/browser.ts';
import { type Recording, serveRecording } from '../../support/recorded-window.ts';
import { settle, show, SHOTS, THEMES } from './places.ts';

/** What a page looks like: in words, in the styles of its parts, and in pixels. */
export interface Look {
  readonly name: string;
  readonly theme: (typeof THEMES)[number];
  /** Everything that can be read, line by line. */
  readonly words: readonly string[];
  /** Colours, sizes and weights by kind of part: the same on every machine, whatever its fonts. */
  readonly styles: Readonly<Record<string, readonly string[]>>;
  readonly png: Buffer;
}

/** What pixels depend on beside the program: they can only be compared where all of this is the same. */
export interface Environment {
  readonly chromium: string;
  /** How wide a sentence is in the fonts that this machine has for text and for code. */
  readonly textPx: number;
  readonly codePx: number;
}

const SIZE = { width: 1280, height: 800 };

/** Shows every page of the recording in both themes. */
export async function capture(
  browser: Browser,
  recording: Recording,
): Promise<{ looks: readonly Look[]; environment: Environment; complaints: readonly string[] }> {
  const { server, url, missed } = await serveRecording(recording);
  try {
    const context = await browser.newContext({
      viewport: SIZE,
      deviceScaleFactor: 1,
      locale: 'en-GB',
      timezoneId: 'UTC',
    });
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.clock.setFixedTime(recording.timeMs);
    await page.goto(url);
    const looks: Look[] = [];
    for (const shot of SHOTS)
      for (const theme of THEMES) {
        // The page follows the theme of the system by itself: the second look needs no second load.
        await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
        if (theme === THEMES[0]) await show(page, new URL(url).origin, shot);
        else await settle(page);
        looks.push({
          name: shot.name,
          theme,
          words: await page.evaluate<string[]>(WORDS),
          styles: await page.evaluate<Record<string, string[]>>(STYLES),
          png: await page.screenshot({ animations: 'disabled', caret: 'hide' }),
        });
      }
    const environment = await environmentOf(browser, page);
    await context.close();
    return { looks, environment, complaints: [...complaints, ...missed] };
  } finally {
    await server.close();
  }
}

async function environmentOf(browser: Browser, page: Page): Promise<Environment> {
  const widths = await page.evaluate<readonly [number, number]>(FONTS);
  return { chromium: browser.version().split('.')[0] ?? '', textPx: widths[0], codePx: widths[1] };
}

const FONTS = `(() => ['--font', '--mono'].map((name) => {
  const context = document.createElement('canvas').getContext('2d');
  context.font = '100px ' + getComputedStyle(document.documentElement).getPropertyValue(name);
  return Math.round(context.measureText('Sphinx of black quartz, judge my vow: 0123456789').width);
}))()`;

const WORDS = `document.body.innerText.split('\\n').map((line) => line.trim()).filter((line) => line !== '')`;

const STYLES = `(() => {
  const wanted = ['color', 'backgroundColor', 'borderTopColor', 'borderTopWidth', 'borderTopLeftRadius', 'fontSize', 'fontWeight',
    'display', 'position', 'padding', 'gap', 'opacity', 'boxShadow'];
  const usual = { borderTopWidth: '0px', borderTopLeftRadius: '0px', padding: '0px', gap: 'normal', opacity: '1', boxShadow: 'none',
    backgroundColor: 'rgba(0, 0, 0, 0)', position: 'static' };
  const found = {};
  for (const element of document.querySelectorAll('body *')) {
    if (!element.checkVisibility() || element.closest('svg') !== null && element.tagName !== 'svg') continue;
    const style = getComputedStyle(element);
    const classes = [...element.classList].filter((name) => !name.startsWith('lucide')).sort().map((name) => '.' + name).join('');
    const severity = element.dataset.severity === undefined ? '' : '[' + element.dataset.severity + ']';
    const key = element.tagName.toLowerCase() + classes + severity;
    const text = wanted
      .filter((name) => style[name] !== usual[name] && !(name === 'borderTopColor' && style.borderTopWidth === '0px'))
      .map((name) => name + ': ' + style[name]).join('; ');
    (found[key] ??= new Set()).add(text);
  }
  return Object.fromEntries(Object.entries(found).map(([key, texts]) => [key, [...texts].sort()]));
})()`;
