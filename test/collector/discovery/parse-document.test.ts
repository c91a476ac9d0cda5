import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../../collector/discovery/parse-document.ts';

describe('parseDocument', () => {
  it('reads JSON with a byte order mark, comments and trailing commas', () => {
    expect(parseDocument('\uFEFF{"a": [1, 2,], // two\n/* "a": 3 */ "b": "//",}', 'json')).toEqual({
      document: { a: [1, 2], b: '//' },
      problems: [],
    });
  });

  it('keeps what stands before a syntax error, and says where it is', () => {
    const { document, problems } = parseDocument('{\n"a": 1,\n"b": {"c": [tru', 'json');
    expect(document).toMatchObject({ a: 1 });
    expect(problems).toEqual([{ kind: 'bad-syntax', detail: expect.stringMatching(/^line 3, /) as string }]);
  });

  it('reports equal keys of one object, and of one object only', () => {
    const text = '{"a": {"x": 1}, "b": {"x": 1},\n"a": {"y": "a", "z": "a"}}';
    expect(parseDocument(text, 'json').problems).toEqual([{ kind: 'duplicate-key', detail: 'line 2' }]);
  });

  it.each(['json', 'toml', 'yaml'] as const)('quotes nothing of a broken %s file', (format) => {
    const secret = ['pass', 'phrase', '42'].join('-');
    const { problems } = parseDocument(`{"a": "${secret}\n [[ = : ${secret}`, format);
    expect(problems.length).toBeGreaterThan(0);
    expect(JSON.stringify(problems)).not.toContain(secret);
  });

  it.each([
    ['json', '['.repeat(1_000_000)],
    ['json', '{"a":'.repeat(500_000)],
    ['toml', `a = ${'['.repeat(100_000)}`],
    ['yaml', '['.repeat(20_000)],
    ['yaml', 'a: &a [x]\n'.repeat(10) + 'b: [' + '*a,'.repeat(10_000) + ']'],
  ] as const)('survives hostile nesting in %s', (format, text) => {
    expect(() => parseDocument(text, format)).not.toThrow();
  });

  it('reads what JSON.parse reads, as it reads it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = JSON.stringify(value, null, 2);
        const { document, problems } = parseDocument(text, 'json');
        expect(document).toEqual(JSON.parse(text));
        expect(problems).toEqual([]);
      }),
    );
  });

  it('takes any text in any format', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.constantFrom('json', 'toml', 'yaml'),
        (text, format) => {
          parseDocument(text, format);
        },
      ),
      { numRuns: 500 },
    );
  });
});
