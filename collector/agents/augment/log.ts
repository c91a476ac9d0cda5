import type { DocumentFormat, LogFormat, ParseOutcome } from '../spec-log.ts';
import { bounded, MAX_CONTENT, MAX_ITEMS, MAX_NAME, MAX_OUTPUT, textOf } from '../shared/bounds.ts';
import { joinPath } from '../shared/join-path.ts';
import type { JsonObject } from '../shared/json.ts';
import { getCount, getList, getObject, getText, isObject, parseJsonObject } from '../shared/json.ts';
import { baseName } from '../shared/log-name.ts';
import type { LogSink } from '../shared/log-sink.ts';
import { createSink, outcomeOf } from '../shared/log-sink.ts';
import { epochMs, isoToMs } from '../shared/time.ts';
import { freshTranscript, Transcript } from '../shared/transcript.ts';
import { augmentTool } from './tools.ts';

/**
 * Sessions of the Auggie CLI, rewritten whole (its bundle, 2026-11). What a node is, is told by the member it has, since
 * the numbers of its type are not published. No answer tells a time: what is new has the time of the last write.
 */
const SESSION: DocumentFormat = {
  id: 'augment.session',
  container: 'document',
  maxBytes: 134_217_728,
  roots: (context) => [
    {
      dir: joinPath(context, context.home, '.augment', 'sessions'),
      maxDepth: 0,
      matches: (path) => path.endsWith('.json'),
    },
  ],
  shardOf: (file) => file.relativePath,
  initialState: () => ({}),
  parseDocument(text, file): ParseOutcome {
    const parsed = parseJsonObject(text);
    if (!parsed.ok) return { kind: 'rejected', reason: parsed.reason };
    const session = parsed.value;
    if (!Array.isArray(session['chatHistory'])) return { kind: 'unknown', type: 'document:no chatHistory' };
    const startMs = isoToMs(session['created']);
    const timeMs = isoToMs(session['modified']) ?? epochMs(file.writtenMs) ?? startMs;
    if (timeMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
    const sink = createSink();
    const state = freshTranscript(getText(session, 'sessionId') ?? baseName(file));
    const transcript = new Transcript('augment', state, sink, timeMs, 0);
    const agent = getObject(session, 'agentState') ?? {};
    const title = getText(session, 'customTitle') ?? getText(session, 'title');
    const account = getText(agent, 'userEmail');
    transcript.start({
      ...(startMs === undefined ? {} : { startedMs: startMs }),
      ...(title === undefined ? {} : { title: bounded(title, MAX_NAME) }),
      ...(account === undefined ? {} : { account: bounded(account, MAX_NAME) }),
    });
    transcript.model(getText(agent, 'modelId'), 'session');
    for (const [index, turn] of getList(session, 'chatHistory').entries())
      if (isObject(turn)) readExchange(getObject(turn, 'exchange') ?? turn, String(index), transcript, sink);
    return outcomeOf(sink);
  },
};

function readExchange(exchange: JsonObject, index: string, transcript: Transcript, sink: LogSink): void {
  const key = getText(exchange, 'request_id') ?? index;
  transcript.prompt(key, bounded(getText(exchange, 'request_message') ?? '', MAX_CONTENT));
  for (const node of getList(exchange, 'request_nodes').slice(0, MAX_ITEMS))
    if (isObject(node)) readNode(node, transcript);
  for (const node of getList(exchange, 'response_nodes').slice(0, MAX_ITEMS))
    if (isObject(node)) readNode(node, transcript);
  let usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  for (const node of getList(exchange, 'response_nodes').slice(0, MAX_ITEMS)) {
    const given = isObject(node) ? getObject(node, 'token_usage') : undefined;
    if (given !== undefined) usage = tokensOf(given);
  }
  transcript.usage(key, usage);
  if (exchange['request_nodes'] === undefined && exchange['response_nodes'] === undefined)
    sink.unknown.push('exchange:no nodes');
}

function tokensOf(usage: JsonObject): {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
} {
  return {
    input: getCount(usage, 'input_tokens'),
    output: getCount(usage, 'output_tokens'),
    cacheRead: getCount(usage, 'cache_read_input_tokens'),
    cacheWrite: getCount(usage, 'cache_creation_input_tokens'),
  };
}

function readNode(node: JsonObject, transcript: Transcript): void {
  const use = getObject(node, 'tool_use');
  const result = getObject(node, 'tool_result_node') ?? getObject(node, 'tool_result');
  const id = getText(use ?? result ?? {}, 'tool_use_id') ?? getText(use ?? {}, 'id');
  if (id === undefined) return;
  if (use !== undefined) {
    const args = parseJsonObject(getText(use, 'input_json') ?? '{}');
    const name = getText(use, 'tool_name') ?? getText(use, 'name') ?? '';
    const read = augmentTool(name, args.ok ? args.value : (getObject(use, 'input') ?? {}));
    const server = getText(use, 'mcp_server_name');
    const tool = getText(use, 'mcp_tool_name') ?? name;
    transcript.call(
      id,
      server === undefined
        ? read
        : {
            ...read,
            tool: { name, category: 'mcp', mcpServer: bounded(server, MAX_NAME), mcpTool: tool },
            known: true,
          },
    );
  } else if (result !== undefined) {
    const output = textOf(result['content'], MAX_OUTPUT);
    const failed = result['is_error'] === true;
    const denied = failed && /(?:cancelled|denied|rejected) by (?:the )?user/i.test(output.slice(0, 200));
    transcript.result(id, { status: denied ? 'denied' : failed ? 'error' : 'ok' }, output);
    if (denied) transcript.decision(id, 'deny');
  }
}

/** Session logs of Augment. */
export const AUGMENT_LOGS: readonly LogFormat[] = [SESSION];
