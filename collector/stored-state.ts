/** What detection and parsers remember, on its way into the store and back. */
import { z } from 'zod';
import type { ParserState } from './agents/spec-log.ts';
import { redactText } from './pipeline/secrets/index.ts';
import type { SessionState } from './pipeline/session-state.ts';

const Marks = z.array(
  z.object({
    eventId: z.string(),
    timeMs: z.number(),
    call: z.number(),
    what: z.string(),
    weight: z.enum(['weak', 'strong']),
  }),
);
const State = z.object({
  workspace: z.string().exactOptional(),
  permissionMode: z.string().exactOptional(),
  toolCalls: z.number(),
  untrusted: Marks,
  sensitive: Marks,
  sent: Marks,
  approved: Marks,
  prompts: z.array(z.string()),
  pending: z.array(z.tuple([z.string(), z.string()])),
  addedRemotes: z.array(z.string()),
  envFolders: z.array(z.string()),
  downloads: z
    .array(z.object({ path: z.string(), host: z.string(), urlPath: z.string(), eventId: z.string() }))
    .exactOptional(),
  derived: z
    .array(
      z.object({
        path: z.string(),
        from: z.string(),
        weight: z.enum(['weak', 'strong']),
        eventId: z.string(),
      }),
    )
    .exactOptional(),
  recent: z.array(z.tuple([z.number(), z.number(), z.number(), z.number()])).exactOptional(),
  sincePrompt: z.number().exactOptional(),
  quickApprovals: z.object({ count: z.number(), sinceCall: z.number() }).exactOptional(),
  bulk: z.array(z.tuple([z.string(), z.number(), z.number()])).exactOptional(),
  denied: z
    .array(
      z.object({
        eventId: z.string(),
        call: z.number(),
        asked: z.number(),
        effects: z.array(z.string()),
      }),
    )
    .exactOptional(),
  heard: z
    .array(
      z.object({
        eventId: z.string(),
        call: z.number(),
        what: z.string(),
        words: z.array(z.number()),
        orders: z.array(z.number()),
      }),
    )
    .exactOptional(),
  scripts: z.array(z.object({ path: z.string(), text: z.string(), chars: z.number() })).exactOptional(),
});

/** @returns `undefined` when an older version wrote a shape that is no longer understood: the session starts afresh. */
export function readState(text: string): SessionState | undefined {
  const parsed = State.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : undefined;
}

/** A parser remembers words of the log, such as a branch name: what is stored of them must be clean. */
export function redactState(state: ParserState): ParserState {
  return Object.fromEntries(Object.entries(state).map(([key, value]) => [key, redactDeep(value, 0)]));
}

const MAX_STATE_DEPTH = 6;
/** Branches, folders and ids stay the same from line to line: looking for secrets in them again takes longest. */
const MAX_REMEMBERED = 500;
const MAX_REMEMBERED_CHARS = 300;
const clean = new Set<string>();

function redacted(text: string): string {
  if (clean.has(text)) return text;
  const result = redactText(text);
  if (result === text && text.length <= MAX_REMEMBERED_CHARS) {
    if (clean.size >= MAX_REMEMBERED) clean.clear();
    clean.add(text);
  }
  return result;
}

function redactDeep(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return redacted(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_STATE_DEPTH) return undefined;
  if (Array.isArray(value)) return value.map((item: unknown) => redactDeep(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]: [string, unknown]) => [
      redacted(key),
      redactDeep(item, depth + 1),
    ]),
  );
}
