/** Keys a parser reported lately from a file, oldest first. */
export interface Seen {
  readonly keys: Set<string>;
  chars: number;
}

/** A part of the 64 KiB a parser state may take, and quick to load for each line: about 300 keys. */
const MAX_CHARS = 16_384;
const MAX_KEY = 80;

export function createSeen(): Seen {
  return { keys: new Set(), chars: 0 };
}

/**
 * Remembers a key; the oldest are forgotten over 16 KiB. Forgetting is harmless: a repeat has the same event id.
 * A key over 80 characters is not remembered, so that a hostile one cannot take the room of many.
 * @returns false when it was remembered already
 */
export function markSeen(seen: Seen, key: string): boolean {
  if (key.length > MAX_KEY) return true;
  if (seen.keys.has(key)) return false;
  seen.keys.add(key);
  seen.chars += key.length;
  for (const oldest of seen.keys) {
    if (seen.chars <= MAX_CHARS) break;
    seen.keys.delete(oldest);
    seen.chars -= oldest.length;
  }
  return true;
}

/** From the list a stored state holds; what is not a string is forgotten. */
export function loadSeen(value: unknown): Seen {
  const seen = createSeen();
  if (!Array.isArray(value)) return seen;
  const items: readonly unknown[] = value;
  for (const item of items) if (typeof item === 'string') markSeen(seen, item);
  return seen;
}

export function storeSeen(seen: Seen): readonly string[] {
  return [...seen.keys];
}
