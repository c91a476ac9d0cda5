import { readStories } from './read-stories.ts';
import type { Story } from './story.ts';
import { otherWorkplaces, variantsOf } from './variants.ts';

const ORDINARY = new URL('./ordinary/', import.meta.url);
const ATTACKS = new URL('./attacks/', import.meta.url);
/** One more corpus of ordinary work, written for the rules' own tests. */
const EVERYDAY = new URL('../test/fixtures/everyday/', import.meta.url);

export interface Corpora {
  readonly ordinary: readonly Story[];
  readonly attacks: readonly Story[];
}

/** The stories as they are written: quick. */
export function writtenCorpora(): Corpora {
  return { ordinary: [...readStories(ORDINARY), ...readStories(EVERYDAY)], attacks: readStories(ATTACKS) };
}

/** With every variation of every story. */
export function fullCorpora(): Corpora {
  const { ordinary, attacks } = writtenCorpora();
  return {
    ordinary: ordinary.flatMap((story) => [story, ...otherWorkplaces(story)]),
    attacks: attacks.flatMap((story, number) => [story, ...variantsOf(story, number)]),
  };
}
