import type { ParseOutcome } from '../spec-log.ts';
import { type JsonObject, parseJsonObject } from './json.ts';

/** A document that is an object; what `read` says of it, or why it was refused. */
export function readObject(text: string, read: (document: JsonObject) => ParseOutcome): ParseOutcome {
  const parsed = parseJsonObject(text);
  return parsed.ok ? read(parsed.value) : { kind: 'rejected', reason: parsed.reason };
}
