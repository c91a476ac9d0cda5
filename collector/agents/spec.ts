import type { AGENT_KINDS } from '../contract/agent.ts';
import type { PathContext } from './path-context.ts';
import type { AgentDiscovery } from './spec-discovery.ts';
import type { LogFormat } from './spec-log.ts';

/** Everything Reeve knows of one product: one declaration, no code that runs by itself. */
export interface AgentSpec {
  /** Kebab-case, equal to the folder name. */
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  readonly kind: (typeof AGENT_KINDS)[number];
  /** Systems it exists for; default all. */
  readonly platforms?: readonly PathContext['platform'][];
  readonly discovery: AgentDiscovery;
  /** Session logs this agent writes; empty when none can be read. */
  readonly logs: readonly LogFormat[];
}
