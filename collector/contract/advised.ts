import type { Finding } from './finding.ts';

/**
 * What is advised first about a finding. `stop` the session at once · `pause` it and look · `change` how something is set ·
 * `look` at it, there is no hurry · `nothing`.
 */
export type Advised = 'stop' | 'pause' | 'change' | 'look' | 'nothing';

/** The words of the story and the first button beside them come from this, so that they never say two things. */
export function advisedAction({
  status,
  severity,
  subject,
}: Pick<Finding, 'status' | 'severity' | 'subject'>): Advised {
  if (status !== 'open' || severity === 'informational') return 'nothing';
  if (!isAboutAct(subject)) return severity === 'low' ? 'look' : 'change';
  return severity === 'critical' ? 'stop' : severity === 'high' ? 'pause' : 'look';
}

/** About something that an agent did; everything else is about how something is set. */
export function isAboutAct({ kind }: Finding['subject']): boolean {
  return kind === 'tool-call' || kind === 'session' || kind === 'process';
}
