import type { DocumentFormat, LogFormat } from '../spec-log.ts';
import { appSupport } from '../shared/app-support.ts';
import { bounded, MAX_CONTENT, MAX_ITEMS, MAX_NAME, MAX_OUTPUT, textOf } from '../shared/bounds.ts';
import { joinPath } from '../shared/join-path.ts';
import type { JsonObject } from '../shared/json.ts';
import { getCount, getList, getObject, getText, isObject } from '../shared/json.ts';
import { createSink, outcomeOf, typeName, type LogSink } from '../shared/log-sink.ts';
import { createToolReader } from '../shared/read-tool.ts';
import { readObject } from '../shared/read-object.ts';
import { epochMs } from '../shared/time.ts';
import type { ToolShape } from '../shared/tool-shape.ts';
import { freshTranscript, Transcript } from '../shared/transcript.ts';

/** Tools of Witsy's own plug-ins (`src/plugins`, 3.x, 2026-11). */
export const WITSY_TOOLS: readonly ToolShape[] = [
  { name: 'run_python_code', category: 'shell', content: ['script'] },
  { name: 'execute_python_code', category: 'shell', content: ['script'] },
  { name: 'execute_command', category: 'shell', command: ['command'], cwd: ['cwd'] },
  { name: 'filesystem', category: 'write', paths: ['path'], content: ['content'] },
  { name: 'search_internet', category: 'web', query: ['query'] },
  { name: 'download_webpages', category: 'web', url: ['urls', 'url'] },
  { name: 'get_youtube_transcript', category: 'web', url: ['url'] },
  { name: 'image_generation', category: 'web', text: ['prompt'] },
  { name: 'video_generation', category: 'web', text: ['prompt'] },
  { name: 'long_term_memory', category: 'other' },
  { name: 'search_knowledge_base', category: 'search', query: ['query'] },
];

/** Tools of MCP servers end in three underscores and a few letters of the server's id. */
const read = createToolReader(WITSY_TOOLS, (name) => {
  const cut = name.lastIndexOf('___');
  return cut <= 0 ? undefined : { server: name.slice(cut + 3), tool: name.slice(0, cut) };
});

/**
 * All chats of a workspace as one document, rewritten at every turn: messages have ids and times. Source
 * (`src/models/{chat,message}.ts`, 3.x), 2026-11.
 */
const HISTORY: DocumentFormat = {
  id: 'witsy.history',
  container: 'document',
  maxBytes: 134_217_728,
  roots: (context) => [
    {
      dir: joinPath(context, appSupport(context), 'Witsy'),
      maxDepth: 2,
      matches: (path) => /^(?:workspaces\/[^/]+\/)?history\.json$/.test(path),
      enters: (dir) => /^workspaces(?:\/[^/]+)?$/.test(dir),
    },
  ],
  initialState: () => ({}),
  parseDocument: (text) =>
    readObject(text, (history) => {
      if (!Array.isArray(history['chats'])) return { kind: 'unknown', type: 'document:no chats' };
      const sink = createSink();
      for (const chat of getList(history, 'chats')) if (isObject(chat)) readChat(chat, sink);
      return outcomeOf(sink);
    }),
};

function readChat(chat: JsonObject, sink: LogSink): void {
  const id = getText(chat, 'uuid');
  const startedMs = epochMs(chat['createdAt']);
  if (id === undefined || startedMs === undefined) {
    sink.unknown.push('chat:no id or time');
    return;
  }
  const state = freshTranscript(id);
  const title = getText(chat, 'title');
  new Transcript('witsy', state, sink, startedMs, 0).start(
    title === undefined ? {} : { title: bounded(title, MAX_NAME) },
  );
  for (const [index, message] of getList(chat, 'messages').entries()) {
    if (!isObject(message)) continue;
    const timeMs = epochMs(message['createdAt']) ?? state.lastMs ?? startedMs;
    const transcript = new Transcript('witsy', state, sink, timeMs, 0);
    readMessage(message, getText(message, 'uuid') ?? String(index), transcript, sink);
  }
}

function readMessage(message: JsonObject, key: string, transcript: Transcript, sink: LogSink): void {
  switch (message['role']) {
    case 'user':
      transcript.prompt(key, bounded(getText(message, 'content') ?? '', MAX_CONTENT));
      return;
    case 'assistant':
      transcript.model(getText(message, 'model'), key);
      for (const [index, call] of getList(message, 'toolCalls').slice(0, MAX_ITEMS).entries())
        if (isObject(call)) readCall(call, `${key}/${String(index)}`, transcript);
      readUsage(getObject(message, 'usage') ?? {}, key, transcript);
      return;
    default:
      if (message['role'] !== 'system') sink.unknown.push(`role:${typeName(message['role'])}`);
  }
}

/** Some models give no id of their own, so that the message and the place in it name a call. */
function readCall(call: JsonObject, place: string, transcript: Transcript): void {
  const id = `${place}-call`;
  transcript.call(id, read(bounded(getText(call, 'name') ?? '', MAX_NAME), getObject(call, 'params') ?? {}));
  const { result } = call;
  if (call['done'] !== true || result === undefined || result === null) return;
  const made = isObject(result) ? result : {};
  const error = getText(made, 'error');
  const text =
    error ??
    (isObject(result)
      ? (getText(made, 'result') ?? textOf(made['content'], MAX_OUTPUT))
      : textOf(result, MAX_OUTPUT));
  transcript.result(id, { status: error === undefined ? 'ok' : 'error' }, bounded(text, MAX_OUTPUT));
}

/** The prompt's tokens include those of the cache. */
function readUsage(usage: JsonObject, key: string, transcript: Transcript): void {
  const cacheRead = getCount(getObject(usage, 'prompt_tokens_details') ?? {}, 'cached_tokens');
  transcript.usage(key, {
    input: Math.max(0, getCount(usage, 'prompt_tokens') - cacheRead),
    output: getCount(usage, 'completion_tokens'),
    cacheRead,
    cacheWrite: 0,
  });
}

/** Session logs of Witsy. */
export const WITSY_LOGS: readonly LogFormat[] = [HISTORY];
