import type { JsonlFormat, LogFormat, LogRoot, ParseOutcome, ParserState } from '../spec-log.ts';
import type { PathContext } from '../path-context.ts';
import { bounded, MAX_CONTENT, MAX_NAME, MAX_OUTPUT } from '../shared/bounds.ts';
import { envValue, joinPath } from '../shared/join-path.ts';
import type { JsonObject } from '../shared/json.ts';
import { getCount, getObject, getText, parseJsonObject } from '../shared/json.ts';
import { folderName } from '../shared/log-name.ts';
import { typeName } from '../shared/log-sink.ts';
import { isoToMs } from '../shared/time.ts';
import { readTranscriptLine, type LineReader, type TranscriptLine } from '../shared/transcript-line.ts';
import { startTranscript, type Transcript } from '../shared/transcript.ts';
import { gptmeBlock, gptmeTool } from './tools.ts';

/** `<data>/gptme/logs/<conversation>/conversation.jsonl`; on macOS also where its library puts data. */
function roots(context: PathContext): readonly LogRoot[] {
  const { home, platform } = context;
  const moved = envValue(context, 'GPTME_LOGS_HOME');
  const usual = envValue(context, 'XDG_DATA_HOME') ?? joinPath(context, home, '.local', 'share');
  const system = {
    darwin: joinPath(context, home, 'Library', 'Application Support'),
    win32: envValue(context, 'LOCALAPPDATA') ?? joinPath(context, home, 'AppData', 'Local'),
    linux: usual,
  }[platform];
  const dirs = new Set([usual, system].map((base) => joinPath(context, base, 'gptme', 'logs')));
  return [...(moved === undefined ? [] : [moved]), ...dirs].map((dir) => ({
    dir,
    maxDepth: 1,
    matches: (path) => /^[^/]+\/conversation\.jsonl$/.test(path),
  }));
}

const READER: LineReader = {
  agentId: 'gptme',
  glance({ role }) {
    if (role === undefined) return { kind: 'rejected', reason: 'missing-field' };
    const known = role === 'user' || role === 'assistant' || role === 'system' || role === 'tool';
    return known ? undefined : { kind: 'unknown', type: `role:${typeName(role)}` };
  },
  timeOf: (message) => isoToMs(message['timestamp']),
  read: readMessage,
};

function readMessage(line: TranscriptLine, stored: ParserState): ParseOutcome | undefined {
  const { record: message, position, transcript } = line;
  const content = getText(message, 'content') ?? '';
  transcript.start({});
  switch (message['role']) {
    case 'user':
      transcript.prompt(position, content);
      return undefined;
    case 'assistant':
      readMetadata(getObject(message, 'metadata') ?? {}, position, transcript);
      stored['pending'] = readCalls(content, position, transcript);
      return undefined;
    default:
      readResult(message, content, transcript, stored);
      return undefined;
  }
}

/** Counts are the provider's; the four are disjoint. */
function readMetadata(metadata: JsonObject, position: string, transcript: Transcript): void {
  transcript.model(getText(metadata, 'model'), position);
  const usage = getObject(metadata, 'usage') ?? {};
  transcript.usage(position, {
    input: getCount(usage, 'input_tokens'),
    output: getCount(usage, 'output_tokens'),
    cacheRead: getCount(usage, 'cache_read_tokens'),
    cacheWrite: getCount(usage, 'cache_creation_tokens'),
  });
}

