import type { ShellAnalysis, ShellDialect } from './shell.ts';

/** Words shared by every stage; `noun.verb`. */
export const EVENT_KINDS = [
  'session.start',
  'session.update',
  'session.end',
  'prompt.submit',
  'tool.call',
  'tool.result',
  'permission.decision',
  'process.start',
  'process.exit',
  'network.connect',
  'config.change',
  'action.performed',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

export const TOOL_CATEGORIES = [
  'shell',
  'read',
  'write',
  'search',
  'web',
  'mcp',
  'subagent',
  'plan',
  'other',
] as const;
export type ToolCategory = (typeof TOOL_CATEGORIES)[number];

export const RESOURCE_KINDS = [
  'file',
  'host',
  'url',
  'repository',
  'database',
  'cloud',
  'package',
  'process',
  'credential',
] as const;
export type ResourceKind = (typeof RESOURCE_KINDS)[number];

export const RESOURCE_ACCESS = ['read', 'write', 'execute', 'connect', 'delete', 'publish'] as const;
export type ResourceAccess = (typeof RESOURCE_ACCESS)[number];

export interface Resource {
  readonly kind: ResourceKind;
  /** Absolute path, host name, URL without user-info, `ecosystem:name@version`, `host/db` … */
  readonly value: string;
  readonly access: ResourceAccess;
}

export interface Tool {
  readonly name: string;
  readonly category: ToolCategory;
  /** The vendor's id of this call; unique within the agent. */
  readonly callId: string;
  readonly mcpServer?: string;
  readonly mcpTool?: string;
}

/** What a tool was asked to do, in one shape for all agents. Holds raw text until `redact`; never stored as is. */
export interface ToolInput {
  readonly command?: string;
  readonly dialect?: ShellDialect;
  /** Working directory of this call when it differs from the session's. */
  readonly cwd?: string;
  /** Files named by the call, as written by the agent (may be relative). */
  readonly paths?: readonly string[];
  readonly url?: string;
  readonly query?: string;
  /** Text to be written to a file, or the patch; bounded by the parser to 256 KiB. */
  readonly content?: string;
  /** Free text: sub-agent prompt, plan, question. */
  readonly text?: string;
  /** Arguments of tools that fit nothing above (MCP), as given. */
  readonly args?: unknown;
  /** The parser knows this call holds more than was extracted (Codex code mode). */
  readonly partial?: boolean;
}

export type OutcomeStatus = 'ok' | 'error' | 'denied' | 'interrupted';

export interface Outcome {
  readonly status: OutcomeStatus;
  readonly exitCode?: number;
  readonly durationMs?: number;
  readonly sizeBytes?: number;
}

interface ParsedBase {
  /** Deterministic; see `eventId`. The same fact read twice, or from two files, has the same id. */
  readonly id: string;
  readonly timeMs: number;
  readonly nativeSessionId: string;
  readonly parentNativeSessionId?: string;
  readonly cwd?: string;
  readonly offsetBytes: number;
}

/** Stage 1: what an agent's parser says. Pure data of one log record. */
export type ParsedEvent = ParsedBase &
  (
    | { readonly kind: 'session.start'; readonly resumed?: boolean }
    | {
        readonly kind: 'session.update';
        readonly change: 'permission-mode' | 'model' | 'compaction' | 'fork' | 'rewind' | 'cwd' | 'mode';
        readonly from?: string;
        readonly to?: string;
      }
    | { readonly kind: 'session.end'; readonly reason?: string }
    | { readonly kind: 'prompt.submit'; readonly text: string; readonly origin: 'human' | 'agent' | 'system' }
    | { readonly kind: 'tool.call'; readonly tool: Tool; readonly input: ToolInput }
    | {
        readonly kind: 'tool.result';
        readonly callId: string;
        readonly outcome: Outcome;
        /** What came back, bounded to 64 KiB; used for taint, never stored. */
        readonly output?: string;
      }
    | {
        readonly kind: 'permission.decision';
        readonly callId?: string;
        readonly decision: 'allow' | 'deny' | 'ask';
        readonly by: 'human' | 'rule' | 'hook' | 'mode' | 'unknown';
      }
  );

/** Who stands behind an event. Names and numbers only, never a token. */
export interface Actor {
  readonly user: string;
  readonly uid?: number;
  readonly account?: string;
}

/** Stage 2: an event with its place in the world and everything the rules look at. */
export type EnrichedEvent = ParsedEvent & {
  readonly agentId: string;
  readonly sessionId: string;
  readonly parentSessionId?: string;
  readonly actor: Actor;
  readonly shell?: ShellAnalysis;
  readonly resources: readonly Resource[];
  readonly source: { readonly path: string; readonly offsetBytes: number };
};

export type ToolCallEvent = Extract<EnrichedEvent, { kind: 'tool.call' }>;

const MAX_NATIVE_KEY = 200;

/**
 * The deterministic id of an event: `<agent>:<kind>:<key>`.
 * @param key the vendor's own id of the fact (call id, record uuid), or a stable position in its session.
 *   Longer than 200 characters (hostile or broken input) is cut and marked with a checksum, so ids stay bounded.
 */
export function eventId(agentId: string, kind: EventKind, key: string): string {
  return `${agentId}:${kind}:${shortened(key)}`;
}

/** `<agent>:<native id>`: unique over all agents of a machine. */
export function sessionId(agentId: string, nativeSessionId: string): string {
  if (lastSession.native !== nativeSessionId || lastSession.agentId !== agentId)
    lastSession = { agentId, native: nativeSessionId, id: `${agentId}:${shortened(nativeSessionId)}` };
  return lastSession.id;
}

/** Event after event is of the same session: one text, whose hash is known, instead of a new one each time. */
let lastSession = { agentId: '', native: '', id: ':' };

function shortened(key: string): string {
  return key.length <= MAX_NATIVE_KEY ? key : `${key.slice(0, MAX_NATIVE_KEY)}~${hash53(key).toString(36)}`;
}

/** 53 bits over UTF-16 units, after FNV-1a: to find and tell apart ids quickly, not a security hash. */
export function hash53(text: string): number {
  let low = 0x811c9dc5;
  let high = 0x1234567;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x85ebca6b);
  }
  return (low >>> 0) * 2 ** 21 + ((high >>> 0) & 0x1fffff);
}
