import type { OutcomeStatus } from '../../contract/event.ts';
import type { DocumentFormat, LogFile, LogFormat, LogRoot, ParseOutcome, SessionPatch } from '../spec-log.ts';
import type { PathContext } from '../path-context.ts';
import { bounded, MAX_CONTENT, MAX_OUTPUT, textOf } from '../shared/bounds.ts';
import { pathOfFileUri } from '../shared/file-uri.ts';
import { envValue, joinPath } from '../shared/join-path.ts';
import type { JsonObject } from '../shared/json.ts';
import { getCount, getList, getNumber, getObject, getText, isObject } from '../shared/json.ts';
import { baseName } from '../shared/log-name.ts';
import type { LogSink } from '../shared/log-sink.ts';
import { createSink, outcomeOf, typeName } from '../shared/log-sink.ts';
import { readObject } from '../shared/read-object.ts';
import { epochMs, isoToMs } from '../shared/time.ts';
import { freshTranscript, Transcript } from '../shared/transcript.ts';
import { ampTool } from './tools.ts';

const AGENT = 'amp';

function roots(context: PathContext): readonly LogRoot[] {
  const data =
    context.platform === 'win32'
      ? (envValue(context, 'LOCALAPPDATA') ?? joinPath(context, context.home, 'AppData', 'Local'))
      : (envValue(context, 'XDG_DATA_HOME') ?? joinPath(context, context.home, '.local', 'share'));
  const dir = joinPath(context, data, 'amp', 'threads');
  return [{ dir, maxDepth: 0, matches: (path) => /^T-[^/]+\.json$/.test(path) }];
}

/**
 * Threads of Amp until early 2026, one document each, rewritten at every step. Today's versions keep threads on the
 * vendor's server only. Recordings of February 2026, 2026-11.
 */
const THREAD: DocumentFormat = {
  id: 'amp.thread',
  container: 'document',
  maxBytes: 67_108_864,
  roots,
  shardOf: (file) => file.relativePath,
  initialState: () => ({}),
  parseDocument: (text, file) => readObject(text, (document) => readThread(document, file)),
};

function readThread(thread: JsonObject, file: LogFile): ParseOutcome {
  const startMs = epochMs(thread['created']);
  if (startMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
  if (!Array.isArray(thread['messages'])) return { kind: 'unknown', type: 'document:no messages' };
  const state = freshTranscript(getText(thread, 'id') ?? baseName(file));
  const sink = createSink();
  new Transcript(AGENT, state, sink, startMs, 0).start(placeOf(thread));
  for (const [index, message] of getList(thread, 'messages').entries()) {
    if (!isObject(message)) {
      sink.unknown.push(`message:${typeName(message)}`);
      continue;
    }
    const timeMs = timeOf(message) ?? state.lastMs ?? startMs;
    readMessage(message, String(index), new Transcript(AGENT, state, sink, timeMs, 0), sink);
  }
  return outcomeOf(sink);
}

/** A person's message tells when it was sent, an answer when its tokens were counted; results inherit. */
function timeOf(message: JsonObject): number | undefined {
  return (
    epochMs(getObject(message, 'meta')?.['sentAt']) ?? isoToMs(getObject(message, 'usage')?.['timestamp'])
  );
}

function placeOf(thread: JsonObject): Pick<SessionPatch, 'cwd' | 'repository' | 'agentVersion'> {
  const initial = getObject(getObject(thread, 'env') ?? {}, 'initial') ?? {};
  const tree = getList(initial, 'trees').find(isObject) ?? {};
  const cwd = pathOfFileUri(getText(tree, 'uri') ?? '');
  const repository = getText(getObject(tree, 'repository') ?? {}, 'url');
  const agentVersion = getText(getObject(initial, 'platform') ?? {}, 'clientVersion');
  return {
    ...(cwd === undefined ? {} : { cwd }),
    ...(repository === undefined ? {} : { repository: bounded(repository, 500) }),
    ...(agentVersion === undefined ? {} : { agentVersion: bounded(agentVersion, 100) }),
  };
}

function readMessage(message: JsonObject, position: string, transcript: Transcript, sink: LogSink): void {
  const own = getNumber(message, 'messageId');
  const key = own === undefined ? position : String(own);
  const usage = getObject(message, 'usage');
  const blocks = getList(message, 'content');
  if (message['role'] === 'assistant') {
    transcript.model(usage === undefined ? undefined : getText(usage, 'model'), key);
  } else if (message['role'] === 'user') {
    transcript.prompt(key, textOf(blocks, MAX_CONTENT));
  } else {
    sink.unknown.push(`role:${typeName(message['role'])}`);
  }
  for (const block of blocks) if (isObject(block)) readBlock(block, transcript, sink);
  if (usage === undefined) return;
  transcript.usage(key, {
    input: getCount(usage, 'inputTokens'),
    output: getCount(usage, 'outputTokens'),
    cacheRead: getCount(usage, 'cacheReadInputTokens'),
    cacheWrite: getCount(usage, 'cacheCreationInputTokens'),
  });
}

const QUIET: ReadonlySet<string> = new Set(['text', 'thinking', 'redacted_thinking', 'image']);

function readBlock(block: JsonObject, transcript: Transcript, sink: LogSink): void {
  const type = block['type'];
  if (type === 'tool_use') {
    // The document is written while the model still writes the arguments.
    const id = block['complete'] === false ? undefined : getText(block, 'id');
    if (id !== undefined)
      transcript.call(id, ampTool(getText(block, 'name') ?? '', getObject(block, 'input') ?? {}));
  } else if (type === 'tool_result') {
    readRun(getText(block, 'toolUseID'), getObject(block, 'run') ?? {}, transcript, sink);
  } else if (typeof type !== 'string' || !QUIET.has(type)) {
    sink.unknown.push(`block:${typeName(type)}`);
  }
}

const STATUS: ReadonlyMap<unknown, OutcomeStatus> = new Map([
  ['done', 'ok'],
  ['error', 'error'],
  ['cancelled', 'interrupted'],
  ['rejected-by-user', 'denied'],
]);
const UNFINISHED: ReadonlySet<unknown> = new Set(['queued', 'in-progress', 'blocked-on-user']);

function readRun(id: string | undefined, run: JsonObject, transcript: Transcript, sink: LogSink): void {
  const status = STATUS.get(run['status']);
  if (status === undefined && !UNFINISHED.has(run['status']))
    sink.unknown.push(`run:${typeName(run['status'])}`);
  if (id === undefined || status === undefined) return;
  const result = getObject(run, 'result');
  const exitCode = getNumber(result ?? {}, 'exitCode');
  const failed = exitCode !== undefined && exitCode !== 0 && status === 'ok';
  transcript.result(
    id,
    { status: failed ? 'error' : status, ...(exitCode === undefined ? {} : { exitCode }) },
    outputOf(run, result),
  );
  if (status === 'denied') transcript.decision(id, 'deny');
}

function outputOf(run: JsonObject, result: JsonObject | undefined): string {
  const text =
    result === undefined
      ? textOf(run['result'], MAX_OUTPUT)
      : (getText(result, 'output') ?? getText(result, 'content') ?? getText(result, 'diff') ?? '');
  const error = getText(getObject(run, 'error') ?? {}, 'message') ?? '';
  return bounded(text === '' ? error : text, MAX_OUTPUT);
}

/** Session logs of Amp. */
export const AMP_LOGS: readonly LogFormat[] = [THREAD];
