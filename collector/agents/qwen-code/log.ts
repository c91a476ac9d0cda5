import type { JsonlFormat, LogFile, LogFormat, LogRoot } from '../spec-log.ts';
import type { PathContext } from '../path-context.ts';
import { bounded, MAX_OUTPUT, MAX_PATH, textOf } from '../shared/bounds.ts';
import { envValue, joinPath } from '../shared/join-path.ts';
import type { JsonObject } from '../shared/json.ts';
import { getCount, getList, getObject, getText, isObject, parseJsonObject } from '../shared/json.ts';
import type { LogSink } from '../shared/log-sink.ts';
import { createSink, outcomeOf, typeName } from '../shared/log-sink.ts';
import { isoToMs } from '../shared/time.ts';
import {
  freshTranscript,
  loadTranscript,
  startTranscript,
  storeTranscript,
  Transcript,
} from '../shared/transcript.ts';
import { qwenTool } from './tools.ts';

const AGENT = 'qwen-code';
// <slug>/chats/<session>.jsonl, <slug>/subagents/<…>.jsonl
const PATH = /^[^/]+\/(?:chats|subagents)\/(?:[^/]+\/){0,2}[^/]+\.jsonl$/;

function roots(context: PathContext): readonly LogRoot[] {
  const dir =
    envValue(context, 'QWEN_RUNTIME_DIR') ??
    envValue(context, 'QWEN_HOME') ??
    joinPath(context, context.home, '.qwen');
  return [{ dir: joinPath(context, dir, 'projects'), maxDepth: 4, matches: (path) => PATH.test(path) }];
}

/** Records of the client about itself. `at_command` repeats a prompt with its files. */
const QUIET: ReadonlySet<string> = new Set([
  'ui_telemetry',
  'slash_command',
  'at_command',
  'notification',
  'custom_title',
  'file_history_snapshot',
  'session_artifact_snapshot',
]);

/**
 * Qwen Code chats: rows as in Claude Code with messages as in Gemini, appended. npm bundle 0.24.4 and recordings of
 * 0.21, 2026-11.
 */
