import type { SessionContext } from '../rule.ts';

/**
 * `true` when a person's recent prompt names one of these things: a host, a file name, a verb.
 * Whole words only, without case. A prompt that was itself brought in by an agent does not count: the session keeps
 * only what people typed.
 */
export function askedFor(context: Pick<SessionContext, 'prompts'>, words: readonly string[]): boolean {
  for (const prompt of context.prompts) {
    const text = prompt.toLowerCase();
    for (const word of words) {
      if (word !== '' && containsWord(text, word.toLowerCase())) return true;
    }
  }
  return false;
}

function containsWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!isWordUnit(text.charCodeAt(at - 1)) && !isWordUnit(text.charCodeAt(at + word.length))) return true;
  }
  return false;
}

/** Letters and digits; `NaN` at either end of the text is not one. */
function isWordUnit(unit: number): boolean {
  return (unit >= 48 && unit <= 57) || (unit >= 97 && unit <= 122) || unit >= 0xc0;
}
