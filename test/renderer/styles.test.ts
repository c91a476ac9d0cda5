import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const FOLDER = new URL('../../renderer/styles/', import.meta.url);

/** Every declaration of the window's style sheets, without comments and without the questions of media rules. */
const LINES = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.css'))
  .flatMap((name) =>
    readFileSync(new URL(name, FOLDER), 'utf8')
      .replaceAll(/\/\*[\s\S]*?\*\//g, '')
      .split('\n')
      .filter((line) => !line.startsWith('@'))
      .map((line) => ({ name, line: line.trim() })),
  );

describe('sizes in the style sheets', () => {
  it('grow with the size of text: only thin lines are counted in pixels', () => {
    const fixed = LINES.filter(({ line }) =>
      [...line.matchAll(/(\d*\.?\d+)px\b/g)].some(([, size]) => Number(size) > 2),
    );
    expect(LINES.length).toBeGreaterThan(1_000);
    expect(fixed).toEqual([]);
  });

  // Letters are narrower than the `0` that `ch` counts: 64 of it are about 75 letters of a sentence.
  it('lets no line of prose grow beyond 75 letters', () => {
    const widths = LINES.flatMap(({ line }) => /max-width: (\d+)ch/.exec(line)?.[1] ?? []).map(Number);
    expect(widths.length).toBeGreaterThan(3);
    expect(Math.max(...widths)).toBeLessThanOrEqual(64);
  });
});
