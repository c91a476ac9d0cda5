import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readableAttributes, readableRecord } from '../../../renderer/words/sent-fields.ts';

const BODY = JSON.stringify({
  class_uid: 1007,
  severity_id: 1,
  time: 1_795_354_957_930,
  actor: { user: { name: 'ana' } },
  device: { hostname: 'vm' },
  process: { name: 'echo', cmd_line: 'echo hello' },
  unmapped: {
    programs: ['echo', 'bash'],
    resources: [{ kind: 'host', value: '192.0.2.66' }],
    odd: {},
    truth: false,
    none: null,
  },
  metadata: { version: '1.9.0' },
});

describe('what left, to be read', () => {
  it('says what kind it is, about what, and names every value', () => {
    const record = readableRecord(BODY);
    expect(record?.kind).toBe('A program that an agent ran');
    expect(record?.groups.map(({ title }) => title)).toEqual([
      'About what',
      'Who',
      'On which machine',
      'What kind',
      'About the record itself',
    ]);
    const about = Object.fromEntries(
      (record?.groups[0]?.fields ?? []).map(({ label, value }) => [label, value]),
    );
    expect(about).toEqual({
      Program: 'echo',
      'Whole command': 'echo hello',
      Programs: 'echo, bash',
      'Resources kind (1)': 'host',
      'Resources value (1)': '192.0.2.66',
      Odd: '{}',
      Truth: 'no',
      None: 'null',
    });
    expect(record?.groups[3]?.fields.map(({ value }) => value)).toContain('Informational (1)');
  });

  it('leaves nothing out, whatever the record holds', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue({ maxDepth: 4 }), { minKeys: 1 }),
        (body) => {
          const text = JSON.stringify(body);
          const record = readableRecord(text);
          const shown = record?.groups.flatMap(({ fields }) => fields.map(({ value }) => value)) ?? [];
          expect(shown).toHaveLength(record?.count ?? -1);
          for (const word of textsOf(JSON.parse(text))) expect(shown.join('\n')).toContain(word);
        },
      ),
    );
  });

  it('is not made of what is no record', () => {
    expect(['', '[]', '"x"', 'null', '{'].map(readableRecord)).toEqual(Array(5).fill(undefined));
    expect(readableAttributes({ 'user.name': 'ana' })).toEqual([
      { path: 'user.name', label: 'user.name', value: 'ana' },
    ]);
  });
});

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
