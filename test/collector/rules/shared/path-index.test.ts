import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findPattern, indexPatterns } from '../../../../collector/rules/shared/path-index.ts';
import { PATH_PATTERNS } from '../../../../collector/rules/shared/path-patterns.ts';
import type { PathPattern } from '../../../../collector/rules/shared/path-patterns/pattern.ts';

/** The table read from top to bottom, which is what it means. */
function firstMatch(path: string, inHome: string | undefined, name: string): PathPattern | undefined {
  const prefixed = (text: string, prefix: string): boolean =>
    text.startsWith(prefix) || (prefix.endsWith('/') && `${text}/` === prefix);
  return PATH_PATTERNS.find(
    (row) =>
      ((inHome !== undefined && row.home?.some((prefix) => prefixed(inHome, prefix))) === true ||
        row.root?.some((prefix) => prefixed(path, prefix)) === true ||
        row.names?.includes(name) === true ||
        row.starts?.some((start) => name.startsWith(start)) === true ||
        row.ends?.some((end) => path.endsWith(end)) === true ||
        row.parts?.some((part) => path.includes(part)) === true) &&
      (row.within === undefined || row.within.some((part) => path.includes(part))) &&
      row.notEnds?.some((end) => path.endsWith(end)) !== true,
  );
}

const words = PATH_PATTERNS.flatMap((row) => [
  ...(row.home ?? []),
  ...(row.root ?? []),
  ...(row.names ?? []),
  ...(row.starts ?? []),
  ...(row.ends ?? []),
  ...(row.parts ?? []),
  ...(row.within ?? []),
  ...(row.notEnds ?? []),
]);

describe('path index', () => {
  it('finds what reading the table from top to bottom finds', () => {
    const index = indexPatterns(PATH_PATTERNS);
    const piece = fc.oneof(
      fc.constantFrom(...words),
      fc.constantFrom('src', 'a', '.x', 'readme.md', 'config', ''),
    );
    const paths = fc
      .array(piece, { minLength: 1, maxLength: 4 })
      .chain((parts) => fc.constantFrom(parts.join('/'), parts.join('')));
    fc.assert(
      fc.property(paths, fc.boolean(), (text, below) => {
        const inHome = below ? text.replace(/^\/+/, '') : undefined;
        const path = inHome === undefined ? `/${text}`.replaceAll(/\/+/g, '/') : `/home/ana/${inHome}`;
        const name = path.slice(path.lastIndexOf('/') + 1);
        expect(findPattern(index, { path, inHome, name })).toBe(firstMatch(path, inHome, name));
      }),
      { numRuns: 5_000 },
    );
  });
});
