import type { Scope, Sink } from './state.ts';
import { MAX_SOURCE, MAX_TREE_DEPTH } from './state.ts';

/** Counts a text against the budget of the line and cuts it to size; `undefined` = nothing more is read. */
export function takeSource(source: string, scope: Scope, sink: Sink): string | undefined {
  const text = source.length > MAX_SOURCE ? source.slice(0, MAX_SOURCE) : source;
  sink.sourceLeft -= text.length;
  const over = sink.sourceLeft < 0 || scope.tree > MAX_TREE_DEPTH;
  if (over || text.length < source.length) sink.truncated = true;
  return over ? undefined : text;
}

/** The grammar scans an unclosed `$(` to the end of the text, so thousands of them would be quadratic. */
const MAX_EXPANSIONS = 1_500;

/** Where expansion number 1,500 starts; the length when there are fewer. */
export function endOfExpansions(text: string): number {
  let left = MAX_EXPANSIONS;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const opens =
      code === 96 || (code === 36 && (text.charCodeAt(i + 1) === 40 || text.charCodeAt(i + 1) === 123));
    const braces = code === 123 && text.charCodeAt(i - 1) !== 36;
    if ((opens || braces) && --left < 0) return i;
  }
  return text.length;
}
