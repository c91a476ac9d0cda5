import { reportUid, type ReportItem } from '../contract/report.ts';
import type { Severity } from '../contract/finding.ts';

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** An event of the Open Cybersecurity Schema Framework, checked in tests against the schema of 1.9.0. */
export interface OcsfEvent extends JsonObject {
  readonly class_uid: number;
  readonly category_uid: number;
  readonly activity_id: number;
  /** `class_uid * 100 + activity_id`. */
  readonly type_uid: number;
  readonly severity_id: number;
  /** Epoch milliseconds. */
  readonly time: number;
}

export const OCSF_VERSION = '1.9.0';

/**
 * The classes Reeve emits. `device`, `actor`: part of the class itself, or legal only with profile `host`;
 * `ai`: takes the attributes of profile `ai_operation`. Source: ocsf/ocsf-schema 1.9.0-dev of 2026-07-23.
 */
export const OCSF_CLASSES = {
  base_event: { uid: 0, category: 0, device: 'host', actor: 'host', ai: false },
  file_activity: { uid: 1001, category: 1, device: 'native', actor: 'native', ai: true },
  process_activity: { uid: 1007, category: 1, device: 'native', actor: 'native', ai: true },
  compliance_finding: { uid: 2003, category: 2, device: 'native', actor: 'host', ai: false },
  detection_finding: { uid: 2004, category: 2, device: 'native', actor: 'host', ai: false },
  network_activity: { uid: 4001, category: 4, device: 'host', actor: 'host', ai: true },
  inventory_info: { uid: 5001, category: 5, device: 'native', actor: 'native', ai: false },
  device_config_state_change: { uid: 5019, category: 5, device: 'native', actor: 'native', ai: false },
  software_info: { uid: 5020, category: 5, device: 'native', actor: 'native', ai: false },
  application_lifecycle: { uid: 6002, category: 6, device: 'host', actor: 'host', ai: true },
  api_activity: { uid: 6003, category: 6, device: 'host', actor: 'native', ai: true },
  application_error: { uid: 6008, category: 6, device: 'host', actor: 'host', ai: true },
  remediation_activity: { uid: 7001, category: 7, device: 'host', actor: 'host', ai: false },
} as const;
export type OcsfClassName = keyof typeof OCSF_CLASSES;

/** Facts about this machine and product that every event carries. */
export interface OcsfContext {
  readonly productVersion: string;
  readonly device: {
    /** The machine id that is also the resource attribute `host.id`. */
    readonly uid: string;
    readonly hostname: string;
    readonly platform: 'linux' | 'darwin' | 'win32';
    readonly osVersion?: string;
  };
  /** Display names by agent id; the id stands in for a missing one. */
  readonly agentNames?: ReadonlyMap<string, string>;
}

/** The OCSF `device` and `os` names per platform. */
const OS = {
  linux: { name: 'Linux', type_id: 200 },
  darwin: { name: 'macOS', type_id: 300 },
  win32: { name: 'Windows', type_id: 100 },
} as const;

const SEVERITY_IDS = { informational: 1, low: 2, medium: 3, high: 4, critical: 5 } as const;

export function severityId(severity: Severity): number {
  return SEVERITY_IDS[severity];
}

/** What differs between events of all classes. */
export interface OcsfHead {
  readonly className: OcsfClassName;
  readonly activityId: number;
  /** Required by the schema when `activityId` is 99. */
  readonly activityName?: string;
  readonly timeMs: number;
  readonly severityId: number;
  /** More of `metadata`. */
  readonly metadata?: JsonObject;
}

/** Attributes that are legal only when profile `security_control` is declared, on every class that has them. */
const SECURITY_CONTROL = ['action_id', 'disposition_id'] as const;

