import type { JsonlFormat, LogFormat, ParseOutcome } from '../spec-log.ts';
import { IGNORED } from '../spec-log.ts';
import { bounded, MAX_CONTENT, MAX_ITEMS, MAX_NAME, MAX_OUTPUT, textOf } from '../shared/bounds.ts';
import { joinPath } from '../shared/join-path.ts';
import type { JsonObject } from '../shared/json.ts';
import { getCount, getList, getObject, getText, isObject, parseJsonObject } from '../shared/json.ts';
import { baseName } from '../shared/log-name.ts';
import type { LogSink } from '../shared/log-sink.ts';
import { createSink, outcomeOf, typeName } from '../shared/log-sink.ts';
import { isoToMs } from '../shared/time.ts';
import { loadTranscript, startTranscript, storeTranscript, Transcript } from '../shared/transcript.ts';
import { iflowTool } from './tools.ts';

/**
 * Sessions of iFlow CLI 1.0, appended: rows in the form of Claude Code's. An answer repeats the calls of the one before;
 * their ids make each one call. Recording of 2026-01.
 */
const SESSION: JsonlFormat = {
  id: 'iflow.session',
  container: 'jsonl',
  roots: (context) => [
    {
      dir: joinPath(context, context.home, '.iflow', 'projects'),
      maxDepth: 2,
      matches: (path) => /(?:^|\/)session-[^/]+\.jsonl$/.test(path),
    },
  ],
  shardOf: (file) => file.relativePath,
  initialState: (file) => startTranscript(baseName(file)),
  parseLine(line, offsetBytes, stored): ParseOutcome {
    const parsed = parseJsonObject(line);
    if (!parsed.ok) return { kind: 'rejected', reason: parsed.reason };
    const row = parsed.value;
    const type = getText(row, 'type');
    if (type === 'summary' || type === 'file-history-snapshot') return IGNORED;
    if (type !== 'user' && type !== 'assistant') return { kind: 'unknown', type: `row:${typeName(type)}` };
    const state = loadTranscript(stored);
    const timeMs = isoToMs(row['timestamp']) ?? state.lastMs;
    if (timeMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
    const sink = createSink();
    const transcript = new Transcript('iflow', state, sink, timeMs, offsetBytes);
    const cwd = getText(row, 'cwd');
    const gitBranch = getText(row, 'gitBranch');
    const version = getText(row, 'version');
    transcript.start({
      ...(cwd === undefined ? {} : { cwd }),
      ...(gitBranch === undefined ? {} : { gitBranch: bounded(gitBranch, MAX_NAME) }),
      ...(version === undefined ? {} : { agentVersion: bounded(version, MAX_NAME) }),
    });
    readMessage(
      type,
      getObject(row, 'message') ?? {},
      getText(row, 'uuid') ?? String(offsetBytes),
      transcript,
      sink,
    );
    storeTranscript(state, stored);
    return outcomeOf(sink);
  },
};

function readMessage(
  type: 'user' | 'assistant',
  message: JsonObject,
  key: string,
  transcript: Transcript,
  sink: LogSink,
): void {
  const content = message['content'];
  const blocks = getList(message, 'content').slice(0, MAX_ITEMS);
  if (type === 'assistant') {
    transcript.model(getText(message, 'model'), key);
    readUsage(getObject(message, 'usage') ?? {}, getText(message, 'id') ?? key, transcript);
  } else if (!blocks.some((block) => isObject(block) && block['type'] === 'tool_result')) {
    transcript.prompt(key, textOf(content, MAX_CONTENT));
  }
  for (const block of blocks) if (isObject(block)) readBlock(block, transcript, sink);
}

const QUIET: ReadonlySet<unknown> = new Set(['text', 'image', 'thinking']);

function readBlock(block: JsonObject, transcript: Transcript, sink: LogSink): void {
  if (block['type'] === 'tool_use') {
    const id = getText(block, 'id');
    if (id !== undefined)
      transcript.call(id, iflowTool(getText(block, 'name') ?? '', getObject(block, 'input') ?? {}));
  } else if (block['type'] === 'tool_result') {
    const id = getText(block, 'tool_use_id');
    if (id === undefined) return;
    const output = resultText(block['content']);
    const failed = block['is_error'] === true;
    const denied =
      failed &&
      /^(?:\[Operation Cancelled\]|Tool execution denied|User (?:rejected|cancelled))/i.test(output);
    transcript.result(id, { status: denied ? 'denied' : failed ? 'error' : 'ok' }, output);
    if (denied) transcript.decision(id, 'deny');
  } else if (!QUIET.has(block['type'])) {
    sink.unknown.push(`block:${typeName(block['type'])}`);
  }
}

/** Text, blocks, or Gemini's `{responseParts: {functionResponse: {response: {output}}}}`. */
function resultText(content: unknown): string {
  if (!isObject(content)) return textOf(content, MAX_OUTPUT);
  const parts = getObject(content, 'responseParts') ?? content;
  const response = getObject(getObject(parts, 'functionResponse') ?? {}, 'response') ?? {};
  return bounded(getText(response, 'output') ?? getText(response, 'error') ?? '', MAX_OUTPUT);
}

/** The four are disjoint, as with Anthropic; this product often writes zeros. */
function readUsage(usage: JsonObject, key: string, transcript: Transcript): void {
  transcript.usage(key, {
    input: getCount(usage, 'input_tokens'),
    output: getCount(usage, 'output_tokens'),
    cacheRead: getCount(usage, 'cache_read_input_tokens'),
    cacheWrite: getCount(usage, 'cache_creation_input_tokens'),
  });
}

/** Session logs of iFlow CLI. */
export const IFLOW_LOGS: readonly LogFormat[] = [SESSION];
