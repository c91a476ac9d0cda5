import type { DocumentFormat, LogFile, LogFormat, LogRoot, ParseOutcome, SessionPatch } from '../spec-log.ts';
import { IGNORED } from '../spec-log.ts';
import type { PathContext } from '../path-context.ts';
import { bounded, MAX_CONTENT, MAX_NAME, MAX_OUTPUT, MAX_PATH, textOf } from '../shared/bounds.ts';
import { envValue, joinPath } from '../shared/join-path.ts';
import type { JsonObject } from '../shared/json.ts';
import { getCount, getNumber, getObject, getText, isObject, parseJsonObject } from '../shared/json.ts';
import { folderName } from '../shared/log-name.ts';
import { createSink, outcomeOf, typeName } from '../shared/log-sink.ts';
import { readObject } from '../shared/read-object.ts';
import { epochMs, isoToMs } from '../shared/time.ts';
import { freshTranscript, Transcript } from '../shared/transcript.ts';
import { openhandsTool } from './tools.ts';

const AGENT = 'openhands';

/** `~/.openhands/conversations/<id>/…` */
function rootsOf(
  maxDepth: number,
  matches: LogRoot['matches'],
): (context: PathContext) => readonly LogRoot[] {
  return (context) => {
    const state =
      envValue(context, 'OPENHANDS_PERSISTENCE_DIR') ?? joinPath(context, context.home, '.openhands');
    const dir = envValue(context, 'OPENHANDS_CONVERSATIONS_DIR') ?? joinPath(context, state, 'conversations');
    return [{ dir, maxDepth, matches }];
  };
}

const QUIET: ReadonlySet<unknown> = new Set([
  ...['ConversationStateUpdateEvent', 'TokenEvent', 'PauseEvent', 'StreamingDeltaEvent'],
  ...['LLMCompletionLogEvent', 'CondensationRequest', 'CondensationSummaryEvent', 'ConversationErrorEvent'],
  ...['ACPToolCallEvent', 'AskUserEvent', 'SecurityAnalyzerConfigurationEvent', 'WarningEvent'],
]);

/**
 * One file per event, written once (`events/event-<number>-<id>.json`). OpenHands SDK 1.x, `openhands/sdk/event`, 2026-11.
 */
