/** Reading values of unknown shape: every function answers `undefined` (or nothing) for what is not there. */

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Own members only, so that a key `constructor` in a file means what the file says. */
export function field(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const key of path) {
    if (!isFields(current) || !Object.hasOwn(current, key)) return undefined;
    current = current[key];
  }
  return current;
}

export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = field(value, ...path);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

export function entriesAt(value: unknown, ...path: readonly string[]): readonly [string, unknown][] {
  const found = field(value, ...path);
  return isFields(found) ? Object.entries(found) : [];
}

export function textsAt(value: unknown, ...path: readonly string[]): readonly string[] {
  const found = field(value, ...path);
  if (!Array.isArray(found)) return [];
  const items: readonly unknown[] = found;
  return items.filter((item) => typeof item === 'string');
}

export function itemsAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = field(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** RFC 6901: `pointer('projects', '/home/jane')` is `/projects/~1home~1jane`. */
export function pointer(...path: readonly (string | number)[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Epoch seconds, epoch milliseconds or ISO text to epoch milliseconds; numbers below 1e11 are seconds. */
export function timeMs(value: unknown): number | undefined {
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) {
    return Math.round(value < 1e11 ? value * 1000 : value);
  }
  if (typeof value !== 'string' || value.length > 40) return undefined;
  const parsed = Date.parse(value);
  return Number.isNaN(parsed) ? undefined : parsed;
}

const MAX_TOKEN = 16_384;

/**
 * The claims of a JSON Web Token, unverified: they are only shown.
 * @returns `undefined` for anything that is not three dot-separated base64url parts with JSON in the middle
 */
export function jwtClaims(token: unknown): Fields | undefined {
  if (typeof token !== 'string' || token.length > MAX_TOKEN) return undefined;
  const [, payload = '', , ...rest] = token.split('.');
  if (payload === '' || rest.length > 0) return undefined;
  try {
    const binary = atob(payload.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isFields(claims) ? claims : undefined;
  } catch {
    return undefined; // not base64 or not JSON: an opaque token that happens to have dots
  }
}

/** Expiry of a token that carries it (`exp`), else `undefined`. */
export function jwtExpiryMs(token: unknown): number | undefined {
  return timeMs(field(jwtClaims(token), 'exp'));
}
