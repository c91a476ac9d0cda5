import type { Credential } from '../../collector/contract/agent.ts';
import { humanize, properName } from './names.ts';
import { ago, span } from './time.ts';

/** `GitHub access token`, `Anthropic: OAuth refresh token`: the provider's name once. */
export function credentialName({ provider, kind }: Credential): string {
  const [who, what] = [properName(provider), humanize(kind)];
  return what.toLowerCase().includes(who.toLowerCase()) ? what : `${who}: ${what}`;
}

/** `in 12 d`, `expired 3 d ago`; undefined when it is not known. */
export function expiryWords(credential: Credential, nowMs: number): string | undefined {
  if (credential.expiresMs === undefined) return undefined;
  return credential.expiresMs < nowMs
    ? `expired ${ago(credential.expiresMs, nowMs)}`
    : `in ${span(credential.expiresMs - nowMs)}`;
}

/** Others of this machine may read the file: the last two digits of its mode are not 0. */
export function isReadableByOthers(credential: Credential): boolean {
  return credential.fileMode !== undefined && !credential.fileMode.endsWith('00');
}
