import type { EnrichedEvent, ToolCallEvent } from '../../contract/event.ts';
import type { Match, SessionContext } from '../rule.ts';

const NONE: readonly Match[] = [];

/** The `match` of a rule that looks at tool calls only. */
export function onCall(
  judge: (event: ToolCallEvent, context: SessionContext) => readonly Match[],
): (event: EnrichedEvent, context: SessionContext) => readonly Match[] {
  return (event, context) => (event.kind === 'tool.call' ? judge(event, context) : NONE);
}

/** Blanks are taken out of no more of a text than this. */
const MAX_LOOKED_AT = 2_000;

/** The last call's, for all findings about it. */
let last: { readonly event: ToolCallEvent; readonly excerpt: string } | undefined;

/** What the call looked like, for evidence: the command, or the tool and its first path. */
export function excerptOf(event: ToolCallEvent): string {
  if (last?.event === event) return last.excerpt;
  const text = event.input.command ?? event.input.paths?.[0] ?? event.input.url ?? '';
  const excerpt = `${event.tool.name}: ${text.slice(0, MAX_LOOKED_AT)}`.replace(/\s+/g, ' ').slice(0, 300);
  last = { event, excerpt };
  return excerpt;
}
