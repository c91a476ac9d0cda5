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
  readonly body: string;
  /** What the session counts of it. */
  readonly counts: 'prompt' | 'call' | 'mcp-call' | 'error' | undefined;
  readonly mcp: { readonly server: string; readonly tool: string } | undefined;
}

export function toEventRow(event: StoredEvent): EventRow {
  const { id, sessionId, parentSessionId, kind, timeMs, tool } = event;
  return {
    hash: hash53(id),
    id,
    sessionId,
    parentSessionId,
    kind,
    timeMs,
    body: JSON.stringify(event),
    counts: countsOf(event),
    mcp:
      kind === 'tool.call' && tool?.mcpServer !== undefined
        ? { server: tool.mcpServer, tool: tool.mcpTool ?? tool.name }
        : undefined,
  };
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
