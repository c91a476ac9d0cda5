import type { Attribution } from '../../contract/attribution.ts';
import type { ProcessInfo } from '../../contract/process.ts';
import { wasRunning, type KnownCall } from '../attribution/known-sessions.ts';
import { baseName, matchCommand, scriptArguments, shellText } from '../attribution/match-command.ts';

const MAX_PROGRAMS = 6;
/** `2>&1`, `>/dev/null`: no second command. */
const REDIRECTION = /\d?>&\d|&?\d?>{1,2}\s*\/dev\/null/g;

/** A process that an agent started. */
export interface Seen {
  /** What it ran, one after the other; never empty. Dated by when an open shell became it. */
  readonly programs: readonly ProcessInfo[];
  readonly attribution: Attribution;
  readonly timeMs: number;
  /** Started by the agent itself, or by a shell that waits for commands. */
  readonly top: boolean;
  /** As the process table has it. */
  readonly identity: ProcessInfo;
  judged: boolean;
  /** It is known what it was for: whatever ran below it was for the same. */
  settled: boolean;
  endMs?: number;
}

/** A tool call whose process is waited for. */
export interface CalledFor {
  readonly agentId: string;
  readonly sessionId: string;
  readonly rootId: string;
  readonly call: KnownCall;
}

export function withProgram(seen: Seen, process: ProcessInfo): Seen {
  if (seen.programs.length >= MAX_PROGRAMS) return seen;
  const programs = [...seen.programs, process];
  return { ...seen, programs, identity: reportedOf(programs) };
}

/**
 * By which of its programs a process is judged. A shell with several commands becomes the last of them: it is judged by
 * all of its text, not by what is left in the end.
 */
export function decisiveOf(programs: readonly ProcessInfo[]): readonly ProcessInfo[] {
  const at = programs.findIndex((process) => {
    const text = shellText(process);
    return text !== undefined && isSeveral(text);
  });
  return at === -1 ? programs : programs.slice(0, at + 1);
}

/** The one that tells most of it: a shell with its text, or else what it became. */
export function reportedOf(programs: readonly ProcessInfo[]): ProcessInfo {
  const last = decisiveOf(programs).at(-1);
  if (last === undefined) throw new Error('a process without a program');
  return last;
}

function isSeveral(text: string): boolean {
  return /[;&|\n`]|\$\(|[<>]\(/.test(text.trim().replace(REDIRECTION, ' '));
}

/** Could this process be what the call started? */
export function isRunOf(
  { programs, attribution }: Pick<Seen, 'programs' | 'attribution'>,
  { agentId, rootId, sessionId, call }: CalledFor,
): boolean {
  if (agentId !== attribution.agentId) return false;
  const own = attribution.sessionId;
  if (own !== undefined && own !== rootId && own !== sessionId) return false;
  return programs.some(
    (process) =>
      wasRunning(call, process.startTimeMs) &&
      (matchCommand(process, call) !== undefined ||
        call.commands.some(({ program }) => baseName(program) === nameOf(process))),
  );
}

export function nameOf(process: ProcessInfo): string {
  return baseName((scriptArguments(process.argv) ?? process.argv)[0] ?? process.name);
}

/** Does the shell put something else in the place of what is written? */
export function isExpanded({ args, dynamic }: KnownCall['commands'][number]): boolean {
  return dynamic.some(Boolean) || args.some((arg) => /[*?[{~]/.test(arg));
}

/** A shell with a text is its text, not its name. */
export function matchesOnlyByText(process: ProcessInfo): boolean {
  return process.argv.some((arg) => /^-[a-z]*c$/.test(arg)) && /sh$/.test(nameOf(process));
}
