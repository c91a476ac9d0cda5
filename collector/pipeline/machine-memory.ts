import type { EnrichedEvent, ToolCallEvent } from '../contract/event.ts';
import type { SharedFile, SharedSend } from '../rules/rule.ts';
import { callFacts } from '../rules/shared/call-signs.ts';
import { carriedPaths } from '../rules/shared/derived.ts';
import { pathUses } from '../rules/shared/path-uses.ts';
import { isExternalSend, sendsOf } from '../rules/shared/sends.ts';
import type { Place, SessionState } from './session-state-shape.ts';

/** What the runs of one machine left for each other to find: only in memory, in a window of time, bounded. */
export interface MachineMemory {
  /** Files that hold, or may hold, what a run read in secret. */
  readonly files: SharedFile[];
  /** Files that runs sent away. */
  readonly sends: SharedSend[];
}

const MAX_FILES = 128;
const MAX_SENDS = 128;
export const WINDOW_MS = 60 * 60_000;
/** Calls after a secret was read in which what a run writes may hold it. */
const NEAR_CALLS = 15;
const MAX_PATH = 400;
const NO_FILES: readonly SharedFile[] = [];
const NO_SENDS: readonly SharedSend[] = [];

export function createMachineMemory(): MachineMemory {
  return { files: [], sends: [] };
}

/** What other runs left in the hour before this event; for nearly every event nothing. */
export function foreignFiles(memory: MachineMemory, run: string, timeMs: number): readonly SharedFile[] {
  if (memory.files.length === 0) return NO_FILES;
  const found = memory.files.filter(
    (file) => file.run !== run && file.timeMs <= timeMs && timeMs - file.timeMs <= WINDOW_MS,
  );
  return found.length === 0 ? NO_FILES : found;
}

/** What other runs sent in the hour after this event: logs of two agents are not read in the order of time. */
export function foreignSends(memory: MachineMemory, run: string, timeMs: number): readonly SharedSend[] {
  if (memory.sends.length === 0) return NO_SENDS;
  const found = memory.sends.filter(
    (send) => send.run !== run && send.timeMs >= timeMs && send.timeMs - timeMs <= WINDOW_MS,
  );
  return found.length === 0 ? NO_SENDS : found;
}

/** Call it after `observe` of the same event. */
export function rememberForOthers(
  memory: MachineMemory,
  run: string,
  event: EnrichedEvent,
  state: SessionState,
  place: Place,
): void {
  if (event.kind !== 'tool.call') return;
  for (const file of filesOf(event, state, place)) {
    memory.files.push({ ...file, run, agentId: event.agentId, eventId: event.id, timeMs: event.timeMs });
    if (memory.files.length > MAX_FILES) memory.files.shift();
  }
  const { home, platform } = place;
  const context = { home, platform, workspace: state.workspace, addedRemotes: state.addedRemotes };
  if (callFacts(event, context).sends.length === 0) return;
  for (const send of sendsOf(event, context)) {
    if (!isExternalSend(send, context)) continue;
    const paths = carriedPaths(send, event, context).filter((path) => path.length <= MAX_PATH);
    if (paths.length === 0) continue;
    memory.sends.push({
      paths: paths.slice(0, 8),
      to: send.to,
      run,
      agentId: event.agentId,
      eventId: event.id,
      timeMs: event.timeMs,
    });
    if (memory.sends.length > MAX_SENDS) memory.sends.shift();
  }
}

type Made = Pick<SharedFile, 'path' | 'from' | 'weight'>;

/** Copies of secrets, and what a run wrote right after it had read one. */
function filesOf(event: ToolCallEvent, state: SessionState, place: Place): readonly Made[] {
  if (state.derived === undefined && state.sensitive.length === 0) return NO_FILES;
  const made: Made[] = (state.derived ?? []).filter((file) => file.eventId === event.id);
  const secret = state.sensitive.findLast((mark) => mark.weight === 'strong');
  if (secret === undefined || state.toolCalls - secret.call > NEAR_CALLS) return made;
  for (const use of pathUses(event, place)) {
    if (made.length >= 8 || (use.how !== 'write' && use.how !== 'append') || use.path.length > MAX_PATH)
      continue;
    if (!made.some(({ path }) => path === use.path))
      made.push({ path: use.path, from: secret.what, weight: 'weak' });
  }
  return made;
}
