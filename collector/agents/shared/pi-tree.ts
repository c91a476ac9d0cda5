import type { JsonlFormat, LogRoot, ParseOutcome } from '../spec-log.ts';
import type { PathContext } from '../path-context.ts';
import { bounded, MAX_NAME, MAX_OUTPUT, textOf } from './bounds.ts';
import type { JsonObject } from './json.ts';
import { getCount, getList, getNumber, getObject, getText, isObject, parseJsonObject } from './json.ts';
import { baseName } from './log-name.ts';
import type { LogSink } from './log-sink.ts';
import { createSink, outcomeOf, typeName } from './log-sink.ts';
import type { ToolReader } from './read-tool.ts';
import { epochMs, isoToMs } from './time.ts';
import {
  loadTranscript,
  startTranscript,
  storeTranscript,
  Transcript,
  type TranscriptState,
} from './transcript.ts';

/** An agent that writes Pi's session tree. */
export interface PiTree {
  readonly agentId: string;
  readonly formatId: string;
  readonly tool: ToolReader;
  roots(context: PathContext): readonly LogRoot[];
}

/** Entries that say nothing of what was done: settings of the screen, notes of extensions, names. */
const QUIET: ReadonlySet<string> = new Set([
  'thinking_level_change',
  'branch_summary',
  'context_edit',
  'custom',
  'custom_message',
  'label',
  'session_info',
]);
const QUIET_ROLES: ReadonlySet<string> = new Set(['system', 'custom', 'branchSummary', 'compactionSummary']);

/**
 * Pi's session tree (version 3, and the flat files of 2025), one entry per line, appended. Branches lie in one file in
 * the order they were written: what ran on a branch that was left has run. A fork begins with a copy of its parent's
 * entries, which are older than its header: they belong to the parent, so both files give the same ids.
 */
