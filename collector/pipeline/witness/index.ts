import { Witness, type WitnessOptions } from './witness.ts';

export { Configured, type ConfiguredPart } from './configured.ts';
export type { MissedProcess } from './missed.ts';
export type { Witness, WitnessOptions } from './witness.ts';

/** One per collector, beside the attribution. */
export function createWitness(options: WitnessOptions): Witness {
  return new Witness(options);
}
