import { Attributor, type AttributionOptions } from './attributor.ts';

export type { AttributionOptions, Attributor } from './attributor.ts';
export { placeOf } from './place.ts';

/** One per collector; lives as long as the process watch. */
export function createAttribution(options: AttributionOptions): Attributor {
  return new Attributor(options);
}
