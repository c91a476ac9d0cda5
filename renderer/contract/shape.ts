/**
 * What a value of the contract looks like, as plain data: made from the schemas of the contract when the window is
 * built, so that the page checks every answer without carrying, and without building, the schemas themselves.
 */
export type Shape =
  | { readonly is: 'anything' }
  | { readonly is: 'flag' }
  | { readonly is: 'text' | 'number' | 'whole'; readonly min?: number; readonly max?: number }
  | { readonly is: 'one'; readonly of: readonly (string | number | boolean | null)[] }
  | { readonly is: 'list'; readonly of: Shape; readonly min?: number; readonly max?: number }
  | { readonly is: 'map'; readonly of: Shape }
  | {
      readonly is: 'record';
      readonly must: Readonly<Record<string, Shape>>;
      readonly may: Readonly<Record<string, Shape>>;
      /** Nothing else may be in it. Otherwise a newer collector may tell more, which is left unread. */
      readonly only: boolean;
    }
  | { readonly is: 'either'; readonly of: readonly Shape[] }
  /** One that stands in several places, by its name in `Shapes.shared`. */
  | { readonly is: 'shared'; readonly name: string };

export interface Shapes {
  readonly shared: Readonly<Record<string, Shape>>;
  /** By method. */
  readonly results: Readonly<Record<string, Shape>>;
  /** By the name of the notification. */
  readonly notices: Readonly<Record<string, Shape>>;
}

/** Whether a value has this shape. Reads every part of it once, and no deeper than the shape goes; never throws. */
export function fits(shape: Shape, value: unknown, shared: Shapes['shared']): boolean {
  switch (shape.is) {
    case 'anything':
      return true;
    case 'flag':
      return typeof value === 'boolean';
    case 'text':
      return typeof value === 'string' && within(value.length, shape);
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) && within(value, shape);
    case 'whole':
      return typeof value === 'number' && Number.isSafeInteger(value) && within(value, shape);
    case 'one':
      return shape.of.some((one) => one === value);
    case 'list':
      return (
        Array.isArray(value) &&
        within(value.length, shape) &&
        value.every((one) => fits(shape.of, one, shared))
      );
    case 'map':
      return isRecord(value) && Object.values(value).every((one) => fits(shape.of, one, shared));
    case 'record':
      return isRecord(value) && fitsRecord(shape, value, shared);
    case 'either':
      return shape.of.some((one) => fits(one, value, shared));
    case 'shared': {
      const other = shared[shape.name];
      return other !== undefined && fits(other, value, shared);
    }
  }
}

function fitsRecord(
  { must, may, only }: Extract<Shape, { is: 'record' }>,
  value: Readonly<Record<string, unknown>>,
  shared: Shapes['shared'],
): boolean {
  for (const name in must) {
    const shape = must[name];
    if (shape === undefined || !Object.hasOwn(value, name) || !fits(shape, value[name], shared)) return false;
  }
  for (const name in may) {
    const shape = may[name];
    const part = Object.hasOwn(value, name) ? value[name] : undefined;
    if (shape === undefined || (part !== undefined && !fits(shape, part, shared))) return false;
  }
  return !only || Object.keys(value).every((name) => Object.hasOwn(must, name) || Object.hasOwn(may, name));
}

function within(size: number, { min, max }: { readonly min?: number; readonly max?: number }): boolean {
  return (min === undefined || size >= min) && (max === undefined || size <= max);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
