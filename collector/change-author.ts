import { statSync } from 'node:fs';
import type { ChangeAuthor } from './contract/inventory-change.ts';
import type { StoredEvent } from './contract/stored.ts';
import type { AuthorOf } from './store/inventory.ts';

/** The log line of a call may be stamped when the call was asked for, and a person takes a while to allow it. */
const BEFORE_MS = 10 * 60_000;
/** Clocks of log and file system agree better than this. */
const AFTER_MS = 5_000;
/** A command that names no file counts only when it ran right then. */
const COMMAND_MS = 30_000;
const MAX_EVENTS = 2_000;

export interface ChangeAuthorOptions {
  /** Tool calls since then, newest first. */
  readonly toolCalls: (sinceMs: number, limit: number) => readonly StoredEvent[];
  readonly nowMs: number;
  /** When a file was last written; `undefined` when it is gone. Default: asks the file system. */
  readonly modifiedMs?: (path: string) => number | undefined;
}

/**
 * Tells which tool call changed a file of the inventory: the one that names it as written shortly before the file's time,
 * or, when only one session ran commands at that moment, its command.
 */
export function createAuthorOf(options: ChangeAuthorOptions): AuthorOf {
  const { nowMs, modifiedMs = modifiedAt } = options;
  let events: readonly StoredEvent[] | undefined;
  return (_kind, { path }) => {
    if (path === undefined || !/^(?:\/|[A-Za-z]:)/.test(path)) return undefined;
    const atMs = modifiedMs(path) ?? nowMs;
    // Changed long before anybody looked: the machine was off, or the file is a copy with its old time.
    if (atMs > nowMs + AFTER_MS || nowMs - atMs > BEFORE_MS) return undefined;
    events ??= options.toolCalls(nowMs - 2 * BEFORE_MS, MAX_EVENTS);
    const near = events.filter(({ timeMs }) => timeMs <= atMs + AFTER_MS && timeMs >= atMs - BEFORE_MS);
    const writer = near.find((event) => writes(event, path));
    if (writer !== undefined) return authorFrom(writer, 'high');
    const commands = near.filter(
      (event) =>
        event.kind === 'tool.call' && event.tool?.category === 'shell' && event.timeMs >= atMs - COMMAND_MS,
    );
    const [command] = commands;
    return command !== undefined && commands.every(({ sessionId }) => sessionId === command.sessionId)
      ? authorFrom(command, 'low')
      : undefined;
  };
}

function writes(event: StoredEvent, path: string): boolean {
  return event.resources.some(
    ({ kind, access, value }) =>
      kind === 'file' &&
      (access === 'write' || access === 'delete') &&
      // A folder that was copied or unpacked holds the file.
      (value === path || path.startsWith(`${value.replace(/\/+$/, '')}/`)),
  );
}

function authorFrom(event: StoredEvent, confidence: ChangeAuthor['confidence']): ChangeAuthor | undefined {
  const { agentId, sessionId, id, tool, timeMs } = event;
  return tool === undefined
    ? undefined
    : { agentId, sessionId, eventId: id, tool: tool.name, timeMs, confidence };
}

function modifiedAt(path: string): number | undefined {
  try {
    return Math.round(statSync(path).mtimeMs);
  } catch {
    return undefined; // gone
  }
}
