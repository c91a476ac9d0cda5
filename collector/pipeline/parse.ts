import type { ParsedEvent } from '../contract/event.ts';
import type {
  LogFormat,
  ParseOutcome,
  ParserState,
  SessionPatch,
  UsageRecord,
  LogFile,
} from '../agents/spec-log.ts';
import { redactText } from './secrets/index.ts';

/** One record as the reader delivers it. */
export type RawRecord =
  | { readonly kind: 'line'; readonly text: string; readonly offsetBytes: number }
  | { readonly kind: 'document'; readonly text: string }
  | { readonly kind: 'row'; readonly query: string; readonly row: Readonly<Record<string, unknown>> };

/** What a batch of records says, in log order: a session's facts come before the events they apply to. */
export interface ParsedBatch {
  readonly steps: readonly ({ readonly session: SessionPatch } | { readonly event: ParsedEvent })[];
  readonly usage: readonly UsageRecord[];
  /** `unknown:<type>`, `rejected:<reason>` → how often. */
  readonly counts: Map<string, number>;
}

const MAX_TYPE = 60;
const MAX_READ = 400;

/**
 * Stage 1: runs an agent's parser over records.
 * @param state the parser's memory of this file; changed in place.
 */
export function parseBatch(
  records: readonly RawRecord[],
  file: LogFile,
  format: LogFormat,
  state: ParserState,
): ParsedBatch {
  const steps: ({ session: SessionPatch } | { event: ParsedEvent })[] = [];
  const usage: UsageRecord[] = [];
  const counts = new Map<string, number>();
  const count = (what: string): void => {
    counts.set(what, (counts.get(what) ?? 0) + 1);
  };
  for (const record of records) {
    const outcome = parseRecord(record, file, format, state);
    if (outcome.kind === 'unknown') count(`unknown:${printable(outcome.type)}`);
    else if (outcome.kind === 'rejected') count(`rejected:${outcome.reason}`);
    else if (outcome.kind === 'records') {
      for (const session of outcome.sessions ?? []) steps.push({ session });
      for (const event of outcome.events) steps.push({ event });
      if (outcome.usage !== undefined) usage.push(...outcome.usage);
      for (const type of outcome.unknown ?? []) count(`unknown:${printable(type)}`);
    }
  }
  return { steps, usage, counts };
}

function parseRecord(record: RawRecord, file: LogFile, format: LogFormat, state: ParserState): ParseOutcome {
  if (record.kind === 'line' && format.container === 'jsonl') {
    return format.parseLine(record.text, record.offsetBytes, state, file);
  }
  if (record.kind === 'document' && format.container === 'document') {
    return format.parseDocument(record.text, file, state);
  }
  if (record.kind === 'row' && format.container === 'sqlite')
    return format.parseRow(record.query, record.row, state);
  return { kind: 'rejected', reason: 'missing-field' };
}

/** A type name is the log's own word: hostile until proven short, plain and no secret. */
function printable(type: string): string {
  return redactText(type.slice(0, MAX_READ))
    .slice(0, MAX_TYPE)
    .replaceAll(/[^\w.:/[\]-]/g, '?');
}
