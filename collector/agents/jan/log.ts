import type { DocumentFormat, JsonlFormat, LogFormat, LogRoot } from '../spec-log.ts';
import type { PathContext } from '../path-context.ts';
import { appSupport } from '../shared/app-support.ts';
import { bounded, MAX_CONTENT, MAX_ITEMS, MAX_NAME, MAX_OUTPUT, textOf } from '../shared/bounds.ts';
import { functionCall } from '../shared/function-call.ts';
import { envValue, joinPath } from '../shared/join-path.ts';
import type { JsonObject } from '../shared/json.ts';
import { getCount, getList, getObject, getText, isObject } from '../shared/json.ts';
import { folderName } from '../shared/log-name.ts';
import { typeName } from '../shared/log-sink.ts';
import { readObject } from '../shared/read-object.ts';
import { epochMs, epochSecondsToMs } from '../shared/time.ts';
import { argsInput } from '../shared/tool-shape.ts';
import { readTranscriptLine, type LineReader, type TranscriptLine } from '../shared/transcript-line.ts';
import { startTranscript, type ReadTool, type Transcript } from '../shared/transcript.ts';

function rootsOf(file: string): (context: PathContext) => readonly LogRoot[] {
  return (context) => {
    const data = [
      ...(context.platform === 'linux'
        ? [envValue(context, 'XDG_DATA_HOME') ?? joinPath(context, context.home, '.local', 'share')]
        : []),
      appSupport(context),
    ].map((base) => joinPath(context, base, 'Jan', 'data'));
    const moved = envValue(context, 'JAN_DATA_FOLDER');
    return [...(moved === undefined ? [] : [moved]), ...data].map((dir) => ({
      dir: joinPath(context, dir, 'threads'),
      maxDepth: 1,
      matches: (path) => /^[^/]+\//.test(path) && path.split('/').length === 2 && path.endsWith(`/${file}`),
    }));
  };
}

/** Seconds until 0.6, milliseconds since. */
function timeOf(value: unknown): number | undefined {
  return epochMs(value) ?? epochSecondsToMs(value);
}

const READER: LineReader = {
  agentId: 'jan',
  glance: ({ role }) => (role === undefined ? { kind: 'rejected', reason: 'missing-field' } : undefined),
  timeOf: (message) => timeOf(message['created_at']),
  read(line) {
    readMessage(line);
    return undefined;
  },
};

/**
 * Messages of a thread, one per line; the file is rewritten when one of them changes. Jan's own type
 * (`core/src/types/message/messageEntity.ts`, 0.7), 2026-11; calls in `metadata.tool_calls` are by report.
 */
const MESSAGES: JsonlFormat = {
  id: 'jan.messages',
  container: 'jsonl',
  roots: rootsOf('messages.jsonl'),
  shardOf: (file) => file.relativePath.split('/', 1)[0] ?? '',
  initialState: (file) => startTranscript(folderName(file)),
  parseLine: (line, offsetBytes, stored) => readTranscriptLine(READER, line, offsetBytes, stored),
};

const QUIET: ReadonlySet<unknown> = new Set(['text', 'reasoning', 'image_url']);

function readMessage({ record: message, position, transcript, sink }: TranscriptLine): void {
  const key = getText(message, 'id') ?? position;
  const { role } = message;
  transcript.start({});
  const metadata = getObject(message, 'metadata') ?? {};
  const parts = getList(message, 'content').slice(0, MAX_ITEMS).filter(isObject);
  if (role === 'user') {
    const texts = parts.flatMap((part) => getText(getObject(part, 'text') ?? {}, 'value') ?? []);
    transcript.prompt(key, bounded(texts.join('\n'), MAX_CONTENT));
  } else if (role === 'assistant') {
    transcript.model(getText(metadata, 'modelId') ?? getText(metadata, 'model'), key);
    for (const part of parts) {
      if (part['type'] === 'tool_call') readPart(part, transcript);
      else if (!QUIET.has(part['type'])) sink.unknown.push(`part:${typeName(part['type'])}`);
    }
    for (const call of getList(metadata, 'tool_calls').slice(0, MAX_ITEMS)) readCall(call, transcript);
    readUsage(getObject(metadata, 'usage') ?? {}, key, transcript);
  } else if (role !== 'system' && role !== 'tool') sink.unknown.push(`role:${typeName(role)}`);
}

