import type { PathPattern } from './path-patterns/pattern.ts';

/** What is asked of the table: all folded to lower case with `/`. */
export interface FoldedPath {
  readonly path: string;
  /** Part below the home, when there is one. */
  readonly inHome: string | undefined;
  readonly name: string;
}

interface Entry {
  readonly text: string;
  readonly row: number;
}

/** Buckets by a few characters, so that a path is compared with the handful of entries that can match it. */
type Buckets = ReadonlyMap<string, readonly Entry[]>;

export interface PathIndex {
  readonly rows: readonly PathPattern[];
  readonly home: Buckets;
  readonly root: Buckets;
  readonly names: Buckets;
  readonly starts: Buckets;
  readonly ends: Buckets;
  readonly parts: readonly Entry[];
  /** Hits when any of `parts` occurs; most paths hold none. */
  readonly anyPart: RegExp;
}

const HOME_KEY = 2;
const ROOT_KEY = 4;

/** Indexes a table of some hundred entries; the table stays the one truth about what matches. */
export function indexPatterns(rows: readonly PathPattern[]): PathIndex {
  const entries = (list: (row: PathPattern) => readonly string[] | undefined): Entry[] =>
    rows.flatMap((row, at) => (list(row) ?? []).map((text) => ({ text, row: at })));
  const parts = entries((row) => row.parts);
  return {
    rows,
    home: bucket(
      entries((row) => row.home),
      (text) => text.slice(0, HOME_KEY),
    ),
    root: bucket(
      entries((row) => row.root),
      (text) => text.slice(0, ROOT_KEY),
    ),
    names: bucket(
      entries((row) => row.names),
      (text) => text,
    ),
    starts: bucket(
      entries((row) => row.starts),
      (text) => text.slice(0, 1),
    ),
    ends: bucket(
      entries((row) => row.ends),
      (text) => text.slice(-1),
    ),
    parts,
    anyPart: new RegExp(
      parts.map(({ text }) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|') || '(?!)',
    ),
  };
}

/** The first row of the table that matches. */
export function findPattern(index: PathIndex, asked: FoldedPath): PathPattern | undefined {
  const { path, inHome, name } = asked;
  const hits: number[] = [];
  const take = (entries: readonly Entry[] | undefined, matches: (text: string) => boolean): void => {
    for (const { text, row } of entries ?? []) if (matches(text)) hits.push(row);
  };
  if (inHome !== undefined) {
    take(index.home.get(inHome.slice(0, HOME_KEY)), (text) => hasPrefix(inHome, text));
    if (inHome.length < HOME_KEY)
      for (const entries of index.home.values()) take(entries, (text) => hasPrefix(inHome, text));
  }
  take(index.root.get(path.slice(0, ROOT_KEY)), (text) => hasPrefix(path, text));
  if (path.length < ROOT_KEY)
    for (const entries of index.root.values()) take(entries, (text) => hasPrefix(path, text));
  take(index.names.get(name), () => true);
  take(index.starts.get(name.slice(0, 1)), (text) => name.startsWith(text));
  take(index.ends.get(path.slice(-1)), (text) => path.endsWith(text));
  if (index.anyPart.test(path)) take(index.parts, (text) => path.includes(text));
  if (hits.length === 0) return undefined;
  hits.sort((a, b) => a - b);
  for (const at of hits) {
    const row = index.rows[at];
    if (row !== undefined && isAllowed(row, path)) return row;
  }
  return undefined;
}

function isAllowed(row: PathPattern, path: string): boolean {
  if (row.within !== undefined && !row.within.some((part) => path.includes(part))) return false;
  return row.notEnds === undefined || !row.notEnds.some((end) => path.endsWith(end));
}

/** `folder/` also matches the folder itself; a prefix without the slash matches a file and its backups. */
function hasPrefix(path: string, prefix: string): boolean {
  if (path.startsWith(prefix)) return true;
  return prefix.endsWith('/') && path.length === prefix.length - 1 && prefix.startsWith(path);
}

function bucket(entries: readonly Entry[], keyOf: (text: string) => string): Buckets {
  const buckets = new Map<string, Entry[]>();
  for (const entry of entries) {
    const key = keyOf(entry.text);
    const known = buckets.get(key);
    if (known === undefined) buckets.set(key, [entry]);
    else known.push(entry);
  }
  return buckets;
}
