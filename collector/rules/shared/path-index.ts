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

/**
 * Entries by a number made of two characters, so that a path is compared with the handful that can match it. Two pairs
 * may have one number: that costs a comparison, no more.
 */
type Buckets = ReadonlyMap<number, readonly Entry[]>;

export interface PathIndex {
  readonly rows: readonly PathPattern[];
  readonly home: Buckets;
  readonly root: Buckets;
  readonly names: ReadonlyMap<string, readonly Entry[]>;
  readonly starts: Buckets;
  readonly ends: Buckets;
  readonly parts: readonly Entry[];
  /** Hits when any of `parts` occurs; most paths hold none. */
  readonly anyPart: RegExp;
}

/** Where the two characters stand that a bucket is made by: `.a` of `.aws/`, `et` of `/etc/`. */
const HOME_AT = 0;
const ROOT_AT = 1;

function keyAt(text: string, at: number): number {
  return (text.charCodeAt(at) << 8) ^ text.charCodeAt(at + 1);
}

/** Indexes a table of some hundred entries; the table stays the one truth about what matches. */
export function indexPatterns(rows: readonly PathPattern[]): PathIndex {
  const entries = (list: (row: PathPattern) => readonly string[] | undefined): Entry[] =>
    rows.flatMap((row, at) => (list(row) ?? []).map((text) => ({ text, row: at })));
  const parts = entries((row) => row.parts);
  return {
    rows,
    home: bucket(
      entries((row) => row.home),
      (text) => keyAt(text, HOME_AT),
    ),
    root: bucket(
      entries((row) => row.root),
      (text) => keyAt(text, ROOT_AT),
    ),
    names: bucket(
      entries((row) => row.names),
      (text) => text,
    ),
    starts: bucket(
      entries((row) => row.starts),
      (text) => keyAt(text, 0),
    ),
    ends: bucket(
      entries((row) => row.ends),
      (text) => keyAt(text, text.length - 2),
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
  let first = index.rows.length;
  /** The first row that has one of the entries, if it stands before those found already. */
  const take = (
    entries: readonly Entry[] | undefined,
    matches: (subject: string, text: string) => boolean,
    subject: string,
  ): void => {
    if (entries === undefined) return;
    for (const { text, row } of entries)
      if (row < first && matches(subject, text) && isAllowed(index.rows[row], path)) first = row;
  };
  if (inHome !== undefined) {
    if (inHome.length < HOME_AT + 2)
      for (const entries of index.home.values()) take(entries, hasPrefix, inHome);
    else take(index.home.get(keyAt(inHome, HOME_AT)), hasPrefix, inHome);
  }
  if (path.length < ROOT_AT + 2) for (const entries of index.root.values()) take(entries, hasPrefix, path);
  else take(index.root.get(keyAt(path, ROOT_AT)), hasPrefix, path);
  take(index.names.get(name), isText, name);
  take(index.starts.get(keyAt(name, 0)), hasStart, name);
  take(index.ends.get(keyAt(path, path.length - 2)), hasEnd, path);
  if (index.anyPart.test(path)) take(index.parts, hasPart, path);
  return index.rows[first];
}

function isAllowed(row: PathPattern | undefined, path: string): boolean {
  if (row === undefined) return false;
  if (row.within !== undefined && !row.within.some((part) => path.includes(part))) return false;
  return row.notEnds === undefined || !row.notEnds.some((end) => path.endsWith(end));
}

/** `folder/` also matches the folder itself; a prefix without the slash matches a file and its backups. */
function hasPrefix(path: string, prefix: string): boolean {
  if (path.startsWith(prefix)) return true;
  return prefix.endsWith('/') && path.length === prefix.length - 1 && prefix.startsWith(path);
}

function isText(subject: string, text: string): boolean {
  return subject === text;
}

function hasStart(subject: string, text: string): boolean {
  return subject.startsWith(text);
}

function hasEnd(subject: string, text: string): boolean {
  return subject.endsWith(text);
}

function hasPart(subject: string, text: string): boolean {
  return subject.includes(text);
}

function bucket<Key>(entries: readonly Entry[], keyOf: (text: string) => Key): Map<Key, Entry[]> {
  const buckets = new Map<Key, Entry[]>();
  for (const entry of entries) {
    const key = keyOf(entry.text);
    const known = buckets.get(key);
    if (known === undefined) buckets.set(key, [entry]);
    else known.push(entry);
  }
  return buckets;
}
