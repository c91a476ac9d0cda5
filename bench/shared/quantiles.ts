export interface Quantiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Nearest-rank quantiles of a non-empty list; `NaN` for an empty one. */
export function quantilesOf(values: readonly number[]): Quantiles {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part: number): number => sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

/** `p50 4.1 · p95 9.0 · p99 12.3 · max 20.1 ms (1000)` */
export function inMs(values: readonly number[]): string {
  const { p50, p95, p99, max } = quantilesOf(values);
  const one = (value: number): string => value.toFixed(1);
  return `p50 ${one(p50)} · p95 ${one(p95)} · p99 ${one(p99)} · max ${one(max)} ms (${values.length})`;
}
