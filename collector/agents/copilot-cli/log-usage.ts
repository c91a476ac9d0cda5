import { bounded, MAX_NAME } from '../shared/bounds.ts';
import type { JsonObject } from '../shared/json.ts';
import { getCount, getObject, getText, isObject } from '../shared/json.ts';
import type { LogSink } from '../shared/log-sink.ts';
import type { CopilotRecord, CopilotState, Handler, ModelOutput } from './log-state.ts';
import { eventBase, recordKey } from './log-state.ts';

const MAX_MODELS = 20;

/** Output tokens of one message, known at once; the rest comes with the shutdown. Chunks of a message repeat them. */
export function countMessage(record: CopilotRecord, state: CopilotState, sink: LogSink): void {
  const output = getCount(record.data, 'outputTokens');
  const messageId = bounded(getText(record.data, 'messageId') ?? record.key, MAX_NAME);
  const model = bounded(getText(record.data, 'model') ?? state.model ?? '', MAX_NAME);
  if (output === 0 || messageId === state.lastMessage) return;
  state.lastMessage = messageId;
  const known = outputFor(model, state);
  known.all += output;
  known.run += output;
  sink.usage.push({
    key: `${state.sessionId}/message/${messageId}`,
    nativeSessionId: state.sessionId,
    timeMs: record.timeMs,
    ...(model === '' ? {} : { model }),
    tokens: { input: 0, output, cacheRead: 0, cacheWrite: 0 },
  });
}

function outputFor(model: string, state: CopilotState): ModelOutput {
  const known = state.outputs.find((output) => output.model === model);
  if (known !== undefined) return known;
  const fresh = { model, all: 0, run: 0 };
  if (state.outputs.length < MAX_MODELS) state.outputs.push(fresh);
  return fresh;
}

/**
 * The end of a run, with totals per model. `inputTokens` includes what came from the cache; `tokenDetails.input`
 * does not. Output that the messages told already is taken off, so that nothing counts twice.
 * Totals are of the whole session when they exceed what this run's messages told; then one key holds the maximum.
 */
export const sessionShutdown: Handler = (record, state, sink) => {
  const metrics = Object.entries(getObject(record.data, 'modelMetrics') ?? {}).slice(0, MAX_MODELS);
  const runs = metrics.map(([model, metric]) => ({ model: bounded(model, MAX_NAME), metric }));
  const told = (model: string): ModelOutput | undefined => state.outputs.find((one) => one.model === model);
  const whole =
    state.run === 0 || runs.some(({ model, metric }) => outputOf(metric) > (told(model)?.run ?? 0));
  for (const { model, metric } of runs) {
    const usage = isObject(metric) ? getObject(metric, 'usage') : undefined;
    if (!isObject(metric) || usage === undefined) continue;
    const known = (whole ? told(model)?.all : told(model)?.run) ?? 0;
    const cacheRead = getCount(usage, 'cacheReadTokens');
    sink.usage.push({
      key: `${state.sessionId}/${whole ? 'total' : `run-${state.run}`}/${model}`,
      nativeSessionId: state.sessionId,
      timeMs: record.timeMs,
      model,
      tokens: {
        input: freshInput(metric, usage, cacheRead),
        output: Math.max(0, getCount(usage, 'outputTokens') - known),
        cacheRead,
        cacheWrite: getCount(usage, 'cacheWriteTokens'),
      },
    });
  }
  const reason = getText(record.data, 'shutdownType');
  const base = eventBase(record, state, 'session.end', recordKey(record, state));
  sink.events.push({
    ...base,
    kind: 'session.end',
    ...(reason === undefined ? {} : { reason: bounded(reason, MAX_NAME) }),
  });
};

function outputOf(metric: unknown): number {
  const usage = isObject(metric) ? getObject(metric, 'usage') : undefined;
  return usage === undefined ? 0 : getCount(usage, 'outputTokens');
}

function freshInput(metric: JsonObject, usage: JsonObject, cacheRead: number): number {
  const detail = getObject(getObject(metric, 'tokenDetails') ?? {}, 'input');
  return detail === undefined
    ? Math.max(0, getCount(usage, 'inputTokens') - cacheRead)
    : getCount(detail, 'tokenCount');
}
