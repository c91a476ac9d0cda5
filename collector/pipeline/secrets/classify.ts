import { decodeBase64Text } from './base64.ts';
import { findSecrets } from './find.ts';
import { readJwt } from './jwt.ts';
import { kindOfName } from './name-kinds.ts';
import { classifyName, isQueryName, isSecretQueryName } from './names.ts';
import { entropy, isFiller, isPlaceholder, isReference, looksRandom } from './placeholders.ts';
import type { SecretClass } from './types.ts';

const SCHEME = /^(?:bearer|basic|token|apikey|bot)\s+/i;
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/**
 * Judges one configured value (environment entry, header, argument) by its shape and, failing that, by its name.
 * @param name the key beside it; `undefined` for a bare argument
 * @returns `undefined` for references to a secret (`${VAR}`, `op://…`), filler and ordinary values. What can be read
 *   offline (JWT claims, AWS account, user of a URL) comes with it; the value does not.
 */
export function classifySecret(name: string | undefined, value: string): SecretClass | undefined {
  const trimmed = value.trim();
  // Nearly every value ends here: nothing in it looks like a secret, and its name promises none.
  if (findSecrets(trimmed).length === 0 && (name === undefined || !isSecretQueryName(name))) return undefined;
  if (trimmed === '' || isReference(trimmed)) return undefined;
  const body = trimmed.replace(SCHEME, '');
  if (isReference(body)) return undefined;
  return byShape(trimmed) ?? byName(name, body);
}

function byShape(value: string): SecretClass | undefined {
  const [first] = [...findSecrets(value)].sort(
    (a, b) => Number(a.placeholder) - Number(b.placeholder) || rank(b.confidence) - rank(a.confidence),
  );
  if (first === undefined) return undefined;
  const token = value.slice(first.start, first.end);
  const { kind, provider, confidence, placeholder } = first;
  return { kind, provider, confidence, placeholder, ...readable(kind, token, value) };
}

function rank(confidence: SecretClass['confidence']): number {
  return confidence === 'high' ? 2 : confidence === 'medium' ? 1 : 0;
}

function readable(
  kind: string,
  token: string,
  value: string,
): Pick<SecretClass, 'issuedMs' | 'expiresMs' | 'principal' | 'scopes'> {
  const jwtStart = token.indexOf('eyJ');
  if (jwtStart >= 0 && (kind === 'jwt' || kind === 'github-app-token')) {
    const claims = readJwt(token.slice(jwtStart));
    if (claims === undefined) return {};
    const principal = claims.principal ?? claims.issuer;
    return {
      ...(claims.issuedMs === undefined ? {} : { issuedMs: claims.issuedMs }),
      ...(claims.expiresMs === undefined ? {} : { expiresMs: claims.expiresMs }),
      ...(principal === undefined ? {} : { principal }),
      ...(claims.scopes === undefined ? {} : { scopes: claims.scopes }),
    };
  }
  if (kind.startsWith('aws-') && /^A[A-Z]{3}[A-Z2-7]{16}$/.test(token))
    return { principal: awsAccount(token) };
  const user = /:\/\/([^:/@\s]{1,100}):/.exec(value)?.[1];
  if (user !== undefined && (kind === 'database-password' || kind === 'url-password'))
    return { principal: user };
  const basic =
    kind === 'basic-auth' || kind === 'authorization' ? decodeBase64Text(token)?.split(':', 1)[0] : undefined;
  return basic === undefined || basic.length > 100 ? {} : { principal: basic };
}

/** The twelve-digit account that is written into an AWS key id (since 2019; older ids give a number that means nothing). */
function awsAccount(id: string): string {
  let bits = 0n;
  for (const char of id.slice(4))
    bits = (bits << 5n) | BigInt('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(char));
  // 16 characters are 80 bits; the account is bits 1 to 40 of the first six bytes.
  const account = ((bits >> 32n) & 0x7fffffffff80n) >> 7n;
  return account.toString().padStart(12, '0');
}

function byName(name: string | undefined, body: string): SecretClass | undefined {
  if (name === undefined) return undefined;
  const nameClass = classifyName(name) ?? (isQueryName(name) && looksRandom(body) ? 'key' : undefined);
  if (nameClass === undefined || isPlaceholder(body)) return undefined;
  if (
    /^https?:\/\/[^@\s]*$|^(?:\/|\.{1,2}\/|~\/|[A-Za-z]:[\\/])[\w.\\/ -]*$|^(?:true|false|\d{1,5})$/i.test(
      body,
    )
  )
    return undefined;
  const random = looksRandom(body) || UUID.test(body);
  if (!random && nameClass !== 'password' && (body.length < 8 || /\s/.test(body) || entropy(body) < 2))
    return undefined;
  if (body.length < 3) return undefined;
  return {
    ...kindOfName(name, nameClass),
    confidence: random ? 'medium' : 'low',
    placeholder: isFiller(body),
  };
}
