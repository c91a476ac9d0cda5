import { assertNever } from '../contract/assert-never.ts';
import type { StoredEvent } from '../contract/stored.ts';
import {
  agentNameOf,
  compact,
  ocsfEvent,
  unmapped,
  type JsonObject,
  type OcsfContext,
  type OcsfEvent,
  type OcsfHead,
} from './ocsf.ts';
import {
  actorFields,
  callIdOf,
  endpointOf,
  integerIn,
  logMetadata,
  outcomeFields,
  resourceDetails,
  resourceList,
  textIn,
  userOf,
  type EventItem,
} from './to-ocsf-parts.ts';
import { toolCallToOcsf } from './to-ocsf-tool.ts';

/** One stored event; which class a kind becomes is listed in docs/reporting.md. */
export function eventToOcsf(item: EventItem, context: OcsfContext): OcsfEvent {
  const { event } = item;
  switch (event.kind) {
    case 'tool.call':
      return toolCallToOcsf(item, context);
    case 'tool.result':
      return apiEvent(item, 'Tool Result', 'tools/result', context, {
        response: compact({ code: exitCodeOf(event), error: event.outcome?.status }),
      });
    case 'prompt.submit':
      return apiEvent(item, 'Prompt', 'prompt', context, {}, messageContext(event, context));
    case 'permission.decision':
      return apiEvent(item, 'Permission Decision', 'permission', context, {}, decisionFields(event));
    case 'session.start':
      return lifecycle(item, { activityId: 3 }, context);
    case 'session.end':
      return lifecycle(item, { activityId: 4 }, context);
    case 'session.update':
      return lifecycle(item, { activityId: 99, activityName: 'Session Update' }, context);
    case 'process.start':
      return processEvent(item, 1, context);
    case 'process.exit':
      return processEvent(item, 2, context);
    case 'network.connect':
      return connection(item, context);
    case 'config.change':
      return configChange(item, context);
    case 'action.performed':
      return action(item, context);
    default:
      return assertNever(event.kind);
  }
}

function headOf(event: StoredEvent, head: Omit<OcsfHead, 'timeMs' | 'severityId' | 'metadata'>): OcsfHead {
  return { ...head, timeMs: event.timeMs, severityId: 1, metadata: logMetadata(event) };
}

/** Something between a person, an agent and a tool: there is no AI class in OCSF 1.9, the API class is the nearest. */
function apiEvent(
  item: EventItem,
  activityName: string,
  operation: string,
  context: OcsfContext,
  api: JsonObject,
  more: JsonObject = {},
): OcsfEvent {
  const { event } = item;
  const callId = callIdOf(event);
  const resources = resourceDetails(event);
  return ocsfEvent(
    item,
    headOf(event, { className: 'api_activity', activityId: 99, activityName }),
    {
      ...actorFields(event, context),
      api: compact({ operation, request: callId === undefined ? undefined : { uid: callId }, ...api }),
      src_endpoint: { hostname: context.device.hostname },
      ...(resources.length === 0 ? {} : { resources }),
      ...outcomeFields(event),
      ...more,
      ...unmapped({
        parent_session_uid: event.parentSessionId,
        by: textIn(event, 'by'),
        size_bytes: event.outcome?.sizeBytes,
      }),
    },
    context,
  );
}

function exitCodeOf(event: StoredEvent): number | undefined {
  return event.outcome?.exitCode;
}

function messageContext(event: StoredEvent, context: OcsfContext): JsonObject {
  const origin = textIn(event, 'origin');
  const role =
    origin === 'human'
      ? { ai_role_id: 1 }
      : origin === 'agent'
        ? { ai_role_id: 4 }
        : { ai_role_id: 99, ai_role: 'System' };
  return {
    message_context: compact({
      application: { uid: event.agentId, name: agentNameOf(event.agentId, context) },
      ...role,
      prompt_text: textIn(event, 'text'),
    }),
  };
}

function decisionFields(event: StoredEvent): JsonObject {
  switch (textIn(event, 'decision')) {
    case 'allow':
      return { action_id: 1, disposition_id: 1 };
    case 'deny':
      return { action_id: 2, disposition_id: 2 };
    case 'ask':
      return { action_id: 99, action: 'Ask', disposition_id: 99, disposition: 'Asked' };
    default:
      return { action_id: 0, disposition_id: 0 };
  }
}

