import { type Command } from 'commander';
import pc from 'picocolors';
import { AGENTS } from '../../agents/index.ts';
import type { BlastRadius, Graph } from '../../contract/graph.ts';
import type { Principal } from '../../contract/identity.ts';
import type { Session, StoredEvent } from '../../contract/stored.ts';
import { readPrincipals } from '../../discovery/principals.ts';
import {
  blastRadius,
  buildGraph,
  type FileTouch,
  type GraphInput,
  outlineOf,
  type OtherSession,
  toDot,
} from '../../pipeline/graph/index.ts';
import { redactText } from '../../pipeline/redact.ts';
import { isInside } from '../../rules/shared/paths.ts';
import { type CliContext, CommandError, print, printJson, type Reader } from '../context.ts';
import { terminalWidth } from '../table.ts';
import { clockTime, cut, plain, plural, tilde } from '../words.ts';
import { resolveSession, withReader } from './lists.ts';

interface GraphOptions {
  readonly json?: true;
  readonly dot?: true;
  readonly blast?: true;
}

const PAGE = 10_000;
/** A session of this many events is read in some seconds; more would tell little new. */
const MAX_EVENTS = 200_000;
const MAX_SUBSESSIONS = 200;
/** Sessions at about the same time, looked at for files handed over. */
const MAX_OTHERS = 12;
const MAX_OTHER_EVENTS = 5_000;
const AROUND_MS = 30 * 60_000;

/** `reeve graph SESSION`: who ran it, through what, and what it touched. */
export function addGraphCommand(program: Command, context: () => CliContext): void {
  program
    .command('graph')
    .argument('<session>', 'session id, or its beginning')
    .description('who ran a session, through what, and what it touched')
    .option('--json', 'print JSON')
    .option('--dot', 'print the graph in the DOT language of Graphviz')
    .option('--blast', 'only what was touched, in order, and what could have been reached')
    .action(async (prefix: string, options: GraphOptions) => {
      await withReader(context(), async (reader) => {
        const input = await gather(reader, context(), await resolveSession(reader, prefix));
        if (options.blast === true) {
          const blast = blastRadius(input);
          if (options.json === true) printJson(blast);
          else print(blastText(blast, terminalWidth()));
          return;
        }
        const graph = buildGraph(input);
        if (options.json === true) printJson(graph);
        else if (options.dot === true) process.stdout.write(toDot(graph));
        else print(graphText(graph, terminalWidth()));
      });
    });
}

async function gather(reader: Reader, context: CliContext, id: string): Promise<GraphInput> {
  const session = await reader.call('sessions.get', { id });
  if (session === null)
    throw new CommandError(`Session ${id} has no events. \`reeve sessions\` lists others.`);
  const around = await reader.call('sessions.list', {
    sinceMs: session.startedMs - AROUND_MS,
    limit: PAGE,
  });
  const subsessions = descendants(session.id, around).slice(0, MAX_SUBSESSIONS);
  const tree = [session, ...subsessions];
  const events: StoredEvent[] = [];
  for (const { id: sessionId } of tree)
    events.push(...(await readEvents(reader, sessionId, MAX_EVENTS - events.length)));
  const { platform } = context;
  const identity = platform.readIdentity();
  // A log of another home (a copy, a demonstration) says nothing about this person's accounts.
  const isOwn =
    session.actor.user === identity.name &&
    events.some(({ source }) => isInside(source.path, platform.ownHome.home, platform.os));
  return {
    session,
    subsessions,
    events,
    agents: await reader.call('agents.list', {}),
    mcpServers: await reader.call('mcpServers.list', {}),
    credentials: await reader.call('credentials.list', {}),
    principals: isOwn ? await ownPrincipals(context) : [],
    findings: await findingsOf(reader, tree),
    otherSessions: await othersNear(reader, session, tree, around),
    specs: AGENTS,
    place: { home: platform.ownHome.home, platform: platform.os },
    device: { hostname: platform.readHost().hostname, os: platform.readHost().osVersion },
    ...(isOwn ? { human: { name: identity.fullName ?? identity.name, emails: identity.emails } } : {}),
  };
}

/** Read afresh from the own home: what an account can reach changes more often than the inventory is taken. */
async function ownPrincipals({ platform }: CliContext): Promise<readonly Principal[]> {
  return readPrincipals({ homes: [platform.ownHome], ownHome: platform.ownHome.home, redact: redactText });
}

/** Sub-agents, also those of sub-agents; a circle of parents ends. */
export function descendants(rootId: string, sessions: readonly Session[]): readonly Session[] {
  const children = new Map<string, Session[]>();
  for (const session of sessions) {
    if (session.parentSessionId === undefined) continue;
    children.set(session.parentSessionId, [...(children.get(session.parentSessionId) ?? []), session]);
  }
  const found = new Map<string, Session>();
  const waiting = [rootId];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    for (const child of children.get(id) ?? []) {
      if (child.id === rootId || found.has(child.id)) continue;
      found.set(child.id, child);
      waiting.push(child.id);
    }
  }
  return [...found.values()].sort((a, b) => a.startedMs - b.startedMs || (a.id < b.id ? -1 : 1));
}

async function readEvents(reader: Reader, sessionId: string, atMost: number): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  let afterSeq = 0;
  while (events.length < atMost) {
    const page = await reader.call('events.list', {
      sessionId,
      afterSeq,
      limit: Math.min(PAGE, atMost - events.length),
    });
    for (const { event } of page) events.push(event);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) break;
    afterSeq = last.seq;
  }
  return events;
}

