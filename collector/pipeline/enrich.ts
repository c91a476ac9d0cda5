import { type Actor, type EnrichedEvent, type ParsedEvent, sessionId } from '../contract/event.ts';
import type { ShellAnalysis } from '../contract/shell.ts';
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
  const where = {
    agentId,
    sessionId: session.id ?? sessionId(agentId, event.nativeSessionId),
    actor,
    source: { path: context.sourcePath, offsetBytes: event.offsetBytes },
  };
  const parent = event.parentNativeSessionId;
  const base = parent === undefined ? where : { ...where, parentSessionId: sessionId(agentId, parent) };
  if (event.kind !== 'tool.call') return { ...event, ...base, resources: [] };
  const cwd = event.input.cwd ?? event.cwd ?? session.cwd;
  const place = { home: context.home, platform: context.platform, ...(cwd === undefined ? {} : { cwd }) };
  const shell = shellOf(event, { ...place, scripts: context.scripts });
  const resources = toolResources(event.tool, event.input, shell, place);
  return shell === undefined ? { ...event, ...base, resources } : { ...event, ...base, shell, resources };
}

function shellOf(
  event: Extract<ParsedEvent, { kind: 'tool.call' }>,
  place: Pick<EnrichContext, 'home' | 'platform'> & {
    readonly cwd?: string;
    readonly scripts: EnrichContext['scripts'];
  },
): ShellAnalysis | undefined {
  const { command, dialect } = event.input;
  if (command === undefined) return undefined;
  return analyzeShell(command, { ...place, ...(dialect === undefined ? {} : { dialect }) });
}
