import type { Attribution, AttributionLink, LinkEvidence } from '../../contract/attribution.ts';
import { sessionId } from '../../contract/event.ts';
import type { Confidence } from '../../contract/finding.ts';
import type { ProcessKey } from '../../contract/process.ts';
import { sessionAt, strengthOf } from './agent-run.ts';
import type { Family } from './family.ts';
import type { FoundCall, KnownSessions } from './known-sessions.ts';
import { markedBy } from './markers.ts';
import type { AgentRun, Member } from './member.ts';
import { baseName } from './match-command.ts';

const MAX_LINKS = 12;
const ORDER: Readonly<Record<Confidence, number>> = { high: 0, medium: 1, low: 2 };
/** Servers that start what others ask them to start: nothing of the asking agent is above it. */
const HANDOVERS = new Set([
  'tmux',
  'screen',
  'systemd',
  'init',
  'launchd',
  'atd',
  'zellij',
  'dtach',
  'abduco',
]);
/** A command line of one short word is run by everybody. */
const TELLING_COMMAND = 8;

interface Found {
  readonly sessionId?: string;
  readonly unresolved?: Attribution['unresolved'];
  readonly links: readonly AttributionLink[];
  /** Said by the process itself, so that the strength of the agent's own session does not matter. */
  readonly own?: boolean;
}

/** Whose this process is, from all that is known now. */
export function attributionOf(
  member: Member,
  family: Family,
  sessions: KnownSessions,
): Attribution | undefined {
  const { agent } = member;
  if (agent?.run === undefined) return looseOf(member, family, sessions);
  const { run } = agent;
  const unseen = unseenAgent(member, agent);
  const isAgent = agent === member;
  const found = unseen ?? sessionOf(member, run, sessions);
  const call = isAgent || unseen !== undefined ? undefined : callOf(member, found.sessionId, sessions);
  const links: AttributionLink[] = [...found.links];
  if (!isAgent)
    links.push(
      member.by === 'group'
        ? link('group', `orphan in a process group made below ${run.agentId} pid ${agent.info.pid}`)
        : link('ancestry', `below ${run.agentId} pid ${agent.info.pid}`),
    );
  if (call !== undefined) links.push(link('argv', `runs the command of call ${call.call.callId}`));
  if (run.runId !== undefined) links.push(link('supervised', `run ${run.runId}`));
  links.sort((a, b) => ORDER[a.confidence] - ORDER[b.confidence]);
  links.push(...outerLinks(agent));
  const agentId = unseen?.agentId ?? run.agentId;
  return {
    process: keyOf(member),
    role: isAgent ? 'agent' : 'child',
    agentId,
    ...(found.sessionId === undefined ? {} : { sessionId: found.sessionId }),
    ...(call === undefined ? {} : { toolCallId: call.call.callId }),
    agentProcess: { pid: agent.info.pid, startTimeMs: agent.info.startTimeMs },
    ...(run.runId === undefined ? {} : { runId: run.runId }),
    links: links.slice(0, MAX_LINKS),
    confidence: confidenceOf(member, found),
    ...(found.sessionId === undefined ? { unresolved: found.unresolved ?? 'no-session-seen' } : {}),
  };
}

function confidenceOf(member: Member, found: Found): Confidence {
  const weakest = member.by === 'group' ? 'medium' : 'high';
  const session = found.links[0]?.confidence ?? weakest;
  return ORDER[session] > ORDER[weakest] ? session : weakest;
}

/** An agent that is not in the process table any more, or was not known as one, but told its children. */
function unseenAgent(member: Member, agent: Member): (Found & { readonly agentId: string }) | undefined {
  if (agent === member || agent.info.markers === undefined) return undefined;
  const others = member.marked.filter(({ agentId }) => agentId !== agent.run?.agentId);
  const ofRun = member.marked.some(({ agentId }) => agentId === agent.run?.agentId);
  const [mark] = others;
  if (mark === undefined || others.length > 1 || ofRun) return undefined;
  return {
    agentId: mark.agentId,
    ...(mark.nativeSessionId === undefined
      ? { unresolved: 'no-session-seen' as const }
      : { sessionId: sessionId(mark.agentId, mark.nativeSessionId) }),
    links: [link('marker', mark.variable, 'medium')],
  };
}

/** The session of one process of a run: its own marker first, then the run's session, then the call it runs. */
function sessionOf(member: Member, run: AgentRun, sessions: KnownSessions): Found {
  if (member.agent !== member) {
    const mark = member.marked.find(({ agentId }) => agentId === run.agentId);
    if (mark?.nativeSessionId !== undefined)
      return {
        sessionId: sessionId(mark.agentId, mark.nativeSessionId),
        links: [link('marker', `${mark.variable} of it or of what started it`)],
        own: true,
      };
  }
  const top = member.top ?? member;
  // An agent is asked for what it does last; a child for when its tool call began.
  const latest = Math.max(member.info.startTimeMs, ...run.sessions.map(({ toMs }) => toMs));
  const answer = sessionAt(run, member.agent === member ? latest : top.info.startTimeMs);
  if (answer.session !== undefined)
    return {
      sessionId: answer.session.sessionId,
      links: [link(answer.session.evidence, answer.session.detail)],
    };
  const byCall = member.agent === member ? undefined : sessionByCall(top, run, sessions);
  return byCall ?? { unresolved: answer.unresolved, links: [] };
}

