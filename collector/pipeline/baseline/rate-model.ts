import type { Rate } from '../../contract/baseline.ts';
import { gammaPoissonQuantile, gammaPoissonTail } from './numbers.ts';

/** Decayed sums of a number that was measured again and again. */
export interface Moments {
  n: number;
  sum: number;
  squares: number;
}

export function createMoments(): Moments {
  return { n: 0, sum: 0, squares: 0 };
}

export function addMeasure(moments: Moments, value: number, weight: number): void {
  moments.n += weight;
  moments.sum += value * weight;
  moments.squares += value * value * weight;
}

/** What one run measured, summed without weights: it is added with the weight of the run. */
export function addMoments(moments: Moments, run: Moments, weight: number): void {
  moments.n += run.n * weight;
  moments.sum += run.sum * weight;
  moments.squares += run.squares * weight;
}

export function scaleMoments(moments: Moments, factor: number): void {
  moments.n *= factor;
  moments.sum *= factor;
  moments.squares *= factor;
}

/** What is thought of a number before it was ever measured: its mean, for this many measures. */
const PRIOR_MEAN: Readonly<Record<Rate, number>> = {
  calls: 8,
  tokens: 20,
  errors: 0.1,
  'fan-out': 0.5,
  turn: 8,
};
const PRIOR_N = 4;
/** A shape of 1 is a geometric distribution: bursty, as work is. */
const PRIOR_SHAPE = 1;
const MIN_SHAPE = 0.15;
const MAX_SHAPE = 50;

export interface GammaPoisson {
  readonly mean: number;
  /** Small: bursty. Large: even. */
  readonly shape: number;
}

/**
 * The predictive distribution of the next measure: a Poisson whose mean varies from window to window as a Gamma. Mean
 * and shape are fitted to the decayed mean and variance, each pulled towards a prior that a handful of measures
 * outweigh.
 * @param scale see `newRate`
 */
export function fitted(rate: Rate, moments: Moments, scale: number): GammaPoisson {
  const n = moments.n * scale;
  const mean = (moments.sum * scale + PRIOR_MEAN[rate] * PRIOR_N) / (n + PRIOR_N);
  return { mean, shape: shapeOf(moments, n) };
}

function shapeOf(moments: Moments, n: number): number {
  if (n < 2) return PRIOR_SHAPE;
  const mean = moments.sum / moments.n;
  const excess = moments.squares / moments.n - mean * mean - mean;
  const own = excess <= 0 ? MAX_SHAPE : clamp((mean * mean) / excess);
  // A mean of logarithms: shapes differ by factors, not by amounts.
  return clamp(Math.exp((Math.log(own) * n + Math.log(PRIOR_SHAPE) * PRIOR_N) / (n + PRIOR_N)));
}

function clamp(shape: number): number {
  return Math.min(MAX_SHAPE, Math.max(MIN_SHAPE, shape));
}

/** P(a measure of at least this). */
export function rateTail(k: number, distribution: GammaPoisson): number {
  return gammaPoissonTail(k, distribution.mean, distribution.shape);
}

export function rateQuantile(q: number, distribution: GammaPoisson): number {
  return gammaPoissonQuantile(q, distribution.mean, distribution.shape);
}

/** Errors among results: a Gamma-Poisson with as many chances as there were results, bursty as failing builds are. */
const ERROR_SHAPE = 0.7;

export function errorTail(errors: number, results: number, moments: Moments, scale: number): number {
  return gammaPoissonTail(errors, errorRate(moments, scale) * results, ERROR_SHAPE);
}

/** `n` holds results and `sum` errors. */
export function errorRate(moments: Moments, scale: number): number {
  const prior = 20;
  return (moments.sum * scale + PRIOR_MEAN.errors * prior) / (moments.n * scale + prior);
}
