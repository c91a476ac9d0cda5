import { visible } from './visible.ts';

/** `/home/ana/src/shop` → `~/src/shop`, also for `C:\Users\ana` and for homes of others that were scanned. */
export function tilde(path: string, home?: string): string {
  if (home !== undefined && home !== '') {
    if (path === home) return '~';
    if (path.startsWith(`${home}/`) || path.startsWith(`${home}\\`)) return `~${path.slice(home.length)}`;
  }
  return path;
}

/** The home as `~` wherever it stands in a text. */
export function tildeText(text: string, home?: string): string {
  return visible(home === undefined || home.length < 2 ? text : text.replaceAll(home, '~'));
}

/**
 * A path that fits a column: the home is `~`, the middle gives way first, since the start says where and the end what.
 * @param max characters, at least 12
 */
export function shortPath(path: string, max: number, home?: string): string {
  const text = visible(tilde(path, home));
  if (text.length <= max) return text;
  const separator = text.includes('\\') && !text.includes('/') ? '\\' : '/';
  const parts = text.split(separator);
  const last = parts.at(-1) ?? text;
  const head = parts.slice(0, text.startsWith(separator) ? 2 : 1).join(separator);
  let tail = last;
  for (let i = parts.length - 2; i > 0; i--) {
    const longer = `${parts[i] ?? ''}${separator}${tail}`;
    if (head.length + longer.length + 3 > max) break;
    tail = longer;
  }
  const short = `${head}${separator}…${separator}${tail}`;
  return short.length <= max ? short : `…${text.slice(-(max - 1))}`;
}

/** The last part: a file's or a folder's name. */
export function baseName(path: string): string {
  return visible(path.split(/[\\/]/).findLast((part) => part !== '') ?? path);
}

/**
 * The home folder that most paths lie in, by their first hidden part: `/home/ana/.codex/config.toml` speaks for
 * `/home/ana`. The browser may be on another machine, or the home of a demo be watched, so nothing is assumed.
 * @returns undefined when the paths do not tell
 */
export function guessHome(paths: readonly string[]): string | undefined {
  const candidates = new Set(paths.flatMap((path) => BEFORE_HIDDEN.exec(path)?.[1] ?? []));
  let best: { readonly home: string; readonly votes: number } | undefined;
  for (const home of candidates) {
    const votes = paths.filter((path) => path.startsWith(home)).length;
    if (best === undefined || votes > best.votes || (votes === best.votes && home.length > best.home.length))
      best = { home, votes };
  }
  return best?.home;
}

/** `/home/ana/.config/x`, `C:\Users\ana\.codex\x`: the part before the first name that starts with a dot. */
const BEFORE_HIDDEN = /^((?:[A-Za-z]:)?[\\/][^.]*?)[\\/]\./;
