import type { AgentRecord, McpServer } from '../contract/agent.ts';
import { assertNever } from '../contract/assert-never.ts';
import type { Config } from '../contract/config.ts';
import type { Finding } from '../contract/finding.ts';
import type { ReportItem } from '../contract/report.ts';
import type { StoredEvent } from '../contract/stored.ts';
import { inputForMetadata, resourceForMetadata } from './fields-for-event.ts';
import { originOf, programOf, withoutSecretsOf, wordOf } from './reduce-text.ts';

export type ReportingMode = Config['reporting']['mode'];

/** Replaces a name by a keyed hash of it: the same name gives the same hash on one machine. */
export type Pseudonym = (name: string) => string;

/**
 * The part of an item that a mode lets out, or undefined when the mode lets nothing out.
 * This is the only place that decides what leaves the machine: everything after it maps what it is given.
 * Modes name what is kept, never what is removed, so a new field stays here until somebody decides on it.
 */
export function fieldsFor(
  mode: ReportingMode,
  item: ReportItem,
  pseudonym: Pseudonym,
): ReportItem | undefined {
  switch (mode) {
    case 'off':
      return undefined;
    case 'minimal':
      return minimal(item, pseudonym);
    case 'metadata':
      return metadata(item);
    case 'full':
      return full(item);
    default:
      return assertNever(mode);
  }
}

function minimal(item: ReportItem, pseudonym: Pseudonym): ReportItem | undefined {
  switch (item.type) {
    case 'finding':
      return { type: 'finding', finding: minimalFinding(item.finding, pseudonym) };
    case 'health':
      // The text may name a path; the code says which problem it is.
      return { ...item, health: { ...item.health, text: item.health.code } };
    case 'counts':
      return item;
    default:
      return undefined;
  }
}

function metadata(item: ReportItem): ReportItem {
  switch (item.type) {
    case 'event':
      return { type: 'event', event: eventForMetadata(item.event) };
    case 'finding':
      return { type: 'finding', finding: findingForMetadata(item.finding) };
    case 'agent':
      return { ...item, agent: agentForMetadata(item.agent) };
    case 'mcp-server':
      return { ...item, server: serverForMetadata(item.server) };
    case 'session':
    case 'credential':
    case 'asset':
    case 'health':
    case 'counts':
      return item;
    default:
      return assertNever(item);
  }
}

function full(item: ReportItem): ReportItem {
  if (item.type !== 'event' || typeof item.event.input?.['content'] !== 'string') return item;
  // File contents never leave, not even here; the store keeps their size only.
  const { content, ...input } = item.event.input;
  return { type: 'event', event: { ...item.event, input: { ...input, contentChars: content.length } } };
}

function eventForMetadata(event: StoredEvent): StoredEvent {
  const { input, resources, ...rest } = event;
  return {
    ...rest,
    ...(input === undefined ? {} : { input: inputForMetadata(input) }),
    resources: resources.flatMap((resource) => resourceForMetadata(resource) ?? []),
  };
}

function minimalFinding(finding: Finding, pseudonym: Pseudonym): Finding {
  const { id, subject, sessionId, advice, ...rest } = finding;
  return {
    ...rest,
    id: /^f_[\w-]{8,64}$/.test(id) ? id : pseudonym(id),
    ...(sessionId === undefined ? {} : { sessionId: pseudonym(sessionId) }),
    subject: {
      kind: subject.kind,
      value: pseudonym(subject.value),
      ...(subject.agentId === undefined ? {} : { agentId: subject.agentId }),
    },
    why: rest.title,
    evidence: [],
    advice,
  };
}

/** Rules write the facts of the case into `why` and `excerpt`, commands among them: both stay here. */
function findingForMetadata(finding: Finding): Finding {
  const { subject } = finding;
  return {
    ...finding,
    why: finding.title,
    subject: { ...subject, value: subjectForMetadata(subject) },
    evidence: finding.evidence.map(({ eventId, toolCallId, path, line }) => ({
      ...(eventId === undefined ? {} : { eventId }),
      ...(toolCallId === undefined ? {} : { toolCallId }),
      ...(path === undefined ? {} : { path }),
      ...(line === undefined ? {} : { line }),
    })),
  };
}

/** Of things that ran, a subject may be a command line: one word passes (path, host, program), else its program. */
function subjectForMetadata({ kind, value }: Finding['subject']): string {
  switch (kind) {
    case 'mcp-server':
    case 'agent':
    case 'credential':
    case 'asset':
    case 'config':
      return value;
    case 'tool-call':
    case 'session':
    case 'process':
      if (value.includes('://')) return originOf(value) ?? 'address';
      return /^\S{1,1024}$/.test(value) && !/^-|=/.test(value) ? value : (programOf(value) ?? kind);
    default:
      return assertNever(kind);
  }
}

function agentForMetadata(agent: AgentRecord): AgentRecord {
  const settings = Object.entries(agent.settings).filter(
    ([, value]) => typeof value === 'boolean' || typeof value === 'number' || wordOf(value) !== undefined,
  );
  return { ...agent, settings: Object.fromEntries(settings) };
}

function serverForMetadata(server: McpServer): McpServer {
  const { args, url, command, ...rest } = server;
  const origin = url === undefined ? undefined : originOf(url);
  const program = command === undefined ? undefined : /^\S+$/.test(command) ? command : programOf(command);
  return {
    ...rest,
    ...(program === undefined ? {} : { command: withoutSecretsOf(program) }),
    ...(origin === undefined ? {} : { url: origin }),
    ...(args === undefined ? {} : { args: [] }),
  };
}
