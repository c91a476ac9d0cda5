import type { Session } from '../../collector/contract/stored.ts';
import { titleOf } from '../words/session-title.ts';
import { visible } from '../words/visible.ts';
import { useCall } from './use-call.ts';

/** The first of them is nearly always the one. */
const PROMPTS = 5;

/**
 * What a session is about: the title its agent gave it, or else the first words of whoever started it. Undefined while
 * that is not known, or not kept.
 */
export function useSessionTitle({ id, title }: Pick<Session, 'id' | 'title'>): string | undefined {
  const { data } = useCall(
    'events.page',
    { sessionId: id, anchor: 'start', kinds: ['prompt.submit'], limit: PROMPTS },
    { enabled: title === undefined },
  );
  if (title !== undefined) return visible(title);
  return data === undefined ? undefined : titleOf(data.events.map(({ event }) => event));
}
