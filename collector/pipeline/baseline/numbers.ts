/** Logarithm of the gamma function for x > 0, after Lanczos (g = 7, 9 terms): about 15 digits. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const y = x - 1;
  let sum = LANCZOS_FIRST;
  for (const [index, term] of LANCZOS.entries()) sum += term / (y + index + 1);
  const t = y + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (y + 0.5) * Math.log(t) - t + Math.log(sum);
}

const LANCZOS_FIRST = 0.99999999999980993;
const LANCZOS = [
  676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
  -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] as const;

/**
 * Regularised incomplete beta function I_x(a, b) for a, b > 0 and 0 <= x <= 1, by its continued fraction.
 * Relative error about 1e-10; at most 300 steps, whatever comes in.
 */
export function betaCdf(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2)
    ? (front * fraction(x, a, b)) / a
    : 1 - (front * fraction(1 - x, b, a)) / b;
}

const STEPS = 300;
const TINY = 1e-300;

/** After Lentz: numerator and denominator are carried along so that neither runs over. */
function fraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m <= STEPS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    const step = d * c;
    value *= step;
    if (Math.abs(step - 1) < 1e-11) break;
  }
  return value;
}

function away(x: number): number {
  return Math.abs(x) < TINY ? TINY : x;
}

/**
 * P(X >= k) where X is Poisson with a mean that is itself Gamma distributed: mean `mean`, shape `shape`. The smaller
 * the shape, the more bursty; a large shape is a plain Poisson. 1 for k <= 0.
 */
export function gammaPoissonTail(k: number, mean: number, shape: number): number {
  if (k <= 0) return 1;
  if (mean <= 0) return 0;
  if (k === 1) return -Math.expm1(-shape * Math.log1p(mean / shape));
  return betaCdf(mean / (mean + shape), k, shape);
}

/** Smallest k with P(X <= k) >= q, by halving; for bands that are drawn, so whole numbers are enough. */
export function gammaPoissonQuantile(q: number, mean: number, shape: number): number {
  let low = 0;
  let high = Math.max(1, Math.ceil(mean * 2));
  while (gammaPoissonTail(high + 1, mean, shape) > 1 - q && high < MAX_QUANTILE) high *= 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (gammaPoissonTail(middle + 1, mean, shape) <= 1 - q) high = middle;
    else low = middle + 1;
  }
  return low;
}

const MAX_QUANTILE = 1 << 28;

/** Nothing is more surprising than this: numbers below are no longer worth telling apart. */
export const MAX_BITS = 40;

/** How surprising a thing of this probability is: 1/8 is 3 bits. */
export function bitsOf(probability: number): number {
  if (!(probability > 0)) return MAX_BITS;
  return Math.max(0, Math.min(MAX_BITS, -Math.log2(probability)));
}
