import { bounded, MAX_NAME } from '../shared/bounds.ts';
import { getText, type JsonObject } from '../shared/json.ts';
import { createSink, outcomeOf } from '../shared/log-sink.ts';
import { IGNORED, type ParseOutcome, type ParserState } from '../spec-log.ts';
import { MAX_ID } from './log-thread.ts';

/**
 * Rows that name a session: `ai-title {aiTitle}` by the client, `custom-title {customTitle}` by a person, `summary
 * {summary, leafUuid}` by older releases when a session is opened again. Claude Code 2.1.x, checked 2026-11-22. They
 * have no time and need none.
 */
const TITLE_KEYS: ReadonlyMap<string, string> = new Map([
  ['ai-title', 'aiTitle'],
  ['custom-title', 'customTitle'],
  ['summary', 'summary'],
]);

export function isTitleRow(type: string): boolean {
  return TITLE_KEYS.has(type);
}

export function readTitle(type: string, fields: JsonObject, state: ParserState): ParseOutcome {
  const title = getText(fields, TITLE_KEYS.get(type) ?? '')?.trim();
  const session = getText(fields, 'sessionId') ?? getText(state, 'session');
  // A summary stands at the head of a file for what came before; one that could not be made tells why instead.
  const isFailure = type === 'summary' && title?.startsWith('API Error') === true;
  const isLate = type === 'summary' && state['timeMs'] !== undefined;
  if (title === undefined || title === '' || session === undefined || isFailure || isLate) return IGNORED;
  const records = createSink();
  records.sessions.push({
    nativeId: bounded(session, MAX_ID),
    title: bounded(title, MAX_NAME),
    ...(type === 'custom-title' && { titleBy: 'human' as const }),
  });
  return outcomeOf(records);
}
