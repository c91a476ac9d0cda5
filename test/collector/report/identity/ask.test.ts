import { once } from 'node:events';
import https from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { askIdentity, type AskOptions } from '../../../../collector/report/identity/ask.ts';
import {
  endpointFor,
  IDENTITY_ENDPOINTS,
  type IdentityEndpoint,
} from '../../../../collector/report/identity/endpoints.ts';
import { createCertificates } from '../certificates.ts';

const HOST = 'provider.example.com';
const VALUE = ['tok', 'aB3dE5fG7hJ9kL1mN3pQ'].join('_');
const { authority, server: other, named } = createCertificates();
const own = named(HOST);

let asked: { url: string; method: string; headers: IncomingMessage['headers']; body: string }[] = [];
let answer: (response: ServerResponse) => void;
let provider: https.Server;
let stranger: https.Server;
let strangerAsked = 0;

beforeAll(async () => {
  provider = https.createServer({ cert: own.certificate, key: own.key }, (request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      asked.push({ url: request.url ?? '', method: request.method ?? '', headers: request.headers, body });
      answer(response);
    });
  });
  // Answers on this machine too, but is not the provider.
  stranger = https.createServer({ cert: other.certificate, key: other.key }, (_request, response) => {
    strangerAsked += 1;
    response.end('{}');
  });
  for (const server of [provider, stranger]) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
});
afterEach(() => {
  asked = [];
  strangerAsked = 0;
});
afterAll(() => {
  for (const server of [provider, stranger]) {
    server.closeAllConnections();
    server.close();
  }
});

const ENDPOINT: IdentityEndpoint = {
  provider: 'Example',
  kinds: ['example-token'],
  host: HOST,
  method: 'GET',
  path: '/me',
  headers: (value) => ({ authorization: `Bearer ${value}` }),
  read: ({ status, body }) => ({
    state: status === 200 ? 'live' : status === 401 ? 'dead' : 'unknown',
    detail: body === undefined ? 'nothing' : JSON.stringify(body),
  }),
};
function at(server: https.Server): AskOptions {
  const { port } = server.address() as AddressInfo;
  return { at: { address: '127.0.0.1', port, ca: authority.certificate }, timeoutMs: 2_000 };
}
const json = (status: number, body: unknown, headers: Record<string, string> = {}): void => {
  answer = (response) => {
    response.writeHead(status, headers).end(JSON.stringify(body));
  };
};

describe('askIdentity', () => {
  it('asks once, with the value in the header alone', async () => {
    json(200, { login: 'jane' });
    expect(await askIdentity(ENDPOINT, VALUE, at(provider))).toMatchObject({ state: 'live' });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ url: '/me', method: 'GET', body: '' });
    expect(asked[0]?.headers).toMatchObject({ host: HOST, authorization: `Bearer ${VALUE}` });
  });

  it('sends nothing to a server that is not the provider', async () => {
    expect(await askIdentity(ENDPOINT, VALUE, at(stranger))).toEqual({
      state: 'unknown',
      detail: 'the provider could not be asked (ERR_TLS_CERT_ALTNAME_INVALID)',
    });
    expect(strangerAsked).toBe(0);
  });

  it('follows no redirect', async () => {
    const { port } = stranger.address() as AddressInfo;
    for (const status of [301, 302, 307, 308]) {
      json(status, {}, { location: `https://127.0.0.1:${port}/steal` });
      expect((await askIdentity(ENDPOINT, VALUE, at(provider))).state).toBe('unknown');
    }
    expect(strangerAsked).toBe(0);
    expect(asked).toHaveLength(4);
  });

  it('calls only dead what the provider calls so', async () => {
    for (const [status, state] of [
      [401, 'dead'],
      [403, 'unknown'],
      [404, 'unknown'],
      [429, 'unknown'],
      [500, 'unknown'],
    ] as const) {
      json(status, {});
      expect((await askIdentity(ENDPOINT, VALUE, at(provider))).state, String(status)).toBe(state);
    }
  });

  it('never gives the value back, whatever the answer says', async () => {
    json(200, { echo: VALUE, deep: [`x${VALUE}y`] });
    expect(JSON.stringify(await askIdentity(ENDPOINT, VALUE, at(provider)))).not.toContain(VALUE);
    const bad = `${VALUE}\r\nx-other: 1`;
    expect(JSON.stringify(await askIdentity(ENDPOINT, bad, at(provider)))).not.toContain(VALUE);
    expect(asked).toHaveLength(1);
  });

  it('takes garbage, half answers, floods and silence for what they are', async () => {
    answer = (response) => response.end('<html>hello');
    expect((await askIdentity(ENDPOINT, VALUE, at(provider))).state).toBe('live');
    answer = (response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{');
      setTimeout(() => response.destroy(), 20);
    };
    expect((await askIdentity(ENDPOINT, VALUE, at(provider))).state).toBe('unknown');
    answer = (response) => response.end(Buffer.alloc(5_000_000, 120));
    expect((await askIdentity(ENDPOINT, VALUE, at(provider))).state).toBe('unknown');
    answer = () => undefined;
    expect(await askIdentity(ENDPOINT, VALUE, { ...at(provider), timeoutMs: 200 })).toEqual({
      state: 'unknown',
      detail: 'the provider did not answer in time',
    });
  });
});

describe('IDENTITY_ENDPOINTS', () => {
  it('knows each kind once, and fixed hosts only', () => {
    const kinds = IDENTITY_ENDPOINTS.flatMap((one) => one.kinds);
    expect(new Set(kinds).size).toBe(kinds.length);
    for (const { host, path } of IDENTITY_ENDPOINTS) {
      expect(host).toMatch(/^[a-z0-9.-]+\.[a-z]{2,}$/);
      expect(path).toMatch(/^\/[\w/?=.-]*$/);
    }
    expect(endpointFor('no-such-kind')).toBeUndefined();
  });

  it.each(IDENTITY_ENDPOINTS.map((one) => [one.kinds[0] ?? '', one] as const))(
    'reads any answer about a %s',
    (_kind, one) => {
      for (const body of [
        undefined,
        null,
        1,
        'x',
        [],
        {},
        { user: 1, data: [], auth: null, ok: 'yes', scopes: [1, {}], __proto__: null },
      ]) {
        for (const status of [0, 200, 204, 400, 401, 403, 404, 429, 503]) {
          const { state } = one.read({ status, headers: {}, body });
          if (status >= 404 || status === 0) expect(state).toBe('unknown');
          else expect(state).toMatch(/^(?:live|dead|unknown)$/);
        }
      }
      // The value is in no address: addresses are written into logs on the way.
      expect(one.path).not.toContain('$');
      expect(JSON.stringify([one.headers(VALUE), one.body?.(VALUE)])).toContain(VALUE);
    },
  );

  it('reads principal, scopes and end of a GitHub token', () => {
    expect(
      endpointFor('github-pat')?.read({
        status: 200,
        headers: {
          'x-oauth-scopes': 'repo, workflow',
          'github-authentication-token-expiration': '2026-12-01 00:00:00 UTC',
        },
        body: { login: 'jane' },
      }),
    ).toEqual({
      state: 'live',
      principal: 'jane',
      scopes: ['repo', 'workflow'],
      expiresMs: Date.UTC(2026, 11, 1),
    });
  });
});
