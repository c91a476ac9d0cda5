import type { Dirent } from 'node:fs';
import { type Disk, OWN_DISK } from './disk.ts';

/** Plug-in caches nest marketplace / plugin / version / folder; deeper is not where agents look. */
const MAX_DEPTH = 4;
const MAX_ENTRIES = 5_000;
const MAX_MATCHES = 5_000;

/** Looks up patterns, remembering folder listings for one run: many agents ask for the same folders. */
export interface FileFinder {
  /** @returns existing paths in name order; folders that cannot be listed count as empty */
  find(pattern: string): readonly string[];
  /** Names in a folder, for siblings. */
  list(folder: string): readonly string[];
}

/** @param onCut called when a folder holds more than is looked at */
export function createFileFinder(onCut: (folder: string) => void, disk: Disk = OWN_DISK): FileFinder {
  const listings = new Map<string, readonly Dirent[]>();

  function read(folder: string): readonly Dirent[] {
    const known = listings.get(folder);
    if (known !== undefined) return known;
    let entries: readonly Dirent[] = [];
    try {
      entries = disk.entries(folder);
    } catch {
      // absent, not a folder, or not ours: nothing to find there
    }
    const sorted = [...entries].sort((a, b) => (a.name < b.name ? -1 : 1)).slice(0, MAX_ENTRIES);
    if (entries.length > MAX_ENTRIES) onCut(folder);
    listings.set(folder, sorted);
    return sorted;
  }

  function walk(folder: string, parts: readonly string[], depth: number, found: string[]): void {
    const [part, ...rest] = parts;
    if (part === undefined || found.length >= MAX_MATCHES) return;
    if (part === '**') {
      walk(folder, rest, 0, found);
      if (depth >= MAX_DEPTH) return;
      for (const entry of read(folder)) {
        // Links are not followed here: a loop would make the walk exponential.
        if (entry.isDirectory() && entry.name !== 'node_modules' && entry.name !== '.git') {
          walk(`${folder}/${entry.name}`, parts, depth + 1, found);
        }
      }
      return;
    }
    if (!part.includes('*')) {
      const next = `${folder}/${part}`;
      if (rest.length > 0) walk(next, rest, 0, found);
      else if (disk.isThere(next)) found.push(next);
      return;
    }
    for (const entry of read(folder)) {
      if (!matchesName(part, entry.name)) continue;
      if (rest.length === 0) {
        if (found.length < MAX_MATCHES) found.push(`${folder}/${entry.name}`);
      } else if (!entry.isFile()) walk(`${folder}/${entry.name}`, rest, 0, found);
    }
  }

  return {
    find(pattern) {
      const star = pattern.indexOf('*');
      if (star < 0) return disk.isThere(pattern) ? [pattern] : [];
      const base = pattern.lastIndexOf('/', star);
      const found: string[] = [];
      walk(pattern.slice(0, base), pattern.slice(base + 1).split('/'), 0, found);
      if (found.length >= MAX_MATCHES) onCut(pattern.slice(0, base));
      return found;
    },
    list: (folder) => read(folder).map(({ name }) => name),
  };
}

/** One `*` stands for any text; more than one are matched from left to right, each as short as can be. */
export function matchesName(pattern: string, name: string): boolean {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return pattern === name;
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length)
    return false;
  let at = first.length;
  for (const middle of others) {
    const next = name.indexOf(middle, at);
    if (next < 0 || next + middle.length > name.length - last.length) return false;
    at = next + middle.length;
  }
  return true;
}
