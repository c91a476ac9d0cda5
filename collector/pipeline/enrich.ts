import {
  type Actor,
  type EnrichedEvent,
  type ParsedEvent,
  sessionId,
  type ToolCallEvent,
} from '../contract/event.ts';
import type { Writable } from '../contract/writable.ts';
import { toolResources } from './resources/tool-resources.ts';
import { analyzeShell } from './shell/index.ts';

export interface EnrichContext {
  readonly agentId: string;
  /** Home of the account whose log this is, absolute. */
  readonly home: string;
  readonly platform: 'linux' | 'darwin' | 'win32';
  readonly actor: Actor;
  /** The event's session, when it is known: an id of it that was made before, and its folder. */
  readonly session: { readonly id?: string; readonly cwd?: string | undefined };
  /** The log file the event was read from. */
  readonly sourcePath: string;
  /** Scripts the run wrote before: what they hold is what `bash x.sh` runs. */
  readonly scripts?: readonly { readonly path: string; readonly text: string }[];
}

/**
 * Stage 2: gives a parsed event its place in the world: session ids, the parsed command line and the resources
 * it names. Pure and deterministic. Never throws: what the grammar cannot read is marked in `shell`, not dropped.
 */
export function enrich(event: ParsedEvent, context: EnrichContext): EnrichedEvent {
  const { agentId, actor, session } = context;
  const id = session.id ?? sessionId(agentId, event.nativeSessionId);
  const source = { path: context.sourcePath, offsetBytes: event.offsetBytes };
  // One spread, and what few events have set after it: see `Writable`.
  if (event.kind !== 'tool.call')
    return withParent({ ...event, agentId, sessionId: id, actor, source, resources: [] });
  const cwd = event.input.cwd ?? event.cwd ?? session.cwd;
  const { home, platform, scripts } = context;
  const { command, dialect } = event.input;
  const place = { home, platform, cwd };
  const shell =
    command === undefined ? undefined : analyzeShell(command, { home, platform, cwd, scripts, dialect });
  const resources = toolResources(event.tool, event.input, shell, place);
  const call: Writable<ToolCallEvent> = { ...event, agentId, sessionId: id, actor, source, resources };
  if (shell !== undefined) call.shell = shell;
  return withParent(call);
}

function withParent(event: Writable<EnrichedEvent>): EnrichedEvent {
  if (event.parentNativeSessionId !== undefined)
    event.parentSessionId = sessionId(event.agentId, event.parentNativeSessionId);
  return event;
}
