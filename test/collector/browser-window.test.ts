import { createServer } from 'node:net';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BrowserWindow, type BrowserWindowOptions } from '../../collector/browser-window.ts';
import type { ServedHandlers } from '../../collector/ipc/dispatch.ts';
import { builtWindow, get, onEnd } from '../support/web-window.ts';
import { tempDir } from '../support/temp.ts';

const NOW = 1_750_000_000_000;

function createWindow(over: Partial<BrowserWindowOptions> = {}): {
  window: BrowserWindow;
  stateFile: string;
  errors: unknown[];
} {
  const stateFile = over.stateFile ?? join(tempDir(), 'window.json');
  const errors: unknown[] = [];
  const window = new BrowserWindow({
    stateFile,
    handlers: {} as ServedHandlers,
    version: '1.2.3',
    nowMs: () => NOW,
    onError: (error) => errors.push(error),
    root: builtWindow(),
    ...over,
  });
  onEnd(() => window.close());
  return { window, stateFile, errors };
}

/** As a browser does: opens the address and keeps the cookie. */
async function logIn(window: BrowserWindow): Promise<{ port: number; cookie: string }> {
  const { url, port } = await window.open(0);
  const answer = await get(port, new URL(url).pathname + new URL(url).search);
  return { port, cookie: String(answer.headers['set-cookie']).split(';')[0]! };
}

const statusOf = async (port: number, cookie: string): Promise<number> =>
  (await get(port, '/', { cookie })).status;

describe('the window in a browser', () => {
  it('is not served before somebody asks, and then with an address for one use', async () => {
    const { window } = createWindow();
    await window.resume();
    const one = await window.open(0);
    const two = await window.open(undefined);
    expect(one.address).toBe(`http://127.0.0.1:${one.port}/`);
    expect(two.port).toBe(one.port);
    expect(two.url).not.toBe(one.url);
    expect(one.expiresMs).toBe(NOW + 600_000);
  });

  it('is there again after a restart, under the same port and for the same cookie', async () => {
    const first = createWindow();
    const { port, cookie } = await logIn(first.window);
    await first.window.close();
    await expect(statusOf(port, cookie)).rejects.toThrow('ECONNREFUSED');
    const { window } = createWindow({ stateFile: first.stateFile });
    await window.resume();
    expect(await statusOf(port, cookie)).toBe(200);
    expect((await window.open(undefined)).port).toBe(port);
  });

  it('keeps neither ticket nor cookie in clear, and the file to the owner', async () => {
    const { window, stateFile } = createWindow();
    const { cookie } = await logIn(window);
    const text = readFileSync(stateFile, 'utf8');
    expect(text).not.toContain(cookie.split('=')[1]);
    expect(JSON.parse(text)).toMatchObject({ logins: [{ expiresMs: NOW + 43_200_000 }] });
    if (process.platform !== 'win32') expect(statSync(stateFile).mode & 0o777).toBe(0o600);
  });

  it('lets nobody in after the login has expired', async () => {
    const first = createWindow();
    const { port, cookie } = await logIn(first.window);
    await first.window.close();
    const { window } = createWindow({ stateFile: first.stateFile, nowMs: () => NOW + 43_200_000 });
    await window.resume();
    await expect(statusOf(port, cookie)).rejects.toThrow('ECONNREFUSED');
    const again = await window.open(0);
    expect(await statusOf(again.port, cookie)).toBe(401);
  });

  it.each([
    '{',
    '[]',
    '{"port":0,"logins":[]}',
    '{"port":80,"logins":[{"hash":"x","expiresMs":1}]}',
    'x'.repeat(30_000),
  ])('begins anew when its file is damaged: %.20s', async (text) => {
    const stateFile = join(tempDir(), 'window.json');
    writeFileSync(stateFile, text);
    const { window, errors } = createWindow({ stateFile });
    await window.resume();
    expect((await window.open(0)).port).toBeGreaterThan(0);
    expect(errors).toEqual([]);
  });

  it('takes another port when its own is taken, unless the person asked for that one', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onEnd(() => void other.close());
    const taken = (other.address() as { port: number }).port;
    const stateFile = join(tempDir(), 'window.json');
    writeFileSync(stateFile, JSON.stringify({ port: taken, logins: [] }));
    const { window } = createWindow({ stateFile });
    await expect(window.open(taken)).rejects.toThrow('EADDRINUSE');
    expect((await window.open(undefined)).port).not.toBe(taken);
  });

  it('tells when it cannot be served again, and works on', async () => {
    const first = createWindow();
    const { port } = await logIn(first.window);
    await first.window.close();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
    onEnd(() => void other.close());
    const { window, errors } = createWindow({ stateFile: first.stateFile });
    await window.resume();
    expect(errors).toHaveLength(1);
    expect((await window.open(0)).port).not.toBe(port);
  });

  it('says when its file cannot be written, and still lets the browser in', async () => {
    const { window, errors } = createWindow({ stateFile: join(tempDir(), 'none', 'window.json') });
    const { port, cookie } = await logIn(window);
    expect(await statusOf(port, cookie)).toBe(200);
    expect(errors.length).toBeGreaterThan(0);
  });
});
