import type { DocumentFormat, LogFormat, LogRoot } from '../spec-log.ts';
import type { PathContext } from '../path-context.ts';
import { appSupport } from '../shared/app-support.ts';
import { bounded, MAX_CONTENT, MAX_ITEMS, MAX_NAME, MAX_OUTPUT, textOf } from '../shared/bounds.ts';
import { envValue, joinPath } from '../shared/join-path.ts';
import type { JsonObject } from '../shared/json.ts';
import { getCount, getList, getNumber, getObject, getText, isObject } from '../shared/json.ts';
import { createSink, outcomeOf, typeName, type LogSink } from '../shared/log-sink.ts';
import { readObject } from '../shared/read-object.ts';
import { createTextKeys } from '../shared/text-keys.ts';
import { epochMs } from '../shared/time.ts';
import { argsInput } from '../shared/tool-shape.ts';
import { freshTranscript, Transcript } from '../shared/transcript.ts';

/** Conversations may lie in folders of the person's. */
function roots(context: PathContext): readonly LogRoot[] {
  const home = envValue(context, 'LM_STUDIO_HOME') ?? joinPath(context, context.home, '.lmstudio');
  return [
    joinPath(context, home, 'conversations'),
    joinPath(context, context.home, '.cache', 'lm-studio', 'conversations'),
    joinPath(context, appSupport(context), 'LM-Studio', 'conversations'),
  ].map((dir) => ({ dir, maxDepth: 4, matches: (path) => path.endsWith('.conversation.json') }));
}

/**
 * A conversation of LM Studio, rewritten whole: messages with versions, the chosen one of which counts; an answer is a list
 * of steps. A step's name begins with its time. Tools are those of MCP servers and plug-ins. The format is not published:
 * what other readers found in conversations of 0.3 and 0.4, 2026-11; the members of a call are unverified.
 */
