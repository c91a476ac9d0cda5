import { isIPv4, isIPv6 } from 'node:net';

/**
 * One spelling per address: RFC 5952 for IPv6, without brackets and zone (`fe80::1%en0`), and IPv4 for an address
 * mapped into IPv6. `*` stands for every address, as netstat writes it.
 * @returns `undefined` for what is no address
 */
export function canonicalAddress(text: string): string | undefined {
  const bare = text.replace(/^\[|\]$/g, '').split('%', 1)[0] ?? '';
  if (bare === '*') return '0.0.0.0';
  if (isIPv4(bare)) return bare;
  if (!isIPv6(bare)) return undefined;
  const groups = expand(bare);
  return groups === undefined ? undefined : formatIPv6(groups);
}

/** @param groups eight numbers of 16 bits */
export function formatIPv6(groups: readonly number[]): string {
  const [, , , , , sixth = 0, seventh = 0, eighth = 0] = groups;
  if (sixth === 0xffff && groups.slice(0, 5).every((group) => group === 0))
    return [seventh >>> 8, seventh & 0xff, eighth >>> 8, eighth & 0xff].join('.');
  const zeros = longestZeros(groups);
  const hex = groups.map((group) => group.toString(16));
  if (zeros === undefined) return hex.join(':');
  return `${hex.slice(0, zeros.start).join(':')}::${hex.slice(zeros.end).join(':')}`;
}

/** The first longest run of two or more. */
function longestZeros(
  groups: readonly number[],
): { readonly start: number; readonly end: number } | undefined {
  let best: { readonly start: number; readonly end: number } | undefined;
  for (let start = 0; start < groups.length; start += 1) {
    let end = start;
    while (groups[end] === 0) end += 1;
    if (end - start >= 2 && (best === undefined || end - start > best.end - best.start))
      best = { start, end };
    if (end > start) start = end;
  }
  return best;
}

/** Of text that is known to be an IPv6 address. */
function expand(text: string): readonly number[] | undefined {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  const [, front = '', a = '0', b = '0', c = '0', d = '0'] = dotted ?? [];
  const pair = (high: string, low: string): string => ((Number(high) << 8) | Number(low)).toString(16);
  const plain = dotted === null ? text : `${front}${pair(a, b)}:${pair(c, d)}`;
  const [left = '', right] = plain.split('::');
  const head = numbers(left);
  if (right === undefined) return head.length === 8 ? head : undefined;
  const tail = numbers(right);
  const missing = 8 - head.length - tail.length;
  return missing < 0 ? undefined : [...head, ...Array<number>(missing).fill(0), ...tail];
}

function numbers(part: string): readonly number[] {
  return part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
}
