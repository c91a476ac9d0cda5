import { hash53 } from '../../contract/event.ts';
import type { RecentCall, SessionContext } from '../rule.ts';

const BITS = 2 ** 36;

/** What stands for an id of a vendor, or for what was asked, in the list of recent calls. */
export function shortNumber(text: string): number {
  return hash53(text) % BITS;
}

/** The recent call an id belongs to; `undefined` when it is too long ago. */
export function callOf(context: Pick<SessionContext, 'recent'>, callId: string): RecentCall | undefined {
  const id = shortNumber(callId);
  return context.recent?.findLast((call) => call[0] === id);
}
