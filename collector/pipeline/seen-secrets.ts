import type { FoundSecret } from '../rules/rule.ts';
import { hash53 } from '../contract/event.ts';
import { findSecrets } from './secrets/index.ts';
import type { SessionState } from './session-state-shape.ts';

interface Print {
  readonly kind: string;
  readonly provider: string;
}

/**
 * Secrets that came to light in a run, as numbers only, and only in memory: they are never stored, so after a restart a
 * run is known by what it does from then on.
 */
const seen = new WeakMap<SessionState, Map<number, Print>>();

const MAX_SEEN = 64;
const MIN_VALUE = 12;
const MAX_OUTPUT = 65_536;
const MAX_WORDS = 400;
/** Fewer bits than the hash has: enough to know a value again, too few to find it out. */
const PRINT_BITS = 2 ** 36;

/** Keeps the prints of secrets in the result of a call that read something secret; `eventId` is the call's. */
export function rememberSecrets(state: SessionState, eventId: string, output: string): void {
  if (!state.sensitive.some((mark) => mark.eventId === eventId)) return;
  const text = output.slice(0, MAX_OUTPUT);
  for (const { kind, provider, start, end, placeholder } of findSecrets(text)) {
    if (placeholder || end - start < MIN_VALUE) continue;
    const prints = seen.get(state) ?? new Map<number, Print>();
    if (prints.size >= MAX_SEEN) return;
    prints.set(printOf(text.slice(start, end)), { kind, provider });
    seen.set(state, prints);
  }
}

/** A secret of the run as a whole word of a text. */
export function seenSecret(state: SessionState, text: string): FoundSecret | undefined {
  const prints = seen.get(state);
  if (prints === undefined) return undefined;
  let words = 0;
  for (const match of text.matchAll(/[^\s"'`&?#(){}<>|;,]{12,512}/g)) {
    if (++words > MAX_WORDS) break;
    const whole = match[0];
    for (const word of [whole, whole.slice(whole.indexOf('=') + 1), whole.slice(whole.indexOf(':') + 1)]) {
      const print = word.length < MIN_VALUE ? undefined : prints.get(printOf(word));
      if (print !== undefined)
        return {
          ...print,
          start: match.index,
          end: match.index + whole.length,
          confidence: 'high',
          placeholder: false,
        };
    }
  }
  return undefined;
}

function printOf(value: string): number {
  return hash53(value) % PRINT_BITS;
}
