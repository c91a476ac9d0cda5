import type { DocumentFormat, JsonlFormat, LogFile, LogFormat, LogRoot, ParseOutcome } from '../spec-log.ts';
import type { PathContext } from '../path-context.ts';
import { bounded, MAX_CONTENT, MAX_ITEMS, MAX_NAME, MAX_OUTPUT, textOf } from '../shared/bounds.ts';
import { envValue, joinPath } from '../shared/join-path.ts';
import type { JsonObject } from '../shared/json.ts';
import { getCount, getList, getObject, getText, parseJsonObject } from '../shared/json.ts';
import { folderName } from '../shared/log-name.ts';
import { functionCall } from '../shared/function-call.ts';
import { createSink, outcomeOf, typeName } from '../shared/log-sink.ts';
import { isoToMs } from '../shared/time.ts';
import { freshTranscript, startTranscript, Transcript } from '../shared/transcript.ts';
import type { TranscriptLine } from '../shared/transcript-line.ts';
import { readUntimedLine } from '../shared/untimed-line.ts';
import { vibeTool } from './tools.ts';

const AGENT = 'mistral-vibe';

/** `~/.vibe/logs/session/<session>/{messages.jsonl,meta.json}`, sub-agents in `agents/` below. */
function rootsOf(name: string): (context: PathContext) => readonly LogRoot[] {
  return (context) => {
    const home = envValue(context, 'VIBE_HOME') ?? joinPath(context, context.home, '.vibe');
    const dir = joinPath(context, home, 'logs', 'session');
    return [{ dir, maxDepth: 3, matches: (path) => path.endsWith(`/${name}`) }];
  };
}

/** Both files of a session are known by their folder: only one of them tells the session's id. */
function parentOf(file: LogFile): string | undefined {
  return folderName(file, 2) === 'agents' ? folderName(file, 3) : undefined;
}

/**
 * Messages of a session, appended, in OpenAI's shape. Lines tell no time: they have the time the file was written when
 * they were first read. Source and recordings of July and August 2026, 2026-11.
 */
const MESSAGES: JsonlFormat = {
  id: 'mistral-vibe.messages',
  container: 'jsonl',
  roots: rootsOf('messages.jsonl'),
  shardOf: (file) => file.relativePath.split('/', 1)[0] ?? '',
  initialState: (file) => startTranscript(folderName(file), parentOf(file)),
  parseLine: (line, offsetBytes, stored, file) =>
    readUntimedLine(AGENT, line, offsetBytes, stored, file, readMessage),
};

function readMessage({ record: message, position, asker, transcript, sink }: TranscriptLine): undefined {
  const key = getText(message, 'message_id') ?? position;
  switch (message['role']) {
    case 'user':
      transcript.prompt(
        key,
        textOf(message['content'], MAX_CONTENT),
        message['injected'] === true ? 'system' : asker,
      );
      return;
    case 'assistant':
      for (const call of getList(message, 'tool_calls').slice(0, MAX_ITEMS)) readCall(call, transcript);
      return;
    case 'tool':
      readResult(message, transcript);
      return;
    case 'system':
      return;
    default:
      sink.unknown.push(`role:${typeName(message['role'])}`);
  }
}

function readCall(value: unknown, transcript: Transcript): void {
  const call = functionCall(value);
  if (call !== undefined) transcript.call(call.id, vibeTool(call.name, call.args));
}

/** Results are text: `returncode: 1` for commands, and marks around errors and refusals. */
function readResult(message: JsonObject, transcript: Transcript): void {
  const id = getText(message, 'tool_call_id');
  if (id === undefined) return;
  const output = bounded(textOf(message['content'], MAX_OUTPUT), MAX_OUTPUT);
  const code = /(?:^|\n)returncode: (-?\d{1,5})(?:\n|$)/.exec(output.slice(-400))?.[1];
  const exitCode = code === undefined ? undefined : Number(code);
  const cancelled = output.startsWith('<user_cancellation>');
  const failed = output.startsWith('<tool_error>') || (exitCode !== undefined && exitCode !== 0);
  const status = cancelled ? 'denied' : failed ? 'error' : 'ok';
  transcript.result(id, { status, ...(exitCode === undefined ? {} : { exitCode }) }, output);
  if (cancelled) transcript.decision(id, 'deny');
}

/** Folder, branch, model and the session's totals of tokens; rewritten at every turn. */
const META: DocumentFormat = {
  id: 'mistral-vibe.meta',
  container: 'document',
  maxBytes: 16_777_216,
  roots: rootsOf('meta.json'),
  shardOf: (file) => file.relativePath.split('/', 1)[0] ?? '',
  initialState: () => ({}),
  parseDocument(text, file): ParseOutcome {
    const parsed = parseJsonObject(text);
    if (!parsed.ok) return { kind: 'rejected', reason: parsed.reason };
    const meta = parsed.value;
    const startMs = isoToMs(meta['start_time']);
    if (startMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
    const sink = createSink();
    const transcript = new Transcript(
      AGENT,
      freshTranscript(folderName(file), parentOf(file)),
      sink,
      startMs,
      0,
    );
    const cwd = getText(getObject(meta, 'environment') ?? {}, 'working_directory');
    const gitBranch = getText(meta, 'git_branch');
    transcript.start({
      ...(cwd === undefined ? {} : { cwd }),
      ...(gitBranch === undefined ? {} : { gitBranch: bounded(gitBranch, MAX_NAME) }),
    });
    transcript.model(
      getText(meta, 'model') ?? getText(getObject(meta, 'config') ?? {}, 'active_model'),
      'meta',
    );
    const stats = getObject(meta, 'stats') ?? {};
    transcript.usage('total', {
      input: getCount(stats, 'session_prompt_tokens'),
      output: getCount(stats, 'session_completion_tokens'),
      cacheRead: 0,
      cacheWrite: 0,
    });
    return outcomeOf(sink);
  },
};

/** Session logs of Mistral Vibe. */
export const MISTRAL_VIBE_LOGS: readonly LogFormat[] = [MESSAGES, META];
