import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { THEME_COOKIE } from '../../../../collector/contract/first-look.ts';
import { METHODS, PROTOCOL_VERSION } from '../../../../collector/contract/ipc.ts';
import { LOGIN_MS } from '../../../../collector/ipc/web/logins.ts';
import { batch, toolCall } from '../../../support/records.ts';
import { COOKIE, get, Page, serveWindow, until } from '../../../support/web-window.ts';

describe('logging in', () => {
  it('trades a ticket for a cookie that scripts cannot read, and leaves the address with the ticket', async () => {
    const { port, logins } = await serveWindow();
    const answer = await get(port, `/open?ticket=${logins.issue().ticket}`);
    expect(answer.status).toBe(303);
    expect(answer.headers['location']).toBe('/');
    const [cookie = ''] = answer.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(
      new RegExp(`^${COOKIE}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/; Max-Age=43200$`),
    );
    const page = await get(port, '/', { cookie: cookie.split(';')[0]! });
    expect(page.status).toBe(200);
    expect(page.body).toContain('/assets/app-1a2b.js');
  });

  it('takes a ticket once, and not after its time', async () => {
    const { port, logins, clock } = await serveWindow();
    const first = logins.issue();
    expect((await get(port, `/open?ticket=${first.ticket}`)).status).toBe(303);
    const again = await get(port, `/open?ticket=${first.ticket}`);
    expect(again.status).toBe(403);
    expect(again.headers['set-cookie']).toBeUndefined();
    const late = logins.issue();
    clock.nowMs = late.expiresMs;
    expect((await get(port, `/open?ticket=${late.ticket}`)).status).toBe(403);
  });

  it('does not use a ticket up for a look with HEAD', async () => {
    const { port, logins } = await serveWindow();
    const { ticket } = logins.issue();
    expect((await get(port, `/open?ticket=${ticket}`, {}, 'HEAD')).headers['set-cookie']).toBeUndefined();
    expect((await get(port, `/open?ticket=${ticket}`)).status).toBe(303);
  });

  it('looks at no ticket for a minute after ten wrong ones', async () => {
    const { port, logins, clock } = await serveWindow();
    for (let n = 0; n < 10; n++) expect((await get(port, `/open?ticket=wrong${n}`)).status).toBe(403);
    const { ticket } = logins.issue();
    expect((await get(port, `/open?ticket=${ticket}`)).status).toBe(429);
    clock.nowMs += 60_000;
    expect((await get(port, `/open?ticket=${ticket}`)).status).toBe(303);
  });

  it('says how to log in where there is no good cookie', async () => {
    const { port } = await serveWindow();
    for (const headers of [
      {},
      { cookie: `${COOKIE}=made-up` },
      { cookie: `${COOKIE}=${'x'.repeat(4_000)}` },
    ]) {
      const answer = await get(port, '/findings/f_1', headers);
      expect(answer.status).toBe(401);
      expect(answer.body).toContain('reeve ui');
      expect(answer.body).not.toContain('<script');
    }
  });
});

describe('who may ask', () => {
  it.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '192.0.2.1',
    '[::2]',
    '127.0.0.1:x',
  ])('answers nothing under the name %j, which somebody else may have pointed here', async (host) => {
    const { port, login } = await serveWindow();
    const cookie = `${COOKIE}=${login()}`;
    const answer = await get(port, '/', { host, cookie });
    expect(answer.status).toBe(421);
    const page = new Page(port, login(), { host, origin: `http://${host}` });
    expect(await page.opened()).toBe(421);
  });

  it.each(['localhost:8080', '127.0.0.1:9', '[::1]:27833', 'LOCALHOST'])(
    'answers under %s, as it comes through a tunnel',
    async (host) => {
      const { port, login } = await serveWindow();
      const cookie = login();
      expect((await get(port, '/', { host, cookie: `${COOKIE}=${cookie}` })).status).toBe(200);
      const page = new Page(port, cookie, { host, origin: `http://${host}` });
      expect(await page.opened()).toBe(true);
    },
  );

  it.each(['http://evil.example', 'http://localhost:1', 'null', 'file://', 'https://127.0.0.1.evil.example'])(
    'opens no WebSocket for a page of %s, even with the cookie',
    async (origin) => {
      const { port, login } = await serveWindow();
      expect(await new Page(port, login(), { origin }).opened()).toBe(403);
    },
  );

  it('opens no WebSocket for a caller that does not say which page it is', async () => {
    const { port, login } = await serveWindow();
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (data: Buffer) => (text += data.toString()));
    socket.write(
      `GET /api HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: ${COOKIE}=${login()}\r\n\r\n`,
    );
    await until(() => text.includes('\r\n\r\n'));
    expect(text).toMatch(/^HTTP\/1\.1 403 /);
    socket.destroy();
  });

  it('gives another site nothing to embed or read', async () => {
    const { port, login } = await serveWindow();
    const cookie = `${COOKIE}=${login()}`;
    const fetched = { cookie, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' };
    expect((await get(port, '/icon.svg', fetched)).status).toBe(403);
    const answer = await get(port, '/', { cookie, origin: 'http://evil.example' });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    expect((await get(port, '/', { cookie }, 'POST')).status).toBe(405);
    expect((await get(port, '/', { cookie }, 'OPTIONS')).status).toBe(405);
  });
});