function lifecycle(
  item: EventItem,
  activity: Pick<OcsfHead, 'activityId' | 'activityName'>,
  context: OcsfContext,
): OcsfEvent {
  const { event } = item;
  return ocsfEvent(
    item,
    headOf(event, { className: 'application_lifecycle', ...activity }),
    {
      ...actorFields(event, context),
      app: { uid: event.agentId, name: agentNameOf(event.agentId, context) },
      ...unmapped({ ...event.input, parent_session_uid: event.parentSessionId }),
    },
    context,
  );
}

/** A process that was seen to run; its input names it. */
function processEvent(item: EventItem, activityId: 1 | 2, context: OcsfContext): OcsfEvent {
  const { event } = item;
  const parentPid = integerIn(event, 'parentPid');
  const startTimeMs = event.input?.['startTimeMs'];
  return ocsfEvent(
    item,
    headOf(event, { className: 'process_activity', activityId }),
    {
      ...actorFields(event, context),
      process: compact({
        uid: event.id,
        pid: integerIn(event, 'pid'),
        name: textIn(event, 'name'),
        path: textIn(event, 'executable'),
        cmd_line: textIn(event, 'command'),
        working_directory: textIn(event, 'cwd'),
        created_time: Number.isSafeInteger(startTimeMs) ? Number(startTimeMs) : undefined,
        parent_process: parentPid === undefined ? undefined : { pid: parentPid },
      }),
      ...(event.outcome?.exitCode === undefined ? {} : { exit_code: event.outcome.exitCode }),
      ...outcomeFields(event),
      ...unmapped({ parent_session_uid: event.parentSessionId, resources: resourceList(event) }),
    },
    context,
  );
}

/** A connection that was seen. */
function connection(item: EventItem, context: OcsfContext): OcsfEvent {
  const { event } = item;
  const host =
    textIn(event, 'host') ??
    textIn(event, 'address') ??
    event.resources.find((resource) => resource.kind === 'host')?.value;
  return ocsfEvent(
    item,
    headOf(event, { className: 'network_activity', activityId: 1 }),
    {
      ...actorFields(event, context),
      src_endpoint: { hostname: context.device.hostname },
      ...(host === undefined ? {} : { dst_endpoint: endpointOf(host, integerIn(event, 'port')) }),
      connection_info: { direction_id: 2 },
      ...outcomeFields(event),
      ...unmapped({ parent_session_uid: event.parentSessionId, pid: integerIn(event, 'pid') }),
    },
    context,
  );
}

function configChange(item: EventItem, context: OcsfContext): OcsfEvent {
  const { event } = item;
  return ocsfEvent(
    item,
    headOf(event, { className: 'device_config_state_change', activityId: 1 }),
    {
      actor: { user: userOf(event.actor) },
      ...unmapped({
        ...event.input,
        agent_uid: event.agentId,
        session_uid: event.sessionId,
        resources: resourceList(event),
      }),
    },
    context,
  );
}

/** Remediation activities of the schema by the verb of an action; others are told by their own name. */
const REMEDIATION: ReadonlyMap<string, number> = new Map([
  ['quarantine', 1],
  ['pause', 1],
  ['kill', 2],
  ['revoke', 2],
  ['restore', 3],
  ['resume', 3],
  ['deny', 4],
]);

function action(item: EventItem, context: OcsfContext): OcsfEvent {
  const { event } = item;
  const name = textIn(event, 'action') ?? 'unknown';
  const known = REMEDIATION.get(name.split(/[.-]/, 1)[0] ?? '');
  return ocsfEvent(
    item,
    {
      className: 'remediation_activity',
      ...(known === undefined ? { activityId: 99, activityName: name } : { activityId: known }),
      timeMs: event.timeMs,
      // An action changes the machine: somebody should look at it even when it went well.
      severityId: 3,
      metadata: logMetadata(event),
    },
    {
      actor: { user: userOf(event.actor) },
      command_uid: event.id,
      remediation: { desc: name },
      ...outcomeFields(event),
      ...unmapped({
        ...event.input,
        agent_uid: event.agentId,
        session_uid: event.sessionId,
        resources: resourceList(event),
      }),
    },
    context,
  );
}