const MAX_CALLS = 50;
const MAX_LINES = 20_000;
// @shell(call-1): {"command": "ls"}
const CALL = /^@([\w.-]{1,120})\(([\w-]{1,200})\): {0,4}(\{)/;

/**
 * The calls of an answer: `@tool(id): {arguments}`, or fenced blocks whose first word names a tool, in their order.
 * @returns their ids, for the results that follow without one
 */
function readCalls(content: string, position: string, transcript: Transcript): readonly string[] {
  const ids: string[] = [];
  const lines = bounded(content, 4 * MAX_CONTENT)
    .split('\n')
    .slice(0, MAX_LINES);
  for (let at = 0; at < lines.length && ids.length < MAX_CALLS; at++) {
    const line = lines[at] ?? '';
    if (line.startsWith('@')) {
      const id = readNamed(lines, at, transcript);
      if (id !== undefined) ids.push(id);
    } else if (line.startsWith('```')) {
      const end = lines.indexOf('```', at + 1);
      // Without an end the answer was stopped, and the block was not run.
      if (end === -1) break;
      const read = gptmeBlock(line.slice(3), lines.slice(at + 1, end).join('\n'));
      if (read !== undefined) {
        const id = `${position}#${String(ids.length)}`;
        transcript.call(id, read);
        ids.push(id);
      }
      at = end;
    }
  }
  return ids;
}

/** Arguments may go on over lines: the object ends where it first is whole. */
function readNamed(lines: readonly string[], at: number, transcript: Transcript): string | undefined {
  const line = lines[at] ?? '';
  const match = CALL.exec(line);
  if (match === null) return undefined;
  const [head, name = '', id = ''] = match;
  let text = line.slice(head.length - 1);
  for (let next = at + 1; next <= at + 200; next++) {
    const parsed = text.trimEnd().endsWith('}') ? parseJsonObject(text) : undefined;
    if (parsed?.ok === true) {
      transcript.call(id, gptmeTool(name, parsed.value));
      return id;
    }
    if (lines[next] === undefined || text.length > MAX_CONTENT) break;
    text += `\n${lines[next] ?? ''}`;
  }
  transcript.call(id, {
    tool: { name: bounded(name, MAX_NAME), category: 'other' },
    input: { partial: true },
    known: true,
  });
  return id;
}

/** What a tool gave back: a message of the system, with the call's id or in the order of the calls. */
function readResult(message: JsonObject, content: string, transcript: Transcript, stored: ParserState): void {
  const waiting: readonly unknown[] = Array.isArray(stored['pending']) ? stored['pending'] : [];
  const named = getText(message, 'call_id');
  const id = named ?? waiting[0];
  // Hidden and pinned ones are the instructions a conversation begins with.
  if (typeof id !== 'string' || message['hide'] === true || message['pinned'] === true) return;
  stored['pending'] = waiting.filter((one) => one !== id);
  const denied =
    /^(?:Aborted|Execution aborted|Operation (?:aborted|cancelled)|User (?:chose not|declined))/i.test(
      content,
    );
  const code = /\breturn code: {0,2}(-?\d{1,5})\b/i.exec(content.slice(-400))?.[1];
  const exitCode = code === undefined ? undefined : Number(code);
  const failed = /^(?:Error|Failed|Exception)\b/.test(content) || (exitCode !== undefined && exitCode !== 0);
  transcript.result(
    id,
    {
      status: denied ? 'denied' : failed ? 'error' : 'ok',
      ...(exitCode === undefined ? {} : { exitCode }),
    },
    bounded(content, MAX_OUTPUT),
  );
  if (denied) transcript.decision(id, 'deny');
}

/**
 * Conversations of gptme, one message per line, appended; an edit rewrites the file. Messages have no id: they are named
 * by their place. Times are the machine's without a zone and are taken as UTC. Source (`gptme/message.py`,
 * `tools/base.py`) and one conversation of 2026-06, 2026-11; the wording of refusals and return codes is unverified.
 */
const CONVERSATION: JsonlFormat = {
  id: 'gptme.conversation',
  container: 'jsonl',
  roots,
  shardOf: (file) => file.relativePath,
  initialState: (file) => startTranscript(folderName(file)),
  parseLine: (line, offsetBytes, stored) => readTranscriptLine(READER, line, offsetBytes, stored),
};

/** Session logs of gptme. */
export const GPTME_LOGS: readonly LogFormat[] = [CONVERSATION];