async function findingsOf(reader: Reader, tree: readonly Session[]): Promise<GraphInput['findings']> {
  const all = [];
  for (const { id } of tree) all.push(...(await reader.call('findings.list', { sessionId: id, limit: 500 })));
  return all;
}

async function othersNear(
  reader: Reader,
  session: Session,
  tree: readonly Session[],
  around: readonly Session[],
): Promise<OtherSession[]> {
  const own = new Set(tree.map(({ id }) => id));
  const near = around
    .filter(({ id, startedMs, lastEventMs }) => {
      return (
        !own.has(id) &&
        startedMs <= session.lastEventMs + AROUND_MS &&
        lastEventMs >= session.startedMs - AROUND_MS
      );
    })
    .sort((a, b) => distance(a, session) - distance(b, session))
    .slice(0, MAX_OTHERS);
  const others: OtherSession[] = [];
  for (const other of near) {
    const events = await readEvents(reader, other.id, MAX_OTHER_EVENTS);
    others.push({ session: other, files: events.flatMap(touchesOf) });
  }
  return others;
}

function distance(a: Session, b: Session): number {
  return Math.abs(a.startedMs - b.startedMs);
}

function touchesOf(event: StoredEvent): FileTouch[] {
  if (event.kind !== 'tool.call') return [];
  return event.resources.flatMap(({ kind, value, access }) =>
    kind === 'file' && (access === 'read' || access === 'write')
      ? [{ path: value, access, timeMs: event.timeMs }]
      : [],
  );
}

/** The chain as an indented list, each line within `width` columns and safe for a terminal. */
export function graphText(graph: Graph, width: number): string {
  const rows = outlineOf(graph);
  const facts = rows.filter(({ could }) => !could);
  const possible = rows.filter(({ could }) => could);
  const lines = facts.map((row) => {
    const indent = '  '.repeat(Math.min(row.depth, 12));
    const mark = row.flagged ? '! ' : '';
    return line(
      `${indent}${mark}${row.what === '' ? '' : `${row.what} `}`,
      row.label,
      row.note,
      width,
      row.flagged,
    );
  });
  if (possible.length > 0) {
    lines.push(
      '',
      pc.dim(cut('Could also have reached (known from configuration; nothing says it did):', width)),
    );
    for (const { label, note } of possible.slice(0, MAX_POSSIBLE))
      lines.push(line('  ', label, note, width, false));
    if (possible.length > MAX_POSSIBLE) lines.push(`  … and ${possible.length - MAX_POSSIBLE} more`);
  }
  lines.push(...omittedLines(graph.omitted, width));
  return lines.join('\n');
}

const MAX_POSSIBLE = 15;

/** The label gets what it needs up to two thirds, the note what is left; of a path the end tells more than the start. */
function line(head: string, label: string, note: string, width: number, flagged: boolean): string {
  const room = Math.max(8, width - head.length);
  const whole = plain(tilde(label));
  const wholeNote = plain(tilde(note));
  const noteRoom =
    wholeNote === ''
      ? 0
      : Math.min(wholeNote.length + 2, Math.max(Math.floor(room / 3), room - whole.length));
  const shown = /^[~/]|^[A-Z]:/.test(whole) ? cutStart(whole, room - noteRoom) : cut(whole, room - noteRoom);
  const text = flagged ? pc.red(`${head}${shown}`) : `${head}${shown}`;
  return noteRoom <= 3 ? text : `${text}  ${pc.dim(cut(wholeNote, noteRoom - 2))}`;
}

function cutStart(text: string, width: number): string {
  return text.length <= width ? text : `…${text.slice(text.length - Math.max(0, width - 1))}`;
}

function omittedLines(omitted: Readonly<Record<string, number>>, width: number): string[] {
  const parts = Object.entries(omitted).map(([what, n]) => `${n.toLocaleString('en-US')} ${what}`);
  return parts.length === 0
    ? []
    : ['', pc.dim(cut(plain(`Not shown one by one: ${parts.join(', ')}`), width))];
}

/** Everything touched in order, then what could have been reached. */
export function blastText(blast: BlastRadius, width: number): string {
  const counts = Object.entries(blast.groups).map(([group, n]) => `${n} ${group.replace('-', ' ')}`);
  const lines = [
    cut(plain(counts.length === 0 ? 'Nothing was touched.' : `Touched: ${counts.join(', ')}`), width),
    ...(blast.deniedCalls === 0
      ? []
      : [`${plural(blast.deniedCalls, 'call was', 'calls were')} refused and touched nothing.`]),
    '',
    ...blast.touched.map((touched) => {
      const how = touched.access.length === 0 ? 'acted as' : touched.access.join(',');
      const head = `${clockTime(touched.firstMs)} ${touched.findings.length > 0 ? '!' : ' '} ${how} `;
      const note = `${touched.count > 1 ? `×${touched.count}` : ''}${touched.findings.length > 0 ? ` ${touched.findings.join(' ')}` : ''}`;
      return line(head, touched.value, note.trim(), width, touched.findings.length > 0);
    }),
  ];
  if (blast.couldReach.length > 0) {
    lines.push('', pc.dim(cut('Could have reached (known from configuration; nothing says it did):', width)));
    for (const item of blast.couldReach) {
      const production = item.production === true ? ', production by its name' : '';
      lines.push(line('  ', item.could, `${item.from}: ${item.why}${production}`, width, false));
    }
  }
  lines.push(...omittedLines(blast.omitted, width));
  return lines.join('\n');
}
