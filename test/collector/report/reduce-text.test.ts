import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { originOf, programOf, withoutSecretsOf, wordOf } from '../../../collector/report/reduce-text.ts';

describe('programOf', () => {
  it.each([
    ['curl -sS https://example.com', 'curl'],
    ['/usr/bin/env python3 x.py', 'env'],
    ['TOKEN=abc OTHER=d /opt/tool/run --now', 'run'],
    ['"C:\\Program" x', 'Program'],
    ['  git   status', 'git'],
  ])('finds the program of %j', (command, program) => {
    expect(programOf(command)).toBe(program);
  });

  it.each([
    [''],
    ['TOKEN=abc'],
    ['$(cat secret)'],
    ['--flag value'],
    ['a;b'],
    ['$SECRET'],
    ['"quoted words"; x'],
  ])('gives nothing for %j', (command) => {
    const program = programOf(command);
    expect(program === undefined || program === 'quoted').toBe(true);
  });

  it('gives one short word or nothing for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (command) => {
        expect(programOf(command) ?? 'none').toMatch(/^[\w.+@-]{1,64}$/);
      }),
    );
  });
});

describe('originOf', () => {
  it.each([
    ['https://user:pw@api.example.com:8443/a/b?c=d#e', 'https://api.example.com:8443'],
    ['http://192.0.2.1/x', 'http://192.0.2.1'],
  ])('keeps scheme, host and port of %s', (url, origin) => {
    expect(originOf(url)).toBe(origin);
  });

  it.each([['not a url'], ['data:text/plain,secret'], ['file:///etc/passwd'], ['']])(
    'gives nothing for %j',
    (url) => {
      expect(originOf(url)).toBeUndefined();
    },
  );
});

describe('withoutSecretsOf', () => {
  it.each([
    ['https://user:pw@git.example.com/team/app.git?token=x', 'https://git.example.com/team/app.git'],
    ['postgres://app:p@ss@db.example.com/main', 'postgres://db.example.com/main'],
    ['https://git.example.com/@scope/app', 'https://git.example.com/@scope/app'],
    ['git@git.example.com:team/app.git', 'git@git.example.com:team/app.git'],
  ])('cuts user-info, query and fragment of %s', (address, plain) => {
    expect(withoutSecretsOf(address)).toBe(plain);
  });
});

describe('wordOf', () => {
  it('takes one word and refuses free text and other types', () => {
    expect(wordOf('bypassPermissions')).toBe('bypassPermissions');
    expect(wordOf('two words')).toBeUndefined();
    expect(wordOf('x'.repeat(129))).toBeUndefined();
    expect(wordOf(7)).toBeUndefined();
  });
});
