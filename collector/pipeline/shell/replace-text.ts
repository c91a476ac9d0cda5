/** Longest text a replacement may make. */
const MAX_TEXT = 65_536;

/** `replaceAll` of a plain text that cannot blow up; `undefined` when the result could be longer than 64 Ki characters. */
export function replaceText(text: string, from: string, to: string): string | undefined {
  if (!couldFit(text, to)) return undefined;
  return text.replaceAll(from, () => to);
}

/** Whether the text stays within bounds even when every character becomes `to`. */
export function couldFit(text: string, to: string): boolean {
  return text.length * Math.max(to.length, 1) <= MAX_TEXT;
}
