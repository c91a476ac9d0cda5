import type {
  DocumentFormat,
  JsonlFormat,
  LogFormat,
  LogRoot,
  ParseOutcome,
  ParserState,
} from '../spec-log.ts';
import { IGNORED } from '../spec-log.ts';
import type { PathContext } from '../path-context.ts';
import { bounded, MAX_NAME, MAX_OUTPUT, MAX_PATH } from '../shared/bounds.ts';
import { envValue, joinPath } from '../shared/join-path.ts';
import type { JsonObject } from '../shared/json.ts';
import {
  getCount,
  getList,
  getNumber,
  getObject,
  getText,
  isObject,
  parseJsonObject,
} from '../shared/json.ts';
import { folderName } from '../shared/log-name.ts';
import { typeName } from '../shared/log-sink.ts';
import { epochSecondsToMs, isoToMs } from '../shared/time.ts';
import { readTranscriptLine, type LineReader } from '../shared/transcript-line.ts';
import { startTranscript, type Transcript } from '../shared/transcript.ts';
import { grokTool } from './tools.ts';

/** Calls whose arguments have not come yet; a model asks for a few at a time. */
const MAX_WAITING = 32;

/** `~/.grok/sessions/<encoded folder>/<session>/<file>`. */
function rootsOf(file: string): (context: PathContext) => readonly LogRoot[] {
  return (context) => {
    const home = envValue(context, 'GROK_HOME') ?? joinPath(context, context.home, '.grok');
    const pattern = new RegExp(`^[^/]+/[^/]+/${file.replace('.', '\\.')}$`);
    return [{ dir: joinPath(context, home, 'sessions'), maxDepth: 2, matches: (path) => pattern.test(path) }];
  };
}

const QUIET: ReadonlySet<unknown> = new Set([
  ...[
    'agent_message_chunk',
    'agent_thought_chunk',
    'plan',
    'available_commands_update',
    'session_info_update',
  ],
  ...['pending_interaction', 'interaction_resolved', 'turn_started', 'usage_update', 'config_option_update'],
  ...['subagent_started', 'subagent_spawned', 'subagent_progress', 'subagent_completed', 'subagent_finished'],
  ...['retry_state', 'hook_execution', 'prompt_queued', 'turn_failed', 'error'],
]);

/**
 * The updates of a session, as its own protocol (ACP) tells them, appended; a rewind adds a mark and takes nothing out.
 * `chat_history.jsonl` beside it is what the model sees now, and is rewritten. Vendor's source and recordings of 1.0,
 * 2026-11.
 */
const UPDATES: JsonlFormat = {
  id: 'grok.updates',
  container: 'jsonl',
  roots: rootsOf('updates.jsonl'),
  shardOf: (file) => file.relativePath,
  initialState: (file) => startTranscript(folderName(file)),
  parseLine: (line, offsetBytes, stored) => readTranscriptLine(READER, line, offsetBytes, stored),
};

/** Lines of the first versions have no envelope. */
function updateIn(record: JsonObject): JsonObject | undefined {
  return getObject(getObject(record, 'params') ?? record, 'update');
}

const READER: LineReader = {
  agentId: 'grok',
  glance(record) {
    const type = updateIn(record)?.['sessionUpdate'];
    if (typeof type !== 'string' || type === '') return { kind: 'rejected', reason: 'missing-field' };
    return QUIET.has(type) ? IGNORED : undefined;
  },
  timeOf: ({ timestamp }) => epochSecondsToMs(timestamp) ?? isoToMs(timestamp),
  read({ record, timeMs, transcript, sink }, stored) {
    const update = updateIn(record) ?? {};
    const type = getText(update, 'sessionUpdate') ?? '';
    transcript.start({});
    // Updates have no ids; their time is in seconds.
    const isKnown = readUpdate(type, update, `${type}@${String(timeMs)}`, transcript, stored);
    if (!isKnown) sink.unknown.push(`update:${typeName(type)}`);
    return undefined;
  },
};

function readUpdate(
  type: string,
  update: JsonObject,
  key: string,
  transcript: Transcript,
  stored: ParserState,
): boolean {
  const meta = getObject(update, '_meta') ?? {};
  switch (type) {
    case 'user_message_chunk': {
      const turn = getNumber(meta, 'promptIndex');
      const turnKey = turn === undefined ? key : `turn-${String(turn)}`;
      transcript.model(getText(meta, 'modelId'), turnKey);
      transcript.prompt(turnKey, textOfContent(update['content']));
      return true;
    }
    case 'tool_call':
    case 'tool_call_update':
      readCall(update, transcript, stored);
      return true;
    case 'turn_completed':
      readUsage(getObject(update, 'usage'), getText(update, 'prompt_id') ?? key, transcript);
      return true;
    case 'model_changed':
    case 'model_auto_switched':
      transcript.model(getText(update, 'model_id') ?? getText(update, 'modelId'), key);
      return true;
    case 'current_mode_update':
      transcript.update(key, 'mode', getText(update, 'currentModeId'));
      return true;
    case 'rewind_marker':
      transcript.update(key, 'rewind');
      return true;
    case 'compaction_checkpoint':
    case 'auto_compact_completed':
    case 'compaction':
      transcript.update(key, 'compaction');
      return true;
    default:
      return false;
  }
}

