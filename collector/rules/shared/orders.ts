import type { TextDocument } from '../rule.ts';
import { isNegatedBefore } from './text.ts';

/** A phrase found in a text, where it was found. */
export interface Order {
  readonly index: number;
  readonly words: string;
}

/** How often one phrase is looked at in one document; a hostile file may repeat a harmless one for ever. */
const MAX_LOOKS = 200;

/**
 * The first place where one of the phrases stands that no word before it takes back ("never …", "such as …").
 * @param phrases global; every quantifier bounded
 */
export function findOrder(
  text: string,
  phrases: readonly RegExp[],
  accept: (order: Order) => boolean = () => true,
): Order | undefined {
  for (const phrase of phrases) {
    let looks = 0;
    for (const match of text.matchAll(phrase)) {
      if (++looks > MAX_LOOKS) break;
      const order = { index: match.index, words: match[0] };
      if (!isNegatedBefore(text, match.index) && accept(order)) return order;
    }
  }
  return undefined;
}

/** Files an agent is led by. Results of tools have a rule of their own, which knows what came before. */
export function isStanding({ role }: TextDocument): boolean {
  return role !== 'tool-result';
}