/** Jan has few tools of its own: all others are those of MCP servers, which are not named. */
const OWN: ReadonlySet<string> = new Set(['retrieve', 'list_attachments', 'get_chunks']);

function toolOf(given: string, args: unknown): ReadTool {
  const name = bounded(given, MAX_NAME);
  const tool = OWN.has(name)
    ? { name, category: 'search' as const }
    : { name, category: 'mcp' as const, mcpTool: name };
  return { tool, input: argsInput(args), known: true };
}

/** `{type: tool_call, tool_call_id, tool_name, input, output}` */
function readPart(part: JsonObject, transcript: Transcript): void {
  const id = getText(part, 'tool_call_id');
  if (id === undefined) return;
  transcript.call(id, toolOf(getText(part, 'tool_name') ?? '', part['input']));
  const { output } = part;
  if (output === undefined || output === null) return;
  const text = isObject(output) ? textOf(output['content'], MAX_OUTPUT) : textOf(output, MAX_OUTPUT);
  const failed = isObject(output) && (output['isError'] === true || getText(output, 'error') !== undefined);
  transcript.result(id, { status: failed ? 'error' : 'ok' }, text);
}

/** `{tool: {id, function}, response: {content, error}, state}` */
function readCall(value: unknown, transcript: Transcript): void {
  if (!isObject(value)) return;
  const call = functionCall(value['tool']);
  if (call === undefined) return;
  transcript.call(call.id, toolOf(call.name, call.args));
  const response = getObject(value, 'response');
  if (response === undefined) return;
  const error = getText(response, 'error');
  const text = error ?? textOf(response['content'], MAX_OUTPUT);
  const denied = /^The user has chosen to disallow/i.test(text);
  const status = denied ? 'denied' : error === undefined ? 'ok' : 'error';
  transcript.result(call.id, { status }, bounded(text, MAX_OUTPUT));
  if (denied) transcript.decision(call.id, 'deny');
}

/** Input includes what came from the cache. */
function readUsage(usage: JsonObject, key: string, transcript: Transcript): void {
  const cacheRead = getCount(usage, 'cachedInputTokens');
  transcript.usage(key, {
    input: Math.max(0, getCount(usage, 'inputTokens') - cacheRead),
    output: getCount(usage, 'outputTokens'),
    cacheRead,
    cacheWrite: 0,
  });
}

/** What a thread is: title and model. */
const THREAD: DocumentFormat = {
  id: 'jan.thread',
  container: 'document',
  maxBytes: 4_194_304,
  roots: rootsOf('thread.json'),
  shardOf: (file) => file.relativePath.split('/', 1)[0] ?? '',
  initialState: () => ({}),
  parseDocument: (text, file) =>
    readObject(text, (thread) => {
      const title = getText(thread, 'title');
      const [assistant] = getList(thread, 'assistants');
      const model = getText(getObject(isObject(assistant) ? assistant : {}, 'model') ?? {}, 'id');
      const startedMs = timeOf(thread['created']) ?? timeOf(thread['created_at']);
      return {
        kind: 'records',
        events: [],
        sessions: [
          {
            nativeId: bounded(getText(thread, 'id') ?? folderName(file), MAX_NAME),
            ...(title === undefined ? {} : { title: bounded(title, MAX_NAME) }),
            ...(model === undefined ? {} : { model: bounded(model, MAX_NAME) }),
            ...(startedMs === undefined ? {} : { startedMs }),
          },
        ],
      };
    }),
};

/** Session logs of Jan. */
export const JAN_LOGS: readonly LogFormat[] = [MESSAGES, THREAD];
