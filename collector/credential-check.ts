import type { ActionResult } from './contract/action.ts';
import type { Credential } from './contract/agent.ts';
import type { CheckResult } from './contract/credential-check.ts';
import { readCredentialValue } from './discovery/credential-value.ts';
import { findSecrets } from './pipeline/secrets/index.ts';
import { type AskOptions, askIdentity } from './report/identity/ask.ts';
import { endpointFor, type IdentityEndpoint } from './report/identity/endpoints.ts';

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

/** What a provider answers is somebody else's text, and the row is kept for good. */
const MAX_DETAIL = 1_000;

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
      needsHost: endpoint.host,
    };
  if (options.host !== undefined && options.host !== endpoint.host)
    return { kind: 'refused', reason: `a ${credential.kind} is sent to ${endpoint.host} only` };
  if (!options.confirmed) return { kind: 'would-ask', provider: endpoint.provider, url };
  const reading = readCredentialValue(credential, { fingerprint: options.fingerprint, findSecrets });
  if (!reading.ok) return { kind: 'refused', reason: reading.reason };
  const answer = await askIdentity(endpoint, reading.value, options.ask);
  return { kind: 'answer', provider: endpoint.provider, url, answer };
}

/**
 * The same with a trace: a row before the value is sent and one with the answer, so that a stop in between leaves the first.
 * Telling where a value would go is no use of it and leaves none.
 * @param record writes a row of the audit log. When it throws, nothing was sent, or the answer is not given.
 */
export async function checkOnRecord(
  credential: Credential,
  options: CheckOptions,
  record: (result: ActionResult) => void,
): Promise<CheckResult> {
  const plan = await checkCredential(credential, { ...options, confirmed: false });
  if (!options.confirmed) return plan;
  const what = `${credential.kind} of ${credential.provider}`;
  if (plan.kind !== 'would-ask') {
    if (plan.kind === 'refused') record(row('refused', `${what} was not checked: ${plan.reason}.`));
    return plan;
  }
  record(row('done', `${what} is being sent to ${plan.url}.`));
  const result = await checkCredential(credential, options);
  record(outcomeOf(result, what));
  return result;
}

function outcomeOf(result: CheckResult, what: string): ActionResult {
  if (result.kind !== 'answer')
    return row(
      'refused',
      `${what} was not sent: ${result.kind === 'refused' ? result.reason : 'not asked'}.`,
    );
  const { state, principal, scopes, detail } = result.answer;
  const words = {
    live: 'it works',
    dead: 'it does not work any more',
    unknown: 'it is not known whether it works',
  }[state];
  const facts = [
    words,
    ...(principal === undefined ? [] : [`it is of ${principal}`]),
    ...(scopes === undefined ? [] : [`it may ${scopes.join(', ') || 'nothing'}`]),
    ...(detail === undefined ? [] : [detail]),
  ];
  return row(
    state === 'unknown' ? 'failed' : 'done',
    `${result.provider} on ${what}: ${facts.join('; ')}.`.slice(0, MAX_DETAIL),
  );
}

function row(status: ActionResult['status'], detail: string): ActionResult {
  return { status, detail, processes: [] };
}
