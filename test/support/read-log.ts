import { readFileSync } from 'node:fs';
import type { ParsedEvent } from '../../collector/contract/event.ts';
import type { JsonlFormat, LogFormat, ParseOutcome, ParserState } from '../../collector/agents/spec-log.ts';

export interface LogReading {
  readonly outcomes: readonly ParseOutcome[];
  readonly events: readonly ParsedEvent[];
  readonly state: ParserState;
}

/** The only JSONL format of a list. */
export function onlyJsonl(formats: readonly LogFormat[]): JsonlFormat {
  const format = formats.find((one) => one.container === 'jsonl');
  if (format?.container !== 'jsonl') throw new Error('no JSONL format');
  return format;
}

/** Reads text as a file of that name, line by line, the state stored and loaded between lines as the cursor does. */
export function readLog(format: JsonlFormat, text: string, relativePath: string): LogReading {
  const [agentId = ''] = format.id.split('.');
  const file = { agentId, formatId: format.id, root: '/logs', path: `/logs/${relativePath}`, relativePath };
  let state = format.initialState(file);
  let offsetBytes = 0;
  const outcomes: ParseOutcome[] = [];
  for (const line of text.split('\n')) {
    if (line !== '') outcomes.push(format.parseLine(line, offsetBytes, state));
    offsetBytes += Buffer.byteLength(line) + 1;
    state = JSON.parse(JSON.stringify(state)) as ParserState;
  }
  return { outcomes, events: eventsOf(outcomes), state };
}

export function eventsOf(outcomes: readonly ParseOutcome[]): readonly ParsedEvent[] {
  return outcomes.flatMap((outcome) => (outcome.kind === 'records' ? outcome.events : []));
}

export function readFixture(path: string): string {
  return readFileSync(new URL(`../fixtures/agents/${path}`, import.meta.url), 'utf8');
}

/** What a fixture's `events.json` holds: outcomes of all lines, in order, without byte offsets. */
export function reviewable(reading: LogReading): unknown {
  return JSON.parse(
    JSON.stringify(reading.outcomes, (key, value: unknown) => (key === 'offsetBytes' ? undefined : value)),
  );
}
