import https from 'node:https';
import type { HttpAnswer, IdentityAnswer, IdentityEndpoint } from './endpoints.ts';

export interface AskOptions {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Where the provider's host is reached, with the certificate that proves it; default: the host itself, port 443. */
  readonly at?: { readonly address: string; readonly port: number; readonly ca: string };
}

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 65_536;
/** Anything else in a header would be refused by Node, with the value in the message. */
const PRINTABLE = /^[\x21-\x7e]{1,8192}$/;

/**
 * Asks a provider whose a credential is. One request, to the endpoint's own host over TLS whose certificate is checked;
 * no redirect is followed, no proxy is used, nothing is tried again. The value is nowhere in what comes back: an answer
 * that repeats it is cut. Never rejects.
 */
export async function askIdentity(
  endpoint: IdentityEndpoint,
  value: string,
  options: AskOptions = {},
): Promise<IdentityAnswer> {
  if (!PRINTABLE.test(value))
    return { state: 'unknown', detail: 'it has characters that no such credential has' };
  try {
    const answer = await exchange(endpoint, value, options);
    if (answer.status >= 300 && answer.status < 400)
      return {
        state: 'unknown',
        detail: `the provider sent on to another address (${answer.status}), which was not followed`,
      };
    return withoutValue(endpoint.read(answer), value);
  } catch (error) {
    return { state: 'unknown', detail: failureOf(error) };
  }
}

function exchange(endpoint: IdentityEndpoint, value: string, options: AskOptions): Promise<HttpAnswer> {
  const { timeoutMs = TIMEOUT_MS, at } = options;
  const limit = AbortSignal.timeout(timeoutMs);
  const signal = options.signal === undefined ? limit : AbortSignal.any([limit, options.signal]);
  const body = endpoint.body?.(value);
  return new Promise((resolve, reject) => {
    const request = https.request(
      {
        // The certificate and the Host header are always those of the provider.
        host: at?.address ?? endpoint.host,
        servername: endpoint.host,
        port: at?.port ?? 443,
        ...(at !== undefined && { ca: at.ca }),
        method: endpoint.method,
        path: endpoint.path,
        headers: {
          host: endpoint.host,
          'user-agent': 'reeve',
          accept: 'application/json',
          ...endpoint.headers(value),
          ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
        },
        agent: false,
        signal,
        maxHeaderSize: 32_768,
      },
      (response) => {
        const parts: Buffer[] = [];
        let size = 0;
        response.on('data', (part: Buffer) => {
          size += part.length;
          if (size <= MAX_ANSWER_BYTES) parts.push(part);
          else response.destroy(new Error('the answer is too long'));
        });
        response.on('error', reject);
        response.on('end', () => {
          resolve({
            status: response.statusCode ?? 0,
            headers: Object.fromEntries(
              Object.entries(response.headers).map(([name, one]) => [
                name,
                Array.isArray(one) ? one.join(', ') : one,
              ]),
            ),
            body: parsed(Buffer.concat(parts).toString('utf8')),
          });
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a page for people, or half an answer
  }
}

function withoutValue(answer: IdentityAnswer, value: string): IdentityAnswer {
  const clean = (text: string): string => text.replaceAll(value, '[redacted]');
  return {
    state: answer.state,
    ...(answer.principal !== undefined && { principal: clean(answer.principal) }),
    ...(answer.scopes !== undefined && { scopes: answer.scopes.map(clean) }),
    ...(answer.expiresMs !== undefined && { expiresMs: answer.expiresMs }),
    ...(answer.detail !== undefined && { detail: clean(answer.detail) }),
  };
}

/** Code only: messages may quote what was sent. */
function failureOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the provider could not be asked';
  if (error.name === 'TimeoutError' || error.name === 'AbortError')
    return 'the provider did not answer in time';
  const code =
    'code' in error && typeof error.code === 'string' && /^[A-Z_]{2,40}$/.test(error.code) ? error.code : '';
  return code === '' ? 'the provider could not be asked' : `the provider could not be asked (${code})`;
}
