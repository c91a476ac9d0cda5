import type { OutcomeStatus } from '../../contract/event.ts';
import type { DocumentFormat, JsonlFormat, LogFormat, LogRoot, ParseOutcome } from '../spec-log.ts';
import type { PathContext } from '../path-context.ts';
import { bounded, MAX_CONTENT, MAX_NAME, MAX_OUTPUT, MAX_PATH } from '../shared/bounds.ts';
import { envValue, joinPath } from '../shared/join-path.ts';
import type { JsonObject } from '../shared/json.ts';
import { getList, getObject, getText, isObject, parseJsonObject } from '../shared/json.ts';
import { baseName } from '../shared/log-name.ts';
import type { LogSink } from '../shared/log-sink.ts';
import { createSink, outcomeOf, typeName } from '../shared/log-sink.ts';
import { epochMs, epochSecondsToMs, isoToMs } from '../shared/time.ts';
import { loadTranscript, startTranscript, storeTranscript, Transcript } from '../shared/transcript.ts';
import { kiroTool } from '../shared/kiro-tools.ts';
import { EDITOR_MESSAGES, EDITOR_SESSION } from './log-editor.ts';
import { HISTORY } from './log-history.ts';

const AGENT = 'kiro';

/** `~/.kiro/sessions/cli/<id>.jsonl`, with `<id>.json` beside it. */
function rootsOf(extension: string): (context: PathContext) => readonly LogRoot[] {
  return (context) => {
    const home = envValue(context, 'KIRO_HOME') ?? joinPath(context, context.home, '.kiro');
    return [
      {
        dir: joinPath(context, home, 'sessions', 'cli'),
        maxDepth: 0,
        matches: (path) => path.endsWith(extension),
      },
    ];
  };
}

/**
 * Conversations of Kiro CLI 2.x, rows of version 1, appended. Only prompts tell a time: what follows inherits it.
 * Recordings of 2.5, 2026-11.
 */
