import { hash53 } from '../../contract/event.ts';
import type { RecentCall, SessionContext } from '../rule.ts';

const BITS = 2 ** 36;

/** What stands for an id of a vendor, or for what was asked, in the list of recent calls. */
export function shortNumber(text: string): number {
  return hash53(text) % BITS;
}

/** The number of a call id: several rules, and then the run's memory, ask for that of one result. */
export function idNumber(callId: string): number {
  if (lastId.text !== callId) lastId = { text: callId, number: shortNumber(callId) };
  return lastId.number;
}

let lastId = { text: '', number: shortNumber('') };

/** The recent call an id belongs to; `undefined` when it is too long ago. */
export function callOf(context: Pick<SessionContext, 'recent'>, callId: string): RecentCall | undefined {
  const { recent } = context;
  return recent?.[callIndex(recent, callId)];
}

/** Where the latest call of an id stands in the list, or -1. */
export function callIndex(list: readonly RecentCall[], callId: string): number {
  const id = idNumber(callId);
  let at = list.length - 1;
  while (at >= 0 && list[at]?.[0] !== id) at--;
  return at;
}
