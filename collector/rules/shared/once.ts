import type { ToolCallEvent } from '../../contract/event.ts';
import type { SessionContext } from '../rule.ts';

export type CallPlace = Pick<SessionContext, 'home' | 'platform' | 'workspace'>;

/**
 * Remembers the answer for the last call only: all rules, and then the session's memory, ask about one call before the
 * next one comes. One entry instead of a map keyed by event: nothing to clean up, and nothing for the collector of garbage.
 */
export function once<Place extends Partial<CallPlace>, Answer>(
  work: (event: ToolCallEvent, place: Place) => Answer,
): (event: ToolCallEvent, place: Place) => Answer {
  let last: { event: ToolCallEvent; home: unknown; workspace: unknown; answer: Answer } | undefined;
  return (event, place) => {
    if (last?.event === event && last.home === place.home && last.workspace === place.workspace)
      return last.answer;
    const answer = work(event, place);
    last = { event, home: place.home, workspace: place.workspace, answer };
    return answer;
  };
}
