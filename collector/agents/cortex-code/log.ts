import type { DocumentFormat, JsonlFormat, LogFormat, LogRoot, ParseOutcome } from '../spec-log.ts';
import type { PathContext } from '../path-context.ts';
import { bounded, MAX_CONTENT, MAX_ITEMS, MAX_NAME, MAX_OUTPUT, MAX_PATH, textOf } from '../shared/bounds.ts';
import { envValue, joinPath } from '../shared/join-path.ts';
import type { JsonObject } from '../shared/json.ts';
import { getList, getObject, getText, isObject } from '../shared/json.ts';
import { baseName } from '../shared/log-name.ts';
import { createSink, outcomeOf, typeName, type LogSink } from '../shared/log-sink.ts';
import { readObject } from '../shared/read-object.ts';
import { epochMs, isoToMs } from '../shared/time.ts';
import { readTranscriptLine, type LineReader } from '../shared/transcript-line.ts';
import { freshTranscript, startTranscript, Transcript } from '../shared/transcript.ts';
import { cortexTool } from './tools.ts';

const AGENT = 'cortex-code';
const UUID = '[\\da-f]{8}-(?:[\\da-f]{4}-){3}[\\da-f]{12}';

function rootsOf(ending: string): (context: PathContext) => readonly LogRoot[] {
  const pattern = new RegExp(`^${UUID}${ending}$`);
  return (context) => {
    const home = envValue(context, 'SNOWFLAKE_HOME') ?? joinPath(context, context.home, '.snowflake');
    const dir = joinPath(context, home, 'cortex', 'conversations');
    return [{ dir, maxDepth: 0, matches: (path) => pattern.test(path) }];
  };
}

/**
 * A conversation of Cortex Code, rewritten whole: what it is, and its messages while they are few. Answers tell no time:
 * what is new has that of the last write. Backups (`<id>.back.<time>.json`) are not read. By report, 2026-11.
 */
const CONVERSATION: DocumentFormat = {
  id: 'cortex-code.conversation',
  container: 'document',
  maxBytes: 134_217_728,
  roots: rootsOf('\\.json'),
  shardOf: (file) => file.relativePath.slice(0, 36),
  initialState: () => ({}),
  parseDocument: (text, file) =>
    readObject(text, (conversation) => {
      const startedMs = isoToMs(conversation['created_at']);
      const savedMs = isoToMs(conversation['last_updated']) ?? epochMs(file.writtenMs) ?? startedMs;
      if (savedMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
      const sink = createSink();
      const state = freshTranscript(getText(conversation, 'session_id') ?? baseName(file));
      const title = getText(conversation, 'title');
      const cwd = getText(conversation, 'working_directory') ?? getText(conversation, 'git_root');
      const gitBranch = getText(conversation, 'git_branch');
      const account = getText(conversation, 'connection_name');
      new Transcript(AGENT, state, sink, startedMs ?? savedMs, 0).start({
        ...(title === undefined || title.startsWith('Chat for session:')
          ? {}
          : { title: bounded(title, MAX_NAME) }),
        ...(cwd === undefined ? {} : { cwd: bounded(cwd, MAX_PATH) }),
        ...(gitBranch === undefined ? {} : { gitBranch: bounded(gitBranch, MAX_NAME) }),
        ...(account === undefined ? {} : { account: bounded(account, MAX_NAME) }),
      });
      const messages = getList(conversation, 'history').filter(isObject);
      const lastSent = messages.findLastIndex((message) => isoToMs(message['user_sent_time']) !== undefined);
      for (const [index, message] of messages.entries()) {
        // What stands before a later message of the person was not made at the last write.
        const otherwise = index < lastSent ? (state.lastMs ?? savedMs) : savedMs;
        const transcript = new Transcript(
          AGENT,
          state,
          sink,
          isoToMs(message['user_sent_time']) ?? otherwise,
          0,
        );
        readMessage(message, getText(message, 'id') ?? String(index), transcript, sink);
      }
      return outcomeOf(sink);
    }),
};

/** The messages of a long conversation, one per line beside it. */
const HISTORY: JsonlFormat = {
  id: 'cortex-code.history',
  container: 'jsonl',
  roots: rootsOf('\\.history\\.jsonl'),
  shardOf: (file) => file.relativePath.slice(0, 36),
  initialState: (file) => startTranscript(file.relativePath.slice(0, 36)),
  parseLine: (line, offsetBytes, stored, file) =>
    readTranscriptLine(historyReader(file?.writtenMs), line, offsetBytes, stored),
};

/** An answer soon after the message before it was just written; one long before the last write has that message's time. */
const NEAR_MS = 600_000;

function nearMs(writtenMs: number | undefined, lastMs: number | undefined): number | undefined {
  const written = epochMs(writtenMs);
  if (written === undefined || lastMs === undefined) return written;
  return written >= lastMs && written - lastMs < NEAR_MS ? written : lastMs;
}

function historyReader(writtenMs: number | undefined): LineReader {
  return {
    agentId: AGENT,
    glance: ({ role }) => (role === undefined ? { kind: 'rejected', reason: 'missing-field' } : undefined),
    timeOf: (message, { lastMs }) => isoToMs(message['user_sent_time']) ?? nearMs(writtenMs, lastMs),
    read({ record, position, transcript, sink }): ParseOutcome | undefined {
      transcript.start({});
      readMessage(record, getText(record, 'id') ?? position, transcript, sink);
      return undefined;
    },
  };
}

function readMessage(message: JsonObject, key: string, transcript: Transcript, sink: LogSink): void {
  const { role } = message;
  if (role !== 'user' && role !== 'assistant') {
    if (role !== 'system') sink.unknown.push(`role:${typeName(role)}`);
    return;
  }
  const said: string[] = [];
  for (const block of getList(message, 'content').slice(0, MAX_ITEMS)) {
    if (!isObject(block)) continue;
    const text = getText(block, 'text');
    // What the client puts in is marked, one way or the other.
    if (
      block['type'] === 'text' &&
      block['internalOnly'] !== true &&
      text?.includes('<system-reminder>') === false
    )
      said.push(text);
    readBlock(block, transcript, sink);
  }
  if (role === 'user') transcript.prompt(key, bounded(said.join('\n').trim(), MAX_CONTENT));
}

const QUIET: ReadonlySet<unknown> = new Set(['text', 'thinking', 'image', 'table', 'chart', 'suggestions']);

/** `{type: tool_use, tool_use: {tool_use_id, name, input}}`, and results alike. */
function readBlock(block: JsonObject, transcript: Transcript, sink: LogSink): void {
  const use = getObject(block, 'tool_use');
  const result = getObject(block, 'tool_result');
  const id = getText(use ?? result ?? {}, 'tool_use_id');
  if (id === undefined) {
    if (!QUIET.has(block['type'])) sink.unknown.push(`block:${typeName(block['type'])}`);
  } else if (use !== undefined) {
    transcript.call(id, cortexTool(getText(use, 'name') ?? '', getObject(use, 'input') ?? {}));
  } else if (result !== undefined) {
    const output = textOf(result['content'], MAX_OUTPUT);
    const { status } = result;
    const denied = status === 'rejected' || status === 'denied';
    const failed = status === 'error' || status === 'failed';
    const ended = status === 'cancelled' ? 'interrupted' : denied ? 'denied' : failed ? 'error' : 'ok';
    transcript.result(id, { status: ended }, output);
    if (denied) transcript.decision(id, 'deny', 'unknown');
  }
}

/** Session logs of Cortex Code. */
export const CORTEX_CODE_LOGS: readonly LogFormat[] = [CONVERSATION, HISTORY];
