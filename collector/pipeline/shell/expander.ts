import type { ParsedScript } from 'unbash';
import type { Scope, Sink, StaticText } from './state.ts';

/** What the expansion of one command's words needs and collects. */
export interface Expander {
  readonly sink: Sink;
  readonly scope: Scope;
  /** Scripts of substitutions met in the words, in order; walked after the command they belong to. */
  readonly pending: ParsedScript[];
  evaluate(script: ParsedScript, scope: Scope, sink: Sink): StaticText | undefined;
}
