import type { StoredEvent } from '../contract/stored.ts';
import {
  agentNameOf,
  compact,
  ocsfEvent,
  unmapped,
  type JsonObject,
  type OcsfClassName,
  type OcsfContext,
  type OcsfEvent,
} from './ocsf.ts';
import { programOf } from './reduce-text.ts';
import {
  actorFields,
  endpointOf,
  fileOf,
  logMetadata,
  outcomeFields,
  resourceDetails,
  resourceList,
  textIn,
  type EventItem,
} from './to-ocsf-parts.ts';

/**
 * A tool call as the class that a SIEM already knows for what it does: a shell call is a process, a read or a write
 * of a file is file activity, a fetch is network activity; everything else (MCP, sub-agents, searches) is an API call.
 * All of them are what the agent says it does; `process.start` and `network.connect` are what was seen.
 */
export function toolCallToOcsf(item: EventItem, context: OcsfContext): OcsfEvent {
  const { event } = item;
  switch (event.tool?.category) {
    case 'shell':
      return shellCall(item, context);
    case 'read':
      return fileCall(item, 2, context) ?? apiCall(item, context);
    case 'write':
      return fileCall(item, 3, context) ?? apiCall(item, context);
    case 'web':
      return webCall(item, context) ?? apiCall(item, context);
    default:
      return apiCall(item, context);
  }
}

function build(
  item: EventItem,
  className: OcsfClassName,
  activity: { readonly activityId: number; readonly activityName?: string },
  fields: JsonObject,
  context: OcsfContext,
): OcsfEvent {
  const { event } = item;
  return ocsfEvent(
    item,
    { className, ...activity, timeMs: event.timeMs, severityId: 1, metadata: logMetadata(event) },
    { ...actorFields(event, context), ...outcomeFields(event), ...fields },
    context,
  );
}

function shellCall(item: EventItem, context: OcsfContext): OcsfEvent {
  const { event } = item;
  const command = textIn(event, 'command');
  const program = firstProgram(event) ?? (command === undefined ? undefined : programOf(command));
  return build(
    item,
    'process_activity',
    { activityId: 1 },
    {
      process: compact({
        // The log knows no pid; the call's id is the identity this product gives the process.
        uid: event.tool?.callId ?? event.id,
        name: program,
        cmd_line: command,
        working_directory: textIn(event, 'cwd'),
      }),
      ...(event.outcome?.exitCode === undefined ? {} : { exit_code: event.outcome.exitCode }),
      ...toolUnmapped(event, { programs: event.input?.['programs'], resources: resourceList(event) }),
    },
    context,
  );
}

function firstProgram(event: StoredEvent): string | undefined {
  const programs = event.input?.['programs'];
  const first: unknown = Array.isArray(programs) ? programs[0] : undefined;
  if (typeof first === 'string' && first !== '') return first;
  const resource = event.resources.find(({ kind, access }) => kind === 'process' && access === 'execute');
  return resource === undefined ? undefined : programOf(resource.value);
}

function fileCall(item: EventItem, activityId: 2 | 3, context: OcsfContext): OcsfEvent | undefined {
  const { event } = item;
  const files = event.resources.filter(({ kind }) => kind === 'file');
  const path = files[0]?.value;
  if (path === undefined) return undefined;
  const deletes = files[0]?.access === 'delete';
  return build(
    item,
    'file_activity',
    { activityId: deletes ? 4 : activityId },
    {
      file: fileOf(path),
      ...toolUnmapped(event, { resources: event.resources.length > 1 ? resourceList(event) : undefined }),
    },
    context,
  );
}

function webCall(item: EventItem, context: OcsfContext): OcsfEvent | undefined {
  const { event } = item;
  const address = textIn(event, 'url') ?? event.resources.find(({ kind }) => kind === 'url')?.value;
  const url = address !== undefined && URL.canParse(address) ? new URL(address) : undefined;
  const host =
    url !== undefined && url.hostname !== ''
      ? url.hostname
      : event.resources.find(({ kind }) => kind === 'host')?.value;
  if (host === undefined) return undefined;
  const port = url === undefined || url.port === '' ? undefined : Number(url.port);
  return build(
    item,
    'network_activity',
    { activityId: 1 },
    {
      src_endpoint: { hostname: context.device.hostname },
      dst_endpoint: endpointOf(host, port),
      connection_info: { direction_id: 2 },
      ...(url === undefined
        ? {}
        : {
            url: compact({ url_string: url.href, hostname: url.hostname, scheme: url.protocol.slice(0, -1) }),
          }),
      ...toolUnmapped(event, { query: textIn(event, 'query') }),
    },
    context,
  );
}

const TOLD_ELSEWHERE: ReadonlySet<string> = new Set(['paths', 'url', 'content']);

function apiCall(item: EventItem, context: OcsfContext): OcsfEvent {
  const { event } = item;
  const { tool } = event;
  const mcp = tool?.category === 'mcp';
  const service = tool?.mcpServer ?? event.agentId;
  const resources = resourceDetails(event);
  // Paths and addresses are among the resources; file contents are never told.
  const input = Object.entries(event.input ?? {}).filter(([key]) => !TOLD_ELSEWHERE.has(key));
  const used = mcp && tool.mcpTool !== undefined ? [{ name: tool.mcpTool, type: 'MCP tool' }] : [];
  return build(
    item,
    'api_activity',
    { activityId: 99, activityName: 'Tool Call' },
    {
      api: compact({
        operation: mcp ? 'tools/call' : (tool?.name ?? 'tool'),
        service: { name: mcp ? service : agentNameOf(event.agentId, context) },
        request: { uid: tool?.callId ?? event.id },
      }),
      src_endpoint: { hostname: context.device.hostname },
      ...(used.length + resources.length === 0 ? {} : { resources: [...used, ...resources] }),
      ...(mcp ? { message_context: { ai_role_id: 3, service: { name: service } } } : {}),
      ...toolUnmapped(event, Object.fromEntries(input)),
    },
    context,
  );
}

/** What the classes have no place for: the tool itself, the sub-agent's parent, and `more`. */
function toolUnmapped(
  event: StoredEvent,
  more: Readonly<Record<string, unknown>>,
): { unmapped?: JsonObject } {
  const { tool } = event;
  return unmapped({
    tool: tool === undefined ? undefined : { name: tool.name, category: tool.category },
    parent_session_uid: event.parentSessionId,
    ...more,
  });
}
