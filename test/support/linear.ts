import { expect } from 'vitest';

/** Linear work costs 8 times as much on 8 times the input, quadratic 64 times. */
const TIMES = 8;
const MOST = 28;
/** Below this the clock and the compiler are what is measured. */
const NOISE_MS = 2;
const ROUNDS = 3;

/**
 * Fails when the work grows faster than its input. Counts this thread's processor time, the least of a few rounds, so
 * that neither a slow machine nor other work on it changes the answer.
 * @param run does the work on an input of about this size
 */
export function expectLinear(run: (size: number) => void, size: number): void {
  let small = Infinity;
  let large = Infinity;
  for (let round = 0; round < ROUNDS && !(ratio(large, small) < MOST); round += 1) {
    small = Math.min(small, costMs(run, Math.ceil(size / TIMES)));
    large = Math.min(large, costMs(run, size));
  }
  expect(ratio(large, small)).toBeLessThan(MOST);
}

function ratio(large: number, small: number): number {
  return (large + NOISE_MS) / (small + NOISE_MS);
}

function costMs(run: (size: number) => void, size: number): number {
  const before = process.threadCpuUsage();
  run(size);
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}
