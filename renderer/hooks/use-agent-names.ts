import { useMemo } from 'react';
import { useCall } from './use-call.ts';

/** Names of the agents that are known here, by id. */
export function useAgentNames(): ReadonlyMap<string, string> {
  const { data } = useCall('agents.list', {});
  return useMemo(() => new Map(data?.map((agent) => [agent.id, agent.name])), [data]);
}
