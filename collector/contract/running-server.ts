import { z } from 'zod';

/** A process that is an MCP server, as it was seen. */
export const RunningServer = z.object({
  pid: z.int().min(1),
  startTimeMs: z.int(),
  /** The agent it belongs to, if that is known. */
  agentId: z.string().optional(),
  /** That agent's process, when it is among those above it. */
  agentPid: z.int().min(1).optional(),
  sessionId: z.string().optional(),
});
export type RunningServer = z.infer<typeof RunningServer>;

/** The processes of one server; a server that does not run is not told. */
export const RunningServers = z.object({
  /** Of the MCP server. */
  id: z.string(),
  processes: z.array(RunningServer),
});
export type RunningServers = z.infer<typeof RunningServers>;
