import { assertNever } from '../contract/assert-never.ts';
import type { Actor, EnrichedEvent, Resource, Tool, ToolCallEvent, ToolInput } from '../contract/event.ts';
import type { Finding } from '../contract/finding.ts';
import type { StoredEvent } from '../contract/stored.ts';
import { PRINCIPAL_PROGRAMS, principalsOf } from './principals/index.ts';
import { classifySecret, redactText } from './secrets/index.ts';

export { redactText };

/** How much of each part is kept; lengths in UTF-16 units. */
export interface RedactLimits {
  readonly commandChars: number;
  readonly textChars: number;
  readonly pathChars: number;
  readonly listItems: number;
  /** Of tool arguments that fit no known field: nesting, members over all levels, and length of one text. */
  readonly argsDepth: number;
  readonly argsMembers: number;
  readonly argsTextChars: number;
}

export const DEFAULT_LIMITS: RedactLimits = {
  commandChars: 4000,
  textChars: 2000,
  pathChars: 1024,
  listItems: 100,
  argsDepth: 6,
  argsMembers: 200,
  argsTextChars: 1000,
};

/** Longest text that is searched for secrets; what lies behind cannot come into the kept part. */
const MAX_SEARCHED = 65_536;
/** Dropped at a cut before the search: a secret cut in half there would not be known any more. */
const CUT_MARGIN = 512;
const MAX_PROGRAMS = 20;

/** Secrets out first, then the cut: a secret on the edge must not leave its first half. */
function clean(text: string, limit: number): string {
  if (text.length <= MAX_SEARCHED) return cut(redactText(text), limit);
  const redacted = redactText(text.slice(0, MAX_SEARCHED));
  return cut(redacted, Math.min(limit, Math.max(0, redacted.length - CUT_MARGIN)));
}

/** Texts without a secret that stand in event after event: the log's path, the working folder, names of programs. */
const spotless = new Set<string>();
const MAX_SPOTLESS = 512;
const MAX_SPOTLESS_CHARS = 256;

/** The same as `clean`, for texts that repeat. A text with a secret is never remembered. */
function cleanAgain(text: string, limit: number): string {
  if (text.length > MAX_SPOTLESS_CHARS || text.length > limit) return clean(text, limit);
  if (spotless.has(text)) return text;
  const cleaned = clean(text, limit);
  if (cleaned === text) {
    if (spotless.size >= MAX_SPOTLESS) spotless.clear();
    spotless.add(text);
  }
  return cleaned;
}

function cut(text: string, limit: number): string {
  return text.length <= limit ? text : text.slice(0, limit).toWellFormed();
}

/**
 * Turns an event into what may be kept and sent: a white list of fields, each free of secrets and bounded. File contents
 * shrink to `contentBytes`; tool output is never kept. Never throws.
 */
export function redactEvent(event: EnrichedEvent, limits: RedactLimits = DEFAULT_LIMITS): StoredEvent {
  const stored: StoredEvent = {
    id: event.id,
    kind: event.kind,
    timeMs: event.timeMs,
    agentId: event.agentId,
    sessionId: event.sessionId,
    actor: redactActor(event.actor),
    resources: redactResources(event.resources, limits),
    source: { path: cleanAgain(event.source.path, limits.pathChars), offsetBytes: event.source.offsetBytes },
  };
  // What not every event has is set after: spreads of many shapes cost as much as the search for secrets.
  if (event.parentSessionId !== undefined) stored.parentSessionId = event.parentSessionId;
  const input = inputOf(event, limits);
  if (Object.keys(input).length > 0) stored.input = input;
  if (event.kind === 'tool.call') stored.tool = redactTool(event.tool);
  else if (event.kind === 'tool.result') stored.outcome = { ...event.outcome };
  return stored;
}

function redactActor(actor: Actor): StoredEvent['actor'] {
  const kept: StoredEvent['actor'] = { user: actor.user };
  if (actor.uid !== undefined) kept.uid = actor.uid;
  if (actor.account !== undefined) kept.account = cleanAgain(actor.account, 256);
  return kept;
}

