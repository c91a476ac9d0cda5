import type { LinkEvidence } from '../../contract/attribution.ts';
import type { Confidence } from '../../contract/finding.ts';
import type { AgentRun, RunSession } from './member.ts';

const MAX_SESSIONS = 16;

export type RunAnswer =
  | { readonly session: RunSession }
  | { readonly session?: undefined; readonly unresolved: 'no-session-seen' | 'several-sessions' };

const STRENGTH: Readonly<Record<LinkEvidence, Confidence>> = {
  supervised: 'high',
  'pid-file': 'high',
  'open-log': 'high',
  marker: 'high',
  ancestry: 'high',
  cwd: 'medium',
  group: 'medium',
  argv: 'medium',
  time: 'low',
};

export function strengthOf(evidence: LinkEvidence): Confidence {
  return STRENGTH[evidence];
}

/** Adds what was seen of a run at one time. */
export function noteSession(
  run: AgentRun,
  sessionId: string,
  evidence: LinkEvidence,
  detail: string,
  timeMs: number,
): void {
  const known = run.sessions.find((one) => one.sessionId === sessionId && one.evidence === evidence);
  if (known !== undefined) {
    known.toMs = Math.max(known.toMs, timeMs);
    return;
  }
  if (run.sessions.length >= MAX_SESSIONS) {
    run.crowded = true;
    return;
  }
  run.sessions.push({ sessionId, evidence, detail, fromMs: timeMs, toMs: timeMs });
}

/**
 * The session of something the run started at a time. With one session it is that one; with several only when the
 * time lies within exactly one of them.
 */
export function sessionAt(run: AgentRun, startMs: number): RunAnswer {
  const strong = run.sessions.filter(({ evidence }) => STRENGTH[evidence] === 'high');
  const sessions = strong.length > 0 ? strong : run.sessions;
  const [first] = sessions;
  if (first === undefined) return { unresolved: 'no-session-seen' };
  if (run.crowded !== true && sessions.every(({ sessionId }) => sessionId === first.sessionId))
    return { session: first };
  const during = sessions.filter(({ fromMs, toMs }) => fromMs <= startMs && startMs <= toMs);
  const [only] = during;
  if (only === undefined || during.some(({ sessionId }) => sessionId !== only.sessionId))
    return { unresolved: 'several-sessions' };
  return run.crowded === true ? { unresolved: 'several-sessions' } : { session: only };
}
