import type { ParsedScript } from 'unbash';
import type { Scope, Sink } from './state.ts';

/** Text a substitution prints, when that can be known without running it. */
export interface StaticText {
  readonly text: string;
  readonly decoded: boolean;
}

/** What the expansion of one command's words needs and collects. */
export interface Expander {
  readonly sink: Sink;
  readonly scope: Scope;
  /** Scripts of substitutions met in the words, in order; walked after the command they belong to. */
  readonly pending: ParsedScript[];
  evaluate(script: ParsedScript, scope: Scope): StaticText | undefined;
}
