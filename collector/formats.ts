import type { AgentSpec } from './agents/spec.ts';
import type { LogFormat } from './agents/spec-log.ts';

/** Log formats of all agents by id. */
export function formatsOf(agents: readonly AgentSpec[]): ReadonlyMap<string, LogFormat> {
  return new Map(agents.flatMap((agent) => agent.logs.map((format) => [format.id, format] as const)));
}
