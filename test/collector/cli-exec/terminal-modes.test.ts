import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TerminalModes } from '../../../collector/cli/exec/terminal-modes.ts';

function undoAfter(...pieces: (string | Buffer)[]): string {
  const modes = new TerminalModes();
  for (const piece of pieces) modes.feed(Buffer.from(piece));
  return modes.undo();
}

describe('TerminalModes', () => {
  it('has nothing to undo after text, colours and cursor moves', () => {
    expect(undoAfter('plain \x1b[31mred\x1b[0m\x1b[2J\x1b[10;20H\x1b]0;title\x07')).toBe('');
  });

  it('undoes what a full-screen program left behind, the alternate screen last', () => {
    expect(undoAfter('\x1b[?1049h\x1b[?25l\x1b[?1000;1006h\x1b[?2004h\x1b[>1u\x1b[>4;2m\x1b=')).toBe(
      '\x1b[<1u\x1b[>4m\x1b>\x1b[?25h\x1b[?1000l\x1b[?1006l\x1b[?2004l\x1b[?1049l\x1b[m',
    );
  });

  it('leaves alone what the program has undone itself', () => {
    expect(undoAfter('\x1b[?1049h\x1b[?25l\x1b[>1u', 'work', '\x1b[<u\x1b[?25h\x1b[?1049l')).toBe('');
    expect(undoAfter('\x1b[?1049h\x1b[?25l\x1b=\x1bc')).toBe('');
  });

  it('ignores modes that terminals do not rest without', () => {
    expect(undoAfter('\x1b[?9999h\x1b[4h\x1b[?3h')).toBe('');
  });

  it('gives the same answer however the bytes are cut', () => {
    const parts = [
      '\x1b[?1049h',
      '\x1b[?25l',
      '\x1b[?1;2004h',
      'text',
      '\x1b',
      '[',
      '\x1b[>1u',
      '\x1b[?1049l',
      'é',
      '\x1b=',
    ];
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...parts), { maxLength: 12 }),
        fc.array(fc.nat(200)),
        (list, cuts) => {
          const bytes = Buffer.from(list.join(''));
          const places = [...new Set([0, ...cuts.map((n) => n % (bytes.length + 1)), bytes.length])].sort(
            (a, b) => a - b,
          );
          const pieces = places.slice(1).map((to, n) => bytes.subarray(places[n], to));
          expect(undoAfter(...pieces)).toBe(undoAfter(bytes));
        },
      ),
    );
  });

  it('stays quick and small on hostile output', () => {
    const modes = new TerminalModes();
    const before = performance.now();
    for (let n = 0; n < 200; n++) {
      modes.feed(Buffer.from('\x1b['.repeat(10_000)));
      modes.feed(Buffer.from(`\x1b[>1u\x1b[?${'1'.repeat(50_000)}h`));
      modes.feed(Buffer.from(`\x1b[?${'1049;'.repeat(5)}25l`));
    }
    expect(performance.now() - before).toBeLessThan(3_000);
    expect(modes.undo().length).toBeLessThan(200);
  });
});
