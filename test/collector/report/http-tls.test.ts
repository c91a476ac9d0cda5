import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTransport, type SendResult } from '../../../collector/report/http.ts';
import { createCertificates } from './certificates.ts';

const TIMEOUTS = { connectMs: 2_000, headersMs: 2_000, totalMs: 3_000 };

let folder: string;
let server: https.Server;
let endpoint: string;
let clients: (string | undefined)[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'reeve-tls-'));
  const { authority, server: own, client } = createCertificates();
  const files = { 'ca.pem': authority.certificate, 'cert.pem': client.certificate, 'key.pem': client.key };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, 'broken.pem'), 'not a certificate');
  clients = [];
  server = https.createServer(
    {
      cert: own.certificate,
      key: own.key,
      ca: authority.certificate,
      requestCert: true,
      rejectUnauthorized: true,
    },
    (request, response) => {
      const socket = request.socket as unknown as { getPeerCertificate(): { subject?: { CN?: string } } };
      clients.push(socket.getPeerCertificate().subject?.CN);
      request.resume().on('end', () => response.end());
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function send(files: { ca?: string; cert?: string; key?: string }): Promise<SendResult> {
  const path = (name: string | undefined) => (name === undefined ? undefined : join(folder, name));
  const opened = openTransport(
    {
      endpoint,
      headers: {},
      caFile: path(files.ca),
      clientCertFile: path(files.cert),
      clientKeyFile: path(files.key),
    },
    {},
    TIMEOUTS,
  );
  if (!opened.ok) return { kind: 'misconfigured', reason: opened.reason };
  const { result } = await opened.transport.send(Buffer.from('x'), new AbortController().signal);
  opened.transport.close();
  return result;
}

describe('openTransport over TLS', () => {
  it('trusts the given authority and shows the client certificate', async () => {
    const result = await send({ ca: 'ca.pem', cert: 'cert.pem', key: 'key.pem' });
    expect(result.kind).toBe('accepted');
    expect(clients).toEqual(['Test client']);
  });

  it('does not talk to a server of an authority it does not know', async () => {
    const result = await send({ cert: 'cert.pem', key: 'key.pem' });
    expect(result).toMatchObject({ kind: 'misconfigured' });
    expect(JSON.stringify(result)).toContain('the connection is not trusted');
    expect(clients).toEqual([]);
  });

  it('keeps the batch when the server wants a client certificate and there is none', async () => {
    expect(['later', 'misconfigured']).toContain((await send({ ca: 'ca.pem' })).kind);
    expect(clients).toEqual([]);
  });

  it.each([
    ['authority', { ca: 'broken.pem', cert: 'cert.pem', key: 'key.pem' }],
    ['certificate', { ca: 'ca.pem', cert: 'broken.pem', key: 'key.pem' }],
    ['key', { ca: 'ca.pem', cert: 'cert.pem', key: 'broken.pem' }],
  ])('says that a broken %s file cannot be used, and does not throw', async (_name, files) => {
    expect((await send(files)).kind).toBe('misconfigured');
  });
});
