import type { DocumentFormat, LogFile, LogFormat, LogRoot, ParseOutcome } from '../spec-log.ts';
import type { PathContext } from '../path-context.ts';
import { bounded, MAX_CONTENT, MAX_ITEMS, MAX_NAME, MAX_OUTPUT, MAX_PATH, textOf } from '../shared/bounds.ts';
import { joinPath } from '../shared/join-path.ts';
import type { JsonObject } from '../shared/json.ts';
import { getList, getObject, getText, isObject, parseJson } from '../shared/json.ts';
import { folderName } from '../shared/log-name.ts';
import { createSink, outcomeOf, typeName, type LogSink } from '../shared/log-sink.ts';
import { readObject } from '../shared/read-object.ts';
import { epochMs, isoToMs } from '../shared/time.ts';
import { freshTranscript, Transcript } from '../shared/transcript.ts';
import { codebuffTool } from './tools.ts';

/** `~/.config/manicode/projects/<project>/chats/<time>/…`, on every system. */
function rootsOf(name: string): (context: PathContext) => readonly LogRoot[] {
  const pattern = new RegExp(`^[^/]+/chats/[^/]+/${name.replace('.', '\\.')}$`);
  return (context) => [
    {
      dir: joinPath(context, context.home, '.config', 'manicode', 'projects'),
      maxDepth: 3,
      matches: (path) => pattern.test(path),
      enters: (dir) => /^[^/]+(?:\/chats(?:\/[^/]+)?)?$/.test(dir),
    },
  ];
}

function sessionOf(file: LogFile): string {
  return `${folderName(file, 3)}/${folderName(file)}`;
}

/**
 * A chat of Codebuff or Freebuff, rewritten at every turn. Its times are of a clock on the wall (`09:41 PM`): what is new
 * has that of the last write. `cli/src/utils/run-state-storage.ts` and what other readers found, 2026-11.
 */
const CHAT: DocumentFormat = {
  id: 'codebuff.chat',
  container: 'document',
  maxBytes: 134_217_728,
  roots: rootsOf('chat-messages.json'),
  shardOf: (file) => file.relativePath.split('/', 1)[0] ?? '',
  initialState: () => ({}),
  parseDocument(text, file): ParseOutcome {
    const messages = parseJson(text)?.value;
    if (!Array.isArray(messages))
      return { kind: 'rejected', reason: messages === undefined ? 'not-json' : 'missing-field' };
    // 2026-07-16T00-09-00.236Z
    const startedMs = isoToMs(folderName(file).replace(/T(\d\d)-(\d\d)-(\d\d)/, 'T$1:$2:$3'));
    const timeMs = epochMs(file.writtenMs) ?? startedMs;
    if (timeMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
    const sink = createSink();
    const transcript = new Transcript('codebuff', freshTranscript(sessionOf(file)), sink, timeMs, 0);
    transcript.start(startedMs === undefined ? {} : { startedMs });
    const items: readonly unknown[] = messages;
    for (const [index, message] of items.entries())
      if (isObject(message)) readMessage(message, String(index), transcript, sink);
    return outcomeOf(sink);
  },
};

function readMessage(message: JsonObject, index: string, transcript: Transcript, sink: LogSink): void {
  const key = getText(message, 'id') ?? index;
  switch (message['variant']) {
    case 'user':
      transcript.prompt(key, bounded(getText(message, 'content') ?? '', MAX_CONTENT));
      return;
    case 'ai':
    case 'agent':
      readBlocks(getList(message, 'blocks'), key, 0, transcript, sink);
      return;
    case 'error':
      return;
    default:
      sink.unknown.push(`message:${typeName(message['variant'])}`);
  }
}

const QUIET: ReadonlySet<unknown> = new Set(['text', 'plan', 'ask-user', 'image', 'html', 'agent-list']);
/** Agents ask agents, which ask agents. */
const MAX_DEPTH = 6;

function readBlocks(
  blocks: readonly unknown[],
  key: string,
  depth: number,
  transcript: Transcript,
  sink: LogSink,
): void {
  for (const [index, block] of blocks.slice(0, MAX_ITEMS).entries()) {
    if (!isObject(block)) continue;
    const place = `${key}/${String(index)}`;
    if (block['type'] === 'tool') readTool(block, place, transcript);
    else if (block['type'] === 'agent') {
      readAgent(block, place, transcript);
      if (depth < MAX_DEPTH) readBlocks(getList(block, 'blocks'), place, depth + 1, transcript, sink);
    } else if (block['type'] === 'mode-divider') transcript.update(place, 'mode', getText(block, 'mode'));
    else if (!QUIET.has(block['type'])) sink.unknown.push(`block:${typeName(block['type'])}`);
  }
}

function readTool(block: JsonObject, place: string, transcript: Transcript): void {
  const id = getText(block, 'toolCallId') ?? place;
  transcript.call(id, codebuffTool(getText(block, 'toolName') ?? '', getObject(block, 'input') ?? {}));
  const output = block['output'];
  if (output === undefined) return;
  const text = typeof output === 'string' ? bounded(output, MAX_OUTPUT) : textOf(output, MAX_OUTPUT);
  const code = /\bexit_?code:? {0,2}(\d{1,5})\b/i.exec(text.slice(-400))?.[1];
  const exitCode = code === undefined ? undefined : Number(code);
  const failed = (exitCode ?? 0) !== 0;
  transcript.result(
    id,
    { status: failed ? 'error' : 'ok', ...(exitCode === undefined ? {} : { exitCode }) },
    text,
  );
}

/** What it did stands in its own blocks. */
function readAgent(block: JsonObject, place: string, transcript: Transcript): void {
  const id = getText(block, 'agentId') ?? place;
  const prompt = getText(block, 'initialPrompt');
  transcript.call(id, {
    tool: { name: bounded(getText(block, 'agentType') ?? 'agent', MAX_NAME), category: 'subagent' },
    input: prompt === undefined ? {} : { text: bounded(prompt, MAX_CONTENT) },
    known: true,
  });
  const { status } = block;
  if (status !== 'complete' && status !== 'failed' && status !== 'cancelled') return;
  const ended = status === 'complete' ? 'ok' : status === 'failed' ? 'error' : 'interrupted';
  transcript.result(id, { status: ended }, bounded(getText(block, 'content') ?? '', MAX_OUTPUT));
}

/** What the client needs to go on: only the folder is taken. */
const RUN: DocumentFormat = {
  id: 'codebuff.run',
  container: 'document',
  maxBytes: 134_217_728,
  roots: rootsOf('run-state.json'),
  shardOf: (file) => file.relativePath.split('/', 1)[0] ?? '',
  initialState: () => ({}),
  parseDocument: (text, file) =>
    readObject(text, (state) => {
      const context = getObject(getObject(state, 'sessionState') ?? {}, 'fileContext') ?? {};
      const cwd = getText(context, 'cwd') ?? getText(context, 'projectRoot');
      if (cwd === undefined) return { kind: 'unknown', type: 'document:no folder' };
      const session = { nativeId: bounded(sessionOf(file), MAX_NAME), cwd: bounded(cwd, MAX_PATH) };
      return { kind: 'records', events: [], sessions: [session] };
    }),
};

/** Session logs of Codebuff. */
export const CODEBUFF_LOGS: readonly LogFormat[] = [CHAT, RUN];
