import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, loadConfig } from '../../collector/config.ts';
import { DEFAULT_CONFIG } from '../../collector/contract/config.ts';
import { tempDir } from '../support/temp.ts';

interface Files {
  readonly policy: string;
  readonly user: string;
}

function files(texts: { policy?: string | Buffer; user?: string | Buffer }): Files {
  const dir = tempDir();
  const paths = { policy: join(dir, 'policy.json'), user: join(dir, 'config.json') };
  if (texts.policy !== undefined) writeFileSync(paths.policy, texts.policy);
  if (texts.user !== undefined) writeFileSync(paths.user, texts.user);
  return paths;
}

function messageOf({ policy, user }: Files): string {
  try {
    loadConfig(policy, user);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  throw new Error('was accepted');
}

describe('loadConfig', () => {
  it('has a default for everything', () => {
    const { policy, user } = files({});
    expect(loadConfig(policy, user)).toEqual(DEFAULT_CONFIG);
  });

  it('joins objects key by key, the policy first, and takes other values whole', () => {
    const { policy, user } = files({
      policy: '{ "reporting": { "mode": "minimal", "headers": { "A": "policy" } } }',
      user: `{
        // comments and a last comma are fine
        "reporting": { "mode": "full", "endpoint": "https://otlp.example.com", "headers": { "A": "user", "B": "b" } },
        "scan": { "maxProjects": 7, },
      }`,
    });
    const config = loadConfig(policy, user);
    expect(config.reporting).toMatchObject({
      mode: 'minimal',
      endpoint: 'https://otlp.example.com',
      headers: { A: 'policy', B: 'b' },
    });
    expect(config.scan).toMatchObject({ maxProjects: 7 });
    expect(config.retention).toEqual(DEFAULT_CONFIG.retention);
  });

  it('reads a file that begins with a byte order mark', () => {
    const { policy, user } = files({ user: '\ufeff{ "retention": { "days": 3 } }' });
    expect(loadConfig(policy, user).retention.days).toBe(3);
  });

  it('does not let a file reach into the prototype', () => {
    const { policy, user } = files({
      policy: '{ "__proto__": { "polluted": true } }',
      user: '{ "__proto__": { "polluted": 1 } }',
    });
    expect(loadConfig(policy, user)).toEqual(DEFAULT_CONFIG);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('names file and line of what is no JSON', () => {
    const paths = files({ user: '{\n  "reporting": {\n    "mode" "off"\n  }\n}' });
    expect(messageOf(paths)).toBe(`${paths.user}:3: not valid JSON (ColonExpected)`);
    const empty = files({ policy: '' });
    expect(messageOf(empty)).toContain(`${empty.policy}:1: `);
  });

  it('names file and line of a wrong value, in the file that wins', () => {
    const paths = files({
      policy: '{\n  "retention": {\n    "days": 0\n  }\n}',
      user: '{ "retention": { "days": 5 } }',
    });
    expect(messageOf(paths)).toMatch(`${paths.policy}:3: retention.days: `);
    const user = files({ policy: '{}', user: '{\n\n"reporting": {"mode": "loud"} }' });
    expect(messageOf(user)).toMatch(`${user.user}:3: reporting.mode: `);
    const list = files({ user: '{"reporting":{"headers":{"A":\n7}}}' });
    expect(messageOf(list)).toMatch(`${list.user}:2: reporting.headers.A: `);
    const protocol = files({ user: '{"reporting":{"endpoint":"file:///etc/passwd"}}' });
    expect(messageOf(protocol)).toMatch(`${protocol.user}:1: reporting.endpoint: `);
  });

  it.each([
    ['a list', '[]', 'must hold a JSON object'],
    ['a number', '7', 'must hold a JSON object'],
    ['binary', Buffer.from([0, 255, 1, 2]), 'not valid JSON'],
    ['deep nesting', `${'{"a":'.repeat(60_000)}1${'}'.repeat(60_000)}`, 'nested too deeply'],
    ['more than 1 MB', ' '.repeat(1_000_001), 'larger than 1 MB'],
  ])('refuses %s', (_name, text, expected) => {
    const paths = files({ user: text });
    const message = messageOf(paths);
    expect(message).toContain(paths.user);
    expect(message).toContain(expected);
  });

  it('refuses a folder and a pipe without waiting for them', () => {
    const { policy, user } = files({});
    mkdirSync(user);
    expect(messageOf({ policy, user })).toBe(`${user}: is not a file`);
    execFileSync('mkfifo', [policy]);
    expect(messageOf({ policy, user })).toBe(`${policy}: is not a file`);
  });

  it('says that a file cannot be read', () => {
    const { policy, user } = files({ user: '{}' });
    const inside = join(user, 'config.json');
    expect(messageOf({ policy, user: inside })).toContain(`${inside}: cannot be read`);
    chmodSync(user, 0);
    if (process.getuid?.() !== 0) expect(messageOf({ policy, user })).toContain('cannot be read');
  });
});
