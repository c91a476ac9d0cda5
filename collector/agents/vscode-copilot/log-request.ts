import { bounded, MAX_CONTENT, MAX_ITEMS, MAX_NAME } from '../shared/bounds.ts';
import type { JsonObject } from '../shared/json.ts';
import { getCount, getList, getObject, getText, isObject, parseJsonObject } from '../shared/json.ts';
import type { LogSink } from '../shared/log-sink.ts';
import { typeName } from '../shared/log-sink.ts';
import { epochMs } from '../shared/time.ts';
import { Transcript, type TranscriptState } from '../shared/transcript.ts';
import {
  modelCallId,
  outcomeOf,
  resultText,
  shownCall,
  tellDecision,
  tellShown,
  type ShownCall,
} from './log-item.ts';
import { vscodeTool } from './tools.ts';

const AGENT = 'vscode-copilot';
const MAX_SHOWN = 100;
/** A parser may remember about 64 KiB; what the screen showed of one answer gets a part of it. */
const MAX_SHOWN_CHARS = 24_576;

/** Parts of an answer without interest: text, marks and questions of the screen. */
const QUIET: ReadonlySet<unknown> = new Set([
  ...[
    undefined,
    'markdownContent',
    'inlineReference',
    'codeblockUri',
    'undoStop',
    'textEditGroup',
    'thinking',
  ],
  ...[
    'prepareToolInvocation',
    'progressMessage',
    'progressTask',
    'progressTaskSerialized',
    'warning',
    'command',
  ],
  ...[
    'confirmation',
    'elicitation',
    'elicitation2',
    'elicitationSerialized',
    'notebookEditGroup',
    'treeData',
  ],
  ...['multiDiffData', 'pullRequest', 'mcpServersStarting', 'workingSet', 'references', 'reference', 'move'],
  ...[
    'codeCitation',
    'clearToPreviousToolInvocation',
    'questionCarousel',
    'hook',
    'externalEdits',
    'systemNotification',
  ],
  ...['extensions', 'attachments', 'workspaceEdit', 'markdownVuln', 'disabledClaudeHooks'],
]);

/** One prompt and its answer, while it is still written. Plain JSON. */
export interface OpenRequest {
  readonly id: string;
  readonly timeMs: number;
  readonly shown: readonly ShownCall[];
}

/** Where a request's events go. */
export interface RequestPlace {
  readonly state: TranscriptState;
  readonly sink: LogSink;
  readonly offsetBytes: number;
}

/** A prompt. @returns undefined when the record has no id; `bad-time` without a time before it either. */
export function openRequest(request: JsonObject, place: RequestPlace): OpenRequest | 'bad-time' | undefined {
  const id = getText(request, 'requestId');
  if (id === undefined) return undefined;
  const timeMs = epochMs(request['timestamp']) ?? place.state.lastMs;
  if (timeMs === undefined) return 'bad-time';
  const transcript = at(timeMs, place);
  transcript.start({});
  transcript.model(modelOf(getText(request, 'modelId')), id);
  const message = getObject(request, 'message') ?? {};
  transcript.prompt(id, bounded(getText(message, 'text') ?? '', MAX_CONTENT));
  return { id: bounded(id, MAX_NAME), timeMs, shown: [] };
}

function at(timeMs: number, { state, sink, offsetBytes }: RequestPlace): Transcript {
  return new Transcript(AGENT, state, sink, timeMs, offsetBytes);
}

/** `copilot/claude-sonnet-4`: the provider stands before the model. */
export function modelOf(name: string | undefined): string | undefined {
  return name === undefined ? undefined : name.slice(name.indexOf('/') + 1);
}

/** Parts of an answer: calls are kept until it is complete, since their real arguments come with its end. */
export function addParts(open: OpenRequest, parts: readonly unknown[], place: RequestPlace): OpenRequest {
  const shown = [...open.shown];
  const byId = new Map(shown.map((call, index) => [call.id, index]));
  let chars = JSON.stringify(shown).length;
  for (const part of parts.slice(0, MAX_ITEMS)) {
    if (!isObject(part)) continue;
    readFolder(part, open, place);
    const call = shownCall(part);
    if (call === undefined) {
      if (!QUIET.has(part['kind']) && part['kind'] !== 'toolInvocationSerialized')
        place.sink.unknown.push(`part:${typeName(part['kind'])}`);
      continue;
    }
    const known = byId.get(call.id);
    chars += JSON.stringify(call).length;
    if (known !== undefined) shown[known] = call;
    else if (shown.length < MAX_SHOWN && chars < MAX_SHOWN_CHARS) byId.set(call.id, shown.push(call) - 1);
    // Too many to keep: they come with the end of the answer.
  }
  return { ...open, shown };
}

/** Text of an answer is resolved against the folder that is open. */
function readFolder(part: JsonObject, open: OpenRequest, place: RequestPlace): void {
  const base = getObject(part, 'baseUri');
  const path = base?.['scheme'] === 'file' ? getText(base, 'path') : undefined;
  if (path === undefined) return;
  const cwd = path.length > 1 ? path.replace(/\/$/, '') : path;
  at(open.timeMs, place).patch({ cwd: /^\/[A-Za-z]:/.test(cwd) ? cwd.slice(1) : cwd });
}

/**
 * The end of an answer: what the model asked for, with arguments, and what came back. Without it (the person stopped
 * the answer) what the screen showed is all there is.
 */
export function closeRequest(open: OpenRequest, result: JsonObject | undefined, place: RequestPlace): void {
  const metadata = getObject(result ?? {}, 'metadata') ?? {};
  const transcript = at(open.timeMs, place);
  const rounds = getList(metadata, 'toolCallRounds').slice(0, MAX_ITEMS);
  const results = getObject(metadata, 'toolCallResults') ?? {};
  const shownById = new Map(open.shown.map((call) => [call.id, call]));
  let told = 0;
  for (const round of rounds) {
    if (!isObject(round)) continue;
    const timed = at(epochMs(round['timestamp']) ?? open.timeMs, place);
    for (const call of getList(round, 'toolCalls').slice(0, MAX_ITEMS)) {
      if (isObject(call) && tellCall(call, results, shownById, timed)) told += 1;
    }
  }
  if (told === 0) for (const call of open.shown) tellShown(call, transcript);
  const tokens = {
    input: getCount(metadata, 'promptTokens'),
    output: getCount(metadata, 'outputTokens'),
    cacheRead: 0,
    cacheWrite: 0,
  };
  // The model that answered in place of the one that was asked for: no choice of the person.
  const answered = modelOf(getText(metadata, 'resolvedModel'));
  transcript.usage(open.id, tokens, answered ?? place.state.model);
}

function tellCall(
  call: JsonObject,
  results: JsonObject,
  shownById: ReadonlyMap<string, ShownCall>,
  transcript: Transcript,
): boolean {
  const givenId = getText(call, 'id');
  const name = getText(call, 'name');
  if (givenId === undefined || name === undefined) return false;
  const id = modelCallId(givenId);
  const args = parseJsonObject(getText(call, 'arguments') ?? '{}');
  transcript.call(id, vscodeTool(name, args.ok ? args.value : {}));
  const shown = shownById.get(id);
  if (shown !== undefined) tellDecision(shown, id, transcript);
  const result = getObject(results, givenId);
  if (result === undefined) return true;
  const output = resultText(result);
  const failed = /^ERROR while calling tool/.test(output.slice(0, 40));
  transcript.result(
    id,
    shown === undefined || failed ? { status: failed ? 'error' : 'ok' } : outcomeOf(shown),
    output,
  );
  return true;
}
