import type { ParseOutcome } from '../spec-log.ts';
import { IGNORED } from '../spec-log.ts';
import { bounded, MAX_CONTENT, MAX_ITEMS, MAX_NAME, MAX_OUTPUT, textOf } from './bounds.ts';
import type { JsonObject } from './json.ts';
import { getCount, getList, getObject, getText, isObject } from './json.ts';
import { typeName, type LogSink } from './log-sink.ts';
import type { ToolReader } from './read-tool.ts';
import type { TranscriptLine } from './transcript-line.ts';
import type { Transcript } from './transcript.ts';

// The clients' fixed sentences at the start of a failed result.
const REFUSED =
  /^(?:\[Operation Cancelled\]|Tool execution denied|User (?:rejected|cancelled)|The user doesn't want to )/i;

/** Rows of other types than the two that hold messages. @param quiet types without interest */
export function glanceAtClaudeRow(row: JsonObject, quiet: ReadonlySet<unknown>): ParseOutcome | undefined {
  const type = getText(row, 'type');
  if (type === 'user' || type === 'assistant') return undefined;
  return quiet.has(type) ? IGNORED : { kind: 'unknown', type: `row:${typeName(type)}` };
}

/**
 * Rows in the form of Claude Code's: `{type, uuid, timestamp, cwd, gitBranch, version, message: {role, content, model,
 * usage}}`, as other vendors' agents write them. Ids of calls make repeats harmless.
 */
export function readClaudeRow(line: TranscriptLine, tool: ToolReader): void {
  const { record: row, position, transcript } = line;
  const cwd = getText(row, 'cwd');
  const gitBranch = getText(row, 'gitBranch');
  const version = getText(row, 'version');
  transcript.start({
    ...(cwd === undefined ? {} : { cwd }),
    ...(gitBranch === undefined ? {} : { gitBranch: bounded(gitBranch, MAX_NAME) }),
    ...(version === undefined ? {} : { agentVersion: bounded(version, MAX_NAME) }),
  });
  const message = getObject(row, 'message') ?? {};
  const key = getText(row, 'uuid') ?? position;
  const blocks = getList(message, 'content').slice(0, MAX_ITEMS);
  if (row['type'] === 'assistant') {
    transcript.model(getText(message, 'model'), key);
    readUsage(getObject(message, 'usage') ?? {}, getText(message, 'id') ?? key, transcript);
  } else if (row['isMeta'] !== true && !blocks.some(isResult)) {
    transcript.prompt(key, textOf(message['content'], MAX_CONTENT), line.asker);
  }
  for (const block of blocks) if (isObject(block)) readBlock(block, tool, transcript, line.sink);
}

function isResult(block: unknown): boolean {
  return isObject(block) && block['type'] === 'tool_result';
}

const QUIET: ReadonlySet<unknown> = new Set(['text', 'image', 'thinking', 'redacted_thinking']);

function readBlock(block: JsonObject, tool: ToolReader, transcript: Transcript, sink: LogSink): void {
  if (block['type'] === 'tool_use') {
    const id = getText(block, 'id');
    if (id !== undefined)
      transcript.call(id, tool(getText(block, 'name') ?? '', getObject(block, 'input') ?? {}));
  } else if (block['type'] === 'tool_result') {
    const id = getText(block, 'tool_use_id');
    if (id === undefined) return;
    const output = resultText(block['content']);
    const failed = block['is_error'] === true;
    const denied = failed && REFUSED.test(output);
    transcript.result(id, { status: denied ? 'denied' : failed ? 'error' : 'ok' }, output);
    if (denied) transcript.decision(id, 'deny');
  } else if (!QUIET.has(block['type'])) {
    sink.unknown.push(`block:${typeName(block['type'])}`);
  }
}

/** Text, blocks, or Gemini's `{responseParts: {functionResponse: {response: {output}}}}`. */
function resultText(content: unknown): string {
  if (!isObject(content)) return textOf(content, MAX_OUTPUT);
  const parts = getObject(content, 'responseParts') ?? content;
  const response = getObject(getObject(parts, 'functionResponse') ?? {}, 'response') ?? {};
  return bounded(getText(response, 'output') ?? getText(response, 'error') ?? '', MAX_OUTPUT);
}

/** The four are disjoint, as with Anthropic; some products write zeros. */
function readUsage(usage: JsonObject, key: string, transcript: Transcript): void {
  transcript.usage(key, {
    input: getCount(usage, 'input_tokens'),
    output: getCount(usage, 'output_tokens'),
    cacheRead: getCount(usage, 'cache_read_input_tokens'),
    cacheWrite: getCount(usage, 'cache_creation_input_tokens'),
  });
}
