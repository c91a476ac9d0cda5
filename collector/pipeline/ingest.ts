import { type Actor, type EnrichedEvent, type ParsedEvent, sessionId } from '../contract/event.ts';
import type { Finding } from '../contract/finding.ts';
import type { StoredEvent } from '../contract/stored.ts';
import type { SessionPatch } from '../agents/spec-log.ts';
import type { DetectionRule, Mark, SessionContext } from '../rules/rule.ts';
import { type CaseMemory, correlate } from './correlate.ts';
import { detectEvent, type DetectDeps } from './detect.ts';
import { enrich } from './enrich.ts';
import { foreignFiles, foreignSends, type MachineMemory, rememberForOthers } from './machine-memory.ts';
import type { ParsedBatch } from './parse.ts';
import { redactEvent, redactFinding, redactText } from './redact.ts';
import { observe, sessionContext, type SessionState } from './session-state.ts';
import { scriptsNamed } from './written-scripts.ts';

/** What ingest remembers of one session between batches. */
export interface SessionMemory {
  readonly id: string;
  parentId: string | undefined;
  cwd: string | undefined;
}

/** Whose logs these are: the same for every batch of one home. */
export interface IngestPlace {
  readonly home: string;
  readonly platform: 'linux' | 'darwin' | 'win32';
  readonly actor: Actor;
}

/** The past, looked up by the caller: memory first, then the store. */
export interface IngestMemory {
  session(id: string): SessionMemory;
  /** State of a root session; changed in place and returned in `touched`. */
  state(rootId: string): SessionState;
  /** What the runs of this machine left for each other; without it each run is judged alone. */
  readonly machine?: MachineMemory;
  /** The last findings, to be told as incidents; without it none are. */
  readonly cases?: CaseMemory;
  /** Sees each new event before it is redacted: for what compares it with the process table. Nothing of it may be kept. */
  readonly observe?: (event: EnrichedEvent) => void;
}

export interface IngestResult {
  readonly events: readonly StoredEvent[];
  readonly findings: readonly { readonly finding: Finding; readonly eventId: string }[];
  readonly sessions: readonly SessionPatch[];
  /** Root sessions whose state changed. */
  readonly touched: ReadonlySet<string>;
}

const MAX_ANCESTORS = 8;

/**
 * Stages 2 to 7 over one parsed batch: attribute and enrich, detect, observe, redact, in that order.
 * @param known ids of events that are stored already: they are not looked at again.
 * Pure but for the memory it is given, and independent of how the log was cut into batches.
 */
export function ingest(
  batch: ParsedBatch,
  agentId: string,
  sourcePath: string,
  known: ReadonlySet<string>,
  place: IngestPlace,
  memory: IngestMemory,
  rules: readonly DetectionRule[],
  deps: DetectDeps,
): IngestResult {
  const events: StoredEvent[] = [];
  const findings: { finding: Finding; eventId: string }[] = [];
  const sessions: SessionPatch[] = [];
  const touched = new Set<string>();
  const seen = new Set<string>();

  for (const step of batch.steps) {
    if ('session' in step) {
      sessions.push(cleanPatch(step.session));
      applyPatch(step.session, agentId, memory);
      continue;
    }
    if (known.has(step.event.id) || seen.has(step.event.id)) continue;
    seen.add(step.event.id);
    const event = placed(step.event, agentId, sourcePath, place, memory);
    const rootId = rootOf(event.sessionId, memory);
    const state = memory.state(rootId);
    const context = withOthers(sessionContext(state, place), memory.machine, rootId, event);
    for (const found of detectEvent(event, context, rules, deps)) {
      const finding = redactFinding(found);
      findings.push({ finding, eventId: event.id });
      if (memory.cases === undefined) continue;
      for (const told of correlate({ finding, run: rootId }, memory.cases, deps.hash))
        findings.push({ finding: told, eventId: event.id });
    }
    remember(state, event, place);
    if (memory.machine !== undefined) rememberForOthers(memory.machine, rootId, event, state, place);
    touched.add(rootId);
    memory.observe?.(event);
    events.push(redactEvent(event));
  }
  return { events, findings, sessions, touched };
}

