import { getText, getCount, getObject, isObject, type JsonObject } from '../json.ts';
import { bounded } from '../bounds.ts';
import { MAX_ID, type Row } from './thread.ts';

interface Counts {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
}

/**
 * `token_count`: the client repeats running totals; what is new since the last record is one usage record. The key
 * holds the turn and the totals, so that a fork's copy of the record has the same one. When the totals went back
 * (compaction, new window) or the file does not begin at zero (fork), the last response's own counts are taken.
 */
export function readTokenCount(row: Row): void {
  const info = getObject(row.payload, 'info') ?? row.payload;
  const total = countsOf(info['total_token_usage']);
  const last = countsOf(info['last_token_usage']);
  const before = countsBefore(row.state['totals']);
  if (total !== undefined) row.state['totals'] = { ...total };
  const added = total === undefined ? last : difference(total, before, last);
  if (added === undefined || added.input + added.output === 0) return;
  const mark = total ?? added;
  const place = total === undefined ? `@${row.offsetBytes}` : '';
  const model = getText(row.state, 'model');
  row.records.usage.push({
    key: `${row.turnKey}:${mark.input}:${mark.cached}:${mark.output}${place}`,
    nativeSessionId: row.nativeSessionId,
    timeMs: row.timeMs,
    ...(model === undefined ? {} : { model: bounded(model, MAX_ID) }),
    tokens: {
      // The vendor's input count includes what was read from the cache.
      input: Math.max(0, added.input - added.cached),
      output: added.output,
      cacheRead: Math.min(added.cached, added.input),
      cacheWrite: 0,
    },
  });
}

function difference(total: Counts, before: Counts | undefined, last: Counts | undefined): Counts | undefined {
  if (before === undefined) return last ?? total;
  const delta = {
    input: total.input - before.input,
    cached: total.cached - before.cached,
    output: total.output - before.output,
  };
  return delta.input < 0 || delta.output < 0
    ? (last ?? total)
    : { ...delta, cached: Math.max(0, delta.cached) };
}

function countsOf(value: unknown): Counts | undefined {
  if (!isObject(value)) return undefined;
  return {
    input: getCount(value, 'input_tokens'),
    cached: getCount(value, 'cached_input_tokens'),
    output: getCount(value, 'output_tokens'),
  };
}

function countsBefore(value: unknown): Counts | undefined {
  if (!isObject(value)) return undefined;
  const fields: JsonObject = value;
  return {
    input: getCount(fields, 'input'),
    cached: getCount(fields, 'cached'),
    output: getCount(fields, 'output'),
  };
}
