import type { StoredEvent } from './stored.ts';

/** The part of an event that a graph is made of. */
export type GraphEvent = Pick<StoredEvent, 'id' | 'kind' | 'timeMs' | 'sessionId' | 'resources' | 'input'> & {
  readonly tool?:
    Pick<NonNullable<StoredEvent['tool']>, 'name' | 'category' | 'callId' | 'mcpServer'> | undefined;
  readonly outcome?: Pick<NonNullable<StoredEvent['outcome']>, 'status'> | undefined;
};
