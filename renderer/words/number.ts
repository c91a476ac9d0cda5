const grouped = new Intl.NumberFormat('en-US');

/** `1,234`. */
export function count(n: number): string {
  return grouped.format(n);
}

/** `1 session`, `1,234 sessions`. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** `9,876` · `56.7k` · `8.9M`. */
export function compact(n: number): string {
  if (n < 10_000) return count(Math.round(n));
  if (n < 1_000_000) return `${trimmed(n / 1_000)}k`;
  if (n < 1_000_000_000) return `${trimmed(n / 1_000_000)}M`;
  return `${trimmed(n / 1_000_000_000)}G`;
}

/** Decimal units, as file managers show them: `812 bytes`, `3.4 MB`. */
export function bytes(n: number): string {
  if (n < 1_000) return n === 1 ? '1 byte' : `${n} bytes`;
  if (n < 1_000_000) return `${trimmed(n / 1_000)} kB`;
  if (n < 1_000_000_000) return `${trimmed(n / 1_000_000)} MB`;
  return `${trimmed(n / 1_000_000_000)} GB`;
}

function trimmed(n: number): string {
  return n.toFixed(n < 100 ? 1 : 0).replace(/\.0$/, '');
}
