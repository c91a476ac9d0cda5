import type { EnrichedEvent, OutcomeStatus, ToolCallEvent } from '../contract/event.ts';
import {
  CALL_DATA,
  CALL_DENIED,
  CALL_FAILED,
  CALL_OK,
  CALL_OUTSIDE,
  CALL_POLL,
  type BulkCount,
  type RecentCall,
} from '../rules/rule.ts';
import { argsText } from '../rules/shared/args-text.ts';
import type { CallFacts } from '../rules/shared/call-signs.ts';
import { canonicalName } from '../rules/shared/commands.ts';
import { callIndex, callOf, idNumber, shortNumber } from '../rules/shared/recent.ts';
import { plain } from './plain.ts';

/** The part of a run's state that counts. */
export interface RecentState {
  recent?: RecentCall[];
  sincePrompt?: number;
  quickApprovals?: { count: number; sinceCall: number };
  bulk?: BulkCount[];
}

const MAX_RECENT = 40;
const MAX_SERVICES = 6;
/** A person needs longer to read what is asked. */
const QUICK_MS = 1_500;
/** Characters one entry takes in the stored state, at most. */
export const RECENT_CHARS = 48;

export function rememberCall(state: RecentState, event: ToolCallEvent, facts: CallFacts): void {
  const list = (state.recent ??= []);
  list.push([idNumber(event.tool.callId), event.timeMs, askedBy(event), bitsOf(event, facts)]);
  if (list.length > MAX_RECENT) list.shift();
  state.sincePrompt = (state.sincePrompt ?? 0) + 1;
}

/** @returns the call this is the result of, as it is known from now on */
export function rememberResult(
  state: RecentState,
  event: Extract<EnrichedEvent, { kind: 'tool.result' }>,
): RecentCall | undefined {
  const list = state.recent;
  if (list === undefined) return undefined;
  const at = callIndex(list, event.callId);
  const call = list[at];
  if (call === undefined) return undefined;
  const done: RecentCall = [call[0], call[1], call[2], (call[3] & ~ENDS) | ENDED[event.outcome.status]];
  list[at] = done;
  return done;
}

const ENDS = CALL_OK | CALL_FAILED | CALL_DENIED;
const ENDED: Readonly<Record<OutcomeStatus, number>> = {
  ok: CALL_OK,
  error: CALL_FAILED,
  denied: CALL_DENIED,
  interrupted: 0,
};

/** The call an id belongs to; `undefined` when it is too long ago. */
export function recentCall(state: RecentState, callId: string): RecentCall | undefined {
  return callOf(state, callId);
}

/** Adds what came back from a service. */
export function countBulk(state: RecentState, service: string, sizeBytes: number): void {
  const list = (state.bulk ??= []);
  const name = plain(service, 60);
  const at = list.findIndex((entry) => entry[0] === name);
  const known = list[at];
  if (known !== undefined) list.splice(at, 1);
  list.push([name, (known?.[1] ?? 0) + 1, (known?.[2] ?? 0) + sizeBytes]);
  if (list.length > MAX_SERVICES) list.shift();
}

/** A person said yes or no; `toolCalls` is where the run stands. */
export function rememberDecision(
  state: RecentState,
  event: Extract<EnrichedEvent, { kind: 'permission.decision' }>,
  toolCalls: number,
): void {
  if (event.by !== 'human' || event.decision === 'ask') return;
  const asked = event.callId === undefined ? undefined : recentCall(state, event.callId);
  const quick = event.decision === 'allow' && asked !== undefined && event.timeMs - asked[1] < QUICK_MS;
  if (!quick) {
    delete state.quickApprovals;
    return;
  }
  state.quickApprovals = {
    count: (state.quickApprovals?.count ?? 0) + 1,
    sinceCall: state.quickApprovals?.sinceCall ?? toolCalls,
  };
}

const MAX_ASKED = 600;

/** What stands for the tool and what it was asked. */
export function askedBy(event: ToolCallEvent): number {
  const { tool, input } = event;
  const { command = '', url = '', query = '', paths, args } = input;
  const content = input.content ?? input.text ?? '';
  const asked = `${tool.name}\n${command}\n${paths?.join(' ') ?? ''}\n${url}\n${query}\n${content.length}`;
  const told = args === undefined ? asked : `${asked}\n${argsText(args).slice(0, MAX_ASKED)}`;
  return shortNumber(`${told.slice(0, MAX_ASKED)}\n${content.slice(0, MAX_ASKED)}`);
}

function bitsOf(event: ToolCallEvent, facts: CallFacts): number {
  const { category, mcpServer } = event.tool;
  let bits = 0;
  if (facts.sources.length > 0 || category === 'mcp' || category === 'web') bits |= CALL_OUTSIDE;
  if (isData(event)) bits |= CALL_DATA;
  if (
    category === 'other' ||
    category === 'plan' ||
    category === 'read' ||
    category === 'search' ||
    isPoll(event)
  )
    bits |= CALL_POLL;
  if (mcpServer !== undefined && LOCAL_SERVER.test(mcpServer)) bits &= ~(CALL_OUTSIDE | CALL_DATA);
  return bits;
}

/** Servers that look at the project or the machine, not at a service. */
const LOCAL_SERVER =
  /filesystem|serena|git$|memory|sequential|thinking|ide|language|lsp|context7|todo|task|shell|desktop-commander/i;
const DATA_PROGRAM = new Set(
  'psql mysql mariadb sqlite3 mongosh mongo mongoexport redis-cli bq clickhouse-client duckdb sqlcmd cqlsh influx snowsql pg_dump mysqldump mongodump'.split(
    ' ',
  ),
);
const DATA_FILE = /\.(?:csv|tsv|sql|jsonl|ndjson|parquet|xlsx?|db|sqlite3?|dump|mdb|vcf|eml|mbox)$/i;

function isData(event: ToolCallEvent): boolean {
  if (event.tool.category === 'mcp') return true;
  if (event.shell === undefined) return event.input.paths?.some((path) => DATA_FILE.test(path)) === true;
  for (const { program, args } of event.shell.commands) {
    if (DATA_PROGRAM.has(canonicalName(program))) return true;
    for (const word of args)
      if (word.includes('.', word.length - 8) && word.length > 3 && DATA_FILE.test(word)) return true;
  }
  return false;
}

const WATCHING = new Set(
  'sleep watch wait tail ls cat pwd ps pgrep top df du date jobs lsof ss netstat head grep rg find wc echo true test [ stat which jq curl nc'.split(
    ' ',
  ),
);
const LOOKING = new Set(
  'status diff log logs show view list ls get describe ps watch checks top inspect info wait'.split(' '),
);

function isPoll(event: ToolCallEvent): boolean {
  const commands = event.shell?.commands;
  if (commands === undefined || commands.length === 0) return false;
  if (commands.some(({ program }) => program === 'sleep' || program === 'watch')) return true;
  for (const { program, args } of commands) {
    if (WATCHING.has(canonicalName(program))) continue;
    if (!LOOKING.has(args[0] ?? '') && !LOOKING.has(args[1] ?? '') && !LOOKING.has(args[2] ?? ''))
      return false;
  }
  return true;
}
