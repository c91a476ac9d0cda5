import type { Credential } from './contract/agent.ts';
import { readCredentialValue } from './discovery/credential-value.ts';
import { findSecrets } from './pipeline/secrets/index.ts';
import { type AskOptions, askIdentity } from './report/identity/ask.ts';
import { endpointFor, type IdentityAnswer, type IdentityEndpoint } from './report/identity/endpoints.ts';

export interface CheckOptions {
  readonly fingerprint: (value: string) => string;
  /** What the policy says. */
  readonly allowed: boolean;
  /** The person said yes, having been told where the value goes. */
  readonly confirmed: boolean;
  /** Named by the person; needed for providers that people also run themselves. */
  readonly host?: string;
  readonly endpoints?: readonly IdentityEndpoint[];
  readonly ask?: AskOptions;
}

export type CheckResult =
  | { readonly kind: 'refused'; readonly reason: string }
  /** Nothing was sent: this is what would be. */
  | { readonly kind: 'would-ask'; readonly provider: string; readonly url: string }
  | {
      readonly kind: 'answer';
      readonly provider: string;
      readonly url: string;
      readonly answer: IdentityAnswer;
    };

/**
 * Asks a credential's own provider whose it is and what it may do. Only on an explicit command: the value is read from its
 * place for this one request and kept nowhere.
 */
export async function checkCredential(credential: Credential, options: CheckOptions): Promise<CheckResult> {
  if (!options.allowed)
    return { kind: 'refused', reason: 'the policy does not allow it (credentials.allowChecks)' };
  const endpoint = endpointFor(credential.kind, options.endpoints);
  if (endpoint === undefined)
    return {
      kind: 'refused',
      reason: `there is no question to ask about a ${credential.kind} of ${credential.provider}`,
    };
  const url = `https://${endpoint.host}${endpoint.path}`;
  if (endpoint.selfHosted === true && options.host !== endpoint.host)
    return {
      kind: 'refused',
      reason: `${endpoint.provider} is also run by companies themselves; if this one is of ${endpoint.host}, say so with --host ${endpoint.host}`,
    };
  if (options.host !== undefined && options.host !== endpoint.host)
    return { kind: 'refused', reason: `a ${credential.kind} is sent to ${endpoint.host} only` };
  if (!options.confirmed) return { kind: 'would-ask', provider: endpoint.provider, url };
  const reading = readCredentialValue(credential, { fingerprint: options.fingerprint, findSecrets });
  if (!reading.ok) return { kind: 'refused', reason: reading.reason };
  const answer = await askIdentity(endpoint, reading.value, options.ask);
  return { kind: 'answer', provider: endpoint.provider, url, answer };
}
