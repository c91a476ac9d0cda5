import type { PathContext } from './agents/path-context.ts';
import type { Actor } from './contract/event.ts';
import type { IngestPlace } from './pipeline/ingest.ts';

/** Whose logs are read: one entry per home. */
export function placesOf(
  homes: readonly PathContext[],
  actorOf: (home: PathContext) => Actor,
): IngestPlace[] {
  return homes.map((home) => ({ home: home.home, platform: home.platform, actor: actorOf(home) }));
}

/** The home a log file lies in, the innermost one; a folder that was moved out of every home belongs to the first. */
export function placeOf(places: readonly IngestPlace[], path: string): IngestPlace {
  let best: IngestPlace | undefined;
  for (const place of places) {
    if (path.startsWith(place.home) && place.home.length > (best?.home.length ?? -1)) best = place;
  }
  const found = best ?? places[0];
  if (found === undefined) throw new Error('no home to read');
  return found;
}
