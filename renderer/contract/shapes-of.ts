import { z } from 'zod';
import type { Shape, Shapes } from './shape.ts';

type Json = z.core.JSONSchema.BaseSchema;

/**
 * Schemas as shapes. Everything that a schema says about the form of a value is kept; a condition written as a function
 * (`refine`) is the collector's business and is left out.
 * @throws when a schema says something that a shape cannot: the build fails, and the shape learns it
 */
export function shapesOf(results: z.ZodObject, notices: z.ZodObject): Shapes {
  // As input: an output is closed by the library, and what a newer collector adds must not be an error.
  const whole: Json = z.toJSONSchema(z.object({ results, notices }), { io: 'input', reused: 'ref' });
  const shared = mapValues(whole.$defs ?? {}, toShape);
  return {
    shared,
    results: membersOf(whole.properties?.['results'], shared),
    notices: membersOf(whole.properties?.['notices'], shared),
  };
}

function membersOf(
  schema: z.core.JSONSchema.JSONSchema | boolean | undefined,
  shared: Shapes['shared'],
): Readonly<Record<string, Shape>> {
  const shape = toShape(schema ?? false);
  const record = shape.is === 'shared' ? shared[shape.name] : shape;
  if (record?.is !== 'record') throw new Error('the contract is not a record');
  return record.must;
}

const HANDLED: ReadonlySet<string> = new Set([
  '$schema',
  '$defs',
  '$ref',
  'type',
  'enum',
  'const',
  'anyOf',
  'oneOf',
  'items',
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'properties',
  'required',
  'additionalProperties',
  'propertyNames',
  'readOnly',
]);

function toShape(schema: Json | boolean): Shape {
  if (typeof schema === 'boolean') {
    if (schema) return { is: 'anything' };
    throw new Error('a schema that nothing fits');
  }
  for (const keyword of Object.keys(schema))
    if (!HANDLED.has(keyword)) throw new Error(`a shape has no words for ${keyword}`);
  if (schema.$ref !== undefined) return { is: 'shared', name: schema.$ref.replace('#/$defs/', '') };
  // Variants told apart by a literal come as `oneOf`.
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants !== undefined) return { is: 'either', of: variants.map(toShape) };
  if (schema.const !== undefined) return { is: 'one', of: [schema.const] };
  if (schema.enum !== undefined) return { is: 'one', of: schema.enum };
  return ofType(schema);
}

function ofType(schema: Json): Shape {
  switch (schema.type) {
    case undefined:
      return { is: 'anything' };
    case 'boolean':
      return { is: 'flag' };
    case 'null':
      return { is: 'one', of: [null] };
    case 'string':
      return { is: 'text', ...between(schema.minLength, schema.maxLength) };
    case 'number':
      return { is: 'number', ...between(schema.minimum, schema.maximum) };
    case 'integer':
      return { is: 'whole', ...between(schema.minimum, schema.maximum) };
    case 'array':
      if (schema.items === undefined || Array.isArray(schema.items)) throw new Error('a tuple has no shape');
      return { is: 'list', of: toShape(schema.items), ...between(schema.minItems, schema.maxItems) };
    case 'object':
      return ofObject(schema);
    default:
      // Several kinds of plain values at once.
      return { is: 'either', of: schema.type.map((type) => toShape({ ...schema, type })) };
  }
}

function ofObject({ properties, required, additionalProperties, propertyNames }: Json): Shape {
  if (properties !== undefined) {
    if (typeof additionalProperties === 'object')
      throw new Error('a record that is a map as well has no shape');
    return recordOf(mapValues(properties, toShape), required, additionalProperties === false);
  }
  if (typeof propertyNames !== 'object') throw new Error('a map without names has no shape');
  const of = toShape(additionalProperties ?? true);
  const { enum: names, type, ...more } = propertyNames;
  if (type !== 'string' || Object.keys(more).length > 0)
    throw new Error('a map with such names has no shape');
  if (names === undefined) return { is: 'map', of };
  return recordOf(Object.fromEntries(names.map((name) => [String(name), of])), required, true);
}

function recordOf(
  parts: Readonly<Record<string, Shape>>,
  required: readonly string[] = [],
  only: boolean,
): Shape {
  const all = Object.entries(parts);
  return {
    is: 'record',
    must: Object.fromEntries(all.filter(([name]) => required.includes(name))),
    may: Object.fromEntries(all.filter(([name]) => !required.includes(name))),
    only,
  };
}

/** Bounds that say something: every whole number of the contract is a safe one anyway. */
function between(min: number | undefined, max: number | undefined): { min?: number; max?: number } {
  return {
    ...(min !== undefined && min !== Number.MIN_SAFE_INTEGER && { min }),
    ...(max !== undefined && max !== Number.MAX_SAFE_INTEGER && { max }),
  };
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, to: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, to(value)]));
}
