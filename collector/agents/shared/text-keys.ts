import { hash53 } from '../../contract/event.ts';

/**
 * Names texts of one document that have no id: by what they say, and which of the same texts it is. Other than a place,
 * the name stays when something before is dropped or folded.
 */
export function createTextKeys(): (text: string) => string {
  const seen = new Map<number, number>();
  return (text) => {
    const hash = hash53(text);
    const count = seen.get(hash) ?? 0;
    seen.set(hash, count + 1);
    return `${hash.toString(36)}-${String(count)}`;
  };
}
