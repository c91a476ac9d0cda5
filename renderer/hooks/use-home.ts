import { useMemo } from 'react';
import { guessHome } from '../words/path.ts';
import { useCall } from './use-call.ts';

/** The home folder that is watched, to be written as `~`; undefined until it can be told. */
export function useHome(): string | undefined {
  const { data } = useCall('agents.list', {});
  return useMemo(
    () => guessHome(data?.flatMap((agent) => agent.configFiles.map((file) => file.path)) ?? []),
    [data],
  );
}
