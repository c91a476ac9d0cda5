import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';

const MAX_BYTES = 256 * 1024;
const MAX_FILES = 20;

/**
 * The e-mail addresses of a user's git configuration, `~/.gitconfig` and what it includes, without running git.
 * Conditional includes are all followed: the question is who this may be, not which address a repository uses.
 * @returns distinct addresses in file order; empty when there is none or nothing can be read
 */
export function readGitEmails(home: string, configHome = join(home, '.config')): readonly string[] {
  const waiting = [join(configHome, 'git', 'config'), join(home, '.gitconfig')];
  const seen = new Set<string>();
  const emails = new Set<string>();
  for (let path = waiting.shift(); path !== undefined && seen.size < MAX_FILES; path = waiting.shift()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const text = readSmallFile(path);
    if (text === undefined) continue;
    const found = parseGitConfig(text);
    for (const email of found.emails) emails.add(email);
    for (const include of found.includes) {
      const expanded = include.startsWith('~/') ? join(home, include.slice(2)) : include;
      waiting.push(isAbsolute(expanded) ? expanded : join(dirname(path), expanded));
    }
  }
  return [...emails];
}

/** Only `user.email` and include paths are of interest; git's escapes do not occur in either. */
export function parseGitConfig(text: string): {
  readonly emails: readonly string[];
  readonly includes: readonly string[];
} {
  const emails: string[] = [];
  const includes: string[] = [];
  let section = '';
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (line.startsWith('[')) {
      section =
        line
          .slice(1)
          .split(/[\s\]"]/, 1)[0]
          ?.toLowerCase() ?? '';
      continue;
    }
    const equals = line.indexOf('=');
    if (equals < 0 || line.startsWith('#') || line.startsWith(';')) continue;
    const key = line.slice(0, equals).trim().toLowerCase();
    const value = line
      .slice(equals + 1)
      .split(/\s[#;]/, 1)[0]
      ?.trim()
      .replace(/^"(.*)"$/, '$1');
    if (value === undefined || value === '') continue;
    if (section === 'user' && key === 'email') emails.push(value);
    if ((section === 'include' || section === 'includeif') && key === 'path') includes.push(value);
  }
  return { emails, includes };
}

function readSmallFile(path: string): string | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    if (!fstatSync(file).isFile()) return undefined;
    const buffer = Buffer.alloc(MAX_BYTES);
    return buffer.toString('utf8', 0, readSync(file, buffer, 0, MAX_BYTES, 0));
  } catch {
    return undefined; // absent or not ours to read
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
