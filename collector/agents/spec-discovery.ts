/** How to find an agent on a machine. Filled by the discovery work; see `discovery/`. */
export interface AgentDiscovery {
  readonly installs: readonly never[];
}