const EVENT: DocumentFormat = {
  id: 'openhands.event',
  container: 'document',
  maxBytes: 33_554_432,
  roots: rootsOf(2, (path) => /^[^/]+\/events\/event-[^/]+\.json$/.test(path)),
  shardOf: (file) => file.relativePath.split('/', 1)[0] ?? '',
  initialState: () => ({}),
  parseDocument(text, file) {
    return readObject(text, (event) => {
      const { kind } = event;
      const key = getText(event, 'id');
      if (typeof kind !== 'string' || key === undefined) return { kind: 'rejected', reason: 'missing-field' };
      if (QUIET.has(kind)) return IGNORED;
      const timeMs = timeOf(event['timestamp'], file);
      if (timeMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
      const sink = createSink();
      const transcript = new Transcript(AGENT, freshTranscript(folderName(file, 2)), sink, timeMs, 0);
      return readEvent(kind, event, key, transcript) ?? outcomeOf(sink);
    });
  },
};

const ZONE_MS = 15 * 3_600_000;

/** The machine's time without its zone: the file was written at that moment, unless it was copied since. */
function timeOf(stamp: unknown, file: LogFile): number | undefined {
  const told = isoToMs(stamp);
  const writtenMs = epochMs(file.writtenMs);
  if (told === undefined) return writtenMs;
  return writtenMs !== undefined && Math.abs(writtenMs - told) < ZONE_MS ? writtenMs : told;
}

function readEvent(
  kind: string,
  event: JsonObject,
  key: string,
  transcript: Transcript,
): ParseOutcome | undefined {
  const callId = getText(event, 'tool_call_id') ?? key;
  switch (kind) {
    // The first of a conversation.
    case 'SystemPromptEvent':
      transcript.start({});
      return undefined;
    case 'MessageEvent':
      if (event['source'] === 'user') readPrompt(event, key, transcript);
      return undefined;
    case 'ActionEvent':
      readAction(event, callId, transcript);
      return undefined;
    case 'ObservationEvent':
      readObservation(getObject(event, 'observation') ?? {}, callId, transcript);
      return undefined;
    case 'AgentErrorEvent':
      transcript.result(callId, { status: 'error' }, bounded(getText(event, 'error') ?? '', MAX_OUTPUT));
      return undefined;
    case 'UserRejectObservation': {
      const reason = getText(event, 'rejection_reason') ?? '';
      transcript.result(callId, { status: 'denied' }, bounded(reason, MAX_OUTPUT));
      transcript.decision(callId, 'deny', event['rejection_source'] === 'hook' ? 'hook' : 'human');
      return undefined;
    }
    case 'Condensation':
      transcript.update(key, 'compaction');
      return undefined;
    default:
      return { kind: 'unknown', type: `event:${typeName(kind)}` };
  }
}

function readPrompt(event: JsonObject, key: string, transcript: Transcript): void {
  // Agents of one conversation can write to each other: `sender` names one.
  const origin = getText(event, 'sender') === undefined ? 'human' : 'agent';
  transcript.prompt(key, textOf(getObject(event, 'llm_message')?.['content'], MAX_CONTENT), origin);
}

function readAction(event: JsonObject, callId: string, transcript: Transcript): void {
  const action = getObject(event, 'action');
  // Not run: the arguments were not those of the tool. An error follows.
  if (action === undefined) return;
  const call = getObject(event, 'tool_call') ?? {};
  const parsed = parseJsonObject(getText(call, 'arguments') ?? '{}');
  const name = getText(event, 'tool_name') ?? getText(call, 'name') ?? '';
  const args = getObject(action, 'data') ?? (parsed.ok ? parsed.value : action);
  transcript.call(callId, openhandsTool(name, args, action['kind']));
}

function readObservation(observation: JsonObject, callId: string, transcript: Transcript): void {
  const exitCode =
    getNumber(observation, 'exit_code') ?? getNumber(getObject(observation, 'metadata') ?? {}, 'exit_code');
  const failed = observation['is_error'] === true || (exitCode !== undefined && exitCode > 0);
  // -1: the command still runs.
  const told = exitCode === undefined || exitCode < 0 ? {} : { exitCode };
  const output = textOf(observation['content'] ?? observation['output'], MAX_OUTPUT);
  transcript.result(callId, { status: failed ? 'error' : 'ok', ...told }, output);
}

/** What a conversation is, rewritten as it goes on: folder, model, and tokens as sums per use of a model. */
const STATE: DocumentFormat = {
  id: 'openhands.state',
  container: 'document',
  maxBytes: 33_554_432,
  roots: rootsOf(1, (path) => /^[^/]+\/base_state\.json$/.test(path)),
  shardOf: (file) => file.relativePath.split('/', 1)[0] ?? '',
  initialState: () => ({}),
  parseDocument(text, file) {
    return readObject(text, (state) => {
      const timeMs = epochMs(file.writtenMs);
      const sink = createSink();
      const nativeId = bounded(folderName(file), MAX_NAME);
      const cwd = getText(getObject(state, 'workspace') ?? {}, 'working_dir');
      const model = getText(getObject(getObject(state, 'agent') ?? {}, 'llm') ?? {}, 'model');
      const patch: SessionPatch = {
        nativeId,
        ...(cwd === undefined ? {} : { cwd: bounded(cwd, MAX_PATH) }),
        ...(model === undefined ? {} : { model: bounded(model, MAX_NAME) }),
      };
      sink.sessions.push(patch);
      if (timeMs !== undefined)
        readUsage(state, new Transcript(AGENT, freshTranscript(nativeId), sink, timeMs, 0), model);
      return outcomeOf(sink);
    });
  },
};

/** The prompt's tokens include those of the cache. */
function readUsage(state: JsonObject, transcript: Transcript, model: string | undefined): void {
  const uses = getObject(getObject(state, 'stats') ?? {}, 'usage_to_metrics') ?? {};
  for (const [use, metrics] of Object.entries(uses).slice(0, 50)) {
    if (!isObject(metrics)) continue;
    const sums = getObject(metrics, 'accumulated_token_usage') ?? {};
    const cacheRead = getCount(sums, 'cache_read_tokens');
    const cacheWrite = getCount(sums, 'cache_write_tokens');
    transcript.usage(
      `usage-${bounded(use, 80)}`,
      {
        input: Math.max(0, getCount(sums, 'prompt_tokens') - cacheRead - cacheWrite),
        output: getCount(sums, 'completion_tokens'),
        cacheRead,
        cacheWrite,
      },
      getText(metrics, 'model_name') ?? model,
    );
  }
}

/** Session logs of OpenHands. */
export const OPENHANDS_LOGS: readonly LogFormat[] = [EVENT, STATE];
