import { createHash } from 'node:crypto';
import { AGENTS } from './agents/index.ts';
import type { PathContext } from './agents/path-context.ts';
import type { LogFile, ParserState } from './agents/spec-log.ts';
import type { Actor } from './contract/event.ts';
import type { StoredEvent } from './contract/stored.ts';
import { formatsOf } from './formats.ts';
import { ingest, type SessionMemory } from './pipeline/ingest.ts';
import { parseBatch } from './pipeline/parse.ts';
import { initialSessionState } from './pipeline/session-state.ts';
import { sourceFormats } from './log-reading.ts';
import { LogSource } from './sources/log-source.ts';
import { readLog } from './sources/read-log.ts';

export interface StreamOptions {
  readonly home: PathContext;
  readonly actor: Actor;
  readonly nowMs: () => number;
  readonly sinceMs?: number;
}

/** Normalized, redacted events of a home, straight from its logs: nothing is stored, each event comes once. */
export async function* streamEvents(options: StreamOptions): AsyncGenerator<StoredEvent, void, undefined> {
  const seen = new Set<string>();
  const source = new LogSource({
    formats: sourceFormats([options.home]),
    cursors: () => undefined,
    nowMs: options.nowMs,
    recursive: false,
    follow: false,
  });
  for await (const shard of source.backlog()) {
    for (const file of shard.files) yield* eventsOf(file, options, seen);
  }
  await source.close();
}

async function* eventsOf(
  file: LogFile,
  options: StreamOptions,
  seen: Set<string>,
): AsyncGenerator<StoredEvent, void, undefined> {
  const format = FORMATS.get(file.formatId);
  if (format === undefined) return;
  const sessions = new Map<string, SessionMemory>();
  const memory = {
    session(id: string): SessionMemory {
      const known = sessions.get(id) ?? { id, parentId: undefined, cwd: undefined };
      sessions.set(id, known);
      return known;
    },
    state: () => initialSessionState(),
  };
  const place = { home: options.home.home, platform: options.home.platform, actor: options.actor };
  let state: ParserState = format.initialState(file);
  for await (const batch of readLog(file, undefined, format)) {
    if (batch.restarted) state = format.initialState(file);
    const written = { ...file, writtenMs: batch.cursor.mtimeMs };
    const parsed = parseBatch(batch.records, written, format, state);
    const { events } = ingest(parsed, file.agentId, file.path, NOTHING, place, memory, [], DEPS);
    for (const event of events) {
      const key = createHash('sha1').update(event.id).digest('base64').slice(0, 12);
      if (seen.has(key)) continue;
      seen.add(key);
      if (options.sinceMs === undefined || event.timeMs >= options.sinceMs) yield event;
    }
  }
}

const FORMATS = formatsOf(AGENTS);
const NOTHING: ReadonlySet<string> = new Set();
const DEPS = { hash: (text: string): string => text, ruleFailed: (): void => undefined };
