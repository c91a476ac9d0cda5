import { AGENTS } from './agents/index.ts';
import type { ProcessInfo } from './contract/process.ts';
import { isAgentProcess } from './discovery/running.ts';

/** Which agent of the catalogue this process is, if any. */
export function agentIdOf(process: ProcessInfo): string | undefined {
  return AGENTS.find((agent) => isAgentProcess(process, agent.discovery.process))?.id;
}

/** Agents that write a log which Reeve reads: only for these can process table and log be compared. */
export const AGENTS_WITH_LOGS: ReadonlySet<string> = new Set(
  AGENTS.flatMap((agent) => (agent.logs.length > 0 ? [agent.id] : [])),
);

/** Agents whose log tells of a tool call only when it has ended. */
export const AGENTS_WRITING_LATE: ReadonlySet<string> = new Set(
  AGENTS.flatMap((agent) => (agent.logs.some((log) => log.writesCalls === 'when-ended') ? [agent.id] : [])),
);
