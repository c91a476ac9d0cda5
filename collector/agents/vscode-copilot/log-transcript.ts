import type { JsonlFormat, ParseOutcome } from '../spec-log.ts';
import { IGNORED } from '../spec-log.ts';
import { bounded, MAX_ITEMS, MAX_NAME, MAX_OUTPUT, textOf } from '../shared/bounds.ts';
import { editorUserFolders } from '../shared/editor-storage.ts';
import { joinPath } from '../shared/join-path.ts';
import type { JsonObject } from '../shared/json.ts';
import { getList, getObject, getText, isObject, parseJsonObject } from '../shared/json.ts';
import { baseName } from '../shared/log-name.ts';
import { createSink, outcomeOf, typeName } from '../shared/log-sink.ts';
import { isoToMs } from '../shared/time.ts';
import { loadTranscript, startTranscript, storeTranscript, Transcript } from '../shared/transcript.ts';
import { modelCallId } from './log-item.ts';
import { vscodeTool } from './tools.ts';

// <workspace>/GitHub.copilot-chat/transcripts/<session>.jsonl; the extension's folder is in lower case on some systems
const PATH = /^[^/]+\/github\.copilot-chat\/transcripts\/[^/]+\.jsonl$/i;

const FOLDER = /^[^/]+\/github\.copilot-chat(?:\/transcripts)?$/i;

const QUIET: ReadonlySet<string> = new Set([
  ...['user.message', 'assistant.turn_start', 'assistant.turn_end', 'assistant.reasoning', 'session.end'],
]);

/**
 * The transcript Copilot Chat keeps for hooks, appended while the answer is written: the live source of calls, which
 * have the same ids as in the chat. Prompts are left to the chat, where they have ids of their own. Source of Copilot
 * Chat 0.37-0.47 (`sessionTranscriptService.ts`), recordings of 2026.
 */
export const TRANSCRIPT: JsonlFormat = {
  id: 'vscode-copilot.transcript',
  container: 'jsonl',
  roots: (context) =>
    editorUserFolders(context).map((user) => ({
      dir: joinPath(context, user, 'workspaceStorage'),
      maxDepth: 3,
      matches: (path) => PATH.test(path),
      enters: (dir) => !dir.includes('/') || FOLDER.test(dir),
    })),
  shardOf: (file) => file.relativePath,
  initialState: (file) => startTranscript(baseName(file)),
  parseLine(line, offsetBytes, stored): ParseOutcome {
    const parsed = parseJsonObject(line);
    if (!parsed.ok) return { kind: 'rejected', reason: parsed.reason };
    const type = getText(parsed.value, 'type');
    if (type === undefined) return { kind: 'rejected', reason: 'missing-field' };
    if (QUIET.has(type)) return IGNORED;
    const state = loadTranscript(stored);
    const timeMs = isoToMs(parsed.value['timestamp']) ?? state.lastMs;
    if (timeMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
    const data = getObject(parsed.value, 'data') ?? {};
    const sink = createSink();
    if (type === 'session.start')
      state.sessionId = bounded(getText(data, 'sessionId') ?? state.sessionId, MAX_NAME);
    const transcript = new Transcript('vscode-copilot', state, sink, timeMs, offsetBytes);
    const isKnown = readRecord(type, data, transcript);
    storeTranscript(state, stored);
    return isKnown ? outcomeOf(sink) : { kind: 'unknown', type: typeName(type) };
  },
};

function readRecord(type: string, data: JsonObject, transcript: Transcript): boolean {
  switch (type) {
    case 'session.start': {
      const cwd = getText(getObject(data, 'context') ?? {}, 'cwd');
      const version = getText(data, 'copilotVersion');
      transcript.start({
        ...(cwd === undefined ? {} : { cwd }),
        ...(version === undefined ? {} : { agentVersion: bounded(version, MAX_NAME) }),
      });
      return true;
    }
    case 'assistant.message':
      for (const request of getList(data, 'toolRequests').slice(0, MAX_ITEMS))
        if (isObject(request)) tellCall(request, getText(request, 'name'), transcript);
      return true;
    case 'tool.execution_start':
      tellCall(data, getText(data, 'toolName'), transcript);
      return true;
    case 'tool.execution_complete':
      tellResult(data, transcript);
      return true;
    default:
      return false;
  }
}

/** Arguments are JSON text where the model asks, and an object where the call starts. */
function tellCall(record: JsonObject, name: string | undefined, transcript: Transcript): void {
  const id = getText(record, 'toolCallId');
  if (id === undefined || name === undefined) return;
  const given = record['arguments'];
  const parsed = typeof given === 'string' ? parseJsonObject(given) : undefined;
  const args = isObject(given) ? given : parsed?.ok === true ? parsed.value : {};
  transcript.call(modelCallId(id), vscodeTool(name, args));
}

function tellResult(data: JsonObject, transcript: Transcript): void {
  const id = getText(data, 'toolCallId');
  if (id === undefined) return;
  const output = textOf(getObject(data, 'result')?.['content'], MAX_OUTPUT);
  transcript.result(modelCallId(id), { status: data['success'] === false ? 'error' : 'ok' }, output);
}
