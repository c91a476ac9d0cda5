export function dropOldest<V>(map: Map<string, V>, max: number): void {
  if (map.size <= max) return;
  const oldest = map.keys().next();
  if (oldest.done !== true) map.delete(oldest.value);
}

export function addBounded(set: Set<string>, value: string, max: number): void {
  set.add(value);
  if (set.size <= max) return;
  const oldest = set.values().next();
  if (oldest.done !== true) set.delete(oldest.value);
}
