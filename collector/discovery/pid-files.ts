import { opendirSync } from 'node:fs';
import { field, textAt } from '../agents/shared/document.ts';
import type { PidFileFact } from '../contract/attribution.ts';
import type { ProcessInfo } from '../contract/process.ts';
import { readRegularFile } from './safe-read.ts';

const MAX_FILES = 512;
const MAX_NAMES = 4_096;
const MAX_BYTES = 65_536;
/** Start times are read in 10 ms on Linux and in seconds elsewhere; the vendor's clock is read a little later. */
const SLACK_MS = 2_000;
/** The agent writes its file while it starts. */
const START_UP_MS = 60_000;
/** Beside them lie `<pid>.<hash>.key` files with secrets: those are not even opened. */
const NAME = /^([1-9][0-9]{0,9})\.json$/;

export interface PidFileReading {
  readonly facts: readonly PidFileFact[];
  /** Why files gave no fact: `unreadable`, `malformed`, `no-process`, `other-process`, `too-many`. */
  readonly refused: Readonly<Record<string, number>>;
}

/**
 * Reads Claude Code's registry of running sessions: `sessions/<pid>.json` below its folder (2.1.330, seen 2026-11).
 * A file says something only about the process that wrote it: its pid may belong to another by now, so the start time
 * must agree. Links that lead out of the folder are not followed. Of the content only four fields are kept.
 * @param folder `$CLAUDE_CONFIG_DIR/sessions`, or `~/.claude/sessions`
 */
export function readClaudePidFiles(
  folder: string,
  processOf: (pid: number) => ProcessInfo | undefined,
): PidFileReading {
  const facts: PidFileFact[] = [];
  const refused: Record<string, number> = {};
  const refuse = (why: string): void => {
    refused[why] = (refused[why] ?? 0) + 1;
  };
  for (const name of namesIn(folder)) {
    if (facts.length >= MAX_FILES) {
      refuse('too-many');
      break;
    }
    const pid = Number(NAME.exec(name)?.[1]);
    const process = processOf(pid);
    if (process === undefined) {
      refuse('no-process');
      continue;
    }
    const reading = readRegularFile(`${folder}/${name}`, folder, MAX_BYTES);
    if (!reading.ok) {
      refuse('unreadable');
      continue;
    }
    const document = parsed(reading.bytes.toString('utf8'));
    const nativeSessionId = textAt(document, 'sessionId');
    if (
      field(document, 'pid') !== pid ||
      nativeSessionId === undefined ||
      !/^[\w.:-]{1,128}$/.test(nativeSessionId)
    ) {
      refuse('malformed');
      continue;
    }
    if (!isWriter(document, process, reading.modifiedMs)) {
      refuse('other-process');
      continue;
    }
    const cwd = textAt(document, 'cwd');
    facts.push({
      agentId: 'claude-code',
      process: { pid, startTimeMs: process.startTimeMs },
      nativeSessionId,
      ...(cwd === undefined ? {} : { cwd: cwd.slice(0, 4_096) }),
      modifiedMs: reading.modifiedMs,
    });
  }
  return { facts, refused };
}

/** By the start time the file gives in ticks, milliseconds or as a date; else by when the agent says it began. */
function isWriter(document: unknown, process: ProcessInfo, modifiedMs: number): boolean {
  if (process.startTimeMs === 0 || modifiedMs + SLACK_MS < process.startTimeMs) return false;
  const given = field(document, 'procStart');
  const number = typeof given === 'number' ? given : typeof given === 'string' ? Number(given) : Number.NaN;
  if (Number.isFinite(number)) {
    if (process.startTicks !== undefined && number === process.startTicks) return true;
    return Math.abs(number - process.startTimeMs) <= SLACK_MS;
  }
  const date = typeof given === 'string' ? Date.parse(given) : Number.NaN;
  if (Number.isFinite(date)) return Math.abs(date - process.startTimeMs) <= SLACK_MS;
  const startedMs = field(document, 'startedAt');
  return (
    typeof startedMs === 'number' &&
    startedMs >= process.startTimeMs - SLACK_MS &&
    startedMs <= process.startTimeMs + START_UP_MS
  );
}

function namesIn(folder: string): readonly string[] {
  const names: string[] = [];
  let directory: ReturnType<typeof opendirSync> | undefined;
  try {
    directory = opendirSync(folder);
    for (let seen = 0; seen < MAX_NAMES; seen += 1) {
      const entry = directory.readSync();
      if (entry === null) break;
      if (NAME.test(entry.name)) names.push(entry.name);
    }
  } catch {
    return names; // No such folder: the agent is not there, or has never run.
  } finally {
    directory?.closeSync();
  }
  return names;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
