import type { JsonlFormat, LogFormat, LogRoot, ParseOutcome, ParserState } from '../spec-log.ts';
import type { PathContext } from '../path-context.ts';
import { bounded, MAX_CONTENT, MAX_ITEMS, MAX_NAME, MAX_OUTPUT } from '../shared/bounds.ts';
import { envValue, joinPath } from '../shared/join-path.ts';
import type { JsonObject } from '../shared/json.ts';
import { getList, getObject, getText, isObject, parseJson, parseJsonObject } from '../shared/json.ts';
import { createSink, outcomeOf, typeName, type LogSink } from '../shared/log-sink.ts';
import { markSeen } from '../shared/seen.ts';
import { epochMs } from '../shared/time.ts';
import {
  freshTranscript,
  loadTranscript,
  startTranscript,
  storeTranscript,
  Transcript,
} from '../shared/transcript.ts';
import { visualStudioTool } from './tools.ts';

/** `VSGitHubCopilotLogs\traces` in the account's folder for temporary files. */
function roots(context: PathContext): readonly LogRoot[] {
  const local = envValue(context, 'LOCALAPPDATA') ?? joinPath(context, context.home, 'AppData', 'Local');
  return [
    {
      dir: joinPath(context, local, 'Temp', 'VSGitHubCopilotLogs', 'traces'),
      maxDepth: 0,
      matches: (path) => /^[^/]*_VSGitHubCopilot_traces[^/]*\.jsonl$/.test(path),
    },
  ];
}

/**
 * Traces of Copilot in Visual Studio: OpenTelemetry spans, a batch of them per line, with the words of the chat and what
 * tools were called with. A span may be written again as it grows, in this file or another; a file holds many
 * conversations. What other readers found in traces of 2026, 2026-11. Not read: the files Visual Studio 2026 keeps in
 * the solution (`.vs/…/copilot-chat/…/sessions`).
 */
const TRACES: JsonlFormat = {
  id: 'visual-studio.traces',
  container: 'jsonl',
  writesCalls: 'when-ended',
  roots,
  initialState: () => startTranscript(''),
  parseLine(line, offsetBytes, stored): ParseOutcome {
    const parsed = parseJsonObject(line);
    if (!parsed.ok) return { kind: 'rejected', reason: parsed.reason };
    if (!Array.isArray(parsed.value['resourceSpans'])) return { kind: 'unknown', type: 'line:no spans' };
    const sink = createSink();
    for (const span of spansIn(parsed.value)) readSpan(span, offsetBytes, stored, sink);
    return outcomeOf(sink);
  },
};

function spansIn(batch: JsonObject): readonly JsonObject[] {
  const spans: JsonObject[] = [];
  for (const resource of getList(batch, 'resourceSpans').slice(0, MAX_ITEMS)) {
    if (!isObject(resource)) continue;
    for (const scope of getList(resource, 'scopeSpans').slice(0, MAX_ITEMS))
      if (isObject(scope)) spans.push(...getList(scope, 'spans').filter(isObject).slice(0, MAX_ITEMS));
    if (spans.length > MAX_ITEMS) break;
  }
  return spans.slice(0, MAX_ITEMS);
}

/** `[{key, value: {stringValue | intValue}}]` */
function attributesOf(span: JsonObject): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (const item of getList(span, 'attributes').slice(0, 200)) {
    if (!isObject(item)) continue;
    const value = getObject(item, 'value') ?? {};
    const { intValue } = value;
    const text =
      getText(value, 'stringValue') ?? (typeof intValue === 'number' ? String(intValue) : intValue);
    if (typeof text === 'string') attributes.set(getText(item, 'key') ?? '', text);
  }
  return attributes;
}

function readSpan(span: JsonObject, offsetBytes: number, stored: ParserState, sink: LogSink): void {
  const attributes = attributesOf(span);
  const conversation = attributes.get('gen_ai.conversation.id');
  // Spans of the client itself.
  if (conversation === undefined || conversation === '') return;
  const startMs = nanosToMs(span['startTimeUnixNano']);
  const endMs = nanosToMs(span['endTimeUnixNano']) ?? startMs;
  if (startMs === undefined || endMs === undefined) {
    sink.unknown.push('span:no time');
    return;
  }
  const state = loadTranscript(stored);
  if (state.sessionId !== conversation) {
    state.sessionId = freshTranscript(conversation).sessionId;
    state.started = !markSeen(state.seen, `s:${conversation}`);
    state.model = undefined;
    state.place = '';
  }
  const at = (timeMs: number): Transcript =>
    new Transcript('visual-studio', state, sink, timeMs, offsetBytes);
  at(startMs).start({});
  const tool = attributes.get('gen_ai.tool.name');
  const isChat =
    attributes.get('gen_ai.operation.name') === 'chat' || getText(span, 'name')?.startsWith('chat ') === true;
  if (tool !== undefined) readTool(tool, attributes, at(startMs), at(endMs), sink);
  else if (isChat) readChat(getText(span, 'spanId') ?? String(startMs), attributes, at(startMs), at(endMs));
  else if (getText(span, 'name')?.startsWith('invoke_agent') !== true)
    sink.unknown.push(`span:${typeName(attributes.get('gen_ai.operation.name') ?? 'other')}`);
  storeTranscript(state, stored);
}

