import type { ParseOutcome } from '../spec-log.ts';
import { MAX_CONTENT, MAX_OUTPUT, textOf } from '../shared/bounds.ts';
import type { JsonObject } from '../shared/json.ts';
import { getCount, getObject, getText, isObject, parseJson } from '../shared/json.ts';
import { typeName } from '../shared/log-sink.ts';
import type { WirePlace } from './log-wire.ts';
import { kimiTool } from './tools.ts';

const QUIET: ReadonlySet<string> = new Set([
  'TurnEnd',
  'StepBegin',
  'StepInterrupted',
  'ContentPart',
  'CompactionBegin',
  'ApprovalRequest',
  'ApprovalRequestResolved',
]);

/** A row of Kimi CLI: `{timestamp, message: {type, payload}}`. @returns an outcome only for an unknown type */
export function readLegacy(message: JsonObject, place: WirePlace): ParseOutcome | undefined {
  const { transcript, key } = place;
  const type = getText(message, 'type') ?? '';
  const payload = getObject(message, 'payload') ?? {};
  switch (type) {
    case 'TurnBegin':
      transcript.prompt(key, textOf(payload['user_input'], MAX_CONTENT));
      return undefined;
    case 'ToolCall': {
      const call = getObject(payload, 'function') ?? {};
      const args = parseJson(getText(call, 'arguments') ?? '{}')?.value;
      const id = getText(payload, 'id');
      if (id !== undefined)
        transcript.call(id, kimiTool(getText(call, 'name') ?? '', isObject(args) ? args : {}));
      return undefined;
    }
    case 'ToolResult': {
      const value = getObject(payload, 'return_value') ?? {};
      const id = getText(payload, 'tool_call_id');
      const output = textOf(value['output'], MAX_OUTPUT);
      if (id !== undefined)
        transcript.result(id, { status: value['is_error'] === true ? 'error' : 'ok' }, output);
      return undefined;
    }
    case 'StatusUpdate': {
      const usage = getObject(payload, 'token_usage');
      if (usage === undefined) return undefined;
      transcript.usage(key, {
        input: getCount(usage, 'input_other'),
        output: getCount(usage, 'output'),
        cacheRead: getCount(usage, 'input_cache_read'),
        cacheWrite: getCount(usage, 'input_cache_creation'),
      });
      return undefined;
    }
    case 'CompactionEnd':
      transcript.update(key, 'compaction');
      return undefined;
    default:
      return QUIET.has(type) ? undefined : { kind: 'unknown', type: `message:${typeName(message['type'])}` };
  }
}
