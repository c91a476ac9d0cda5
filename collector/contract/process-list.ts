import { z } from 'zod';
import { CONFIDENCES } from './finding.ts';

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
  /** The vendor's id of the call whose command it runs. */
  toolCallId: z.string().optional(),
  /** `agent`: the agent itself; `child`: below one; `loose`: tied to one without being below it. */
  role: z.enum(['agent', 'child', 'loose']).optional(),
  /** How sure it is whose it is. */
  confidence: z.enum(CONFIDENCES).optional(),
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