/** Of several possible sessions the only one with a call that runs exactly this. Short commands prove nothing. */
function sessionByCall(top: Member, run: AgentRun, sessions: KnownSessions): Found | undefined {
  const calls = sessions
    .callsFor(top.info, { agentId: run.agentId })
    .filter(({ call, match }) => match === 'whole' && call.text.length >= TELLING_COMMAND);
  const [first] = calls;
  if (first === undefined || calls.some(({ session }) => session.rootId !== first.session.rootId))
    return undefined;
  const { cwd } = run.root.info;
  if (cwd !== undefined && !first.session.cwds.includes(cwd)) return undefined;
  return {
    sessionId: first.session.rootId,
    links: [
      link('argv', `only session with this command: call ${first.call.callId}`),
      link('time', 'started while the call ran'),
    ],
  };
}

function callOf(member: Member, rootId: string | undefined, sessions: KnownSessions): FoundCall | undefined {
  if (rootId === undefined) return undefined;
  for (const process of member.top === undefined || member.top === member
    ? [member.info]
    : [member.info, member.top.info]) {
    const calls = sessions.callsFor(process, { rootId }).filter(({ call }) => call.typed !== true);
    const whole = calls.filter(({ match }) => match === 'whole');
    const best = whole.length > 0 ? whole : calls;
    // The same command twice at the same time: both began, and which is which cannot be told.
    if (best.length === 1) return best[0];
  }
  return undefined;
}

/** Not below any agent that is known: by what its environment says, or by the command it runs. */
function looseOf(member: Member, family: Family, sessions: KnownSessions): Attribution | undefined {
  const marks = markedBy(member.info);
  const base = { process: keyOf(member), role: 'loose' as const };
  if (marks.length > 1)
    return {
      ...base,
      links: marks.map((mark) => link('marker', `${mark.agentId}: ${mark.variable}`, 'low')),
      confidence: 'low',
      unresolved: 'several-agents',
    };
  const [mark] = marks;
  if (mark !== undefined)
    return {
      ...base,
      agentId: mark.agentId,
      ...(mark.nativeSessionId === undefined
        ? { unresolved: 'no-session-seen' as const }
        : { sessionId: sessionId(mark.agentId, mark.nativeSessionId) }),
      links: [link('marker', mark.variable, 'medium')],
      confidence: 'medium',
    };
  const parent = family.get(member.info.parentPid);
  const parentName = baseName(parent?.info.name ?? '').split(':')[0] ?? '';
  if (member.info.parentPid > 1 && !HANDOVERS.has(parentName)) return undefined;
  const calls = sessions
    .callsFor(member.info, {})
    .filter(({ call }) => member.info.argv.length > 1 && call.text.length >= TELLING_COMMAND);
  const [first] = calls;
  if (first === undefined || calls.some(({ session }) => session.rootId !== first.session.rootId))
    return undefined;
  return {
    ...base,
    agentId: first.session.agentId,
    sessionId: first.session.rootId,
    ...(calls.length === 1 ? { toolCallId: first.call.callId } : {}),
    links: [
      link('argv', `runs the command of call ${first.call.callId}`, 'low'),
      link('time', 'started while the call ran'),
    ],
    confidence: 'low',
  };
}

function outerLinks(agent: Member): AttributionLink[] {
  const links: AttributionLink[] = [];
  for (let outer = agent.bornIn; outer !== undefined && links.length < 4; outer = outer.bornIn) {
    if (outer.run === undefined || outer.run === agent.run) continue;
    const answer = sessionAt(outer.run, agent.info.startTimeMs);
    const session = answer.session === undefined ? '' : `, session ${answer.session.sessionId}`;
    links.push(link('ancestry', `inside ${outer.run.agentId} pid ${outer.info.pid}${session}`));
  }
  return links;
}

function link(evidence: LinkEvidence, detail: string, confidence = strengthOf(evidence)): AttributionLink {
  return { evidence, detail, confidence };
}

function keyOf({ info }: Member): Attribution['process'] {
  const { pid, startTimeMs, bootId, startTicks } = info;
  return {
    pid,
    startTimeMs,
    ...(bootId === undefined ? {} : { bootId }),
    ...(startTicks === undefined ? {} : { startTicks }),
  } satisfies ProcessKey;
}
