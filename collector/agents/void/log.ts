import type { LogFormat, ParseOutcome } from '../spec-log.ts';
import { bounded, MAX_CONTENT, MAX_ITEMS, MAX_NAME, MAX_OUTPUT } from '../shared/bounds.ts';
import { editorState } from '../shared/editor-state.ts';
import type { JsonObject } from '../shared/json.ts';
import { getList, getObject, getText, isObject } from '../shared/json.ts';
import { createSink, outcomeOf, typeName, type LogSink } from '../shared/log-sink.ts';
import { createToolReader } from '../shared/read-tool.ts';
import { createTextKeys } from '../shared/text-keys.ts';
import { isoToMs } from '../shared/time.ts';
import type { ToolShape } from '../shared/tool-shape.ts';
import { freshTranscript, Transcript } from '../shared/transcript.ts';

const FILE = ['uri', 'path'];

/** Built-in tools of Void 1.4 (`common/prompt/prompts.ts`). */
export const VOID_TOOLS: readonly ToolShape[] = [
  { name: 'run_command', category: 'shell', command: ['command'], cwd: ['cwd'] },
  { name: 'run_persistent_command', category: 'shell', command: ['command'] },
  { name: 'open_persistent_terminal', category: 'other', cwd: ['cwd'] },
  { name: 'kill_persistent_terminal', category: 'other' },
  { name: 'read_file', category: 'read', paths: FILE },
  { name: 'ls_dir', category: 'read', paths: FILE },
  { name: 'get_dir_tree', category: 'read', paths: FILE },
  { name: 'read_lint_errors', category: 'read', paths: FILE },
  { name: 'search_pathnames_only', category: 'search', query: ['query'] },
  { name: 'search_for_files', category: 'search', query: ['query'] },
  { name: 'search_in_file', category: 'search', query: ['query'], paths: FILE },
  { name: 'create_file_or_folder', category: 'write', paths: FILE },
  { name: 'delete_file_or_folder', category: 'write', paths: FILE },
  {
    name: 'edit_file',
    category: 'write',
    paths: FILE,
    content: ['search_replace_blocks', 'searchReplaceBlocks'],
  },
  { name: 'rewrite_file', category: 'write', paths: FILE, content: ['new_content', 'newContent'] },
];

const read = createToolReader(VOID_TOOLS);

/**
 * Chats of Void: `{<thread>: {id, createdAt, lastModified, messages}}` in the editor's store. Messages tell no time: what
 * is new has that of the thread's last change. Source (`common/chatThreadServiceTypes.ts`, 1.4), 2026-11.
 */
const CHATS = editorState({
  formatId: 'void.chats',
  products: ['Void'],
  key: 'void.chatThreadStorageII',
  inWorkspaces: false,
  read(threads): ParseOutcome {
    const sink = createSink();
    for (const thread of Object.values(threads)) if (isObject(thread)) readThread(thread, sink);
    return outcomeOf(sink);
  },
});

function readThread(thread: JsonObject, sink: LogSink): void {
  const id = getText(thread, 'id');
  const startedMs = isoToMs(thread['createdAt']);
  const timeMs = isoToMs(thread['lastModified']) ?? startedMs;
  if (id === undefined || timeMs === undefined) {
    sink.unknown.push('thread:no id or time');
    return;
  }
  const messages = getList(thread, 'messages').filter(isObject);
  // An empty one waits for the next question.
  if (messages.length === 0) return;
  const transcript = new Transcript('void', freshTranscript(id), sink, timeMs, 0);
  transcript.start(startedMs === undefined ? {} : { startedMs });
  const keyOf = createTextKeys();
  for (const message of messages) {
    if (message['role'] === 'user') {
      const text = getText(message, 'displayContent') ?? getText(message, 'content') ?? '';
      transcript.prompt(keyOf(text), bounded(text, MAX_CONTENT));
    } else if (message['role'] === 'tool') readTool(message, keyOf, transcript, sink);
    else if (message['role'] !== 'assistant' && message['role'] !== 'checkpoint')
      sink.unknown.push(`message:${typeName(message['role'])}`);
  }
}

type End = 'ok' | 'error' | 'denied';
const ENDS: ReadonlyMap<unknown, End> = new Map<unknown, End>([
  ['success', 'ok'],
  ['tool_error', 'error'],
  ['rejected', 'denied'],
]);

/** A message is written again from request to end; the request alone was not run. */
function readTool(
  message: JsonObject,
  keyOf: (text: string) => string,
  transcript: Transcript,
  sink: LogSink,
): void {
  const name = bounded(getText(message, 'name') ?? '', MAX_NAME);
  const params = getObject(message, 'rawParams') ?? plain(getObject(message, 'params') ?? {});
  const id = getText(message, 'id') ?? `${transcript.sessionId}/${keyOf(`${name}${JSON.stringify(params)}`)}`;
  const { type } = message;
  if (type === 'invalid_params') return;
  const server = getText(message, 'mcpServerName');
  const made = read(name, params);
  transcript.call(
    id,
    server === undefined
      ? made
      : {
          ...made,
          tool: { name, category: 'mcp', mcpServer: bounded(server, MAX_NAME), mcpTool: name },
          known: true,
        },
  );
  const status = ENDS.get(type);
  if (status === undefined) {
    if (type !== 'tool_request' && type !== 'running_now') sink.unknown.push(`tool:${typeName(type)}`);
    return;
  }
  transcript.result(id, { status }, bounded(getText(message, 'content') ?? '', MAX_OUTPUT));
  if (status === 'denied') transcript.decision(id, 'deny');
}

/** Paths are URIs with members of their own. */
function plain(params: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(params)
      .slice(0, MAX_ITEMS)
      .map(([key, value]) => [
        key,
        (isObject(value) ? (getText(value, 'fsPath') ?? getText(value, 'path')) : undefined) ?? value,
      ]),
  );
}

/** Session logs of Void. */
export const VOID_LOGS: readonly LogFormat[] = [CHATS];
