import { z } from 'zod';
import { Principal } from './identity.ts';
import { ListedConnection, ProcessRecord, ProgramCount, Witnesses } from './process-record.ts';

const empty = z.object({}).strict();

/** Methods about what really ran. Joined into `METHODS`. */
export const PROCESS_METHODS = {
  /** What ran for one session, oldest first; of its sub-agents too, which run in the same process. */
  'processes.ofSession': {
    params: z.object({ sessionId: z.string(), limit: z.int().min(1).max(5_000).default(500) }),
    result: z.object({ processes: z.array(ProcessRecord), counted: z.array(ProgramCount) }),
  },
  'connections.list': { params: empty, result: z.array(ListedConnection) },
  'witnesses.get': { params: empty, result: Witnesses },
  /** Accounts that programs of this OS account can act as. */
  'principals.list': { params: empty, result: z.array(Principal) },
} as const;
