import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { smallPng } from '../../../build/small-png.ts';
import type { Environment, Look } from './capture.ts';

const FOLDER = new URL('./looks/', import.meta.url).pathname;
export const ANSWERS = new URL('./answers.json.gz', import.meta.url).pathname;

export interface StoredLooks {
  readonly environment: Environment;
  /** By name of the page: the same in both themes. */
  readonly words: Readonly<Record<string, readonly string[]>>;
  /** By theme, then by kind of part: every style it has anywhere. */
  readonly styles: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

export function pngPath(name: string, theme: string): string {
  return join(FOLDER, `${name}-${theme}.png`);
}

export function writeLooks(looks: readonly Look[], environment: Environment): void {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  for (const { name, theme, png } of looks) writeFileSync(pngPath(name, theme), smallPng(png));
  const stored: StoredLooks = { environment, words: wordsOf(looks), styles: stylesOf(looks) };
  writeFileSync(join(FOLDER, 'looks.json'), `${JSON.stringify(stored, undefined, 1)}\n`);
}

export function readLooks(): StoredLooks {
  return JSON.parse(readFileSync(join(FOLDER, 'looks.json'), 'utf8')) as StoredLooks;
}

export function wordsOf(looks: readonly Look[]): StoredLooks['words'] {
  return Object.fromEntries(
    looks.filter(({ theme }) => theme === 'light').map(({ name, words }) => [name, words]),
  );
}

export function stylesOf(looks: readonly Look[]): StoredLooks['styles'] {
  const themes: Record<string, Record<string, Set<string>>> = {};
  for (const { theme, styles } of looks) {
    const kinds = (themes[theme] ??= {});
    for (const [kind, texts] of Object.entries(styles))
      for (const text of texts) (kinds[kind] ??= new Set()).add(text);
  }
  return Object.fromEntries(
    Object.entries(themes).map(([theme, kinds]) => [
      theme,
      Object.fromEntries(
        Object.entries(kinds)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([kind, texts]) => [kind, [...texts].sort()]),
      ),
    ]),
  );
}
