import { createContext, type ReactNode, use, useMemo } from 'react';
import { guessHome } from '../words/path.ts';
import { useCall } from './use-call.ts';

interface Machine {
  /** The home folder that is watched, to be written as `~`; undefined until it can be told. */
  readonly home: string | undefined;
  /** Names of the agents that are known here, by id. */
  readonly agentNames: ReadonlyMap<string, string>;
}

const MachineContext = createContext<Machine>({ home: undefined, agentNames: new Map() });

/** What nearly every row needs to know of the machine, worked out once for all of them. */
export function MachineProvider({ children }: { readonly children: ReactNode }) {
  const { data } = useCall('agents.list', {});
  const machine = useMemo(
    () => ({
      home: guessHome(data?.flatMap((agent) => agent.configFiles.map((file) => file.path)) ?? []),
      agentNames: new Map(data?.map((agent) => [agent.id, agent.name])),
    }),
    [data],
  );
  return <MachineContext value={machine}>{children}</MachineContext>;
}

export function useHome(): string | undefined {
  return use(MachineContext).home;
}

export function useAgentNames(): ReadonlyMap<string, string> {
  return use(MachineContext).agentNames;
}
