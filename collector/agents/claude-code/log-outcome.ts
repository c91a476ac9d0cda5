import type { Outcome, OutcomeStatus } from '../../contract/event.ts';
import type { Writable } from '../../contract/writable.ts';
import { MAX_OUTPUT, textOf } from '../shared/bounds.ts';
import { getNumber, getText, isObject, type JsonObject } from '../shared/json.ts';

type DecidedBy = 'human' | 'rule' | 'hook' | 'mode' | 'unknown';

export interface ReadResult {
  readonly outcome: Outcome;
  readonly output: string;
  /** Who refused, when the status is `denied`. */
  readonly by: DecidedBy;
}

interface Sentence {
  readonly starts: string;
  readonly status: Extract<OutcomeStatus, 'denied' | 'interrupted'>;
  readonly by: DecidedBy;
}

/**
 * How the client words a call that did not run (Claude Code 1.0-2.1). Only a text that begins so counts: the output
 * of a failed command may hold anything, but begins with its exit code.
 */
const SENTENCES: readonly Sentence[] = [
  { starts: "The user doesn't want to proceed with this tool use", status: 'denied', by: 'human' },
  { starts: "The user doesn't want to take this action", status: 'denied', by: 'human' },
  { starts: 'User rejected tool use', status: 'denied', by: 'human' },
  { starts: 'The agent proposed a plan that was rejected by the user', status: 'denied', by: 'human' },
  { starts: 'Permission to use ', status: 'denied', by: 'rule' },
  { starts: 'Permission for this action has been denied', status: 'denied', by: 'mode' },
  { starts: 'Permission for this tool use was denied', status: 'denied', by: 'mode' },
  { starts: 'Claude requested permissions to ', status: 'denied', by: 'mode' },
  { starts: 'Hook PreToolUse:', status: 'denied', by: 'hook' },
  { starts: 'PreToolUse:', status: 'denied', by: 'hook' },
  { starts: '[Request interrupted by user', status: 'interrupted', by: 'human' },
  { starts: 'Request was aborted', status: 'interrupted', by: 'human' },
  { starts: 'Cancelled: parallel tool call', status: 'interrupted', by: 'unknown' },
  { starts: 'Interrupted by user', status: 'interrupted', by: 'human' },
];

const PREFIXES = ['Error: ', '<tool_use_error>'] as const;

/** `Exit code 127` at the start of a failed command's text. */
const EXIT_CODE = /^Exit code (-?\d{1,10})(?![\d.])/;

/**
 * The outcome of one `tool_result` block.
 * @param parsed the row's `toolUseResult`, only when the row holds exactly this one result
 * @param denialKind the row's `toolDenialKind`
 */
export function readResult(block: JsonObject, parsed: unknown, denialKind: string | undefined): ReadResult {
  const output = textOf(block['content'], MAX_OUTPUT);
  const details = isObject(parsed) ? parsed : {};
  const failed = block['is_error'] === true;
  const head = bare(output);
  const sentence =
    failed || denialKind !== undefined || typeof parsed === 'string'
      ? (sentenceOf(head) ?? (typeof parsed === 'string' ? sentenceOf(bare(parsed)) : undefined))
      : undefined;
  const exitCode = exitCodeOf(failed ? head : '', details);
  const durationMs = getNumber(details, 'durationMs') ?? getNumber(details, 'totalDurationMs');
  const status = statusOf(failed, denialKind, sentence, details, exitCode);
  const outcome: Writable<Outcome> = { status };
  if (exitCode !== undefined) outcome.exitCode = exitCode;
  if (durationMs !== undefined && durationMs >= 0) outcome.durationMs = durationMs;
  outcome.sizeBytes = sizeOf(block['content']);
  return { outcome, output, by: deciderOf(denialKind) ?? sentence?.by ?? 'unknown' };
}

function statusOf(
  failed: boolean,
  denialKind: string | undefined,
  sentence: Sentence | undefined,
  details: JsonObject,
  exitCode: number | undefined,
): OutcomeStatus {
  if (denialKind !== undefined)
    return /interrupt|abort/.test(denialKind.slice(0, 64)) ? 'interrupted' : 'denied';
  if (sentence !== undefined) return sentence.status;
  if (details['interrupted'] === true) return 'interrupted';
  return failed || (exitCode !== undefined && exitCode !== 0) ? 'error' : 'ok';
}

/** `user-rejected` is recorded; further kinds are read by the word they hold. */
function deciderOf(kind: string | undefined): DecidedBy | undefined {
  if (kind === undefined) return undefined;
  if (kind.includes('user')) return 'human';
  if (kind.includes('hook')) return 'hook';
  if (kind.includes('rule') || kind.includes('policy')) return 'rule';
  if (kind.includes('mode') || kind.includes('classifier')) return 'mode';
  return undefined;
}

function sentenceOf(text: string): Sentence | undefined {
  return SENTENCES.find((sentence) => text.startsWith(sentence.starts));
}

function bare(text: string): string {
  let rest = text;
  for (const prefix of PREFIXES) if (rest.startsWith(prefix)) rest = rest.slice(prefix.length);
  return rest;
}

function exitCodeOf(head: string, details: JsonObject): number | undefined {
  const told = getNumber(details, 'exitCode');
  if (told !== undefined && Number.isSafeInteger(told)) return told;
  const match = EXIT_CODE.exec(head.slice(0, 40));
  return match === null ? undefined : Number(match[1]);
}

/**
 * Size of what came back. UTF-16 units: equal to bytes for ASCII, a lower bound else; counting UTF-8 exactly would
 * mean to walk megabytes of text for a figure that only rules of thumb use.
 */
function sizeOf(content: unknown): number {
  if (typeof content === 'string') return content.length;
  if (!Array.isArray(content)) return 0;
  let size = 0;
  for (const block of content) if (isObject(block)) size += getText(block, 'text')?.length ?? 0;
  return size;
}
