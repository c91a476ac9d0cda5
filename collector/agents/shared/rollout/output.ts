import type { Outcome, OutcomeStatus } from '../../../contract/event.ts';
import { MAX_OUTPUT, textOf } from '../bounds.ts';
import { getList, getNumber, getObject, getText, isObject, parseJson, type JsonObject } from '../json.ts';

export interface ReadOutput {
  readonly outcome: Outcome;
  readonly output: string;
  readonly by: 'human' | 'rule' | 'mode' | 'unknown';
  /** The command goes on in this terminal or script cell; its result comes with a later call. */
  readonly running?: string;
}

/** How the client words a call that did not run (Codex 0.2x-0.169). The text must begin so, after an optional frame. */
const REFUSALS: readonly { text: string; status: OutcomeStatus; by: ReadOutput['by'] }[] = [
  { text: 'rejected by user', status: 'denied', by: 'human' },
  { text: 'user rejected', status: 'denied', by: 'human' },
  { text: 'blocked by policy', status: 'denied', by: 'rule' },
  { text: 'rejected by policy', status: 'denied', by: 'rule' },
  { text: 'approval required by policy', status: 'denied', by: 'rule' },
  { text: 'approval policy is', status: 'denied', by: 'mode' },
  { text: 'rejected: approval', status: 'denied', by: 'mode' },
  { text: 'aborted by user', status: 'interrupted', by: 'human' },
];
/** A refusal is one short sentence; a longer text is output that may quote anything. */
const MAX_REFUSAL = 600;
/** The header of a command's output ends within this many characters, even with a long command line in it. */
const MAX_HEADER = 2_000;

const EXITED = /^(?:Process exited with code|Exit code:) (-?\d{1,10})$/;
const RUNNING = /^Process running with session ID (\S{1,64})$/;
const CELL = /^Script running with cell ID (\S{1,64})$/;
const WALL_TIME = /^Wall time:? (\d{1,9}(?:\.\d{1,9})?) ?s(?:econds)?$/;
const SCRIPT = /^Script (completed|failed|terminated)\b/;

/** The result of a call, from the text or blocks the model was given. */
export function readOutput(given: unknown): ReadOutput {
  const wrapped = isObject(given) ? given : undefined;
  const content =
    wrapped === undefined ? given : (wrapped['content'] ?? wrapped['content_items'] ?? wrapped['body']);
  const text = textOf(content, MAX_OUTPUT);
  const size = typeof content === 'string' ? content.length : text.length;
  const structured = readStructured(content, text);
  if (structured !== undefined) return structured;
  const failed = wrapped?.['success'] === false;
  return readHeader(text, size, failed);
}

/** `{"output":"…","metadata":{"exit_code":0,"duration_seconds":0.1}}`, the form until 0.130. */
function readStructured(content: unknown, text: string): ReadOutput | undefined {
  if (typeof content !== 'string' || !text.startsWith('{"output"')) return undefined;
  const parsed = parseJson(content);
  if (parsed === undefined || !isObject(parsed.value)) return undefined;
  const metadata = getObject(parsed.value, 'metadata') ?? {};
  const exitCode = getNumber(metadata, 'exit_code');
  const seconds = getNumber(metadata, 'duration_seconds');
  const output = textOf(parsed.value['output'], MAX_OUTPUT);
  const size = getText(parsed.value, 'output')?.length ?? 0;
  return finish(output, size, exitCode, seconds === undefined ? undefined : seconds * 1_000, false);
}

