import { isIPv4, isIPv6 } from 'node:net';
import type { ReportItem } from '../contract/report.ts';
import type { StoredEvent } from '../contract/stored.ts';
import { aiAgentOf, compact, type Json, type JsonObject, type OcsfContext } from './ocsf.ts';

export type EventItem = Extract<ReportItem, { type: 'event' }>;

type Actor = StoredEvent['actor'];

/** Text of one input field, or undefined: inputs come from agents' logs and may hold anything. */
export function textIn(event: StoredEvent, field: string): string | undefined {
  const value = event.input?.[field];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A whole number of one input field within the range of a signed 32-bit integer. */
export function integerIn(event: StoredEvent, field: string): number | undefined {
  const value = event.input?.[field];
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 31
    ? value
    : undefined;
}

export function userOf(actor: Actor): JsonObject {
  return compact({
    name: actor.user,
    uid: actor.uid === undefined ? undefined : String(actor.uid),
    account: actor.account === undefined ? undefined : { name: actor.account },
  });
}

/** Attributes of everybody who acts: the OS user, and the agent with its session. */
export function actorFields(event: StoredEvent, context: OcsfContext): JsonObject {
  return {
    actor: { user: userOf(event.actor) },
    ai_agent: aiAgentOf(event.agentId, event.sessionId, context),
  };
}

/** `metadata` of an event: the log it was read from, and the tool call that ties call, decision and result together. */
export function logMetadata(event: StoredEvent): JsonObject {
  return compact({
    log_name: event.source.path === '' ? undefined : event.source.path,
    correlation_uid: callIdOf(event),
  });
}

export function callIdOf(event: StoredEvent): string | undefined {
  return event.tool?.callId ?? textIn(event, 'callId');
}

/** Activity status: 1 success, 2 failure, 99 with its word for denied and interrupted. */
export function outcomeFields(event: StoredEvent): JsonObject {
  const { outcome } = event;
  if (outcome === undefined) return {};
  const duration =
    outcome.durationMs === undefined || !Number.isFinite(outcome.durationMs)
      ? undefined
      : Math.round(outcome.durationMs);
  return compact({ ...statusOf(outcome.status), duration });
}

function statusOf(status: 'ok' | 'error' | 'denied' | 'interrupted'): Readonly<Record<string, Json>> {
  switch (status) {
    case 'ok':
      return { status_id: 1 };
    case 'error':
      return { status_id: 2 };
    case 'denied':
      return { status_id: 99, status: 'Denied' };
    case 'interrupted':
      return { status_id: 99, status: 'Interrupted' };
  }
}

/** An OCSF `file`; a path may come from any OS. */
export function fileOf(path: string): JsonObject {
  const name = path.split(/[\\/]/).findLast((part) => part !== '') ?? path;
  return compact({ name, path, type_id: 1 });
}

/** A `network_endpoint` from `host`, `host:port`, `[v6]:port` or an address. */
export function endpointOf(address: string, port?: number): JsonObject {
  const match = /^\[([^\]]{1,64})\](?::(\d{1,5}))?$|^([^:\s]{1,255})(?::(\d{1,5}))?$/.exec(address);
  const host = match?.[1] ?? match?.[3] ?? address;
  const given = port ?? Number(match?.[2] ?? match?.[4] ?? Number.NaN);
  return compact({
    ...(isIPv4(host) || (isIPv6(host) && /^[0-9a-f:]+$/i.test(host)) ? { ip: host } : { hostname: host }),
    port: Number.isInteger(given) && given >= 0 && given <= 65_535 ? given : undefined,
  });
}

/** Most of one call's resources that are told; a command over more is summed up by the first ones. */
const MAX_RESOURCES = 64;

/** Resources as `resource_details`, for the classes that have a place for them. */
export function resourceDetails(event: StoredEvent): readonly JsonObject[] {
  return event.resources
    .slice(0, MAX_RESOURCES)
    .map(({ kind, value, access }) => compact({ name: value, type: kind, data: { access } }));
}

/** Resources for `unmapped`, for the classes that have none. */
export function resourceList(event: StoredEvent): readonly JsonObject[] | undefined {
  if (event.resources.length === 0) return undefined;
  return event.resources
    .slice(0, MAX_RESOURCES)
    .map(({ kind, value, access }) => compact({ kind, access, value }));
}
