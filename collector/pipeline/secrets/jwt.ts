/** Claims of a JWT that matter to its owner; nothing is verified, and nothing is sent anywhere. */
export interface JwtClaims {
  readonly issuedMs?: number;
  readonly expiresMs?: number;
  readonly principal?: string;
  readonly issuer?: string;
  readonly scopes?: readonly string[];
}

const MAX_PAYLOAD = 65_536;

/** @returns `undefined` when the middle part is not a JSON object */
export function readJwt(token: string): JwtClaims | undefined {
  const payload = token.split('.', 3)[1];
  if (payload === undefined || payload.length > MAX_PAYLOAD || !/^[\w-]+$/.test(payload)) return undefined;
  let claims: unknown;
  try {
    const bytes = atob(payload.replaceAll('-', '+').replaceAll('_', '/'));
    claims = JSON.parse(
      new TextDecoder('utf-8').decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0))),
    );
  } catch {
    // Not base64 or not JSON: opaque to us.
    return undefined;
  }
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) return undefined;
  const map = new Map<string, unknown>(Object.entries(claims));
  const expiresMs = seconds(map.get('exp'));
  const issuedMs = seconds(map.get('iat'));
  const principal = firstText(map, ['email', 'preferred_username', 'upn', 'sub', 'client_id', 'azp']);
  const issuer = firstText(map, ['iss']);
  const scopes = scopesOf(map);
  return {
    ...(issuedMs === undefined ? {} : { issuedMs }),
    ...(expiresMs === undefined ? {} : { expiresMs }),
    ...(principal === undefined ? {} : { principal }),
    ...(issuer === undefined ? {} : { issuer }),
    ...(scopes.length === 0 ? {} : { scopes }),
  };
}

/** Claims count in seconds; a value over year 2286 was written in milliseconds by mistake. */
function seconds(value: unknown): number | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0 || value > 1e14) return undefined;
  return Math.round(value > 1e11 ? value : value * 1000);
}

function firstText(map: ReadonlyMap<string, unknown>, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = map.get(name);
    if (typeof value === 'string' && value !== '') return value.slice(0, 200);
  }
  return undefined;
}

function scopesOf(map: ReadonlyMap<string, unknown>): string[] {
  const found: string[] = [];
  for (const name of ['scope', 'scp', 'scopes', 'role', 'roles', 'permissions']) {
    const value = map.get(name);
    const parts = typeof value === 'string' ? value.split(/[ ,]+/) : Array.isArray(value) ? value : [];
    for (const part of parts)
      if (typeof part === 'string' && part !== '' && found.length < 64) found.push(part.slice(0, 120));
  }
  return found;
}