/** Name and arguments may come in two steps; the last update of a call replaces what it said before. */
function readCall(update: JsonObject, transcript: Transcript, stored: ParserState): void {
  const id = getText(update, 'toolCallId');
  if (id === undefined) return;
  const waiting = { ...(getObject(stored, 'waiting') ?? {}) };
  const known = getObject(waiting, id) ?? {};
  const name = getText(known, 'name') ?? getText(update, 'title') ?? '';
  const kind = getText(known, 'kind') ?? getText(update, 'kind');
  const args = getObject(update, 'rawInput');
  const { status } = update;
  const isEnd = status === 'completed' || status === 'failed' || status === 'cancelled';
  const isTold = known['told'] === true;
  if (!isTold && (isEnd || (args !== undefined && Object.keys(args).length > 0)))
    transcript.call(id, grokTool(bounded(name, MAX_NAME), kind, args ?? {}));
  if (isEnd) {
    const ended = status === 'completed' ? 'ok' : status === 'failed' ? 'error' : 'interrupted';
    transcript.result(id, outcomeFrom(update, ended), outputOf(update));
    Reflect.deleteProperty(waiting, id);
  } else if (id.length <= MAX_NAME) {
    waiting[id] = {
      name: bounded(name, MAX_NAME),
      ...(kind === undefined ? {} : { kind: bounded(kind, 40) }),
      told: isTold || args !== undefined,
    };
  }
  stored['waiting'] = Object.fromEntries(Object.entries(waiting).slice(-MAX_WAITING));
}

function outcomeFrom(
  update: JsonObject,
  status: 'ok' | 'error' | 'interrupted',
): { readonly status: 'ok' | 'error' | 'interrupted'; readonly exitCode?: number } {
  const raw = getObject(update, 'rawOutput') ?? {};
  const exitCode = getNumber(raw, 'exit_code') ?? getNumber(raw, 'exitCode');
  if (exitCode === undefined) return { status };
  return { status: status === 'ok' && exitCode !== 0 ? 'error' : status, exitCode };
}

/** Blocks are text, `{type: content, content}`, or a diff. */
function outputOf(update: JsonObject): string {
  const blocks = getList(update, 'content').slice(0, 100);
  const texts = blocks.flatMap((block) => {
    if (!isObject(block)) return [];
    return getText(getObject(block, 'content') ?? block, 'text') ?? getText(block, 'newText') ?? [];
  });
  return bounded(texts.join('\n'), MAX_OUTPUT);
}

function textOfContent(content: unknown): string {
  const blocks: readonly unknown[] = Array.isArray(content) ? content : [content];
  const texts = blocks
    .slice(0, 100)
    .flatMap((block) => (isObject(block) ? (getText(block, 'text') ?? []) : []));
  return texts.join('\n');
}

/** Of one turn; the input includes what came from the cache. A repeat keeps the largest numbers. */
function readUsage(usage: JsonObject | undefined, key: string, transcript: Transcript): void {
  if (usage === undefined) return;
  const cacheRead = getCount(usage, 'cachedReadTokens');
  const [model] = Object.keys(getObject(usage, 'modelUsage') ?? {});
  const tokens = {
    input: Math.max(0, getCount(usage, 'inputTokens') - cacheRead),
    output: getCount(usage, 'outputTokens'),
    cacheRead,
    cacheWrite: getCount(usage, 'cachedWriteTokens'),
  };
  if (model === undefined) transcript.usage(key, tokens);
  else transcript.usage(key, tokens, model);
}

/** What a session is: folder, branch, model, parent. Rewritten at every turn. */
const SUMMARY: DocumentFormat = {
  id: 'grok.summary',
  container: 'document',
  maxBytes: 4_194_304,
  roots: rootsOf('summary.json'),
  shardOf: (file) => file.relativePath,
  initialState: () => ({}),
  parseDocument(text, file): ParseOutcome {
    const parsed = parseJsonObject(text);
    if (!parsed.ok) return { kind: 'rejected', reason: parsed.reason };
    const summary = parsed.value;
    const info = getObject(summary, 'info') ?? {};
    const named = (value: string | undefined, key: string, max = MAX_NAME): object =>
      value === undefined ? {} : { [key]: bounded(value, max) };
    const startedMs = isoToMs(summary['created_at']);
    return {
      kind: 'records',
      events: [],
      sessions: [
        {
          nativeId: bounded(getText(info, 'id') ?? folderName(file), MAX_NAME),
          ...named(getText(summary, 'parent_session_id'), 'parentNativeId'),
          ...named(getText(info, 'cwd'), 'cwd', MAX_PATH),
          ...named(getText(summary, 'head_branch'), 'gitBranch'),
          ...named(getText(summary, 'current_model_id'), 'model'),
          ...named(getText(summary, 'generated_title') ?? getText(summary, 'session_summary'), 'title'),
          ...(startedMs === undefined ? {} : { startedMs }),
        },
      ],
    };
  },
};

/** Session logs of Grok Build. */
export const GROK_LOGS: readonly LogFormat[] = [UPDATES, SUMMARY];
