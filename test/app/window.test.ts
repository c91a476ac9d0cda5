import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AppBridge } from '../../app/bridge-shape.ts';
import { showsTray } from '../../app/main.ts';
import { isOwnUrl } from '../../app/origin.ts';
import { serveWindow } from '../../app/serve-window.ts';
import { windowOptions } from '../../app/window.ts';
import type { ReeveBridge } from '../../renderer/transport/bridge.ts';

describe('isOwnUrl', () => {
  it.each(['app://reeve/', 'app://reeve/index.html#/findings/x', 'app://reeve/assets/a.js'])(
    'takes %s',
    (url) => {
      expect(isOwnUrl(url)).toBe(true);
    },
  );
  it.each([
    'app://reeve.example.com/',
    'app://x@reeve/',
    'app://reeve:80/',
    'https://reeve/',
    'file:///reeve',
    'about:blank',
    '',
  ])('refuses %s', (url) => {
    expect(isOwnUrl(url)).toBe(false);
  });
});

describe('windowOptions', () => {
  it('keeps the page away from Node and inside the sandbox', () => {
    expect(windowOptions('/p.cjs', false).webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
    });
  });
});

describe('serveWindow', () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'reeve-root-'));
    writeFileSync(join(root, 'index.html'), '<meta name="csp-nonce" content="__CSP_NONCE__">');
    writeFileSync(join(root, 'a.js'), 'export {};');
    writeFileSync(join(root, 'secret.env'), 'x');
  });
  afterAll(() => {
    rmSync(root, { recursive: true, force: true });
  });
  const get = (url: string, method = 'GET'): Promise<Response> =>
    serveWindow(root, new Request(url, { method }));

  it('gives the page a nonce of its own, which its policy names', async () => {
    const [one, two] = await Promise.all([get('app://reeve/'), get('app://reeve/')]);
    const nonce = /content="([^"]+)"/.exec(await one.text())?.[1] ?? 'none';
    expect(one.headers.get('content-security-policy')).toContain(`'nonce-${nonce}'`);
    expect(two.headers.get('content-security-policy')).not.toContain(nonce);
    expect(one.headers.get('content-security-policy')).not.toContain('unsafe');
  });

  it('serves parts of the window and nothing else', async () => {
    expect((await get('app://reeve/a.js')).headers.get('content-type')).toContain('text/javascript');
    const status = async (url: string, method?: string): Promise<number> => (await get(url, method)).status;
    expect(await status('app://reeve/secret.env')).toBe(404);
    expect(await status('app://reeve/none.js')).toBe(404);
    expect(await status('app://reeve/..%2f..%2fetc%2fpasswd.js')).toBe(404);
    expect(await status('app://reeve/%00.js')).toBe(404);
    expect(await status('app://reeve/%E0%A4%A.js')).toBe(404);
    expect(await status('app://other/a.js')).toBe(403);
    expect(await status('app://reeve/a.js', 'POST')).toBe(405);
  });
});

describe('the bridge', () => {
  it('has the shape the page expects', () => {
    // Checked by the compiler: this is the interface of the page over the one of the app.
    const asPage = (bridge: AppBridge): ReeveBridge => bridge;
    const bridge: AppBridge = {
      call: () => Promise.resolve({ ok: true, result: 1 }),
      onNotice: () => () => undefined,
      onState: () => () => undefined,
    };
    expect(Object.keys(asPage(bridge)).sort()).toEqual(['call', 'onNotice', 'onState']);
  });
});

describe('showsTray', () => {
  it('expects none on GNOME alone', () => {
    expect(showsTray('linux', 'GNOME')).toBe(false);
    expect(showsTray('linux', 'ubuntu:GNOME')).toBe(true);
    expect(showsTray('linux', 'KDE')).toBe(true);
    expect(showsTray('darwin', '')).toBe(true);
  });
});