function redactResources(resources: readonly Resource[], limits: RedactLimits): Resource[] {
  const kept: Resource[] = [];
  for (const resource of resources) {
    if (kept.length >= limits.listItems) break;
    kept.push(redactResource(resource, limits));
  }
  return kept;
}

function redactTool(tool: Tool): Tool {
  const kept: { -readonly [Key in keyof Tool]: Tool[Key] } = {
    name: cleanAgain(tool.name, 200),
    category: tool.category,
    callId: cut(tool.callId, 200),
  };
  if (tool.mcpServer !== undefined) kept.mcpServer = cleanAgain(tool.mcpServer, 200);
  if (tool.mcpTool !== undefined) kept.mcpTool = cleanAgain(tool.mcpTool, 200);
  return kept;
}

function redactResource(resource: Resource, limits: RedactLimits): Resource {
  return { kind: resource.kind, value: clean(resource.value, limits.pathChars), access: resource.access };
}

type Fields = Record<string, unknown>;

function inputOf(event: EnrichedEvent, limits: RedactLimits): Fields {
  switch (event.kind) {
    case 'session.start': {
      const kept = withFolder(event, limits);
      if (event.resumed !== undefined) kept['resumed'] = event.resumed;
      return kept;
    }
    case 'session.update':
      return { change: event.change, ...texts({ from: event.from, to: event.to }, limits.pathChars) };
    case 'session.end':
      return texts({ reason: event.reason }, limits.textChars);
    case 'prompt.submit':
      return { origin: event.origin, text: clean(event.text, limits.textChars) };
    case 'tool.call': {
      const kept = withFolder(event, limits);
      addToolInput(kept, event.input, limits);
      const programs = programsOf(event);
      if (programs.length > 0) kept['programs'] = programs;
      const actsAs = actsAsOf(event);
      if (actsAs !== undefined) kept['actsAs'] = actsAs;
      return kept;
    }
    case 'tool.result':
      return { callId: cut(event.callId, 200) };
    case 'permission.decision':
      return {
        decision: event.decision,
        by: event.by,
        ...(event.callId === undefined ? {} : { callId: cut(event.callId, 200) }),
      };
    default:
      return assertNever(event);
  }
}

function withFolder(event: EnrichedEvent, limits: RedactLimits): Fields {
  return event.cwd === undefined ? {} : { cwd: cleanAgain(event.cwd, limits.pathChars) };
}

/** Names of all programs a command line runs, wherever they stand in it; what `metadata` reporting may tell of it. */
function programsOf({ shell }: ToolCallEvent): string[] {
  const programs: string[] = [];
  for (const command of shell?.commands ?? []) {
    if (command.program === '' || command.dynamicProgram === true) continue;
    const program = cleanAgain(command.program, 100);
    if (!programs.includes(program)) programs.push(program);
    if (programs.length >= MAX_PROGRAMS) break;
  }
  return programs;
}

const MAX_PRINCIPALS = 8;

/** Accounts the command line itself chooses; defaults are known only beside the machine's files (see the graph). */
function actsAsOf({ shell, input }: ToolCallEvent): readonly Fields[] | undefined {
  if (shell?.commands.some(({ program }) => Object.hasOwn(PRINCIPAL_PROGRAMS, program)) !== true)
    return undefined;
  const uses = principalsOf({ shell, input }, []).slice(0, MAX_PRINCIPALS);
  if (uses.length === 0) return undefined;
  return uses.map(({ kind, program, description, evidence, confidence }) => ({
    kind,
    program,
    description: clean(description, 200),
    evidence,
    confidence,
  }));
}

function texts(fields: Readonly<Record<string, string | undefined>>, limit: number): Fields {
  const kept: Fields = {};
  for (const [name, value] of Object.entries(fields))
    if (value !== undefined) kept[name] = clean(value, limit);
  return kept;
}