describe('what is served', () => {
  it('sends headers that allow own files only, with a new nonce in each page', async () => {
    const { port, login } = await serveWindow();
    const cookie = `${COOKIE}=${login()}`;
    const pages = [await get(port, '/', { cookie }), await get(port, '/sessions', { cookie })];
    const nonces = pages.map(({ headers, body }) => {
      const csp = String(headers['content-security-policy']);
      expect(csp).toContain("default-src 'none'");
      expect(csp).toContain("frame-ancestors 'none'");
      expect(csp).not.toContain('unsafe');
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['cross-origin-opener-policy']).toBe('same-origin');
      expect(headers['cache-control']).toBe('no-store');
      const nonce = /content="([^"]+)"/.exec(body)?.[1] ?? '';
      expect(csp).toContain(`'nonce-${nonce}'`);
      return nonce;
    });
    expect(nonces[0]).not.toBe(nonces[1]);
    expect(nonces[0]).not.toContain('__');
  });

  it('makes the page with the theme that was chosen, and with no other word of the cookie', async () => {
    const { port, login } = await serveWindow();
    const cookie = `${COOKIE}=${login()}`;
    const themeOf = async (value: string): Promise<string | undefined> =>
      /<html data-theme="(.*?)"><meta/.exec(
        (await get(port, '/', { cookie: `${cookie}; ${THEME_COOKIE}=${value}` })).body,
      )?.[1];
    expect(await themeOf('dark')).toBe('dark');
    expect(await themeOf('light')).toBe('light');
    expect(await themeOf('"><script>alert(1)</script>')).toBe('');
    expect(await themeOf('$&')).toBe('');
  });

  it('lets files keep whose names change with their content, and no others', async () => {
    const { port } = await serveWindow();
    const script = await get(port, '/assets/app-1a2b.js');
    expect(script.headers['cache-control']).toContain('immutable');
    expect(script.headers['content-type']).toContain('text/javascript');
    expect((await get(port, '/icon.svg')).headers['cache-control']).toBe('no-cache');
    expect((await get(port, '/assets/none.js')).status).toBe(404);
  });

  it.each([
    '/../secret.json',
    '/..%2fsecret.json',
    '/assets/..%2f..%2fsecret.json',
    '/%2e%2e/secret.json',
    '/..\\secret.json',
    '/assets/%00.js',
    '/%zz.js',
    '//etc/passwd.json',
  ])('serves nothing from outside its folder: %s', async (path) => {
    const { port } = await serveWindow();
    const answer = await get(port, path);
    expect(answer.status).toBe(404);
    expect(answer.body).not.toContain('yours');
  });

  it('says so when this build has no window', async () => {
    const { port, login } = await serveWindow({ root: '/nowhere' });
    expect((await get(port, '/', { cookie: `${COOKIE}=${login()}` })).status).toBe(503);
  });
});

