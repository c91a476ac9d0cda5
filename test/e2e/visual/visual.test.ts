import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decode } from '../../../build/small-png.ts';
import { METHODS } from '../../../collector/contract/ipc.ts';
import { launchBrowser } from '../../support/browser.ts';
import { isMethod, readRecording } from '../../support/recorded-window.ts';
import { capture } from './capture.ts';
import { ANSWERS, pngPath, readLooks, stylesOf, wordsOf } from './stored.ts';

const AGAIN =
  'If this was meant: node build/bundle.ts && node test/e2e/visual/record.ts, look at the pictures, and commit them.';
/** Of 255: the stored pictures have 256 colours, so that shades of the edges of letters differ a little. */
const CLOSE = 48;
/** A cursor's worth; a line of text that moved by a pixel is ten times this. */
const MOST_DIFFERENT = 150;

let browser: Browser;
let shown: Awaited<ReturnType<typeof capture>>;
const recording = readRecording(ANSWERS);
const stored = readLooks();

beforeAll(async () => {
  browser = await launchBrowser();
  shown = await capture(browser, recording);
}, 300_000);

afterAll(async () => {
  await browser.close();
});

describe('the window as it was recorded', () => {
  it('still understands the answers of the recording', () => {
    const wrong = Object.entries(recording.answers).flatMap(([key, answer]) => {
      const method = key.slice(0, key.indexOf(' '));
      const parsed = isMethod(method) ? METHODS[method].result.safeParse(answer) : undefined;
      return parsed?.success === true
        ? []
        : [`${key}: ${parsed === undefined ? 'no such method' : parsed.error.message}`];
    });
    expect(
      wrong,
      'record again: unshare -p -f --mount-proc node test/e2e/visual/record.ts --answers',
    ).toEqual([]);
  });

  it('shows every page without a complaint, asking nothing that was not asked then', () => {
    expect(shown.complaints, AGAIN).toEqual([]);
  });

  it('says the same', () => {
    expect(wordsOf(shown.looks), AGAIN).toEqual(stored.words);
  });

  it('has the same colours, sizes and weights in both themes', () => {
    expect(stylesOf(shown.looks), AGAIN).toEqual(stored.styles);
  });

  it('is the same picture, where Chromium and fonts are those of the recording', { timeout: 180_000 }, () => {
    const { environment } = shown;
    if (JSON.stringify(environment) !== JSON.stringify(stored.environment)) {
      console.log(
        `Pixels were not compared: recorded with ${JSON.stringify(stored.environment)}, here is ${JSON.stringify(environment)}.`,
      );
      // What holds everywhere: it is a picture of this size, and not an empty one.
      for (const { png } of shown.looks) expect(coloursOf(png)).toBeGreaterThan(20);
      return;
    }
    const different = shown.looks.flatMap(({ name, theme, png }) => {
      const pixels = differences(png, readFileSync(pngPath(name, theme)));
      return pixels > MOST_DIFFERENT ? [`${name}-${theme}: ${pixels} pixels`] : [];
    });
    expect(different, AGAIN).toEqual([]);
  });
});

describe('the comparison', () => {
  it('sees a button that moved by one pixel', () => {
    const { png } = shown.looks[0]!;
    const { width, height, pixels } = decode(png);
    const moved = Buffer.from(pixels);
    // The finder in the bar, one pixel to the right.
    for (let y = 0; y < 48; y++)
      moved.copy(moved, (y * width + 701) * 3, (y * width + 700) * 3, (y * width + 1270) * 3);
    expect(differing(moved, pixels)).toBeGreaterThan(MOST_DIFFERENT);
    expect(height).toBe(800);
  });
});

function differences(a: Buffer, b: Buffer): number {
  const [one, other] = [decode(a), decode(b)];
  if (one.width !== other.width || one.height !== other.height) return Number.POSITIVE_INFINITY;
  return differing(one.pixels, other.pixels);
}

function differing(a: Buffer, b: Buffer): number {
  let count = 0;
  for (let i = 0; i < a.length; i += 3)
    if (
      Math.abs(a[i]! - b[i]!) > CLOSE ||
      Math.abs(a[i + 1]! - b[i + 1]!) > CLOSE ||
      Math.abs(a[i + 2]! - b[i + 2]!) > CLOSE
    )
      count += 1;
  return count;
}

function coloursOf(png: Buffer): number {
  const { pixels } = decode(png);
  const colours = new Set<number>();
  for (let i = 0; i < pixels.length; i += 3) colours.add(pixels.readUIntBE(i, 3));
  return colours.size;
}
