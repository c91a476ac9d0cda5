import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  classifyHost,
  isHostOf,
  normalizeHost,
  parseUrl,
  registrableDomain,
  riskyDestination,
} from '../../../../collector/rules/shared/hosts.ts';

describe('normalizeHost', () => {
  it.each([
    ['EXAMPLE.com.', 'example.com'],
    ['u:p@h.example.com:80', 'h.example.com'],
    ['h.example.com\0.evil.test', 'h.example.com'],
    ['h.example.com evil.test', 'h.example.com'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['2130706433', '127.0.0.1'],
    ['0x7f.1', '127.0.0.1'],
    ['0177.0.0.1', '127.0.0.1'],
    ['[::1]:80', '::1'],
    ['[::ffff:127.0.0.1]', '127.0.0.1'],
  ])('%j is %s', (raw, expected) => {
    expect(normalizeHost(raw)).toBe(expected);
  });
  it('is stable and never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.domain(), fc.ipV4(), fc.ipV6(), fc.webUrl()),
        (raw) => {
          parseUrl(raw);
          const host = normalizeHost(raw);
          if (host !== undefined) expect(normalizeHost(host)).toBe(host);
        },
      ),
    );
  });
});

describe('parseUrl', () => {
  it('drops user-info up to the last at sign, query and fragment', () => {
    expect(parseUrl('https://a@b:c@h.example.com:8443\\x?q#f')).toMatchObject({
      host: 'h.example.com',
      port: 8443,
      path: '/x',
      query: 'q',
      hasUserInfo: true,
      url: 'https://h.example.com:8443/x',
    });
  });
  it('reads the short form of git and no drive letter', () => {
    expect(parseUrl('git@github.com:o/r.git')?.url).toBe('ssh://github.com/o/r.git');
    expect(parseUrl('C:\\x')).toBeUndefined();
    expect(parseUrl('plain')).toBeUndefined();
  });
});

describe('host classes', () => {
  it.each([
    ['localhost', 'loopback'],
    ['127.9.9.9', 'loopback'],
    ['169.254.169.254', 'metadata'],
    ['10.1.2.3', 'private'],
    ['100.64.0.1', 'private'],
    ['fe80::1', 'link-local'],
    ['printer', 'local-name'],
    ['db.internal', 'local-name'],
    ['192.0.2.1', 'public-ip'],
    ['example.com', 'public'],
  ] as const)('%s is %s', (host, expected) => {
    expect(classifyHost(host)).toBe(expected);
  });
  it('knows risky destinations by domain and path', () => {
    expect(riskyDestination('x.ngrok-free.app')).toBe('tunnel');
    expect(riskyDestination('discord.com', '/api/webhooks/1')).toBe('chat-webhook');
    expect(riskyDestination('discord.com', '/channels')).toBeUndefined();
    expect(riskyDestination('192.0.2.1')).toBe('raw-ip');
    expect(riskyDestination('notwebhook.site')).toBeUndefined();
  });
  it('finds the registrable domain', () => {
    expect(registrableDomain('a.b.co.uk')).toBe('b.co.uk');
    expect(isHostOf('a.example.com', 'example.com')).toBe(true);
    expect(isHostOf('aexample.com', 'example.com')).toBe(false);
  });
});