describe('the local API over WebSocket', () => {
  it('answers the same methods in the same shapes, and refuses what is not in the contract', async () => {
    const { port, login, store } = await serveWindow();
    store.commit(batch({ events: [toolCall('a')] }));
    const page = new Page(port, login());
    expect(await page.opened()).toBe(true);
    const hello = await page.ask('hello', { token: '', protocolVersion: PROTOCOL_VERSION });
    expect(hello['result']).toEqual({ protocolVersion: PROTOCOL_VERSION, version: '1.2.3' });
    const events = METHODS['events.list'].result.parse((await page.ask('events.list'))['result']);
    expect(events).toHaveLength(1);
    expect((await page.ask('events.list', { limit: -1 }))['error']).toMatchObject({ code: -32602 });
    expect((await page.ask('process.exit'))['error']).toMatchObject({ code: -32601 });
    expect((await page.ask('constructor'))['error']).toMatchObject({ code: -32601 });
    expect((await page.ask('hello', { token: '', protocolVersion: 99 }))['error']).toMatchObject({
      code: -32001,
    });
  });

  it('tells a page without a login so, in a way the page can see', async () => {
    const { port, server } = await serveWindow();
    expect(await new Page(port, undefined).closed).toBe(4401);
    expect(await new Page(port, 'made-up').closed).toBe(4401);
    expect(server.pages).toBe(0);
  });

  it('ends the connection when the login expires', async () => {
    const { port, login, clock } = await serveWindow({ probeMs: 20 });
    const page = new Page(port, login());
    await page.opened();
    expect((await page.ask('events.list'))['result']).toEqual([]);
    clock.nowMs += LOGIN_MS;
    expect(await page.closed).toBe(4401);
    const again = new Page(port, undefined);
    expect(await again.closed).toBe(4401);
  });

  it('tells two windows, each what it selected', async () => {
    const { port, login, server } = await serveWindow();
    const [one, two] = [new Page(port, login()), new Page(port, login())];
    await Promise.all([one.opened(), two.opened()]);
    await two.ask('notices.select', { names: [] });
    server.publish({ name: 'status.changed', body: { phase: 'watching' } });
    server.publish({ name: 'resync', body: {} });
    await until(() => one.notices.length === 2 && two.notices.length === 1);
    expect(one.notices.map(({ method }) => method)).toEqual(['status.changed', 'resync']);
    expect(two.notices.map(({ method }) => method)).toEqual(['resync']);
  });

  it('leaves notices out for a page that does not read, and tells it to ask again once it does', async () => {
    const { port, login, server } = await serveWindow();
    const [slow, quick] = [new Page(port, login()), new Page(port, login())];
    await Promise.all([slow.opened(), quick.opened()]);
    slow.socket.pause();
    const text = 'x'.repeat(500_000);
    for (let n = 0; n < 80; n++) {
      server.publish({ name: 'health.changed', body: { health: [{ code: 'c', severity: 'low', text }] } });
      await until(() => quick.notices.length === n + 1);
    }
    slow.socket.resume();
    await until(() => slow.notices.at(-1)?.method === 'resync');
    expect(slow.notices.length).toBeLessThan(40);
    expect(quick.notices.some(({ method }) => method === 'resync')).toBe(false);
  });

  it('cuts off a message that is too large', async () => {
    const { port, login, server } = await serveWindow();
    const page = new Page(port, login());
    await page.opened();
    page.socket.send(`{"jsonrpc":"2.0","id":1,"method":"${'x'.repeat(1_100_000)}"}`);
    expect(await page.closed).toBe(1009);
    await until(() => server.pages === 0);
  });

  it.each([
    ['no JSON', '{', 1002],
    ['a list', '[]', 1002],
    ['another version', '{"id":1,"method":"hello"}', 1002],
    ['bytes', Buffer.from('{}'), 1003],
  ])('ends the connection after %s', async (_name, message, code) => {
    const { port, login } = await serveWindow();
    const page = new Page(port, login());
    await page.opened();
    page.socket.send(message);
    expect(await page.closed).toBe(code);
  });

  it('ends a page that gives no sign of life', async () => {
    const { port, login, server } = await serveWindow({ probeMs: 100 });
    const page = new Page(port, login());
    await page.opened();
    await until(() => server.pages === 1);
    page.socket.pause();
    await until(() => server.pages === 0);
  });

  it('says goodbye to pages when the collector stops', async () => {
    const { port, login, server } = await serveWindow();
    const page = new Page(port, login());
    await page.opened();
    await page.ask('events.list');
    await server.close();
    expect(await page.closed).toBe(1001);
  });
});
