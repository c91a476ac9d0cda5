import { describe, expect, it } from 'vitest';
import { classifySecret } from '../../../../collector/pipeline/secrets/index.ts';
import { random } from './samples.ts';

const part = (value: object) =>
  btoa(JSON.stringify(value)).replaceAll('=', '').replaceAll('+', '-').replaceAll('/', '_');
const jwt = (claims: object) =>
  `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}.${random('token', 43, 1)}`;

describe('classifySecret', () => {
  it('reads who, how long and what for out of a JWT', () => {
    expect(
      classifySecret(
        'AUTH',
        `Bearer ${jwt({ sub: 'u1', email: 'robin@example.com', iat: 1_760_000_000, exp: 1_790_000_000, scope: 'repo admin' })}`,
      ),
    ).toEqual({
      kind: 'jwt',
      provider: 'JWT',
      confidence: 'high',
      placeholder: false,
      issuedMs: 1_760_000_000_000,
      expiresMs: 1_790_000_000_000,
      principal: 'robin@example.com',
      scopes: ['repo', 'admin'],
    });
  });

  it('reads the account out of an AWS key id', () => {
    // 123456789012 in bits 1 to 40 of the first six bytes, base 32.
    const bits = (123456789012n << 7n) << 32n;
    let id = '';
    for (let shift = 75n; shift >= 0n; shift -= 5n)
      id += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.charAt(Number((bits >> shift) & 31n));
    expect(classifySecret(undefined, ['AK', 'IA', id].join(''))?.principal).toBe('123456789012');
  });

  it('names the vendor by the variable when the value has no shape', () => {
    expect(classifySecret('DATADOG_API_KEY', random('hex', 32, 3))).toMatchObject({
      kind: 'datadog-api-key',
      provider: 'Datadog',
      confidence: 'medium',
    });
    expect(classifySecret('HEROKU_API_KEY', '1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed')).toMatchObject({
      provider: 'Heroku',
    });
    expect(classifySecret('DB_PASSWORD', 'tulip')).toMatchObject({ kind: 'password', confidence: 'low' });
  });

  it('gives the user of a database URL, never the password', () => {
    const found = classifySecret(
      'DATABASE_URL',
      `postgres://app:${['s3', 'cr3t'].join('')}@db.example.com/app`,
    );
    expect(found).toMatchObject({ kind: 'database-password', principal: 'app' });
    expect(JSON.stringify(found)).not.toContain(['s3', 'cr3t'].join(''));
  });

  it('decodes basic authentication', () => {
    expect(classifySecret('Authorization', `Basic ${btoa('robin:tulips4you')}`)).toMatchObject({
      principal: 'robin',
    });
  });

  it.each([
    '${API_KEY}',
    '$API_KEY',
    '{env:API_KEY}',
    'op://vault/item/field',
    'keychain:github',
    '<token>',
    'your-api-key',
    'xxx',
    'changeme',
    '',
    'true',
    '{{ api_key }}',
    '${input:key}',
    'vault:secret/data/x',
    '$(pass show x)',
    'Bearer ${TOKEN}',
  ])('does not take %j for a secret', (value) => {
    expect(classifySecret('API_KEY', value)).toBeUndefined();
  });

  it.each([
    ['NODE_ENV', 'production'],
    ['LOG_LEVEL', 'debug'],
    ['MAX_TOKENS', '4096'],
    ['TOKEN_URL', 'https://auth.example.com/token'],
    ['SSH_AUTH_SOCK', '/run/user/1000/ssh.sock'],
    ['PUBLIC_KEY', random('alnum', 40, 9)],
    ['SECRET_FILE', '/run/secrets/db'],
    ['GIT_SHA', random('hex', 40, 2)],
    [undefined, '--port=8080'],
    [undefined, '@modelcontextprotocol/server-filesystem'],
    ['AWS_REGION', 'eu-central-1'],
    ['PASSWORD_MIN_LENGTH', '12'],
  ])('leaves %s=%s alone', (name, value) => {
    expect(classifySecret(name, value)).toBeUndefined();
  });
});
