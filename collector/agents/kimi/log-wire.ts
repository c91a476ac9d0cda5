import type { ParseOutcome } from '../spec-log.ts';
import { MAX_CONTENT, MAX_OUTPUT, textOf } from '../shared/bounds.ts';
import type { JsonObject } from '../shared/json.ts';
import { getCount, getList, getObject, getText } from '../shared/json.ts';
import type { LogSink } from '../shared/log-sink.ts';
import { typeName } from '../shared/log-sink.ts';
import type { Transcript } from '../shared/transcript.ts';
import { kimiTool } from './tools.ts';

export interface WirePlace {
  readonly transcript: Transcript;
  readonly sink: LogSink;
  /** The row's time and type, for rows have no id of their own. */
  readonly key: string;
}

/** Rows that say nothing of what was done. `step.end` repeats the tokens of `usage.record`. */
const QUIET: ReadonlySet<string> = new Set([
  'metadata',
  'context.append_message',
  'tools.set_active_tools',
  'llm.tools_snapshot',
  'llm.request',
  'full_compaction.begin',
  'full_compaction.complete',
  'full_compaction.cancel',
  'turn.ended',
  'turn.cancel',
  'plugin.session_start',
  'runtime.set_binding',
]);
const QUIET_EVENTS: ReadonlySet<string> = new Set(['step.begin', 'step.end', 'content.part']);
const QUIET_GROUPS = ['token_counting.', 'tools.', 'goal.', 'todo.', 'title.'];

/** @returns an outcome only for a row of an unknown type */
export function readWire(record: JsonObject, place: WirePlace): ParseOutcome | undefined {
  const { transcript, key } = place;
  const type = getText(record, 'type') ?? '';
  switch (type) {
    case 'turn.prompt':
    case 'turn.steer': {
      const kind = getText(getObject(record, 'origin') ?? {}, 'kind');
      const origin = kind === 'user' ? 'human' : kind === 'system_trigger' ? 'agent' : 'system';
      transcript.prompt(key, textOf(getList(record, 'input'), MAX_CONTENT), origin);
      return undefined;
    }
    case 'context.append_loop_event':
      readLoopEvent(getObject(record, 'event') ?? {}, place);
      return undefined;
    case 'permission.record_approval_result':
      readApproval(record, transcript);
      return undefined;
    case 'permission.set_mode':
      setMode(getText(record, 'mode'), place);
      return undefined;
    case 'usage.record':
      readUsage(record, place);
      return undefined;
    case 'config.update':
    case 'profile.bind':
      readConfig(record, place);
      return undefined;
    case 'context.apply_compaction':
      transcript.update(key, 'compaction');
      return undefined;
    case 'context.undo':
    case 'context.clear':
      transcript.update(key, 'rewind', type.slice('context.'.length));
      return undefined;
    case 'plan_mode.enter':
    case 'plan_mode.exit':
    case 'plan_mode.cancel':
      transcript.update(key, 'mode', type === 'plan_mode.enter' ? 'plan' : 'work');
      return undefined;
    default:
      if (QUIET.has(type) || QUIET_GROUPS.some((group) => type.startsWith(group))) return undefined;
      return { kind: 'unknown', type: typeName(record['type']) };
  }
}

function readLoopEvent(event: JsonObject, { transcript, sink }: WirePlace): void {
  const type = getText(event, 'type');
  const id = getText(event, 'toolCallId') ?? getText(event, 'id') ?? getText(event, 'uuid');
  if (type === 'tool.call') {
    const args = getObject(event, 'args') ?? {};
    if (id !== undefined) transcript.call(id, kimiTool(getText(event, 'name') ?? '', args));
  } else if (type === 'tool.result') {
    const result = getObject(event, 'result') ?? event;
    const failed = result['isError'] === true;
    const output = textOf(result['output'], MAX_OUTPUT);
    const denied =
      failed && /^(?:The user|User) (?:rejected|denied)|was rejected by the user/i.test(output.slice(0, 200));
    if (id === undefined) return;
    transcript.result(id, { status: denied ? 'denied' : failed ? 'error' : 'ok' }, output);
  } else if (type === undefined || !QUIET_EVENTS.has(type)) {
    sink.unknown.push(`event:${typeName(type)}`);
  }
}

function readApproval(record: JsonObject, transcript: Transcript): void {
  const id = getText(record, 'toolCallId');
  const decision = getText(getObject(record, 'result') ?? {}, 'decision');
  if (id === undefined || decision === undefined) return;
  transcript.decision(id, decision === 'approved' ? 'allow' : 'deny');
}

/** `auto` and `yolo` ask for nothing. */
function setMode(mode: string | undefined, { transcript, key }: WirePlace): void {
  if (mode === undefined) return;
  transcript.patch({ permissionMode: mode });
  transcript.update(key, 'permission-mode', mode);
}

function readConfig(record: JsonObject, { transcript, key }: WirePlace): void {
  const cwd = getText(record, 'cwd') ?? getText(getObject(record, 'environmentDisclosure') ?? {}, 'cwd');
  if (cwd !== undefined) transcript.patch({ cwd });
  transcript.model(getText(record, 'modelAlias'), key);
}

/** The four counts are disjoint. */
function readUsage(record: JsonObject, { transcript, key }: WirePlace): void {
  const usage = getObject(record, 'usage') ?? {};
  const model = getText(record, 'model');
  const tokens = {
    input: getCount(usage, 'inputOther'),
    output: getCount(usage, 'output'),
    cacheRead: getCount(usage, 'inputCacheRead'),
    cacheWrite: getCount(usage, 'inputCacheCreation'),
  };
  if (model === undefined) transcript.usage(key, tokens);
  else transcript.usage(key, tokens, model);
}
