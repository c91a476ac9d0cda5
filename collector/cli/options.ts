import { InvalidArgumentError } from 'commander';
import { SEVERITIES, Severity } from '../contract/finding.ts';
import { parseDuration } from './words.ts';

/** `7d` → milliseconds. */
export function durationOption(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError('Give a number and a unit: 90s, 15m, 24h, 7d, 2w.');
  return ms;
}

export function severityOption(text: string): Severity {
  const parsed = Severity.safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError(`One of: ${SEVERITIES.join(', ')}.`);
  return parsed.data;
}

export function limitOption(text: string): number {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 1 || n > 10_000)
    throw new InvalidArgumentError('Give a number from 1 to 10000.');
  return n;
}

export function portOption(text: string): number {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 0 || n > 65_535)
    throw new InvalidArgumentError('Give a port number, 0 to 65535.');
  return n;
}

/** One of the words, or an error that names them. */
export function wordOption<T extends string>(words: readonly T[]): (text: string) => T {
  return (text) => {
    const word = words.find((one) => one === text);
    if (word === undefined) throw new InvalidArgumentError(`One of: ${words.join(', ')}.`);
    return word;
  };
}