const CHAT: JsonlFormat = {
  id: 'qwen-code.chat',
  container: 'jsonl',
  roots,
  shardOf: (file) => file.relativePath.split('/')[0] ?? '',
  initialState: (file) => startTranscript(nameOf(file)),
  parseLine(line, offsetBytes, stored) {
    const parsed = parseJsonObject(line);
    if (!parsed.ok) return { kind: 'rejected', reason: parsed.reason };
    const record = parsed.value;
    const state = loadTranscript(stored);
    const timeMs = isoToMs(record['timestamp']) ?? state.lastMs;
    const key = getText(record, 'uuid');
    if (key === undefined) return { kind: 'rejected', reason: 'missing-field' };
    if (timeMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
    const sink = createSink();
    const id = getText(record, 'sessionId');
    if (!state.started && id !== undefined) state.sessionId = freshTranscript(id).sessionId;
    const transcript = new Transcript(AGENT, state, sink, timeMs, offsetBytes);
    transcript.start({});
    const outcome = readRecord(record, key, transcript, sink);
    storeTranscript(state, stored);
    return outcome ?? outcomeOf(sink);
  },
};

function nameOf(file: LogFile): string {
  return file.relativePath.slice(file.relativePath.lastIndexOf('/') + 1).replace(/\.jsonl$/, '');
}

function readRecord(
  record: JsonObject,
  key: string,
  transcript: Transcript,
  sink: LogSink,
): { readonly kind: 'unknown'; readonly type: string } | undefined {
  placeOf(record, transcript);
  const parts = getList(getObject(record, 'message') ?? {}, 'parts');
  switch (record['type']) {
    case 'user':
      readUser(record, key, parts, transcript);
      return undefined;
    case 'assistant':
      transcript.model(getText(record, 'model'), key);
      readCalls(parts, key, transcript);
      readUsage(record, key, transcript);
      return undefined;
    case 'tool_result':
      readResult(record, parts, transcript);
      return undefined;
    case 'system':
      return readSystem(record, key, transcript);
    default:
      sink.unknown.push(`record:${typeName(record['type'])}`);
      return undefined;
  }
}

/** Every row names its folder, branch and version. */
function placeOf(record: JsonObject, transcript: Transcript): void {
  const cwd = getText(record, 'cwd');
  const gitBranch = getText(record, 'gitBranch');
  const agentVersion = getText(record, 'version');
  if (cwd === undefined && gitBranch === undefined && agentVersion === undefined) return;
  transcript.patch({
    ...(cwd === undefined ? {} : { cwd: bounded(cwd, MAX_PATH) }),
    ...(gitBranch === undefined ? {} : { gitBranch }),
    ...(agentVersion === undefined ? {} : { agentVersion }),
  });
}

/** `displayText` is what the person typed; hooks and files stand beside it in the message. */
function readUser(record: JsonObject, key: string, parts: readonly unknown[], transcript: Transcript): void {
  const shown = getText(getObject(record, 'systemPayload') ?? {}, 'displayText');
  const text = shown ?? textOf(parts, MAX_OUTPUT);
  const subtype = record['subtype'];
  const isSystem = subtype === 'cron' || subtype === 'notification';
  transcript.prompt(key, text, isSystem ? 'system' : 'human');
}

function readCalls(parts: readonly unknown[], key: string, transcript: Transcript): void {
  for (const [index, part] of parts.entries()) {
    const call = isObject(part) ? getObject(part, 'functionCall') : undefined;
    if (call === undefined) continue;
    const name = getText(call, 'name') ?? '';
    transcript.call(
      getText(call, 'id') ?? `${key}-${String(index)}`,
      qwenTool(name, getObject(call, 'args') ?? {}),
    );
  }
}

/** Gemini's counts: the prompt includes what came from the cache, thoughts stand beside the answer. */
function readUsage(record: JsonObject, key: string, transcript: Transcript): void {
  const usage = getObject(record, 'usageMetadata');
  if (usage === undefined) return;
  const cacheRead = getCount(usage, 'cachedContentTokenCount');
  transcript.usage(key, {
    input:
      Math.max(0, getCount(usage, 'promptTokenCount') - cacheRead) +
      getCount(usage, 'toolUsePromptTokenCount'),
    output: getCount(usage, 'candidatesTokenCount') + getCount(usage, 'thoughtsTokenCount'),
    cacheRead,
    cacheWrite: 0,
  });
}

function readResult(record: JsonObject, parts: readonly unknown[], transcript: Transcript): void {
  const status = getText(getObject(record, 'toolCallResult') ?? {}, 'status');
  for (const part of parts) {
    const response = isObject(part) ? getObject(part, 'functionResponse') : undefined;
    const id = response === undefined ? undefined : getText(response, 'id');
    if (response === undefined || id === undefined) continue;
    const body = getObject(response, 'response') ?? {};
    const output = getText(body, 'output') ?? getText(body, 'error') ?? '';
    const failed = status === 'error' || body['error'] !== undefined;
    const refused =
      failed && /did not allow tool call|denied by|rejected by (?:the )?user/i.test(output.slice(0, 200));
    transcript.result(
      id,
      { status: refused ? 'denied' : status === 'cancelled' ? 'interrupted' : failed ? 'error' : 'ok' },
      output,
    );
    if (refused) transcript.decision(id, 'deny', /hook/i.test(output.slice(0, 200)) ? 'hook' : 'human');
  }
}

function readSystem(
  record: JsonObject,
  key: string,
  transcript: Transcript,
): { readonly kind: 'unknown'; readonly type: string } | undefined {
  const subtype = getText(record, 'subtype');
  if (subtype === 'chat_compression') transcript.update(key, 'compaction');
  else if (subtype === 'rewind')
    transcript.update(key, 'rewind', getText(getObject(record, 'systemPayload') ?? {}, 'targetUuid'));
  else if (subtype !== undefined && !QUIET.has(subtype))
    return { kind: 'unknown', type: `system:${typeName(subtype)}` };
  return undefined;
}

/** Session logs of Qwen Code. */
export const QWEN_CODE_LOGS: readonly LogFormat[] = [CHAT];
