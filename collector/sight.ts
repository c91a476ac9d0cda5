import { AGENTS } from './agents/index.ts';
import type { HealthItem } from './contract/health.ts';
import type { CoverageItem } from './contract/overview.ts';
import type { Witnesses } from './contract/process-record.ts';

export interface SightFacts {
  /** Agents that were found on this machine. */
  readonly agentIds: readonly string[];
  readonly witnesses: Witnesses;
  readonly health: readonly HealthItem[];
  /** Log files that are followed. */
  readonly logFiles: number;
  readonly sending: { readonly on: boolean; readonly mode: string };
}

const MAX_NAMED = 4;

/** What Reeve can and cannot see here, in plain words. */
export function sightOf(facts: SightFacts): CoverageItem[] {
  return [
    logs(facts),
    processes(facts),
    shortPrograms(facts),
    ...claims(facts),
    network(facts),
    attribution(facts),
    BEYOND,
  ];
}

function logs({ agentIds, health, logFiles }: SightFacts): CoverageItem {
  const item = { id: 'session-logs', title: 'What agents write down' };
  const readable = new Set(AGENTS.filter((agent) => agent.logs.length > 0).map((agent) => agent.id));
  const silent = agentIds.filter((id) => !readable.has(id));
  const drifting = health.filter(({ code }) => code === 'parser-drift' || code === 'parser-rejected');
  const unreadable = health.filter(({ code }) => code === 'config-unreadable' || code === 'source-notice');
  const files = `${logFiles.toLocaleString('en-US')} session log${logFiles === 1 ? ' is' : 's are'} followed.`;
  if (agentIds.length > 0 && silent.length === agentIds.length) {
    return {
      ...item,
      state: 'blind',
      text: `${names(silent)} keep no log that Reeve reads: their sessions are only seen as processes.`,
    };
  }
  if (silent.length === 0 && drifting.length === 0 && unreadable.length === 0)
    return { ...item, state: 'sees', text: files };
  return {
    ...item,
    state: 'partly',
    text: [
      files,
      ...(silent.length === 0 ? [] : [`${names(silent)} keep no log that Reeve reads.`]),
      ...(drifting.length === 0 ? [] : ['Some records are of a newer kind and were not understood.']),
      ...(unreadable.length === 0 ? [] : ['Some files could not be read: see health.']),
    ].join(' '),
  };
}

function processes({ witnesses }: SightFacts): CoverageItem {
  const item = { id: 'processes', title: 'What really runs' };
  const { source, reason } = witnesses.processes;
  return source === 'off'
    ? { ...item, state: 'blind', text: `The process table is not watched${because(reason)}.` }
    : { ...item, state: 'sees', text: 'Programs that agents start are seen, and whose they are.' };
}

function shortPrograms({ witnesses }: SightFacts): CoverageItem {
  const item = { id: 'short-programs', title: 'Very short programs' };
  const { source, reason, missed } = witnesses.processes;
  switch (source) {
    case 'events':
      return missed === 0
        ? { ...item, state: 'sees', text: 'The kernel tells of every start and end while an agent runs.' }
        : {
            ...item,
            state: 'partly',
            text: `The kernel tells of every start and end; ${missed.toLocaleString('en-US')} programs ended before they could be looked at.`,
          };
    case 'polling':
      return {
        ...item,
        state: reason === undefined ? 'off' : 'partly',
        text: `The process table is looked at several times a second: a program that ends in between is missed. The session log still tells of it${because(reason)}.`,
      };
    case 'off':
      return { ...item, state: 'blind', text: `Not seen${because(reason)}.` };
  }
}

/** Nothing while nobody claimed anything. */
function claims({ witnesses }: SightFacts): CoverageItem[] {
  const { checked = 0, undecided = 0 } = witnesses.processes.claims ?? {};
  if (checked === 0) return [];
  const item = { id: 'claims', title: 'Whether a command of a log really ran' };
  const all = checked.toLocaleString('en-US');
  if (undecided === 0) return [{ ...item, state: 'sees', text: `Known of all ${all} since the start.` }];
  return [
    {
      ...item,
      state: undecided === checked ? 'blind' : 'partly',
      text: `Of ${all} since the start, ${undecided.toLocaleString('en-US')} may have run unseen.`,
    },
  ];
}

function network({ witnesses }: SightFacts): CoverageItem {
  const item = { id: 'network', title: 'Connections' };
  const { working, reason, bytes } = witnesses.network;
  if (!working) return { ...item, state: 'blind', text: `Connections are not seen${because(reason)}.` };
  const end = bytes ? 'with how much went over each.' : 'without how much went over each.';
  return {
    ...item,
    state: 'partly',
    text: `Whom agents' programs talk to is seen, ${end} What was said is not: Reeve does not look into traffic.`,
  };
}

function attribution({ witnesses }: SightFacts): CoverageItem {
  const item = { id: 'attribution', title: 'Which session a program belongs to' };
  const { processes: all, withSession } = witnesses.attribution;
  if (all === 0) return { ...item, state: 'sees', text: 'No program of an agent runs now.' };
  return {
    ...item,
    state: withSession === all ? 'sees' : 'partly',
    text: `${withSession} of ${all} programs of agents that run now are tied to a session.`,
  };
}

const BEYOND: CoverageItem = {
  id: 'elsewhere',
  title: 'Elsewhere',
  state: 'blind',
  text: 'Agents in the cloud or on other machines are only seen by what they leave here. In containers and WSL it is known how agents are set up, not what they do.',
};

function because(reason: string | undefined): string {
  return reason === undefined || reason === '' ? '' : `: ${reason}`;
}

function names(agentIds: readonly string[]): string {
  const known = agentIds.map((id) => AGENTS.find((agent) => agent.id === id)?.name ?? id);
  const more = known.length > MAX_NAMED ? ` and ${known.length - MAX_NAMED} more` : '';
  return known.slice(0, MAX_NAMED).join(', ') + more;
}
