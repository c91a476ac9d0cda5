import type { JsonlFormat, LogFormat, LogRoot, ParseOutcome, ParserState } from '../spec-log.ts';
import { IGNORED } from '../spec-log.ts';
import type { PathContext } from '../path-context.ts';
import { bounded, MAX_CONTENT, MAX_NAME, MAX_OUTPUT, textOf } from '../shared/bounds.ts';
import { envValue, joinPath } from '../shared/join-path.ts';
import type { JsonObject } from '../shared/json.ts';
import { getNumber, getObject, getText, parseJsonObject } from '../shared/json.ts';
import { baseName } from '../shared/log-name.ts';
import { createSink, outcomeOf } from '../shared/log-sink.ts';
import { argsInput } from '../shared/tool-shape.ts';
import { isoToMs } from '../shared/time.ts';
import { freshTranscript, loadTranscript, storeTranscript, Transcript } from '../shared/transcript.ts';

const AGENT = 'claude-desktop';

function roots(context: PathContext): readonly LogRoot[] {
  const { home, platform } = context;
  const dir = {
    darwin: joinPath(context, home, 'Library', 'Logs', 'Claude'),
    win32: joinPath(
      context,
      envValue(context, 'APPDATA') ?? joinPath(context, home, 'AppData', 'Roaming'),
      'Claude',
      'logs',
    ),
    linux: joinPath(
      context,
      envValue(context, 'XDG_CONFIG_HOME') ?? joinPath(context, home, '.config'),
      'Claude',
      'logs',
    ),
  }[platform];
  return [{ dir, maxDepth: 0, matches: (path) => /^mcp-server-[^/]+\.log$/.test(path) }];
}

// 2026-05-09T17:26:37.556Z [github] [info] Message from client: {…} { metadata: undefined }
const LINE = /^(\S{20,30}) \[[^\]]{1,200}\] \[info\] Message from (client|server): (\{.*)$/;

/**
 * The traffic of one MCP server, as Claude Desktop logs it beside what the server prints: all that is kept on this
 * machine of what its chats do. Requests are numbered from 0 at each start of the server, so each start is a session.
 * A long message is cut by the product, and then read as far as it goes. Logs of 2025 and 2026, 2026-11.
 */
const SERVER_LOG: JsonlFormat = {
  id: 'claude-desktop.mcp-server',
  container: 'jsonl',
  roots,
  shardOf: (file) => file.relativePath,
  initialState(file) {
    const stored: ParserState = { server: bounded(baseName(file).slice('mcp-server-'.length), MAX_NAME) };
    storeTranscript(freshTranscript(baseName(file)), stored);
    return stored;
  },
  parseLine(line, offsetBytes, stored): ParseOutcome {
    const [, time, from, text] = LINE.exec(bounded(line, MAX_CONTENT)) ?? [];
    if (text === undefined) return IGNORED;
    const timeMs = isoToMs(time);
    if (timeMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
    const server = getText(stored, 'server') ?? '';
    const message = readMessage(text);
    if (message === undefined) return IGNORED;
    const state =
      message.method === 'initialize'
        ? freshTranscript(`mcp-${server}-${String(timeMs)}`)
        : loadTranscript(stored);
    const sink = createSink();
    const transcript = new Transcript(AGENT, state, sink, timeMs, offsetBytes);
    if (message.method === 'initialize') transcript.start({});
    else if (from === 'client' && message.method === 'tools/call')
      tellCall(message, server, transcript, stored);
    else if (from === 'server') tellResult(message, transcript, stored);
    storeTranscript(state, stored);
    return outcomeOf(sink);
  },
};

interface Message {
  readonly id: string;
  readonly method: string | undefined;
  readonly params: JsonObject;
  readonly result: JsonObject | undefined;
  readonly failed: boolean;
  /** The text, when it was cut. */
  readonly cut?: string;
}

/** What follows the message is the logger's own: `{ metadata: undefined }`. */
function readMessage(text: string): Message | undefined {
  const parsed = parseJsonObject(text.replace(/\}\s*\{ ?metadata: undefined ?\}\s*$/, '}'));
  if (!parsed.ok) return readCut(text);
  const id = parsed.value['id'];
  if (typeof id !== 'number' && typeof id !== 'string') return undefined;
  const result = getObject(parsed.value, 'result');
  return {
    id: String(id),
    method: getText(parsed.value, 'method'),
    params: getObject(parsed.value, 'params') ?? {},
    result,
    failed: getObject(parsed.value, 'error') !== undefined || result?.['isError'] === true,
  };
}

/** Of a message that was cut, its beginning: an answer's number, or what a call asked for. */
function readCut(text: string): Message | undefined {
  const answer = /^\{"jsonrpc":"2\.0","id":(\d{1,15}),"result":/.exec(text);
  if (answer?.[1] !== undefined)
    return { id: answer[1], method: undefined, params: {}, result: {}, failed: false, cut: text };
  const name = /^\{"method":"tools\/call","params":\{"name":"([^"\\]{1,200})"/.exec(text)?.[1];
  if (name === undefined) return undefined;
  // The number stands at the end, which may be there: what is cut is the middle.
  const id = /"jsonrpc":"2\.0","id":(\d{1,15})\}/.exec(text)?.[1];
  return id === undefined
    ? undefined
    : { id, method: 'tools/call', params: { name }, result: undefined, failed: false, cut: text };
}

/** Most calls that wait for an answer; older ones get none. */
const MAX_WAITING = 100;

function tellCall(message: Message, server: string, transcript: Transcript, stored: ParserState): void {
  const name = bounded(getText(message.params, 'name') ?? '', MAX_NAME);
  const tool = { name, category: 'mcp' as const, mcpServer: server, mcpTool: name };
  const input =
    message.cut === undefined
      ? argsInput(message.params['arguments'])
      : { text: bounded(message.cut, MAX_CONTENT), partial: true };
  transcript.call(message.id, { tool, input, known: true });
  const waiting = { ...getObject(stored, 'waiting'), [message.id.slice(0, 40)]: 1 };
  stored['waiting'] = Object.fromEntries(Object.entries(waiting).slice(-MAX_WAITING));
}

/** Answers to other requests (lists, resources) say nothing of what was done. */
function tellResult(message: Message, transcript: Transcript, stored: ParserState): void {
  const waiting = { ...getObject(stored, 'waiting') };
  if (message.method !== undefined || getNumber(waiting, message.id) === undefined) return;
  Reflect.deleteProperty(waiting, message.id);
  stored['waiting'] = waiting;
  const output = message.cut ?? textOf(message.result?.['content'], MAX_OUTPUT);
  transcript.result(message.id, { status: message.failed ? 'error' : 'ok' }, bounded(output, MAX_OUTPUT));
}

/** Session logs of Claude Desktop. Its Code tab and Cowork run Claude Code, which keeps its own. */
export const CLAUDE_DESKTOP_LOGS: readonly LogFormat[] = [SERVER_LOG];