export function piTreeFormat(tree: PiTree): JsonlFormat {
  return {
    id: tree.formatId,
    container: 'jsonl',
    roots: (context) => tree.roots(context),
    shardOf: (file) => file.relativePath.slice(0, file.relativePath.indexOf('/')),
    initialState: (file) => startTranscript(idOfFile(baseName(file))),
    parseLine(line, offsetBytes, stored) {
      const parsed = parseJsonObject(line);
      if (!parsed.ok) return { kind: 'rejected', reason: parsed.reason };
      const state = loadTranscript(stored);
      const record = parsed.value;
      const timeMs = piTimeOf(record) ?? state.lastMs;
      if (timeMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
      const sink = createSink();
      if (record['type'] === 'session') {
        readHeader(record, state);
        stored['headerMs'] = timeMs;
        const transcript = new Transcript(tree.agentId, state, sink, timeMs, offsetBytes);
        transcript.start(placeOf(record));
        transcript.model(getText(record, 'modelId'), 'header');
        storeTranscript(state, stored);
        return outcomeOf(sink);
      }
      const owner = ownerOf(state, timeMs, stored['headerMs']);
      const transcript = new Transcript(tree.agentId, owner, sink, timeMs, offsetBytes);
      const unknown = readPiEntry(record, tree.tool, transcript, sink, String(offsetBytes));
      state.lastMs = owner.lastMs;
      storeTranscript(state, stored);
      return unknown ?? outcomeOf(sink);
    },
  };
}

/** `2026-04-26T10-39-30-079Z_<id>`: the id is what stands behind the time; older files have only an id. */
function idOfFile(name: string): string {
  return name.slice(name.lastIndexOf('_') + 1);
}

/** When an entry was written, if it says so. */
export function piTimeOf(record: JsonObject): number | undefined {
  return isoToMs(record['timestamp']) ?? epochMs(getObject(record, 'message')?.['timestamp']);
}

function readHeader(record: JsonObject, state: TranscriptState): void {
  const id = getText(record, 'id');
  if (id !== undefined) state.sessionId = bounded(id, MAX_NAME);
  const parent = getText(record, 'parentSession') ?? getText(record, 'branchedFrom');
  if (parent === undefined) return;
  const name = parent.slice(Math.max(parent.lastIndexOf('/'), parent.lastIndexOf('\\')) + 1);
  state.parentId = bounded(idOfFile(name.replace(/\.jsonl$/, '')), MAX_NAME);
}

function placeOf(record: JsonObject): { readonly cwd?: string } {
  const cwd = getText(record, 'cwd');
  return cwd === undefined ? {} : { cwd };
}

/** Whose entry it is: an entry older than the header was copied from the parent. */
function ownerOf(state: TranscriptState, timeMs: number, headerMs: unknown): TranscriptState {
  const isCopy = state.parentId !== undefined && typeof headerMs === 'number' && timeMs < headerMs;
  return isCopy ? { ...state, sessionId: state.parentId ?? '', parentId: undefined, place: '' } : state;
}

/**
 * One entry below a header.
 * @param position what names it when it has no id
 * @param origin who speaks where the entry says it is the user
 */
export function readPiEntry(
  record: JsonObject,
  tool: ToolReader,
  transcript: Transcript,
  sink: LogSink,
  position: string,
  origin: 'human' | 'system' = 'human',
): ParseOutcome | undefined {
  const type = getText(record, 'type');
  const message = getObject(record, 'message');
  // Entries of 2025 have no id: then the message's own time, in milliseconds, tells them apart.
  const ownMs = message === undefined ? undefined : getNumber(message, 'timestamp');
  const key = getText(record, 'id') ?? (ownMs === undefined ? position : String(ownMs));
  if (type === 'message' && message !== undefined) readMessage(message, key, tool, transcript, sink, origin);
  else if (type === 'model_change') transcript.model(getText(record, 'modelId'), key);
  else if (type === 'compaction') transcript.update(key, 'compaction');
  else if (type === 'reset') transcript.update(key, 'rewind');
  else if (type === 'usage') readUsage(getObject(record, 'usage'), key, transcript, getText(record, 'model'));
  else if (type === undefined || !QUIET.has(type)) return { kind: 'unknown', type: typeName(type) };
  return undefined;
}

function readMessage(
  message: JsonObject,
  key: string,
  tool: ToolReader,
  transcript: Transcript,
  sink: LogSink,
  origin: 'human' | 'system',
): void {
  switch (message['role']) {
    case 'user':
      transcript.prompt(key, textOf(message['content'], MAX_OUTPUT), origin);
      return;
    case 'assistant': {
      transcript.model(getText(message, 'model'), key);
      for (const block of getList(message, 'content'))
        if (isObject(block)) readBlock(block, tool, transcript, sink);
      readUsage(getObject(message, 'usage'), key, transcript);
      return;
    }
    case 'toolResult':
      readResult(message, transcript);
      return;
    case 'bashExecution':
      readTyped(message, key, transcript);
      return;
    default:
      if (!QUIET_ROLES.has(typeName(message['role']))) sink.unknown.push(`role:${typeName(message['role'])}`);
  }
}

function readBlock(block: JsonObject, tool: ToolReader, transcript: Transcript, sink: LogSink): void {
  const type = block['type'];
  if (type === 'toolCall') {
    const id = callId(getText(block, 'id'));
    const args = getObject(block, 'arguments') ?? {};
    if (id !== undefined) transcript.call(id, tool(getText(block, 'name') ?? '', args));
  } else if (type !== 'text' && type !== 'thinking' && type !== 'image') {
    sink.unknown.push(`block:${typeName(type)}`);
  }
}

/** Some providers join their own item id: `call_…|fc_0`. The first part is the call's. */
function callId(id: string | undefined): string | undefined {
  return id?.split('|', 1)[0];
}

function readResult(message: JsonObject, transcript: Transcript): void {
  const id = callId(getText(message, 'toolCallId'));
  if (id === undefined) return;
  const details = getObject(message, 'details') ?? {};
  const exitCode = getNumber(details, 'exitCode');
  const durationMs = getNumber(details, 'durationMs');
  const output = textOf(message['content'], MAX_OUTPUT);
  const failed = message['isError'] === true;
  const aborted = failed && /\b(?:Operation|Command) aborted\b/.test(output.slice(-200));
  transcript.result(
    id,
    {
      status: aborted ? 'interrupted' : failed ? 'error' : 'ok',
      ...(exitCode === undefined ? {} : { exitCode }),
      ...(durationMs === undefined ? {} : { durationMs }),
    },
    output,
  );
}

/** A command that the person typed after `!`; the agent runs it and shows the model what came back. */
function readTyped(message: JsonObject, key: string, transcript: Transcript): void {
  const command = getText(message, 'command');
  if (command === undefined) return;
  const exitCode = getNumber(message, 'exitCode');
  const failed = exitCode !== undefined && exitCode !== 0;
  const tool = { name: 'bashExecution', category: 'shell' as const };
  transcript.call(key, { tool, input: { command }, known: true });
  transcript.result(
    key,
    {
      status: message['cancelled'] === true ? 'interrupted' : failed ? 'error' : 'ok',
      ...(exitCode === undefined ? {} : { exitCode }),
    },
    bounded(getText(message, 'output') ?? '', MAX_OUTPUT),
  );
}

/** The four counts are disjoint and add up to `totalTokens`. */
function readUsage(usage: JsonObject | undefined, key: string, transcript: Transcript, model?: string): void {
  if (usage === undefined) return;
  const tokens = {
    input: getCount(usage, 'input'),
    output: getCount(usage, 'output'),
    cacheRead: getCount(usage, 'cacheRead'),
    cacheWrite: getCount(usage, 'cacheWrite'),
  };
  if (model === undefined) transcript.usage(key, tokens);
  else transcript.usage(key, tokens, model);
}