/** Nanoseconds as text, beyond what a number holds: the last six digits are dropped. */
function nanosToMs(value: unknown): number | undefined {
  if (typeof value !== 'string' || !/^\d{16,20}$/.test(value)) return undefined;
  return epochMs(Number(value.slice(0, -6)));
}

function readTool(
  name: string,
  attributes: ReadonlyMap<string, string>,
  start: Transcript,
  end: Transcript,
  sink: LogSink,
): void {
  const id = attributes.get('gen_ai.tool.call.id');
  if (id === undefined || id === '') {
    sink.unknown.push('span:tool without id');
    return;
  }
  const args = parseJsonObject(attributes.get('gen_ai.tool.call.arguments') ?? '{}');
  start.call(id, visualStudioTool(bounded(name, MAX_NAME), args.ok ? args.value : {}));
  const result = attributes.get('gen_ai.tool.call.result');
  const failed = attributes.get('error.type') !== undefined;
  if (result === undefined && !failed) return;
  end.result(id, { status: failed ? 'error' : 'ok' }, resultText(result ?? ''));
}

/** JSON with the text somewhere in it, or text. */
function resultText(result: string): string {
  const value = parseJson(result)?.value;
  return bounded(textIn(value, 0) ?? result, MAX_OUTPUT);
}

const TEXT_KEYS = [
  'Content',
  'content',
  'Text',
  'text',
  'Output',
  'output',
  'Result',
  'result',
  'Value',
  'value',
];

function textIn(value: unknown, depth: number): string | undefined {
  if (typeof value === 'string') return value;
  if (depth > 6) return undefined;
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    const texts = items.slice(0, 100).flatMap((item) => textIn(item, depth + 1) ?? []);
    return texts.length === 0 ? undefined : texts.join('\n');
  }
  if (!isObject(value)) return undefined;
  for (const key of TEXT_KEYS) {
    const text = textIn(value[key], depth + 1);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** One request to the model; a turn has many, each with the same words of the person. */
function readChat(
  key: string,
  attributes: ReadonlyMap<string, string>,
  start: Transcript,
  end: Transcript,
): void {
  const model = attributes.get('gen_ai.response.model') ?? attributes.get('gen_ai.request.model');
  start.model(model, key);
  const prompt = lastPrompt(attributes.get('gen_ai.input.messages'));
  const turn = attributes.get('copilot_chat.root_request_id') ?? key;
  if (prompt !== undefined) start.prompt(turn, prompt);
  const count = (name: string): number => {
    const value = Number(attributes.get(name));
    return Number.isSafeInteger(value) && value > 0 ? value : 0;
  };
  const cacheRead = count('gen_ai.usage.cache_read.input_tokens');
  end.usage(key, {
    input: Math.max(0, count('gen_ai.usage.input_tokens') - cacheRead),
    output: count('gen_ai.usage.output_tokens'),
    cacheRead,
    cacheWrite: 0,
  });
}

/** `[{role, parts: [{type, content}]}]` */
function lastPrompt(text: string | undefined): string | undefined {
  const messages = text === undefined ? undefined : parseJson(text)?.value;
  if (!Array.isArray(messages)) return undefined;
  const items: readonly unknown[] = messages;
  const said = items.slice(-MAX_ITEMS).findLast((message) => isObject(message) && message['role'] === 'user');
  if (!isObject(said)) return undefined;
  const parts = getList(said, 'parts').slice(0, MAX_ITEMS);
  const texts = parts.flatMap((part) => (isObject(part) ? (getText(part, 'content') ?? []) : []));
  return bounded(texts.join('\n').trim(), MAX_CONTENT);
}

/** Session logs of Copilot in Visual Studio. */
export const VISUAL_STUDIO_LOGS: readonly LogFormat[] = [TRACES];
