import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifySecret, findSecrets, redactText } from '../../../../collector/pipeline/secrets/index.ts';
import { SAMPLES } from './samples.ts';
import { expectLinear } from '../../../support/linear.ts';

const delimiter = fc.constantFrom(
  ' ',
  '\n',
  '\t',
  '"',
  "'",
  '`',
  '=',
  ':',
  ',',
  ';',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  '<',
  '>',
  '|',
  '&',
  '@',
  '/',
  '\\n',
  '\\t',
  '\\"',
  '%20',
  '…',
  'ä ',
  '🔑',
  '\u0000',
  '\u200b',
);
const surroundings = fc.oneof(
  fc.string({ maxLength: 80, unit: 'binary' }),
  fc.string({ maxLength: 80, unit: 'grapheme' }),
  fc.constantFrom(
    'export A=',
    'curl -H "X: ',
    '{"a":"',
    'https://x.example.com/?a=',
    'password',
    '--token ',
    'Bearer ',
    '://',
    '-----',
    'user:',
    'data:image/png;base64,',
  ),
);

describe('redactText on any text', () => {
  it('leaves nothing of a secret, wherever it stands', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SAMPLES),
        surroundings,
        delimiter,
        delimiter,
        surroundings,
        ({ value }, before, left, right, after) => {
          const redacted = redactText(`${before}${left}${value}${right}${after}`);
          expect(redacted).not.toContain(value);
          // Not even the first third of the part that is secret.
          expect(redacted).not.toContain(value.slice(0, Math.ceil(value.length / 3)));
        },
      ),
      { numRuns: 1500 },
    );
  });

  it('changes nothing the second time, and never throws', () => {
    const piece = fc.oneof(
      surroundings,
      fc.constantFrom(...SAMPLES.map((sample) => sample.value)),
      delimiter,
      fc.constantFrom(
        'password=',
        'token: ',
        '[redacted:',
        '[redacted:password]',
        'Authorization: Basic ',
        'auth":"',
        ' -p ',
        'mysql ',
        'PRIVATE KEY-----',
        '-----BEGIN ',
        'eyJ',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const once = redactText(pieces.join(''));
        expect(redactText(once)).toBe(once);
      }),
      { numRuns: 1500 },
    );
  });

  it('gives matches in order, inside the text, without overlap', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(surroundings, fc.constantFrom(...SAMPLES.map((sample) => sample.value))), {
          maxLength: 6,
        }),
        (pieces) => {
          const text = pieces.join(' ');
          let end = 0;
          for (const match of findSecrets(text)) {
            expect(match.start).toBeGreaterThanOrEqual(end);
            expect(match.end).toBeGreaterThan(match.start);
            end = match.end;
          }
          expect(end).toBeLessThanOrEqual(text.length);
        },
      ),
    );
  });

  it('classifies any name and value without throwing', () => {
    fc.assert(
      fc.property(
        fc.option(fc.string(), { nil: undefined }),
        fc.string({ unit: 'binary' }),
        (name, value) => void classifySecret(name, value),
      ),
    );
  });
});

describe('hostile text', () => {
  const fill = (part: string, size: number) => part.repeat(Math.ceil(size / part.length)).slice(0, size);
  it.each([
    'a',
    '-',
    '=',
    '"',
    '\\',
    '\\"',
    '/',
    ':',
    '://',
    'ey',
    'eyJ',
    'eyJ.',
    'eyJhbGciOi.',
    'st.',
    'sk-',
    'SG.',
    'AKIA',
    'API-',
    '-----BEGIN ',
    '-----BEGIN PRIVATE KEY',
    'PRIVATE KEY-----',
    'password',
    'password=',
    'password="',
    'password: ',
    'token token ',
    'auth="',
    "pass'",
    '://a:',
    '://a:b@',
    'https://a?key=',
    '?key=abcdef123&',
    'curl ',
    'curl -u ',
    'mysql -p',
    'echo a | sudo -S ',
    'Bearer ',
    'Bearer abcdef1234567',
    '1Q~',
    '12345678:AA',
    '12345678:AA',
    'T3BlbkFJ',
    'AAAA',
    'QUtJ',
    'identified by ',
    'hf_',
    'x=$(',
    '[redacted:',
    'Cookie: a=',
    '$'.repeat(3),
    '\n',
    'key\n',
    'é',
    '🔑',
  ])('takes linear time on a megabyte of %j', (part) => {
    expectLinear((size) => {
      redactText(fill(part, size));
    }, 1_000_000);
  });
});
