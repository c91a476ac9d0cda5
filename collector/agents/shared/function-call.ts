import type { JsonObject } from './json.ts';
import { getObject, getText, isObject, parseJson } from './json.ts';

export interface FunctionCall {
  readonly id: string;
  readonly name: string;
  readonly args: JsonObject;
}

/**
 * A call in the shape of OpenAI's chat API: `{id, function: {name, arguments}}`, the arguments JSON text or an object.
 * Broken arguments are none. @returns undefined without an id or a function
 */
export function functionCall(value: unknown): FunctionCall | undefined {
  const made = isObject(value) ? getObject(value, 'function') : undefined;
  const id = isObject(value) ? getText(value, 'id') : undefined;
  if (made === undefined || id === undefined) return undefined;
  const args = getObject(made, 'arguments') ?? parseJson(getText(made, 'arguments') ?? '{}')?.value;
  return { id, name: getText(made, 'name') ?? '', args: isObject(args) ? args : {} };
}
