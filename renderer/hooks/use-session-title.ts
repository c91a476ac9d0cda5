import { titleOf } from '../words/session-title.ts';
import { useCall } from './use-call.ts';

/** The first of them is nearly always the one. */
const PROMPTS = 5;

/** What a session is about, in the words of whoever started it; undefined while that is not known, or not kept. */
export function useSessionTitle(sessionId: string): string | undefined {
  const { data } = useCall('events.list', {
    sessionId,
    kind: 'prompt.submit',
    afterSeq: 0,
    limit: PROMPTS,
  });
  return data === undefined ? undefined : titleOf(data.map(({ event }) => event));
}