function addToolInput(kept: Fields, input: ToolInput, limits: RedactLimits): void {
  if (input.command !== undefined) kept['command'] = clean(input.command, limits.commandChars);
  if (input.dialect !== undefined) kept['dialect'] = input.dialect;
  if (input.cwd !== undefined) kept['cwd'] = cleanAgain(input.cwd, limits.pathChars);
  if (input.paths !== undefined)
    kept['paths'] = input.paths.slice(0, limits.listItems).map((path) => clean(path, limits.pathChars));
  if (input.url !== undefined) kept['url'] = clean(input.url, limits.pathChars);
  if (input.query !== undefined) kept['query'] = clean(input.query, limits.textChars);
  if (input.text !== undefined) kept['text'] = clean(input.text, limits.textChars);
  if (input.content !== undefined) kept['contentBytes'] = utf8Bytes(input.content);
  if (input.args !== undefined) kept['args'] = redactArgs(input.args, limits);
  if (input.partial !== undefined) kept['partial'] = input.partial;
}

/** Bytes of the text in UTF-8. */
function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff)) bytes += 2;
    else if (unit > 0x7f) bytes += 1;
  }
  return bytes;
}

/**
 * Tool arguments as given, without secrets: texts are searched, a value under a secret's name is judged by that name,
 * and depth, members and lengths are bounded. What is left out is marked `…`.
 */
export function redactArgs(value: unknown, limits: RedactLimits = DEFAULT_LIMITS): unknown {
  let members = 0;
  const walk = (name: string | undefined, item: unknown, depth: number): unknown => {
    if (typeof item === 'string') return redactNamed(name, item, limits.argsTextChars);
    if (typeof item === 'number' || typeof item === 'boolean' || item === null) return item;
    if (typeof item !== 'object') return undefined;
    if (depth >= limits.argsDepth) return '…';
    if (Array.isArray(item)) {
      const list: unknown[] = [];
      for (const entry of item) {
        if (++members > limits.argsMembers) return [...list, '…'];
        list.push(walk(name ?? flagBefore(item, list.length), entry, depth + 1));
      }
      return list;
    }
    const entries: [string, unknown][] = [];
    for (const [key, entry] of Object.entries(item)) {
      if (++members > limits.argsMembers) {
        entries.push(['…', '…']);
        break;
      }
      entries.push([cleanAgain(key, 100), walk(key, entry, depth + 1)]);
    }
    return Object.fromEntries(entries);
  };
  return walk(undefined, value, 0);
}

/** In an argument list a flag names the next argument: `["--token", "…"]`. */
function flagBefore(list: readonly unknown[], index: number): string | undefined {
  const before = list[index - 1];
  return typeof before === 'string' && before.length <= 64 && before.startsWith('-')
    ? before.replace(/^-+/, '')
    : undefined;
}

function redactNamed(name: string | undefined, text: string, limit: number): string {
  const redacted = clean(text, limit);
  if (name === undefined || redacted.includes('[redacted:') || text.length > MAX_SEARCHED) return redacted;
  const secret = classifySecret(name, text);
  return secret === undefined ? redacted : `[redacted:${secret.kind}]`;
}

const EXCERPT_CHARS = 300;

/** The finding with everything that came from outside searched for secrets and bounded. Never throws. */
export function redactFinding(finding: Finding): Finding {
  return {
    ...finding,
    title: clean(finding.title, 300),
    why: clean(finding.why, 1000),
    subject: {
      ...finding.subject,
      value: clean(finding.subject.value, 1024),
      ...(finding.subject.cwd === undefined ? {} : { cwd: clean(finding.subject.cwd, 1024) }),
    },
    evidence: finding.evidence.map((item) => ({
      ...item,
      ...(item.path === undefined ? {} : { path: clean(item.path, 1024) }),
      ...(item.excerpt === undefined ? {} : { excerpt: clean(item.excerpt, EXCERPT_CHARS) }),
    })),
  };
}