/** Puts class, type, product, device and the profiles that the given fields need around `fields`. */
export function ocsfEvent(
  item: ReportItem,
  head: OcsfHead,
  fields: JsonObject,
  context: OcsfContext,
): OcsfEvent {
  const { className, activityId, activityName, timeMs } = head;
  const { uid, category, device } = OCSF_CLASSES[className];
  const profiles: string[] = [];
  if ('ai_agent' in fields || 'message_context' in fields) profiles.push('ai_operation');
  if (device === 'host') profiles.push('host');
  if (SECURITY_CONTROL.some((name) => name in fields)) profiles.push('security_control');
  return {
    class_uid: uid,
    category_uid: category,
    activity_id: activityId,
    ...(activityName === undefined ? {} : { activity_name: activityName }),
    type_uid: uid * 100 + activityId,
    // The base event's "Other" is type 99, which the schema wants named like every other 99.
    ...(uid === 0 && activityName !== undefined ? { type_name: activityName } : {}),
    severity_id: head.severityId,
    time: timeMs,
    metadata: {
      version: OCSF_VERSION,
      uid: reportUid(item),
      product: { name: 'Reeve', vendor_name: 'Reeve', version: context.productVersion },
      ...(profiles.length === 0 ? {} : { profiles }),
      ...head.metadata,
    },
    device: deviceOf(context),
    ...fields,
  };
}

function deviceOf({ device }: OcsfContext): JsonObject {
  return {
    type_id: 0,
    uid: device.uid,
    hostname: device.hostname,
    os: { ...OS[device.platform], ...(device.osVersion === undefined ? {} : { version: device.osVersion }) },
  };
}

/** An `ai_agent`; `instance_uid` is the session. */
export function aiAgentOf(
  agentId: string,
  sessionId: string | undefined,
  context: OcsfContext,
  version?: string,
): JsonObject {
  return compact({
    uid: agentId,
    name: agentNameOf(agentId, context),
    // The schema's types are frameworks (LangChain, AutoGen …); none of them says "coding agent".
    type_id: 99,
    type: 'Coding agent',
    version,
    instance_uid: sessionId,
  });
}

export function agentNameOf(agentId: string, context: OcsfContext): string {
  return context.agentNames?.get(agentId) ?? agentId;
}

/** Longest text in one attribute: what the store keeps of a command, with room for a deep path. */
const MAX_TEXT = 4_096;

/** The object without undefined members and with over-long texts cut. */
export function compact(fields: Readonly<Record<string, Json | undefined>>): JsonObject {
  const kept: Record<string, Json> = {};
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    kept[key] = typeof value === 'string' ? cut(value) : value;
  }
  return kept;
}

export function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : text.slice(0, MAX_TEXT);
}

const MAX_DEPTH = 8;
const MAX_MEMBERS = 64;

/** A value of unknown shape as JSON: at most 8 levels, 64 members a level; what is deeper, or no JSON, is left out. */
export function jsonOf(value: unknown, depth = 0): Json | undefined {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') return cut(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'object' || depth >= MAX_DEPTH) return undefined;
  if (Array.isArray(value))
    return value
      .slice(0, MAX_MEMBERS)
      .map((member: unknown) => jsonOf(member, depth + 1))
      .filter((member) => member !== undefined);
  return objectOf(Object.entries(value), depth);
}

function objectOf(members: readonly (readonly [string, unknown])[], depth: number): JsonObject {
  const kept: [string, Json][] = [];
  for (const [key, member] of members.slice(0, MAX_MEMBERS)) {
    const json = jsonOf(member, depth + 1);
    if (json !== undefined) kept.push([key.slice(0, 128), json]);
  }
  // fromEntries defines members, so a member called __proto__ stays a plain member.
  return Object.fromEntries(kept);
}

/** `unmapped`: what the schema has no place for; absent when empty. */
export function unmapped(fields: Readonly<Record<string, unknown>>): { unmapped?: JsonObject } {
  const kept = objectOf(Object.entries(fields), 0);
  return Object.keys(kept).length === 0 ? {} : { unmapped: kept };
}
