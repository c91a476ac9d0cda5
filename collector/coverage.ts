import type { AgentSpec } from './agents/spec.ts';

/** What Reeve knows of one product, counted from its declaration. */
export interface ProductCoverage {
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  readonly kind: AgentSpec['kind'];
  readonly platforms: readonly string[];
  /** Ways to see an install. */
  readonly installs: number;
  /** Files in which its MCP servers and settings are looked for. */
  readonly configs: number;
  readonly mcp: boolean;
  /** Ids of session log formats that are read. */
  readonly logs: readonly string[];
  /** Files and variables in which its credentials are looked for. */
  readonly credentials: number;
  /** Kinds of things it takes orders from that are listed. */
  readonly assets: readonly string[];
  readonly gate: 'none' | 'file' | 'hook' | 'http';
  readonly evidence: AgentSpec['evidence'];
}

/** A file every reader of servers understands: what a declaration finds in it tells whether it looks for servers. */
const SERVER = { command: 'x', cmd: 'x', name: 'x', type: 'stdio' };
const MAPS = [
  'mcpServers',
  'servers',
  'mcp_servers',
  'context_servers',
  'mcp',
  'extensions',
  'amp.mcpServers',
];
const PROBES: readonly unknown[] = [
  ...MAPS.map((key) => ({ [key]: { x: SERVER } })),
  ...MAPS.map((key) => ({ [key]: [SERVER] })),
  { mcp: { servers: { x: SERVER } }, server: { mcp_config: SERVER }, name: 'x' },
  [SERVER],
];

export function coverageOf(specs: readonly AgentSpec[]): ProductCoverage[] {
  return specs.map(({ id, name, vendor, kind, platforms, gate, evidence, logs, discovery }) => ({
    id,
    name,
    vendor,
    kind,
    platforms: platforms ?? ['linux', 'darwin', 'win32'],
    installs: discovery.installs.length,
    configs: discovery.configs.length,
    mcp: discovery.configs.some((source) =>
      PROBES.some((probe) => (source.read(probe, '/x/y').mcpServers ?? []).length > 0),
    ),
    logs: logs.map((format) => format.id),
    credentials: discovery.credentials.length + discovery.secretVariables.length,
    assets: [...new Set(discovery.assets.map((asset) => asset.kind))],
    gate: gate ?? 'none',
    evidence,
  }));
}