/** The past of the run, with what other runs of the machine left for it. */
function withOthers(
  context: SessionContext,
  machine: MachineMemory | undefined,
  run: string,
  event: EnrichedEvent,
): SessionContext {
  if (machine === undefined || event.kind !== 'tool.call') return context;
  const files = foreignFiles(machine, run, event.timeMs);
  const sends = foreignSends(machine, run, event.timeMs);
  if (files.length + sends.length === 0) return context;
  return { ...context, foreignFiles: files, foreignSends: sends };
}

/** Observes the event with secrets taken out, so that what is remembered may be stored as it is. */
function remember(state: SessionState, event: EnrichedEvent, place: IngestPlace): void {
  if (event.kind !== 'tool.call' && event.kind !== 'permission.decision') {
    observe(
      state,
      event.kind === 'prompt.submit' ? { ...event, text: redactText(event.text) } : event,
      place,
    );
    return;
  }
  // Looked at one by one: this runs for every call, and lists of lists would be made for nothing.
  const untrusted = state.untrusted.at(-1);
  const sensitive = state.sensitive.at(-1);
  const sent = state.sent.at(-1);
  const approved = state.approved.at(-1);
  observe(state, event, place);
  cleanAfter(state.untrusted, untrusted);
  cleanAfter(state.sensitive, sensitive);
  cleanAfter(state.sent, sent);
  cleanAfter(state.approved, approved);
}

/** Takes secrets out of the marks that came after `last`. */
function cleanAfter(marks: Mark[], last: Mark | undefined): void {
  for (let n = marks.length - 1; n >= 0; n--) {
    const mark = marks[n];
    if (mark === undefined || mark === last) return;
    marks[n] = { ...mark, what: redactText(mark.what) };
  }
}

function placed(
  event: ParsedEvent,
  agentId: string,
  sourcePath: string,
  place: IngestPlace,
  memory: IngestMemory,
): EnrichedEvent {
  const session = memory.session(sessionId(agentId, event.nativeSessionId));
  if (event.parentNativeSessionId !== undefined) {
    session.parentId ??= sessionId(agentId, event.parentNativeSessionId);
  }
  session.cwd ??= event.cwd;
  const scripts =
    event.kind === 'tool.call' ? scriptsNamed(memory.state(rootOf(session.id, memory)).scripts, event) : [];
  const { home, platform, actor } = place;
  const context = { agentId, home, platform, actor, session, sourcePath };
  return enrich(event, scripts.length === 0 ? context : { ...context, scripts });
}

function applyPatch(patch: SessionPatch, agentId: string, memory: IngestMemory): void {
  const session = memory.session(sessionId(agentId, patch.nativeId));
  if (patch.parentNativeId !== undefined) session.parentId = sessionId(agentId, patch.parentNativeId);
  if (patch.cwd !== undefined) session.cwd = patch.cwd;
}

/** Sub-agents of sub-agents belong to the session a person started. */
function rootOf(id: string, memory: IngestMemory): string {
  let root = id;
  for (let n = 0; n < MAX_ANCESTORS; n++) {
    const parent = memory.session(root).parentId;
    if (parent === undefined || parent === root) break;
    root = parent;
  }
  return root;
}

const MAX_TITLE = 200;

/** One line without what is not to be seen: it stands in lists. */
function cleanTitle(title: string): string {
  const line = title
    .slice(0, MAX_PATCH_TEXT)
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ')
    .replaceAll(/\s{1,1000}/g, ' ')
    .trim();
  const text = redactText(line);
  return (text.length <= MAX_TITLE ? text : `${text.slice(0, MAX_TITLE - 1)}…`).toWellFormed();
}

const MAX_PATCH_TEXT = 1_000;

/** A log's own words about its session: bounded, and a remote URL may carry a token. */
function cleanPatch(patch: SessionPatch): SessionPatch {
  const text = <K extends string>(key: K, value: string | undefined): { [P in K]?: string } => {
    const result: { [P in K]?: string } = {};
    if (value !== undefined) result[key] = redactText(value.slice(0, MAX_PATCH_TEXT));
    return result;
  };
  return {
    ...patch,
    ...text('cwd', patch.cwd),
    ...text('repository', patch.repository),
    ...text('gitBranch', patch.gitBranch),
    ...text('agentVersion', patch.agentVersion),
    ...text('permissionMode', patch.permissionMode),
    ...text('model', patch.model),
    ...text('account', patch.account),
    ...(patch.title !== undefined && { title: cleanTitle(patch.title) }),
  };
}
