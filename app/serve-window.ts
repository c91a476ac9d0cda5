import { randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { isOwnUrl } from './origin.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
/** No part of the window is larger. */
const MAX_BYTES = 20_000_000;
/** Stands in the page where the nonce of the answer goes. */
const NONCE_MARK = '__CSP_NONCE__';
/** Where a browser finds the theme chosen in it; here the page looks for itself. */
const THEME_MARK = '__THEME__';

/**
 * Answers a request of the window out of the package: plain files below `root`, of the kinds the window is made of.
 * Places inside the window are behind the `#`, so every other path is a file or nothing.
 * @param root absolute, in the package
 */
export async function serveWindow(root: string, request: Request): Promise<Response> {
  const nonce = randomBytes(16).toString('base64');
  const headers = headersOf(nonce);
  const refuse = (status: number): Response => new Response(null, { status, headers });
  if (!isOwnUrl(request.url)) return refuse(403);
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405);
  const { pathname } = new URL(request.url);
  const name = pathname === '/' ? '/index.html' : pathname;
  const body = await readPart(root, name);
  const type = TYPES[extname(name)];
  if (body === undefined || type === undefined) return refuse(404);
  const content =
    name === '/index.html'
      ? body.toString('utf8').replaceAll(NONCE_MARK, nonce).replace(THEME_MARK, '')
      : new Uint8Array(body);
  return new Response(request.method === 'HEAD' ? null : content, {
    headers: { ...headers, 'content-type': type },
  });
}

async function readPart(root: string, path: string): Promise<Buffer | undefined> {
  const name = decoded(path);
  if (name === undefined || /[\0\\]/.test(name)) return undefined;
  const file = normalize(join(root, name));
  if (!file.startsWith(root.endsWith(sep) ? root : root + sep)) return undefined;
  try {
    const facts = await stat(file);
    return facts.isFile() && facts.size <= MAX_BYTES ? await readFile(file) : undefined;
  } catch {
    return undefined; // no such file
  }
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined; // not valid percent-encoding
  }
}

/** The nonce is for the few lines in the page itself and for libraries that add `<style>`; nothing at all may come from, or go to, another place. */
function headersOf(nonce: string): Record<string, string> {
  return {
    'content-security-policy': [
      "default-src 'none'",
      `script-src 'self' 'nonce-${nonce}'`,
      `style-src 'self' 'nonce-${nonce}'`,
      "img-src 'self' data: blob:",
      "font-src 'self'",
      "connect-src 'self'",
      "worker-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "frame-src 'none'",
    ].join('; '),
    'cache-control': 'no-store',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };
}
