import type { Credential } from '../../collector/contract/agent.ts';
import { ago, span } from './time.ts';

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