function readHeader(text: string, sizeBytes: number, failed: boolean): ReadOutput {
  const header = text.slice(0, MAX_HEADER).split('\n', 12);
  let exitCode: number | undefined;
  let durationMs: number | undefined;
  let running: string | undefined;
  let script: string | undefined;
  for (const line of header) {
    if (line === 'Output:') break;
    const told = EXITED.exec(line);
    if (told !== null) exitCode = Number(told[1]);
    running = RUNNING.exec(line)?.[1] ?? running;
    const cell = CELL.exec(line)?.[1];
    if (cell !== undefined) running = cellKey(cell);
    script = SCRIPT.exec(line)?.[1] ?? script;
    const seconds = WALL_TIME.exec(line)?.[1];
    if (seconds !== undefined) durationMs = Number(seconds) * 1_000;
  }
  if (exitCode === undefined && running === undefined && script === undefined) {
    const refused = refusalOf(text);
    if (refused !== undefined) {
      return { outcome: { status: refused.status, sizeBytes }, output: text, by: refused.by };
    }
  }
  const read = finish(text, sizeBytes, exitCode, durationMs, failed || script === 'failed');
  const outcome: Outcome =
    script === 'terminated' ? { ...read.outcome, status: 'interrupted' } : read.outcome;
  return { ...read, outcome, ...(running === undefined ? {} : { running }) };
}

/** A script cell, named so that it is not taken for a terminal with the same number. */
export function cellKey(cell: string): string {
  return `cell:${cell}`;
}

function refusalOf(text: string) {
  if (text.length > MAX_REFUSAL) return undefined;
  const lower = text.toLowerCase();
  return REFUSALS.find((refusal) => lower.includes(refusal.text));
}

const FAILURES = [
  'exec_command failed',
  'apply_patch verification failed',
  'failed to parse',
  'Error: ',
] as const;

function finish(
  output: string,
  sizeBytes: number,
  exitCode: number | undefined,
  durationMs: number | undefined,
  failed: boolean,
): ReadOutput {
  const code = Number.isSafeInteger(exitCode) ? exitCode : undefined;
  const worded = code === undefined && FAILURES.some((sentence) => output.startsWith(sentence));
  const status = failed || worded || (code !== undefined && code !== 0) ? 'error' : 'ok';
  return {
    outcome: {
      status,
      ...(code === undefined ? {} : { exitCode: code }),
      ...(durationMs === undefined || durationMs < 0 ? {} : { durationMs: Math.round(durationMs) }),
      sizeBytes,
    },
    output,
    by: 'unknown',
  };
}

/** `{secs, nanos}` to milliseconds. */
export function durationMs(value: unknown): number | undefined {
  if (!isObject(value)) return undefined;
  const secs = getNumber(value, 'secs');
  const nanos = getNumber(value, 'nanos') ?? 0;
  return secs === undefined || secs < 0 || nanos < 0 ? undefined : Math.round(secs * 1_000 + nanos / 1e6);
}

/** The outcome an end event tells by itself: exit code, success flag or status word. */
export function toldOutcome(payload: JsonObject, output: string): Outcome {
  const exit = getNumber(payload, 'exit_code');
  const exitCode = Number.isSafeInteger(exit) ? exit : undefined;
  const duration = durationMs(payload['duration']);
  const word = getText(payload, 'status') ?? '';
  const failed =
    payload['success'] === false || word === 'failed' || (exitCode !== undefined && exitCode !== 0);
  return {
    status: word === 'declined' ? 'denied' : failed ? 'error' : 'ok',
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(duration === undefined ? {} : { durationMs: duration }),
    sizeBytes: output.length,
  };
}

/** `{Ok: {content, isError}}`, `{Err: text}`, or the bare result of an item. */
export function mcpOutcome(payload: JsonObject): { readonly outcome: Outcome; readonly output: string } {
  const result = getObject(payload, 'result') ?? {};
  const failure = result['Err'] ?? payload['error'];
  const ok = getObject(result, 'Ok') ?? result;
  const failed = typeof failure === 'string' || isObject(failure);
  const text = failed
    ? textOf(isObject(failure) ? failure['message'] : failure, MAX_OUTPUT)
    : textOf(getList(ok, 'content'), MAX_OUTPUT);
  const duration = durationMs(payload['duration']);
  const wrong = failed || ok['isError'] === true || ok['is_error'] === true;
  return {
    outcome: {
      status: wrong
        ? /rejected by user|user rejected/i.test(text.slice(0, MAX_REFUSAL))
          ? 'denied'
          : 'error'
        : 'ok',
      ...(duration === undefined ? {} : { durationMs: duration }),
      sizeBytes: text.length,
    },
    output: text,
  };
}
