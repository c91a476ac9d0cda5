import { createHash } from 'node:crypto';
import { once } from 'node:events';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { callDirectly } from '../../collector/call-directly.ts';
import { createCheckingHandlers } from '../../collector/checking.ts';
import type { SequencedEvent } from '../../collector/contract/ipc.ts';
import { checkOnRecord } from '../../collector/credential-check.ts';
import { systemClock } from '../../collector/lib/clock.ts';
import type { IdentityEndpoint } from '../../collector/report/identity/endpoints.ts';
import { Store } from '../../collector/store/store.ts';
import { discoverHome } from '../support/discover-home.ts';
import { buildHome, type HomeBuilder } from '../support/home-builder.ts';
import { tempDir } from '../support/temp.ts';
import { createCertificates } from './report/certificates.ts';

const TOKEN = ['ghp', 'aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5'].join('_');
const HOST = 'provider.example.com';
const { authority, named } = createCertificates();
const own = named(HOST);
const fingerprint = (value: string): string =>
  createHash('sha256').update(`key${value}`).digest('hex').slice(0, 16);

let provider: https.Server;
let asked: string[] = [];
/** What the audit log held when the provider was asked. */
let rowsWhenAsked: number[] = [];
let store: Store;
let home: HomeBuilder | undefined;

beforeAll(async () => {
  provider = https.createServer({ cert: own.certificate, key: own.key }, (request, response) => {
    asked.push(String(request.headers.authorization));
    rowsWhenAsked.push(store.listAudit({ limit: 10 }).length);
    // A provider that is not honest repeats what it got.
    response.end(JSON.stringify({ login: 'octo', says: request.headers.authorization }));
  });
  provider.listen(0, '127.0.0.1');
  await once(provider, 'listening');
});
afterEach(() => {
  asked = [];
  rowsWhenAsked = [];
  store.close();
  home?.remove();
});
afterAll(() => {
  provider.closeAllConnections();
  provider.close();
});

const ENDPOINT: IdentityEndpoint = {
  provider: 'GitHub',
  kinds: ['github-pat'],
  host: HOST,
  method: 'GET',
  path: '/user',
  headers: (value) => ({ authorization: `Bearer ${value}` }),
  read: ({ body }) => ({
    state: 'live',
    principal: String(Reflect.get(Object(body), 'login')),
    scopes: ['repo'],
    detail: String(Reflect.get(Object(body), 'says')),
  }),
};

async function open(allowed = true) {
  home = buildHome().json('.cursor/mcp.json', {
    mcpServers: { a: { command: 'x', env: { GH_TOKEN: TOKEN } } },
  });
  const { credentials } = await discoverHome(home);
  const [credential] = credentials;
  if (credential === undefined) throw new Error('one credential');
  store = Store.open({ path: join(tempDir(), 'reeve.db'), nowMs: Date.now });
  const told: SequencedEvent[] = [];
  const handlers = createCheckingHandlers({
    store,
    clock: systemClock,
    actor: { user: 'ana', uid: 1000 },
    fingerprint,
    allowed: () => allowed,
    credentials: () => credentials,
    onRecorded: (event) => told.push(event),
    endpoints: [ENDPOINT],
    ask: {
      at: {
        address: '127.0.0.1',
        port: (provider.address() as AddressInfo).port,
        ca: authority.certificate,
      },
    },
  });
  const check = (params: { confirmed?: boolean; id?: string }) =>
    callDirectly(handlers, 'credentials.check', {
      id: credential.id,
      confirmed: true,
      via: 'cli',
      ...params,
    });
  return { check, told, credential };
}

it('writes who asked about which credential before the value is sent, and what the provider said', async () => {
  const { check, told, credential } = await open();
  const result = await check({});
  expect(result).toMatchObject({ kind: 'answer', provider: 'GitHub', answer: { state: 'live' } });
  expect(asked).toEqual([`Bearer ${TOKEN}`]);
  expect(rowsWhenAsked).toEqual([1]);
  const rows = store.listAudit({ limit: 10 });
  expect(rows).toMatchObject([
    { result: { status: 'done', detail: expect.stringContaining('it works; it is of octo') as string } },
    {
      actor: { user: 'ana', uid: 1000, via: 'cli' },
      action: 'credential.check',
      target: { kind: 'credential', id: credential.id },
      result: { detail: expect.stringContaining(`is being sent to https://${HOST}/user`) as string },
    },
  ]);
  expect(store.verifyAudit()).toMatchObject({ ok: true, rows: 2 });
  expect(told.map(({ event }) => event.kind)).toEqual(['action.performed', 'action.performed']);
  for (const kept of [rows, told, result]) expect(JSON.stringify(kept)).not.toContain(TOKEN.slice(4, 30));
});

it('leaves no row for telling where it would go, and one for a use that the policy refuses', async () => {
  const { check } = await open();
  expect(await check({ confirmed: false })).toMatchObject({ kind: 'would-ask' });
  expect(store.listAudit({ limit: 10 })).toEqual([]);
  await expect(check({ id: 'none' })).rejects.toThrow('no credential');
  store.close();
  home?.remove();
  const forbidden = await open(false);
  expect(await forbidden.check({})).toMatchObject({ kind: 'refused' });
  expect(store.listAudit({ limit: 10 })).toMatchObject([
    {
      action: 'credential.check',
      result: { status: 'refused', detail: expect.stringContaining('policy') as string },
    },
  ]);
  expect(asked).toEqual([]);
});

it('sends nothing when it cannot be written down', async () => {
  const { credential } = await open();
  const refuse = (): never => {
    throw new Error('the disk is full');
  };
  const options = { fingerprint, allowed: true, confirmed: true, endpoints: [ENDPOINT] };
  await expect(checkOnRecord(credential, options, refuse)).rejects.toThrow('full');
  expect(asked).toEqual([]);
});

it('says in the row that the value was not there any more', async () => {
  const { check } = await open();
  home?.json('.cursor/mcp.json', { mcpServers: {} });
  expect(await check({})).toMatchObject({ kind: 'refused' });
  expect(store.listAudit({ limit: 10 })[0]?.result).toMatchObject({ status: 'refused' });
  expect(asked).toEqual([]);
});