const CONVERSATION: DocumentFormat = {
  id: 'lm-studio.conversation',
  container: 'document',
  maxBytes: 134_217_728,
  roots,
  shardOf: (file) => file.relativePath,
  initialState: () => ({}),
  parseDocument: (text, file) =>
    readObject(text, (conversation) => {
      if (!Array.isArray(conversation['messages'])) return { kind: 'unknown', type: 'document:no messages' };
      const named = /(?:^|\/)(\d{13})\.conversation\.json$/.exec(file.relativePath)?.[1];
      const startedMs = epochMs(conversation['createdAt']) ?? epochMs(Number(named ?? 0));
      const savedMs = epochMs(file.writtenMs) ?? startedMs;
      if (savedMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
      const sink = createSink();
      const state = freshTranscript(named ?? file.relativePath.replace(/\.conversation\.json$/, ''));
      const title = getText(conversation, 'name');
      const at = (timeMs: number): Transcript => new Transcript('lm-studio', state, sink, timeMs, 0);
      at(startedMs ?? savedMs).start(title === undefined ? {} : { title: bounded(title, MAX_NAME) });
      at(startedMs ?? savedMs).model(modelOf(conversation), 'conversation');
      const keyOf = createTextKeys();
      const versions = getList(conversation, 'messages').map(chosen);
      for (const [index, version] of versions.entries()) {
        if (version?.['role'] === 'user') {
          const said = textOf(version['content'], MAX_CONTENT);
          // A question tells no time; the answer that began with it does.
          at(timeOfStep(firstStep(versions[index + 1])) ?? savedMs).prompt(keyOf(said), said);
        } else if (version?.['role'] === 'assistant') {
          const scope = getText(firstStep(version), 'stepIdentifier') ?? String(index);
          for (const step of getList(version, 'steps').slice(0, MAX_ITEMS))
            if (isObject(step)) readStep(step, scope, at(timeOfStep(step) ?? savedMs), sink);
        } else if (version?.['role'] !== 'system')
          sink.unknown.push(`message:${typeName(version?.['role'])}`);
      }
      return outcomeOf(sink);
    }),
};

function modelOf(conversation: JsonObject): string | undefined {
  const used = getObject(conversation, 'lastUsedModel') ?? {};
  return getText(used, 'identifier') ?? getText(used, 'indexedModelIdentifier');
}

function chosen(message: unknown): JsonObject | undefined {
  if (!isObject(message)) return undefined;
  const version = getList(message, 'versions')[getNumber(message, 'currentlySelected') ?? 0];
  return isObject(version) ? version : undefined;
}

function firstStep(version: JsonObject | undefined): JsonObject {
  const step = version === undefined ? undefined : getList(version, 'steps').find(isNamed);
  return isObject(step) ? step : {};
}

function isNamed(step: unknown): boolean {
  return isObject(step) && getText(step, 'stepIdentifier') !== undefined;
}

/** `1724182417087-0.7423`: milliseconds, and a number by chance. */
function timeOfStep(step: JsonObject): number | undefined {
  const name = /^(\d{13})-/.exec(getText(step, 'stepIdentifier') ?? '')?.[1];
  return name === undefined ? undefined : epochMs(Number(name));
}

const QUIET: ReadonlySet<unknown> = new Set(['debugInfoBlock', 'status', 'toolStatus', 'error']);
const QUIET_PARTS: ReadonlySet<unknown> = new Set(['text', 'file', 'image']);

function readStep(step: JsonObject, scope: string, transcript: Transcript, sink: LogSink): void {
  if (step['type'] !== 'contentBlock') {
    if (!QUIET.has(step['type'])) sink.unknown.push(`step:${typeName(step['type'])}`);
    return;
  }
  const key = getText(step, 'stepIdentifier') ?? 'step';
  for (const part of getList(step, 'content').slice(0, MAX_ITEMS)) {
    if (!isObject(part)) continue;
    if (part['type'] === 'toolCallRequest') readCall(part, scope, transcript);
    else if (part['type'] === 'toolCallResult') readResult(part, scope, transcript);
    else if (!QUIET_PARTS.has(part['type'])) sink.unknown.push(`part:${typeName(part['type'])}`);
  }
  const info = getObject(step, 'genInfo') ?? {};
  transcript.model(getText(info, 'identifier') ?? getText(info, 'indexedModelIdentifier'), key);
  const stats = getObject(info, 'stats') ?? {};
  transcript.usage(key, {
    input: getCount(stats, 'promptTokensCount'),
    output: getCount(stats, 'predictedTokensCount'),
    cacheRead: 0,
    cacheWrite: 0,
  });
}

/** Named by the model, or numbered anew in every answer. */
function idOf(part: JsonObject, scope: string): string {
  const number = getNumber(part, 'callId') ?? getNumber(part, 'toolCallId') ?? 0;
  const text =
    getText(part, 'toolCallRequestId') ?? getText(part, 'toolCallId') ?? getText(part, 'uniqueToolCallId');
  return `${scope}/${text ?? `call-${String(number)}`}`;
}

function readCall(part: JsonObject, scope: string, transcript: Transcript): void {
  const name = bounded(getText(part, 'name') ?? '', MAX_NAME);
  const plugin = getText(part, 'pluginIdentifier');
  // mcp/playwright
  const server = plugin?.startsWith('mcp/') === true ? plugin.slice(4) : plugin;
  const tool = {
    name,
    category: 'mcp' as const,
    ...(server === undefined ? {} : { mcpServer: bounded(server, MAX_NAME) }),
    mcpTool: name,
  };
  transcript.call(idOf(part, scope), { tool, input: argsInput(part['parameters']), known: true });
}

function readResult(part: JsonObject, scope: string, transcript: Transcript): void {
  const content = part['content'] ?? part['result'];
  transcript.result(idOf(part, scope), { status: 'ok' }, textOf(content, MAX_OUTPUT));
}

/** Session logs of LM Studio. */
export const LM_STUDIO_LOGS: readonly LogFormat[] = [CONVERSATION];
