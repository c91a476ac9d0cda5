// `system.turn_duration`, `tool.WebFetch`: vendor words are short and plain.
const PLAIN = /^[\w.:/-]{1,64}$/;

/**
 * The name under which something unknown is counted. Text from a log may hold anything, secrets included, and any
 * number of different values, so only plain words are kept; the rest counts as `<prefix>.other`.
 */
export function unknownLabel(prefix: string, name: string | undefined): string {
  const word = name !== undefined && PLAIN.test(name) ? name : 'other';
  return prefix === '' ? word : `${prefix}.${word}`;
}
