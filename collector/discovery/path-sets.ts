/** More paths than this are looked up by their beginnings instead of compared one by one. */
const FEW = 6;

/** Tells of paths whether they are one of these or below one. Paths with `/`. Pure. */
export function isAtOrBelow(places: ReadonlySet<string>): (path: string) => boolean {
  const list = [...places];
  if (list.length <= FEW)
    return (path) =>
      list.some(
        (place) => path.startsWith(place) && (path.length === place.length || path[place.length] === '/'),
      );
  return (path) => {
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1))
      if (places.has(path.slice(0, end))) return true;
    return false;
  };
}
