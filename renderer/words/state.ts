import type { Overview } from '../../collector/contract/overview.ts';
import { SEVERITIES, severityRank } from '../../collector/contract/severity.ts';
import { count, plural } from './number.ts';

export interface StateSentence {
  readonly tone: 'ok' | 'low' | 'medium' | 'high' | 'critical';
  /** Answers "is anything wrong": one short sentence. */
  readonly title: string;
  /** What it rests on. */
  readonly detail: string;
}

/** The first thing a person reads: the worst thing that is true now, then what goes on. */
export function stateSentence(overview: Overview): StateSentence {
  const { agents, approvals, findings, sessions } = overview;
  const going = `Watching ${plural(agents.known, 'agent')}. ${
    sessions.runningTotal === 0
      ? 'None is at work now.'
      : `${plural(sessions.runningTotal, 'session')} running now.`
  }`;
  if (overview.phase === 'starting')
    return { tone: 'low', title: 'Looking around.', detail: 'Reeve is finding the agents on this machine.' };
  const urgent = findings.open.critical + findings.open.high;
  if (findings.open.critical > 0)
    return {
      tone: 'critical',
      title: `${plural(findings.open.critical, 'critical finding')} ${findings.open.critical === 1 ? 'needs' : 'need'} you.`,
      detail: going,
    };
  if (approvals.waiting > 0)
    return {
      tone: 'medium',
      title: `${plural(approvals.waiting, 'thing')} ${approvals.waiting === 1 ? 'waits' : 'wait'} for your answer.`,
      detail: going,
    };
  if (urgent > 0) return { tone: 'high', title: `${plural(urgent, 'finding')} to look at.`, detail: going };
  if (overview.phase === 'reading')
    return {
      tone: 'low',
      title: 'Reading history.',
      detail: `${plural(overview.files.pending, 'file')} of ${count(overview.files.known)} left. ${going}`,
    };
  const lesser = SEVERITIES.reduce(
    (sum, severity) => (severityRank(severity) >= severityRank('low') ? sum + findings.open[severity] : sum),
    0,
  );
  if (agents.known === 0)
    return {
      tone: 'ok',
      title: 'No agents yet.',
      detail: 'Reeve found no coding agent on this machine. It looks again when one is installed.',
    };
  return {
    tone: 'ok',
    title: 'All quiet.',
    detail: lesser === 0 ? going : `${going} ${plural(lesser, 'smaller finding')} can wait.`,
  };
}
