import { z } from 'zod';

/** One process that belongs to an agent, as the local API tells it (`processes.list`). */
export const ListedProcess = z.object({
  pid: z.int().min(1),
  startTimeMs: z.int(),
  bootId: z.string().optional(),
  startTicks: z.int().optional(),
  parentPid: z.int(),
  name: z.string(),
  /** Redacted, at most 300 characters. */
  command: z.string().optional(),
  agentId: z.string().optional(),
  sessionId: z.string().optional(),
  /** Stopped by a signal, such as by `pause`. */
  stopped: z.boolean().optional(),
  /** On all cores together, since its start. */
  cpuMs: z.number().optional(),
  residentBytes: z.number().optional(),
});
export type ListedProcess = z.infer<typeof ListedProcess>;

export const ProcessList = z.object({
  /** When `cpuMs` was read. */
  timeMs: z.int(),
  processes: z.array(ListedProcess),
});
export type ProcessList = z.infer<typeof ProcessList>;
