import type { Random } from '../../test/support/mutate-json.ts';

/** One thing that takes hostile input. */
export interface Target {
  readonly name: string;
  /** Makes the input of one round; not timed. */
  make(random: Random): string;
  /** Gives the input to the code under test. @throws when something is not as it must be */
  feed(input: string): void;
  /** Called now and then; throws when what is remembered between rounds has no bound. */
  checkMemory?(): void;
}

/** One of a list that is not empty. */
export function pick<T>(items: readonly T[], random: Random): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}
