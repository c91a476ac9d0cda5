import { bounded, MAX_CONTENT, MAX_ITEMS, MAX_NAME, MAX_OUTPUT, textOf } from './bounds.ts';
import type { JsonObject } from './json.ts';
import { getList, getObject, getText, isObject } from './json.ts';
import type { LogSink } from './log-sink.ts';
import { typeName } from './log-sink.ts';
import { eventBase, readPart, type PartPlace } from './opencode-part.ts';
import { epochMs } from './time.ts';

const QUIET: ReadonlySet<unknown> = new Set(['synthetic', 'system']);
const QUIET_PARTS: ReadonlySet<unknown> = new Set(['text', 'reasoning']);

/**
 * One row of `session_message`, the newer record of OpenCode's conversations: a whole message with its calls inside.
 * Each is turned into the part that the older tables would hold for it, so that both are told alike and with the same
 * ids of calls. Source `packages/core/src/session/message.ts` and `sql.ts` of 1.18 (mid 2026), 2026-11; that `id` of a
 * call is the model's, as in the older tables, is unverified.
 * @returns why it was refused, or `undefined`
 */
export function readSessionMessage(
  type: unknown,
  data: JsonObject,
  place: PartPlace,
  sink: LogSink,
): 'bad-time' | undefined {
  switch (type) {
    case 'user':
      return readPart({ type: 'text', text: getText(data, 'text') ?? '' }, { ...place, role: 'user' }, sink);
    case 'assistant':
      return readAssistant(data, place, sink);
    case 'shell':
      return readShell(data, place, sink);
    case 'compaction':
      return readPart({ type: 'compaction' }, place, sink);
    case 'model-switched':
      return change('model', getText(getObject(data, 'model') ?? {}, 'id'), place, sink);
    case 'agent-switched':
      return change('mode', getText(data, 'agent'), place, sink);
    default:
      if (!QUIET.has(type)) sink.unknown.push(`message:${typeName(type)}`);
      return undefined;
  }
}

function change(
  what: 'model' | 'mode',
  to: string | undefined,
  place: PartPlace,
  sink: LogSink,
): 'bad-time' | undefined {
  if (to === undefined) return undefined;
  if (place.timeMs === undefined) return 'bad-time';
  const base = eventBase(place, 'session.update', place.partId, place.timeMs);
  sink.events.push({ ...base, kind: 'session.update', change: what, to: bounded(to, MAX_NAME) });
  if (what === 'model') sink.sessions.push({ nativeId: place.sessionId, model: bounded(to, MAX_NAME) });
  return undefined;
}

/** One request to the model: its tokens are its own, other than those of a message in the older tables. */
function readAssistant(data: JsonObject, place: PartPlace, sink: LogSink): 'bad-time' | undefined {
  const model = getText(getObject(data, 'model') ?? {}, 'id');
  const named: PartPlace = {
    ...place,
    role: 'assistant',
    model: model === undefined ? undefined : bounded(model, MAX_NAME),
  };
  if (named.model !== undefined) sink.sessions.push({ nativeId: place.sessionId, model: named.model });
  for (const item of getList(data, 'content').slice(0, MAX_ITEMS)) {
    if (!isObject(item)) continue;
    if (item['type'] === 'tool') {
      const refused = readPart(partOf(item), { ...named, partId: `${place.partId}/${idOf(item)}` }, sink);
      if (refused !== undefined) return refused;
    } else if (!QUIET_PARTS.has(item['type'])) {
      sink.unknown.push(`content:${typeName(item['type'])}`);
    }
  }
  return readPart({ type: 'step-finish', tokens: getObject(data, 'tokens') }, named, sink);
}

function idOf(item: JsonObject): string {
  return bounded(getText(item, 'id') ?? 'call', MAX_NAME);
}

/** `{id, name, state: {status, input, content, structured, error}, time: {created, ran, completed}}` */
function partOf(item: JsonObject): JsonObject {
  const state = getObject(item, 'state') ?? {};
  const time = getObject(item, 'time') ?? {};
  const error = getText(getObject(state, 'error') ?? {}, 'message') ?? getText(state, 'error');
  return {
    type: 'tool',
    callID: getText(item, 'id'),
    tool: getText(item, 'name'),
    state: {
      status: state['status'],
      input: state['input'],
      output: textOf(state['content'], MAX_OUTPUT),
      error,
      metadata: state['structured'],
      time: {
        start: epochMs(time['ran']) ?? time['created'],
        end: time['completed'],
      },
    },
  };
}

/** A command that the person typed. */
function readShell(data: JsonObject, place: PartPlace, sink: LogSink): 'bad-time' | undefined {
  const time = getObject(data, 'time') ?? {};
  const command = getText(data, 'command');
  if (command === undefined) return undefined;
  const part = {
    type: 'tool',
    callID: getText(data, 'callID') ?? place.partId,
    tool: 'bash',
    state: {
      status: time['completed'] === undefined ? 'running' : 'completed',
      input: { command: bounded(command, MAX_CONTENT) },
      output: getText(data, 'output'),
      time: { start: time['created'], end: time['completed'] },
    },
  };
  return readPart(part, place, sink);
}
