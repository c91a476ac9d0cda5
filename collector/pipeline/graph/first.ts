/**
 * The first few in an order, in that order, and all others as they come: a session may have touched ten thousand things
 * of which some dozens are shown, and sorting them all takes longer than everything else.
 */
export function firstOf<T>(
  items: Iterable<T>,
  limit: number,
  compare: (a: T, b: T) => number,
): { readonly first: T[]; readonly rest: T[] } {
  const first: T[] = [];
  const rest: T[] = [];
  for (const item of items) {
    const last = first.at(-1);
    if (first.length >= limit && (last === undefined || compare(item, last) >= 0)) {
      rest.push(item);
      continue;
    }
    first.splice(placeOf(first, item, compare), 0, item);
    if (first.length <= limit) continue;
    const over = first.pop();
    if (over !== undefined) rest.push(over);
  }
  return { first, rest };
}

/** Behind its equals, so that what came first stays first. */
function placeOf<T>(sorted: readonly T[], item: T, compare: (a: T, b: T) => number): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    const other = sorted[middle];
    if (other !== undefined && compare(other, item) <= 0) from = middle + 1;
    else to = middle;
  }
  return from;
}
