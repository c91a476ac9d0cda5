/** Keys a parser already reported from a file, oldest first; plain JSON, because it is stored with the cursor. */
export type Seen = string[];

/** Half of the 64 KiB a parser state may take. */
const MAX_CHARS = 32_768;
const MAX_KEY = 80;

/**
 * Remembers a key; the oldest are forgotten over 32 KiB. Forgetting is harmless: a repeat has the same event id.
 * A key over 80 characters is not remembered, so that a hostile one cannot hide another with the same start.
 * @returns false when it was remembered already
 */
export function markSeen(seen: Seen, key: string): boolean {
  if (key.length > MAX_KEY) return true;
  if (seen.includes(key)) return false;
  seen.push(key);
  let chars = 0;
  for (const one of seen) chars += one.length + 3;
  while (chars > MAX_CHARS && seen.length > 0) chars -= (seen.shift()?.length ?? 0) + 3;
  return true;
}

/** The list a stored state holds; what is not a list of strings is forgotten. */
export function seenOf(value: unknown): Seen {
  if (!Array.isArray(value)) return [];
  const items: readonly unknown[] = value;
  return items.filter((item) => typeof item === 'string');
}
