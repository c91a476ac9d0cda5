import type { ProcessPlace } from '../../contract/attribution.ts';
import type { ProcessInfo } from '../../contract/process.ts';
import type { Attributor } from './attributor.ts';

const MAX_ANCESTORS = 32;

/**
 * A process as rules look at it.
 * @param ancestors who started it, nearest first
 * @returns nothing for processes that have to do with no agent
 */
export function placeOf(
  process: ProcessInfo,
  ancestors: readonly ProcessInfo[],
  attributor: Attributor,
): ProcessPlace | undefined {
  const attribution = attributor.of(process);
  if (attribution === undefined) return undefined;
  const { agentProcess } = attribution;
  const workspace = agentProcess === undefined ? undefined : attributor.info(agentProcess)?.cwd;
  return {
    process,
    attribution,
    ancestors: ancestors.slice(0, MAX_ANCESTORS).map((ancestor) => {
      const its = attributor.of(ancestor);
      return its?.role === 'agent' && its.agentId !== undefined
        ? { process: ancestor, agentId: its.agentId }
        : { process: ancestor };
    }),
    ...(workspace === undefined ? {} : { workspace }),
  };
}
