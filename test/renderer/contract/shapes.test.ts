import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { METHODS, NOTIFICATIONS } from '../../../collector/contract/ipc.ts';
import { fits, type Shape, type Shapes } from '../../../renderer/contract/shape.ts';
import { SHAPES } from '../../../renderer/contract/shapes.ts';
import { shapesOf } from '../../../renderer/contract/shapes-of.ts';

const SCHEMAS: readonly (readonly [name: string, schema: z.ZodType, shape: Shape | undefined])[] = [
  ...Object.entries(METHODS).map(
    ([name, { result }]) => [`answer of ${name}`, result, SHAPES.results[name]] as const,
  ),
  ...Object.entries(NOTIFICATIONS).map(
    ([name, body]) => [`notice ${name}`, body, SHAPES.notices[name]] as const,
  ),
];
const RUNS = 40;
const text = (min = 0, max = 6): fc.Arbitrary<string> =>
  fc.string({ minLength: min, maxLength: Math.min(max, min + 6) });
const anything = fc.oneof(
  fc.constantFrom(null, true, '', 'text', -1, 0.5, 7, Number.MAX_SAFE_INTEGER + 1),
  fc.constantFrom({}, [], [1], { a: 'b' }),
);

/** Values that have the shape. */
function valuesOf(shape: Shape): fc.Arbitrary<unknown> {
  switch (shape.is) {
    case 'anything':
      return anything;
    case 'flag':
      return fc.boolean();
    case 'text':
      return text(shape.min, shape.max);
    case 'number':
      return fc.double({ min: shape.min ?? -1e6, max: shape.max ?? 1e6, noNaN: true });
    case 'whole':
      return fc.integer({ min: shape.min ?? -1e6, max: shape.max ?? 1e9 });
    case 'one':
      return fc.constantFrom(...shape.of);
    case 'list':
      return fc.array(valuesOf(shape.of), {
        minLength: shape.min ?? 0,
        maxLength: Math.min(shape.max ?? 2, (shape.min ?? 0) + 2),
      });
    case 'map':
      return fc.dictionary(text(), valuesOf(shape.of), { maxKeys: 2 });
    case 'record':
      return fc.record(
        Object.fromEntries(
          Object.entries({ ...shape.must, ...shape.may }).map(([name, of]) => [name, valuesOf(of)]),
        ),
        { requiredKeys: Object.keys(shape.must) },
      );
    case 'either':
      return fc.oneof(...shape.of.map(valuesOf));
    case 'shared':
      return valuesOf(SHAPES.shared[shape.name] as Shape);
  }
}

/** The same value with something else, or nothing, or something more, in one place of it. */
function spoilt(value: unknown, where: number, by: unknown): unknown {
  if (typeof value !== 'object' || value === null || where % 7 === 0) return by;
  if (Array.isArray(value)) {
    const list: readonly unknown[] = value;
    const at = where % (list.length + 1);
    return at === list.length ? [...list, by] : list.with(at, spoilt(list[at], where >> 1, by));
  }
  const entries = Object.entries(value);
  const at = where % (entries.length + 2);
  if (at === entries.length) return { ...value, unheardOf: by };
  if (at > entries.length) return Object.fromEntries(entries.slice(1));
  return Object.fromEntries(
    entries.map(([name, part], n) => [name, n === at ? spoilt(part, where >> 1, by) : part]),
  );
}

/** What the schema says of the form; conditions that are functions stay with the collector. */
function accepts(schema: z.ZodType, value: unknown): boolean {
  const parsed = schema.safeParse(value);
  return parsed.success || parsed.error.issues.every(({ code }) => code === 'custom');
}

describe('the shapes of the contract', () => {
  it.each(SCHEMAS)('say of the %s what its schema says', (_name, schema, shape) => {
    if (shape === undefined) throw new Error('it has no shape');
    fc.assert(
      fc.property(valuesOf(shape), fc.nat(), anything, (value, where, by) => {
        expect(fits(shape, value, SHAPES.shared)).toBe(true);
        expect(accepts(schema, value)).toBe(true);
        const other = spoilt(value, where, by);
        expect(fits(shape, other, SHAPES.shared)).toBe(accepts(schema, other));
      }),
      { numRuns: RUNS },
    );
  });

  it('are plain data, so that they can be written into the page', () => {
    const written = JSON.parse(JSON.stringify(SHAPES)) as Shapes;
    expect(written).toEqual(SHAPES);
  });

  it('refuse a schema that says more than they can, instead of letting everything through', () => {
    const notices = z.object({});
    const of = (schema: z.ZodType) => () => shapesOf(z.object({ a: schema }), notices);
    expect(of(z.string().regex(/^a+$/))).toThrow('pattern');
    expect(of(z.number().gt(3))).toThrow('exclusiveMinimum');
    expect(of(z.tuple([z.string()]))).toThrow(/prefixItems|tuple/);
    expect(of(z.string().default('x'))).toThrow('default');
  });

  it('do not take what an object has from its kind for something that was told', () => {
    const { results, shared } = shapesOf(z.object({ a: z.object({ toString: z.unknown() }) }), z.object({}));
    expect(fits(results['a'] as Shape, {}, shared)).toBe(false);
    expect(fits(results['a'] as Shape, { toString: 1 }, shared)).toBe(true);
  });
});
