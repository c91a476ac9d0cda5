/** Reading of untrusted JSON. Nothing here throws, and every text that leaves is bounded. */

export type JsonObject = Readonly<Record<string, unknown>>;

export type JsonLine =
  | { readonly ok: true; readonly value: JsonObject }
  | { readonly ok: false; readonly reason: 'not-json' | 'not-an-object' };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined; // SyntaxError: the only thing JSON.parse throws on a string
  }
}

export function parseJsonObject(text: string): JsonLine {
  const parsed = parseJson(text);
  if (parsed === undefined) return { ok: false, reason: 'not-json' };
  return isObject(parsed.value) ? { ok: true, value: parsed.value } : { ok: false, reason: 'not-an-object' };
}

/** The member when it is a string that is not empty. Inherited members are functions or objects, so never strings. */
export function getText(record: JsonObject, key: string): string | undefined {
  const value = record[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function getNumber(record: JsonObject, key: string): number | undefined {
  const value = record[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A count: whole, not negative, at most 2^53 - 1; everything else is 0. */
export function getCount(record: JsonObject, key: string): number {
  const value = record[key];
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0;
}

export function getObject(record: JsonObject, key: string): JsonObject | undefined {
  const value = Object.hasOwn(record, key) ? record[key] : undefined;
  return isObject(value) ? value : undefined;
}

const NO_ITEMS: readonly unknown[] = [];

export function getList(record: JsonObject, key: string): readonly unknown[] {
  const value = record[key];
  return Array.isArray(value) ? value : NO_ITEMS;
}
