import { readFileSync, statSync } from 'node:fs';
import { extname, join, normalize, sep } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};
/** No part of the window is larger. */
const MAX_BYTES = 20_000_000;
/** Stands in the page where the nonce of the answer goes. */
const NONCE_MARK = '__CSP_NONCE__';
/** Where it says since when the page has been told nothing. */
const SINCE_MARK = '__SINCE__';
/** Where the chosen theme goes. */
const THEME_MARK = '__THEME__';
/** Where the first answers go. */
const ANSWERS_MARK = '<!--first-answers-->';

export interface Asset {
  readonly body: Buffer;
  readonly type: string;
  /** Its name changes with its content. */
  readonly immutable: boolean;
}

/**
 * A file of the window. Only what lies in the folder, only kinds that the window is made of.
 * @param path of the URL, still encoded
 * @returns `undefined` when there is no such file
 */
export function readAsset(root: string, path: string): Asset | undefined {
  const name = decoded(path);
  if (name === undefined || /[\0\\]/.test(name)) return undefined;
  const type = TYPES[extname(name).toLowerCase()];
  const file = normalize(join(root, name));
  if (type === undefined || !file.startsWith(root.endsWith(sep) ? root : root + sep)) return undefined;
  const body = read(file);
  return body === undefined ? undefined : { body, type, immutable: name.startsWith('/assets/') };
}

export interface PageParts {
  /** Sent at once: the browser reads on while the answers are made. */
  readonly head: string;
  readonly tail: string;
}

export interface PageWords {
  readonly nonce: string;
  /** See `SINCE_NAME`. */
  readonly since: string;
  /** See `THEME_COOKIE`; as the browser said it. */
  readonly theme: string | undefined;
}

/**
 * The page itself, before and after the place of its first answers.
 * @returns `undefined` when this build has no window
 */
export function readPage(root: string, { nonce, since, theme }: PageWords): PageParts | undefined {
  const page = read(join(root, 'index.html'));
  if (page === undefined) return undefined;
  const text = page
    .toString('utf8')
    .replaceAll(NONCE_MARK, nonce)
    .replace(SINCE_MARK, since)
    .replace(THEME_MARK, theme === 'light' || theme === 'dark' ? theme : '');
  const at = text.indexOf(ANSWERS_MARK);
  return at === -1
    ? { head: text, tail: '' }
    : { head: text.slice(0, at), tail: text.slice(at + ANSWERS_MARK.length) };
}

/** A path without an extension is a place inside the window. */
export function isPlace(path: string): boolean {
  return extname(path) === '';
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined; // not valid percent-encoding
  }
}

function read(file: string): Buffer | undefined {
  try {
    const stat = statSync(file);
    return stat.isFile() && stat.size <= MAX_BYTES ? readFileSync(file) : undefined;
  } catch {
    return undefined; // no such file
  }
}
