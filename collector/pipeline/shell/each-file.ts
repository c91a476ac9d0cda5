import { replaceText } from './replace-text.ts';
import type { Word } from './state.ts';

/** The commands `find` runs by `-exec` and its sisters, with `{}` standing for root and name pattern: root, any folder, pattern. */
export function findRuns(words: readonly Word[]): readonly (readonly Word[])[] {
  const hits = findHits(words.map((word) => word.text));
  const hit = hits[0] ?? '**';
  const runs: (readonly Word[])[] = [];
  for (let i = 1; i < words.length; i++) {
    if (!/^-(?:exec|execdir|ok|okdir)$/.test(words[i]?.text ?? '')) continue;
    let end = i + 1;
    while (end < words.length && words[end]?.text !== ';' && !isPlus(words, end)) end++;
    const inner = words
      .slice(i + 1, end)
      .flatMap((word) =>
        word.text === '{}'
          ? hits.map((text) => ({ text, dynamic: true }))
          : word.text.includes('{}')
            ? [{ text: replaceText(word.text, '{}', hit) ?? word.text, dynamic: true }]
            : [word],
      );
    if (inner.length > 0) runs.push(inner);
    i = end;
  }
  return runs;
}

const MAX_HITS = 6;

/** What `find` may find, as patterns: root, any folder, each name it asks for and does not exclude. */
export function findHits(words: readonly string[]): readonly string[] {
  const first = words[1];
  const root = (first === undefined || /^[-(!]/.test(first) ? '.' : first).replace(/(?<!\/)\/+$/, '');
  const names: string[] = [];
  for (let i = 1; i < words.length && names.length < MAX_HITS; i++) {
    if (!/^-i?(?:name|path|wholename)$/.test(words[i] ?? '')) continue;
    const before = words[i - 1];
    if (before !== '!' && before !== '-not') names.push((words[i + 1] ?? '*').replace(/^.*\//, ''));
  }
  return (names.length === 0 ? ['*'] : names).map((name) => `${root}/**/${name}`);
}

function isPlus(words: readonly Word[], at: number): boolean {
  return words[at]?.text === '+' && words[at - 1]?.text === '{}';
}

/** Words `xargs` runs: its input in the place of the marker of `-I`, else behind the words. At most 64 pieces of input. */
export function feedWords(xargs: readonly Word[], inner: readonly Word[], input: string): Word[] {
  const fed = input
    .split(/\s+/)
    .filter((part) => part !== '')
    .slice(0, 64);
  const marker = fed.length === 0 ? undefined : replaceMarker(xargs);
  if (marker === undefined) return [...inner, ...fed.map((text) => ({ text, dynamic: false }))];
  return inner.map((word) => (word.text.includes(marker) ? replaceMark(word, marker, fed.join(' ')) : word));
}

function replaceMark(word: Word, marker: string, by: string): Word {
  const text = replaceText(word.text, marker, by);
  return text === undefined ? { ...word, dynamic: true } : { text, dynamic: false };
}

function replaceMarker(words: readonly Word[]): string | undefined {
  for (let i = 1; i < words.length; i++) {
    const text = words[i]?.text ?? '';
    if (text === '-I' || text === '-J') return words[i + 1]?.text;
    if (text === '-i' || text === '--replace') return '{}';
    if (text.startsWith('-I') && text.length > 2) return text.slice(2);
  }
  return undefined;
}
