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
  /**
   * How another program could stop a tool call before it runs: `http` posts to an address, `hook` starts a program or
   * plug-in, `file` rules only. Default: not at all.
   */
  readonly gate?: 'file' | 'hook' | 'http';
  /** Where our facts come from: `code` the product's own, `docs` the vendor's, `reports` what other readers found. */
  readonly evidence: 'code' | 'docs' | 'reports';
  readonly discovery: AgentDiscovery;
  /** Session logs this agent writes; empty when none can be read. */
  readonly logs: readonly LogFormat[];
}
