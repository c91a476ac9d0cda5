import { bounded, MAX_CONTENT, MAX_OUTPUT, textOf } from '../bounds.ts';
import { callKey } from '../call-key.ts';
import { getObject, getText, isObject, type JsonObject } from '../json.ts';
import { unknownLabel } from '../label.ts';
import type { Outcome } from '../../../contract/event.ts';
import { cellKey, readOutput } from './output.ts';
import { readPrompt } from './prompt.ts';
import { baseOf, pushDecision } from '../row-events.ts';
import { MAX_ID, putState, type Row, stateCount, stateMap } from './thread.ts';
import { type ReadCall, readCall } from './tools.ts';

const IGNORED_ITEMS: ReadonlySet<string> = new Set([
  'reasoning',
  'ghost_snapshot',
  'compaction',
  'compaction_summary',
  'compaction_trigger',
  'context_compaction',
  'other',
]);

/** What the model was given and what it answered: `response_item`, or a bare line of the flat form. */
export function readResponseItem(row: Row): void {
  const { payload } = row;
  const type = getText(payload, 'type') ?? (getText(payload, 'role') === undefined ? '' : 'message');
  switch (type) {
    case 'message':
      if (getText(payload, 'role') === 'user')
        readPrompt(row, 'response', textOf(payload['content'], MAX_CONTENT));
      return;
    case 'agent_message':
      readAgentMessage(row);
      return;
    case 'function_call':
    case 'custom_tool_call':
      readFunctionCall(row, payload['arguments'] ?? payload['input']);
      return;
    case 'local_shell_call':
      readLocalShell(row);
      return;
    case 'web_search_call':
      readWebSearch(row, payload, getText(payload, 'id'));
      return;
    case 'tool_search_call':
      named(row, 'tool_search', payload['arguments']);
      return;
    case 'image_generation_call':
      named(row, 'image_generation', { revised_prompt: payload['revised_prompt'] });
      return;
    case 'function_call_output':
    case 'custom_tool_call_output':
      readCallOutput(row, payload['output']);
      return;
    case 'tool_search_output':
      pushOwnResult(row, { status: getText(payload, 'status') === 'failed' ? 'error' : 'ok' });
      return;
    default:
      if (!IGNORED_ITEMS.has(type)) row.records.unknown.push(unknownLabel('response_item', type));
  }
}

export function pushCalls(row: Row, calls: readonly ReadCall[]): void {
  for (const { tool, input, unknown } of calls) {
    if (unknown) row.records.unknown.push(unknownLabel('tool', tool.name));
    row.records.events.push({ ...baseOf(row, 'tool.call', tool.callId), kind: 'tool.call', tool, input });
  }
}

export function pushResult(row: Row, callId: string, outcome: Outcome, output?: string, key = callId): void {
  const text = output === undefined || output === '' ? {} : { output: bounded(output, MAX_OUTPUT) };
  row.records.events.push({
    ...baseOf(row, 'tool.result', key),
    kind: 'tool.result',
    callId,
    outcome,
    ...text,
  });
}

/** The call id of a record (numbered ones of other providers' models made unique by their turn), or `undefined` after counting that it has none. */
export function callIdOf(row: Row, payload: JsonObject, ...keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const id = getText(payload, key);
    if (id !== undefined) return callKey(bounded(id, MAX_ID), row.turnKey);
  }
  row.records.unknown.push('call.without-id');
  return undefined;
}

function named(row: Row, name: string, args: unknown): void {
  const callId = callIdOf(row, row.payload, 'call_id', 'id');
  if (callId !== undefined) pushCalls(row, readCall(name, callId, args));
}

/** A message of one agent to another in the same tree. */
function readAgentMessage(row: Row): void {
  const text = textOf(row.payload['content'], MAX_CONTENT);
  const id = getText(row.payload, 'id');
  if (text === '' || id === undefined) return;
  row.records.events.push({
    ...baseOf(row, 'prompt.submit', id),
    kind: 'prompt.submit',
    text,
    origin: 'agent',
  });
}

function readFunctionCall(row: Row, args: unknown): void {
  const { payload, state } = row;
  const callId = callIdOf(row, payload, 'call_id');
  if (callId === undefined) return;
  const inner = getObject(payload, 'function');
  const name = getText(payload, 'name') ?? (inner === undefined ? undefined : getText(inner, 'name'));
  if (name === undefined) {
    row.records.unknown.push('call.without-name');
    return;
  }
  const [call, ...more] = readCall(name, callId, args, getText(payload, 'namespace'));
  if (name !== 'write_stdin') {
    const cell = name === 'wait' ? idIn(args, CELL) : undefined;
    if (cell !== undefined) putState(state, 'polls', callId, cellKey(cell));
    pushCalls(row, [call, ...more]);
    if (call.input.command !== undefined && opensShell(call.input.command))
      putState(state, 'shells', callId, 'yes');
    return;
  }
  const terminal = idIn(args, TERMINAL);
  if (terminal !== undefined) putState(state, 'polls', callId, terminal);
  pushCalls(row, [typedInto(row, call, terminal)]);
}