const CONVERSATION: JsonlFormat = {
  id: 'kiro.conversation',
  container: 'jsonl',
  roots: rootsOf('.jsonl'),
  shardOf: (file) => file.relativePath,
  initialState: (file) => startTranscript(baseName(file)),
  parseLine(line, offsetBytes, stored, file): ParseOutcome {
    const parsed = parseJsonObject(line);
    if (!parsed.ok) return { kind: 'rejected', reason: parsed.reason };
    const row = parsed.value;
    if (row['version'] !== 'v1') return { kind: 'unknown', type: `version:${typeName(row['version'])}` };
    const data = getObject(row, 'data') ?? {};
    const state = loadTranscript(stored);
    const timeMs =
      epochSecondsToMs(getObject(data, 'meta')?.['timestamp']) ?? state.lastMs ?? epochMs(file?.writtenMs);
    if (timeMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
    const sink = createSink();
    const transcript = new Transcript(AGENT, state, sink, timeMs, offsetBytes);
    transcript.start({});
    const other = readRow(getText(row, 'kind') ?? '', data, String(offsetBytes), transcript, sink);
    storeTranscript(state, stored);
    return other ?? outcomeOf(sink);
  },
};

function readRow(
  kind: string,
  data: JsonObject,
  position: string,
  transcript: Transcript,
  sink: LogSink,
): ParseOutcome | undefined {
  const key = getText(data, 'message_id') ?? position;
  const blocks = getList(data, 'content');
  switch (kind) {
    case 'Prompt':
      transcript.prompt(key, textOfBlocks(blocks, MAX_CONTENT));
      break;
    case 'AssistantMessage':
    case 'ToolResults':
      break;
    case 'Compaction':
      transcript.update(key, 'compaction');
      return undefined;
    case 'Clear':
    case 'ResetTo':
      transcript.update(key, 'rewind');
      return undefined;
    default:
      return { kind: 'unknown', type: `kind:${typeName(kind)}` };
  }
  for (const block of blocks) if (isObject(block)) readBlock(block, transcript, sink);
  return undefined;
}

/** A block is `{kind, data}`; text is the data itself. */
function textOfBlocks(blocks: readonly unknown[], max: number): string {
  const texts = blocks.flatMap((block) =>
    isObject(block) && block['kind'] === 'text' ? (getText(block, 'data') ?? []) : [],
  );
  return bounded(texts.join('\n'), max);
}

function readBlock(block: JsonObject, transcript: Transcript, sink: LogSink): void {
  const data = getObject(block, 'data') ?? {};
  const id = getText(data, 'toolUseId');
  switch (block['kind']) {
    case 'toolUse':
      if (id !== undefined)
        transcript.call(id, kiroTool(getText(data, 'name') ?? '', getObject(data, 'input') ?? {}));
      return;
    case 'toolResult':
      if (id !== undefined) readResult(id, data, transcript);
      return;
    case 'text':
    case 'image':
    case 'thinking':
    case 'reasoning':
      return;
    default:
      sink.unknown.push(`block:${typeName(block['kind'])}`);
  }
}

/** A command's exit code is text: `exit status: 1`. */
function readResult(id: string, data: JsonObject, transcript: Transcript): void {
  const blocks = getList(data, 'content');
  const json = blocks.find((block) => isObject(block) && block['kind'] === 'json');
  const fields = isObject(json) ? (getObject(json, 'data') ?? {}) : {};
  const code = /(\d{1,5})$/.exec(bounded(getText(fields, 'exit_status') ?? '', 60))?.[1];
  const exitCode = code === undefined ? undefined : Number(code);
  const streams = [getText(fields, 'stdout'), getText(fields, 'stderr')].filter((text) => text !== undefined);
  const output = bounded([textOfBlocks(blocks, MAX_OUTPUT), ...streams].join('\n').trim(), MAX_OUTPUT);
  const failed = data['status'] === 'error' || (exitCode !== undefined && exitCode !== 0);
  const refused = failed && /^Tool use was (?:cancelled|denied|rejected) by the user/i.test(output);
  const status: OutcomeStatus = refused ? 'denied' : failed ? 'error' : 'ok';
  transcript.result(id, { status, ...(exitCode === undefined ? {} : { exitCode }) }, output);
  if (refused) transcript.decision(id, 'deny');
}

/** What a conversation is: its folder and its model. Rewritten at every turn; it can be many megabytes. */
const SESSION: DocumentFormat = {
  id: 'kiro.session',
  container: 'document',
  maxBytes: 67_108_864,
  roots: rootsOf('.json'),
  shardOf: (file) => file.relativePath,
  initialState: () => ({}),
  parseDocument(text, file): ParseOutcome {
    const parsed = parseJsonObject(text);
    if (!parsed.ok) return { kind: 'rejected', reason: parsed.reason };
    const cwd = getText(parsed.value, 'cwd');
    const startedMs = isoToMs(parsed.value['created_at']);
    const state = getObject(parsed.value, 'session_state') ?? {};
    const info = getObject(getObject(state, 'rts_model_state') ?? {}, 'model_info') ?? {};
    const model = getText(info, 'model_id');
    return {
      kind: 'records',
      events: [],
      sessions: [
        {
          nativeId: bounded(getText(parsed.value, 'session_id') ?? baseName(file), MAX_NAME),
          ...(cwd === undefined ? {} : { cwd: bounded(cwd, MAX_PATH) }),
          ...(model === undefined ? {} : { model: bounded(model, MAX_NAME) }),
          ...(startedMs === undefined ? {} : { startedMs }),
        },
      ],
    };
  },
};

/** Session logs of Kiro: its CLI, and its editor. */
export const KIRO_LOGS: readonly LogFormat[] = [
  CONVERSATION,
  SESSION,
  HISTORY,
  EDITOR_MESSAGES,
  EDITOR_SESSION,
];
