import type { IncomingMessage } from 'node:http';

const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;

/**
 * The `Host` of a request, when it is a name of this very machine. Any other name was made to point here by somebody
 * else's DNS. The port is free, because an SSH tunnel may listen on another one.
 */
export function loopbackHost(request: IncomingMessage): string | undefined {
  const { host } = request.headers;
  return host !== undefined && LOOPBACK.test(host) ? host : undefined;
}

/** The page that opens a WebSocket is ours: same host and port as the request, and not an opaque origin. */
export function isOwnOrigin(request: IncomingMessage, host: string): boolean {
  const { origin } = request.headers;
  return origin === `http://${host}` || origin === `https://${host}`;
}

/** Fetched by a page of another site, other than by following a link. */
export function isForeignFetch(request: IncomingMessage): boolean {
  const site = request.headers['sec-fetch-site'];
  const mode = request.headers['sec-fetch-mode'];
  return (site === 'cross-site' || site === 'same-site') && mode !== 'navigate';
}

/**
 * Did a page of another site, or of another port of this machine, lead here? The cookie may come with it, and what is
 * shown is the person's; but nothing more than the empty window has to travel for that.
 */
export function isLedByOthers(request: IncomingMessage): boolean {
  const site = request.headers['sec-fetch-site'];
  return site !== undefined && site !== 'none' && site !== 'same-origin';
}

/** @returns `undefined` when there is no such cookie; of several of one name the first counts */
export function cookieOf(request: IncomingMessage, name: string): string | undefined {
  const header = request.headers.cookie ?? '';
  for (const part of header.slice(0, 8_192).split(';')) {
    const at = part.indexOf('=');
    if (at !== -1 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}

/** Headers of every answer. @param nonce of this answer, for the few lines in the page itself and for libraries that add `<style>` */
export function securityHeaders(host: string, nonce: string): Record<string, string> {
  return {
    'content-security-policy': [
      "default-src 'none'",
      `script-src 'self' 'nonce-${nonce}'`,
      `style-src 'self' 'nonce-${nonce}'`,
      "img-src 'self' data: blob:",
      "font-src 'self'",
      // Not every browser counts WebSockets of the same place to 'self'.
      `connect-src 'self' ws://${host} wss://${host}`,
      "worker-src 'self'",
      "manifest-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  };
}
