import { findSecrets } from './find.ts';

/** Secrets glued together uncover each other one by one: ordinary text needs one pass and a second that finds nothing. */
const MAX_PASSES = 32;

/**
 * Replaces each secret by `[redacted:<kind>]`. Nothing of the value stays.
 * @returns the text itself when it holds none. Redacting twice changes nothing. Never throws; linear time.
 */
export function redactText(text: string): string {
  let current = text;
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const matches = findSecrets(current);
    if (matches.length === 0) return current;
    let out = '';
    let from = 0;
    for (const match of matches) {
      out += `${current.slice(from, match.start)}[redacted:${match.kind}]`;
      from = match.end;
    }
    current = out + current.slice(from);
  }
  return current;
}
