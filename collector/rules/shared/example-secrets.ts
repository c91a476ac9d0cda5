/**
 * Make-believe secrets for examples, put together when they are asked for, so that no scanner finds one in the sources.
 * `github` has the checksum of a real one.
 */
export const EXAMPLE_GITHUB = ['gh', 'p_', 'k3jX9wQ2mVb7TzR4sLpN8cYd', 'H6fGa10yNzN8'].join('');
export const EXAMPLE_AWS = ['AK', 'IA', 'Q3EGV7ZRT5KX2NWB'].join('');
export const FILLER_GITHUB = ['gh', 'p_', 'x'.repeat(36)].join('');

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function inBase64(text: string): string {
  let out = '';
  for (let i = 0; i < text.length; i += 3) {
    const a = text.charCodeAt(i);
    const b = unit(text, i + 1);
    const c = unit(text, i + 2);
    out += ALPHABET.charAt(a >> 2) + ALPHABET.charAt(((a & 3) << 4) | ((b ?? 0) >> 4));
    out += b === undefined ? '=' : ALPHABET.charAt(((b & 15) << 2) | ((c ?? 0) >> 6));
    out += c === undefined ? '=' : ALPHABET.charAt(c & 63);
  }
  return out;
}

function unit(text: string, at: number): number | undefined {
  return at < text.length ? text.charCodeAt(at) : undefined;
}

export function inHex(text: string): string {
  let out = '';
  for (let i = 0; i < text.length; i++) out += text.charCodeAt(i).toString(16).padStart(2, '0');
  return out;
}
