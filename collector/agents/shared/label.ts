// `turn_duration`, `api-request-start`, `WebFetch2`: short words of letters, at most three digits after each. A key or
// token has longer runs or more digits.
const PLAIN = /^(?:[A-Za-z]{1,24}\d{0,3}(?:[_.:/-]{1,2}|$)){1,8}$/;

/**
 * The name under which something unknown is counted. Text from a log may hold anything, secrets included, and any
 * number of different values, so only plain words are kept; the rest counts as `<prefix>.other`.
 */
export function unknownLabel(prefix: string, name: string | undefined): string {
  const word = name !== undefined && name.length <= 80 && PLAIN.test(name) ? name : 'other';
  return prefix === '' ? word : `${prefix}.${word}`;
}
