import type { Credential } from '../contract/agent.ts';
import type { SecretFinder } from './inventory.ts';
import { parseDocument } from './parse-document.ts';
import { readRegularFile } from './safe-read.ts';

export type ValueReading =
  { readonly ok: true; readonly value: string } | { readonly ok: false; readonly reason: string };

const MAX_BYTES = 8 * 1024 * 1024;
const SCHEME = /^(?:bearer|basic|token|apikey|bot)\s+/i;

/**
 * Reads the value of one credential from its place, now. It is the same value as in the inventory or none: what stands
 * there must have the credential's fingerprint. For the one command that needs it; the caller keeps it nowhere.
 */
export function readCredentialValue(
  credential: Credential,
  {
    fingerprint,
    findSecrets,
  }: { readonly fingerprint: (value: string) => string } & Pick<SecretFinder, 'findSecrets'>,
): ValueReading {
  const { location, place } = credential;
  if (location.keychainItem !== undefined)
    return { ok: false, reason: 'it is in the credential store of the system, which Reeve does not open' };
  if (!credential.plaintext) return { ok: false, reason: 'it is stored encrypted' };
  if (place?.startsWith('container:') === true || !/^(?:\/|[A-Za-z]:)/.test(location.path))
    return { ok: false, reason: 'it is not in a file of this machine' };
  const file = readRegularFile(location.path, undefined, MAX_BYTES);
  if (!file.ok) return { ok: false, reason: `${location.path} cannot be read (${file.reason})` };
  const text = file.bytes.toString('utf8');
  for (const value of candidates(text, location, findSecrets)) {
    if (fingerprint(value) === credential.fingerprint) return { ok: true, value };
  }
  return { ok: false, reason: 'another value stands there now; look again after the next inventory' };
}

function* candidates(
  text: string,
  { path, pointer, line }: Credential['location'],
  findSecrets: SecretFinder['findSecrets'],
): Generator<string> {
  const standing = pointer === undefined ? undefined : valueAt(text, path, pointer);
  if (standing !== undefined) yield* parts(standing, findSecrets);
  const only = line === undefined ? undefined : text.split('\n')[line - 1];
  if (only !== undefined) {
    const assigned =
      /=\s*["']?([^"'\s#;]+)/.exec(only)?.[1] ?? /^\s*set\s.*\s["']?([^"'\s]+)["']?\s*$/.exec(only)?.[1];
    if (assigned !== undefined) yield assigned;
    yield* parts(only, findSecrets);
  }
  if (standing === undefined && only === undefined) yield* parts(text, findSecrets);
}

function* parts(text: string, findSecrets: SecretFinder['findSecrets']): Generator<string> {
  yield text;
  yield text.replace(SCHEME, '');
  for (const { start, end } of findSecrets(text)) yield text.slice(start, end);
}

/** RFC 6901. */
function valueAt(text: string, path: string, pointer: string): string | undefined {
  const format = path.endsWith('.toml') ? 'toml' : /\.ya?ml$/.test(path) ? 'yaml' : 'json';
  let at: unknown = parseDocument(text, format).document;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = Object.getOwnPropertyDescriptor(at, key)?.value;
  }
  return typeof at === 'string' ? at : undefined;
}
