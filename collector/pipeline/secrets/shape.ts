import type { Shape } from './types.ts';

interface More {
  readonly min?: number;
  readonly strict?: boolean;
  readonly check?: (token: string) => boolean;
  readonly pattern?: RegExp;
}

/**
 * One catalogue line. Not strict by default: the shortest rest that counts is then 16 characters or the full length,
 * whichever is less, so that a token cut by a log or a screen is hidden too.
 */
export function shape(
  kind: string,
  provider: string,
  prefix: string,
  body: number,
  lengths: readonly number[],
  more: More = {},
): Shape {
  const strict = more.strict ?? false;
  const shortest = lengths.length === 0 ? 16 : Math.min(...lengths);
  return {
    kind,
    provider,
    prefix,
    body,
    min: more.min ?? (strict ? shortest : Math.min(16, shortest)),
    lengths,
    strict,
    ...(more.check === undefined ? {} : { check: more.check }),
    ...(more.pattern === undefined ? {} : { pattern: more.pattern }),
  };
}
