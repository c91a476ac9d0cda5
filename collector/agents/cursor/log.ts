import type { JsonlFormat, LogFile, LogFormat, LogRoot, ParseOutcome } from '../spec-log.ts';
import type { PathContext } from '../path-context.ts';
import { MAX_CONTENT, MAX_ITEMS, MAX_OUTPUT, textOf } from '../shared/bounds.ts';
import { envValue, joinPath } from '../shared/join-path.ts';
import type { JsonObject } from '../shared/json.ts';
import { getList, getObject, getText, isObject } from '../shared/json.ts';
import { baseName, folderName } from '../shared/log-name.ts';
import type { LogSink } from '../shared/log-sink.ts';
import { typeName } from '../shared/log-sink.ts';
import { startTranscript, type Transcript } from '../shared/transcript.ts';
import type { TranscriptLine } from '../shared/transcript-line.ts';
import { readUntimedLine } from '../shared/untimed-line.ts';
import { cursorTool } from './tools.ts';

const AGENT = 'cursor';
// <project>/agent-transcripts/<id>/<id>.jsonl; sub-agents <project>/agent-transcripts/<id>/subagents/<id>.jsonl
const PATH = /^[^/]+\/agent-transcripts\/[^/]+\/(?:subagents\/)?[^/]+\.jsonl$/;

function roots(context: PathContext): readonly LogRoot[] {
  const home = envValue(context, 'CURSOR_DATA_DIR') ?? joinPath(context, context.home, '.cursor');
  return [{ dir: joinPath(context, home, 'projects'), maxDepth: 4, matches: (path) => PATH.test(path) }];
}

function isSubagent(file: LogFile): boolean {
  return folderName(file) === 'subagents';
}

/**
 * Transcripts of Cursor's IDE and CLI, appended. Lines tell no time and mostly no id: they have the time the file was
 * written when they were first read, and are named by their place in it. Recordings of 2026, 2026-11.
 */
const TRANSCRIPT: JsonlFormat = {
  id: 'cursor.transcript',
  container: 'jsonl',
  roots,
  shardOf: (file) => file.relativePath.slice(0, file.relativePath.indexOf('/')),
  initialState: (file) => startTranscript(baseName(file), isSubagent(file) ? folderName(file, 2) : undefined),
  parseLine: (line, offsetBytes, stored, file) =>
    readUntimedLine(AGENT, line, offsetBytes, stored, file, readRow),
};

function readRow({
  record: row,
  position: key,
  asker,
  transcript,
  sink,
}: TranscriptLine): ParseOutcome | undefined {
  const { role } = row;
  if (role === undefined && row['type'] === 'turn_ended') return undefined;
  if (role !== 'user' && role !== 'assistant')
    return {
      kind: 'unknown',
      type: role === undefined ? `type:${typeName(row['type'])}` : `role:${typeName(role)}`,
    };
  const blocks = getList(getObject(row, 'message') ?? {}, 'content').slice(0, MAX_ITEMS);
  if (role === 'assistant') transcript.model(getText(row, 'model'), key);
  else transcript.prompt(key, queryOf(textOf(blocks, MAX_CONTENT)), asker);
  for (const [index, block] of blocks.entries()) {
    if (isObject(block)) readBlock(block, `${key}#${String(index)}`, transcript, sink);
  }
  return undefined;
}

/** The person's words stand between marks, behind what the client adds. */
function queryOf(text: string): string {
  const open = '<user_query>';
  const start = text.indexOf(open);
  const end = text.lastIndexOf('</user_query>');
  return (start === -1 || end < start ? text : text.slice(start + open.length, end)).trim();
}

const QUIET: ReadonlySet<unknown> = new Set(['text', 'thinking', 'redacted_thinking', 'image']);

function readBlock(block: JsonObject, place: string, transcript: Transcript, sink: LogSink): void {
  const { type } = block;
  if (type === 'tool_use') {
    const args = getObject(block, 'input') ?? {};
    transcript.call(getText(block, 'id') ?? place, cursorTool(getText(block, 'name') ?? '', args));
  } else if (type === 'tool_result') {
    // Without an id nobody can say whose result it is.
    const id = getText(block, 'tool_use_id');
    const output = textOf(block['content'], MAX_OUTPUT);
    if (id !== undefined)
      transcript.result(id, { status: block['is_error'] === true ? 'error' : 'ok' }, output);
  } else if (!QUIET.has(type)) {
    sink.unknown.push(`block:${typeName(type)}`);
  }
}

/** Session logs of Cursor. */
export const CURSOR_LOGS: readonly LogFormat[] = [TRANSCRIPT];
