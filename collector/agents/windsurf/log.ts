import type { Outcome } from '../../contract/event.ts';
import type { JsonlFormat, LogFormat, ParseOutcome } from '../spec-log.ts';
import { IGNORED } from '../spec-log.ts';
import { bounded, MAX_CONTENT, MAX_NAME, MAX_OUTPUT } from '../shared/bounds.ts';
import { pathOfFileUri } from '../shared/file-uri.ts';
import { joinPath } from '../shared/join-path.ts';
import type { JsonObject } from '../shared/json.ts';
import { getNumber, getObject, getText, parseJsonObject } from '../shared/json.ts';
import { baseName } from '../shared/log-name.ts';
import { createSink, outcomeOf, typeName } from '../shared/log-sink.ts';
import { argsInput } from '../shared/tool-shape.ts';
import { epochMs } from '../shared/time.ts';
import {
  loadTranscript,
  type ReadTool,
  startTranscript,
  storeTranscript,
  Transcript,
} from '../shared/transcript.ts';
import { WINDSURF_TOOLS, windsurfTool } from './tools.ts';

const STEPS: ReadonlySet<string> = new Set(WINDSURF_TOOLS.map(({ name }) => name));
const QUIET: ReadonlySet<string> = new Set([
  'planner_response',
  'suggested_responses',
  'checkpoint',
  'ephemeral_message',
]);

/**
 * Transcripts of Cascade, written when its transcript hook is configured: one step per line with what came of it, and
 * neither times nor ids. A step is named by its place in the file. Recording of 2026; documented by the vendor's hooks.
 */
const TRANSCRIPT: JsonlFormat = {
  id: 'windsurf.transcript',
  container: 'jsonl',
  writesCalls: 'when-ended',
  roots: (context) =>
    ['.windsurf', '.devin'].map((folder) => ({
      dir: joinPath(context, context.home, folder, 'transcripts'),
      maxDepth: 0,
      matches: (path) => path.endsWith('.jsonl'),
    })),
  shardOf: (file) => file.relativePath,
  initialState: (file) => startTranscript(baseName(file)),
  parseLine(line, offsetBytes, stored, file): ParseOutcome {
    const parsed = parseJsonObject(line);
    if (!parsed.ok) return { kind: 'rejected', reason: parsed.reason };
    const type = getText(parsed.value, 'type');
    if (type === undefined) return { kind: 'rejected', reason: 'missing-field' };
    if (QUIET.has(type)) return IGNORED;
    const state = loadTranscript(stored);
    const timeMs = epochMs(file?.writtenMs) ?? state.lastMs;
    if (timeMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
    const sink = createSink();
    const transcript = new Transcript('windsurf', state, sink, timeMs, offsetBytes);
    transcript.start({});
    const step = getObject(parsed.value, type) ?? {};
    if (type === 'user_input')
      transcript.prompt(String(offsetBytes), bounded(getText(step, 'user_response') ?? '', MAX_CONTENT));
    else if (STEPS.has(type)) readStep(type, step, parsed.value, `step-${String(offsetBytes)}`, transcript);
    else sink.unknown.push(`step:${typeName(type)}`);
    storeTranscript(state, stored);
    return outcomeOf(sink);
  },
};

function readStep(
  type: string,
  step: JsonObject,
  record: JsonObject,
  id: string,
  transcript: Transcript,
): void {
  const read = withPath(type === 'mcp_tool' ? mcpCall(step) : windsurfTool(type, step));
  transcript.call(id, read);
  const refused =
    step['user_rejected'] === true || /REJECT/.test(bounded(getText(step, 'acknowledgement_type') ?? '', 80));
  if (refused) transcript.decision(id, 'deny');
  else if (/ACCEPT/.test(bounded(getText(step, 'acknowledgement_type') ?? '', 80)))
    transcript.decision(id, 'allow');
  if (record['status'] !== 'done' && record['status'] !== 'error' && !refused) return;
  const output = getText(step, 'output') ?? getText(step, 'content') ?? '';
  transcript.result(id, outcomeFrom(step, record, refused), bounded(output, MAX_OUTPUT));
}

function outcomeFrom(step: JsonObject, record: JsonObject, refused: boolean): Outcome {
  if (refused) return { status: 'denied' };
  const exitCode = getNumber(step, 'exit_code');
  const failed = record['status'] === 'error' || (exitCode !== undefined && exitCode !== 0);
  return { status: failed ? 'error' : 'ok', ...(exitCode === undefined ? {} : { exitCode }) };
}

function mcpCall(step: JsonObject): ReadTool {
  const server = getText(step, 'server_name') ?? getText(step, 'mcp_server_name') ?? '';
  const tool = getText(step, 'tool_name') ?? getText(step, 'mcp_tool_name') ?? '';
  return {
    tool: {
      name: 'mcp_tool',
      category: 'mcp',
      mcpServer: bounded(server, MAX_NAME),
      mcpTool: bounded(tool, MAX_NAME),
    },
    input: argsInput(step['arguments'] ?? step['mcp_tool_arguments']),
    known: true,
  };
}

/** Files are named by URI. */
function withPath(read: ReadTool): ReadTool {
  const { paths } = read.input;
  if (paths === undefined) return read;
  return { ...read, input: { ...read.input, paths: paths.map((path) => pathOfFileUri(path) ?? path) } };
}

/** Session logs of Windsurf. */
export const WINDSURF_LOGS: readonly LogFormat[] = [TRANSCRIPT];