/** Text typed into a terminal that runs a bare shell is a command of its own. */
function typedInto(row: Row, call: ReadCall, terminal: string | undefined): ReadCall {
  const opener = terminal === undefined ? undefined : stateMap(row.state, 'running').get(terminal);
  const { text } = call.input;
  if (opener === undefined || text === undefined || text.trim() === '') return call;
  if (!stateMap(row.state, 'shells').has(opener)) return call;
  return { ...call, input: { command: text, dialect: 'posix' } };
}

// `bash`, `/bin/zsh -i`, `sh --login`: a shell without a command of its own.
const BARE_SHELL = /^\s*(?:[\w./-]{0,200}\/)?(?:ba|z|da|k|fi)?sh(?:\s+--?[a-z-]{1,20}){0,6}\s*$/;

function opensShell(command: string): boolean {
  return command.length < 400 && BARE_SHELL.test(command);
}

interface IdMember {
  readonly key: string;
  readonly text: RegExp;
}
const TERMINAL: IdMember = { key: 'session_id', text: /"session_id"\s{0,9}:\s{0,9}"?([\w-]{1,64})/ };
const CELL: IdMember = { key: 'cell_id', text: /"cell_id"\s{0,9}:\s{0,9}"?([\w-]{1,64})/ };

/** The terminal or cell that a call's arguments name, given as JSON text or as an object. */
function idIn(args: unknown, member: IdMember): string | undefined {
  if (typeof args === 'string') return member.text.exec(args.slice(0, 2_000))?.[1];
  const id = isObject(args) ? args[member.key] : undefined;
  return typeof id === 'string' || typeof id === 'number' ? bounded(String(id), 64) : undefined;
}

function readLocalShell(row: Row): void {
  const callId = callIdOf(row, row.payload, 'call_id', 'id');
  const action = getObject(row.payload, 'action') ?? {};
  if (callId === undefined) return;
  const workdir = action['working_directory'] ?? action['workdir'];
  pushCalls(row, readCall('local_shell', callId, { command: action['command'], workdir }));
}

/** Older records of a web search have no id: their place in the turn is one. */
export function readWebSearch(row: Row, payload: JsonObject, id: string | undefined): void {
  const action = getObject(payload, 'action') ?? {};
  const index = stateCount(row.state, 'searches');
  row.state['searches'] = index + 1;
  const callId =
    id === undefined ? `${row.turnKey}:search:${index}` : callKey(bounded(id, MAX_ID), row.turnKey);
  const queries = textOf(action['queries'], MAX_OUTPUT);
  const query =
    getText(action, 'query') ?? getText(payload, 'query') ?? (queries === '' ? undefined : queries);
  pushCalls(row, readCall('web_search', callId, { query, url: action['url'] }));
}

function pushOwnResult(row: Row, outcome: Outcome): void {
  const callId = callIdOf(row, row.payload, 'call_id', 'id');
  if (callId !== undefined) pushResult(row, callId, outcome);
}

/**
 * The output of a call. While a command still runs, only what it said so far is told, under a key of its own; the
 * end comes with the output of a later `write_stdin` or `wait`, and is told for the command as well.
 */
function readCallOutput(row: Row, given: unknown): void {
  const { payload, state } = row;
  const callId = callIdOf(row, payload, 'call_id');
  if (callId === undefined) return;
  const { outcome, output, by, running } = readOutput(given);
  const terminal = stateMap(state, 'polls').get(callId);
  putState(state, 'polls', callId, undefined);
  if (running !== undefined && terminal === undefined) {
    putState(state, 'running', running, callId);
    pushResult(row, callId, outcome, output, `${callId}~running`);
    return;
  }
  pushResult(row, callId, outcome, output);
  if (outcome.status === 'denied') pushDecision(row, callId, 'deny', by, callId);
  const opener = terminal === undefined ? undefined : stateMap(state, 'running').get(terminal);
  if (terminal === undefined || opener === undefined) return;
  const { status, exitCode } = outcome;
  // A terminal ends with an exit code, a script cell with any answer but "running".
  if (exitCode === undefined && (running !== undefined || !terminal.startsWith(cellKey('')))) return;
  putState(state, 'running', terminal, undefined);
  putState(state, 'shells', opener, undefined);
  pushResult(row, opener, { status, ...(exitCode === undefined ? {} : { exitCode }) });
}
