import type { InventoryChange } from '../contract/inventory-change.ts';

/** Fields that move without anybody changing anything. */
const VOLATILE: ReadonlySet<string> = new Set(['running', 'ageMs', 'modifiedMs', 'listens', 'usedTools']);
const MAX_FIELDS = 20;
const MAX_TEXT = 200;

type Fields = InventoryChange['fields'];

/** What is different between two bodies of one thing, field by field; objects are compared one level deep. Pure. */
export function diffBodies(before: unknown, after: unknown): Fields {
  const one = flat(before);
  const other = flat(after);
  const names = [...new Set([...one.keys(), ...other.keys()])].sort();
  const fields: Fields = [];
  for (const field of names) {
    const was = one.get(field);
    const is = other.get(field);
    if (was === is || fields.length >= MAX_FIELDS) continue;
    fields.push({
      field,
      ...(was !== undefined && { before: cut(was) }),
      ...(is !== undefined && { after: cut(is) }),
    });
  }
  return fields;
}

/** The body without what moves by itself: equal texts mean that nothing was changed. */
export function stableText(body: string): string {
  return body.includes('"ageMs"') ? body.replaceAll(/,?"ageMs":\d+/g, '') : body;
}

function flat(value: unknown): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [key, item] of entries(value)) {
    if (VOLATILE.has(key)) continue;
    if (typeof item === 'object' && item !== null && !Array.isArray(item)) {
      for (const [inner, part] of entries(item)) found.set(`${key}.${inner}`, textOf(part));
    } else found.set(key, textOf(item));
  }
  return found;
}

function entries(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 1).toWellFormed()}…`;
}
