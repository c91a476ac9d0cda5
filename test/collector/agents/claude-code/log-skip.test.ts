import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLAUDE_CODE_LOGS } from '../../../../collector/agents/claude-code/log.ts';
import { skipType } from '../../../../collector/agents/claude-code/log-skip.ts';
import { IGNORED_TYPES } from '../../../../collector/agents/claude-code/log-types.ts';
import { createRandom, mutateLine } from '../../../support/mutate-json.ts';
import { onlyJsonl, readFixture } from '../../../support/read-log.ts';
import { PATHS } from './log-cases.ts';

const format = onlyJsonl(CLAUDE_CODE_LOGS);
const newState = () => ({ timeMs: 1_793_610_000_000, session: 's' });

function skip(line: string): string | undefined {
  const bytes = Buffer.from(`XX${line}\n`);
  return skipType(bytes, 2, bytes.length - 1);
}

/**
 * The byte test may only claim what the parser would ignore as well. It looks at the head: what comes after it may be
 * broken, and of two types the parser takes the last.
 */
function agrees(line: string): void {
  const type = skip(line);
  if (type === undefined) return;
  const row = parsedOrUndefined(line);
  if (row === undefined) return;
  if (row['type'] !== type) expect(line.match(/"type"|\\u/g)?.length).toBeGreaterThan(1);
  else expect(format.parseLine(line, 0, newState()).kind).toBe('ignored');
}

function parsedOrUndefined(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

describe('skipType', () => {
  it.each(IGNORED_TYPES)('knows a row of type %s wherever its type stands', (type) => {
    expect(skip(JSON.stringify({ type, sessionId: 's' }))).toBe(type);
    expect(
      skip(
        JSON.stringify({
          sessionId: 's',
          n: -1.5e3,
          ok: true,
          none: null,
          list: [1, '}', { a: '"' }],
          type,
          x: {},
        }),
      ),
    ).toBe(type);
  });

  it.each([
    ['a row that matters', { type: 'user', message: { content: 'x' } }],
    ['the words inside a string', { text: '"type":"progress"', type: 'user' }],
    ['the words inside an escaped string', { text: '\\","type":"progress"', type: 'user' }],
    ['the words inside a nested value', { data: { type: 'progress' }, type: 'user' }],
    ['a longer type', { type: 'progress-report' }],
    ['a type that is no string', { type: ['progress'] }],
  ])('is not fooled by %s', (_, row) => {
    expect(skip(JSON.stringify(row))).toBeUndefined();
  });

  it.each([
    '',
    '{',
    '{"type',
    '{"type":',
    '{"type":"progress',
    '[{"type":"progress"}]',
    '{"a":"\\',
    '{"\\u0074ype":"progress"}',
    'null',
  ])('is unsure of %j', (line) => {
    expect(skip(line)).toBeUndefined();
  });

  it('is unsure when the type stands beyond the first KiB', () => {
    expect(skip(JSON.stringify({ cwd: 'x'.repeat(2_000), type: 'progress' }))).toBeUndefined();
  });

  it('reads a line with two types by the first', () => {
    expect(skip('{"type":"progress","type":"user"}')).toBe('progress');
    expect(skip('{"type":"user","type":"progress"}')).toBeUndefined();
  });

  it('stays inside the bounds it is given', () => {
    const bytes = Buffer.from('{"type":"progress"}{"type":"progress"}');
    expect(skipType(bytes, 0, 10)).toBeUndefined();
    expect(skipType(bytes, 19, 38)).toBe('progress');
    expect(skipType(bytes, 0, 9_999)).toBe('progress');
    expect(skipType(new Uint8Array(0), 0, 0)).toBeUndefined();
  });

  it('never disagrees with the parser on any object', () => {
    const word = fc.constantFrom(
      'type',
      'progress',
      'user',
      'summary',
      '"type":"progress"',
      '{',
      '}',
      '\\',
      '"',
      'é',
      '😀',
    );
    const value = fc.oneof(
      word,
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(word),
      fc.dictionary(word, word),
    );
    const row = fc.array(fc.tuple(word, value), { maxLength: 8 });
    fc.assert(
      fc.property(row, (entries) => {
        const line = `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${JSON.stringify(one)}`).join(',')}}`;
        agrees(line);
      }),
      { numRuns: 2_000 },
    );
  });

  it('never disagrees with the parser on mutated rows', () => {
    const random = createRandom(7);
    const lines = Object.keys(PATHS).flatMap((name) =>
      readFixture(`claude-code/${name}/input.jsonl`).trim().split('\n'),
    );
    for (let i = 0; i < 2_000; i++) agrees(mutateLine(lines[i % lines.length] ?? '', random));
  });
});
