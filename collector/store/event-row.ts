import { hash53 } from '../contract/event.ts';
import type { StoredEvent } from '../contract/stored.ts';

/** An event ready for its row: nothing is left to be worked out while the store is locked. */
export interface EventRow {
  readonly hash: number;
  readonly id: string;
  readonly sessionId: string;
  readonly parentSessionId: string | undefined;
  readonly kind: StoredEvent['kind'];
  readonly timeMs: number;
  /** The same for all events of a session in one log; see `wholeJson`. */
  readonly head: string;
  readonly offsetBytes: number;
  /** What is left of the event, as JSON. */
  readonly body: string;
  /** What the session counts of it. */
  readonly counts: 'prompt' | 'call' | 'mcp-call' | 'error' | undefined;
  readonly mcp: { readonly server: string; readonly tool: string } | undefined;
}

type Rest = Omit<
  StoredEvent,
  'id' | 'kind' | 'timeMs' | 'agentId' | 'sessionId' | 'parentSessionId' | 'actor' | 'source'
>;

/** Makes rows of events that mostly come one after the other from the same session and log. */
export class EventRows {
  #last: StoredEvent | undefined;
  #head = '';

  of(event: StoredEvent): EventRow {
    const { id, sessionId, parentSessionId, kind, timeMs, tool, input, outcome, resources, source } = event;
    // With every member: one that is added to events later must be stored as well.
    const rest: { readonly [Name in keyof Required<Rest>]: Rest[Name] | undefined } = {
      resources,
      input,
      outcome,
      tool,
    };
    return {
      hash: hash53(id),
      id,
      sessionId,
      parentSessionId,
      kind,
      timeMs,
      head: this.#headOf(event),
      offsetBytes: source.offsetBytes,
      body: JSON.stringify(rest),
      counts: countsOf(event),
      mcp:
        kind === 'tool.call' && tool?.mcpServer !== undefined
          ? { server: tool.mcpServer, tool: tool.mcpTool ?? tool.name }
          : undefined,
    };
  }

  #headOf(event: StoredEvent): string {
    if (this.#last === undefined || !isSameHead(event, this.#last)) {
      const { agentId, sessionId, parentSessionId, actor, source } = event;
      const shared = JSON.stringify({ agentId, sessionId, parentSessionId, actor }).slice(1, -1);
      this.#head = `${shared},"source":{"path":${JSON.stringify(source.path)},"offsetBytes":`;
      this.#last = event;
    }
    return this.#head;
  }
}

/** The event as JSON, put together as the view `whole_events` does it. */
export function wholeJson({ id, kind, timeMs, head, offsetBytes, body }: EventRow): string {
  return `{"id":${JSON.stringify(id)},"kind":"${kind}","timeMs":${timeMs},${head}${offsetBytes}},${body.slice(1)}`;
}

/** By their values: events that were made storable each have an actor of their own. */
function isSameHead(a: StoredEvent, b: StoredEvent): boolean {
  return (
    a.sessionId === b.sessionId &&
    a.source.path === b.source.path &&
    a.actor.user === b.actor.user &&
    a.actor.uid === b.actor.uid &&
    a.actor.account === b.actor.account &&
    a.parentSessionId === b.parentSessionId &&
    a.agentId === b.agentId
  );
}

function countsOf(event: StoredEvent): EventRow['counts'] {
  switch (event.kind) {
    case 'prompt.submit':
      return 'prompt';
    case 'tool.call':
      return event.tool?.category === 'mcp' ? 'mcp-call' : 'call';
    case 'tool.result':
      return event.outcome !== undefined && event.outcome.status !== 'ok' ? 'error' : undefined;
    default:
      return undefined;
  }
}
