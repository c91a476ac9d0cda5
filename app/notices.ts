import { type Finding, severityRank } from '../collector/contract/finding.ts';
import { type Command, menuText } from './menu-model.ts';

/** One notification, as it is shown; the first command is what a click does. */
export interface Notice {
  readonly title: string;
  readonly body: string;
  readonly urgent: boolean;
  readonly onClick: Command;
  readonly actions: readonly { readonly label: string; readonly command: Command }[];
}

/** Findings of history are in the window; only what happens now interrupts. */
const NEW_WITHIN_MS = 10 * 60_000;
/** More than this in a minute is told as one sum: an alarm that repeats itself is switched off. */
const PER_MINUTE = 3;
const MINUTE_MS = 60_000;
/** Ids remembered so that a finding interrupts once; older ones are too old to be told again anyway. */
const MOST_KNOWN = 2_000;

/** Decides what is worth an interruption. Knows the time only from what it is given. */
export class NoticePlan {
  readonly #known = new Set<string>();
  #toldMs: number[] = [];
  #held = 0;
  #standing = 0;
  #waiting: number | undefined;

  /** @returns at most a few notifications, worst first; what is too much is counted for `summary` */
  findings(findings: readonly Finding[], nowMs: number): readonly Notice[] {
    const worst = findings
      .filter((finding) => this.#isNews(finding, nowMs))
      .sort((a, b) => severityRank(b.severity) - severityRank(a.severity));
    const notices: Notice[] = [];
    for (const finding of worst) {
      this.#remember(finding.id);
      if (this.#take(nowMs)) notices.push(findingNotice(finding));
      else this.#held++;
    }
    return notices;
  }

  /** What the first look at the machine and its history tells: no news of now, one sum in the end. */
  standing(findings: readonly Finding[], nowMs: number): void {
    for (const finding of findings.filter((one) => this.#isNews(one, nowMs))) {
      this.#remember(finding.id);
      this.#standing++;
    }
  }

  /** @returns one notification for all of `standing`, once everything was read */
  begun(nowMs: number): Notice | undefined {
    const count = this.#standing;
    this.#standing = 0;
    if (count === 0 || !this.#take(nowMs)) return undefined;
    return sumNotice(`${count} serious finding${count === 1 ? '' : 's'} on this computer`);
  }

  /** @returns one notification for all that was held back, once there is room again */
  summary(nowMs: number): Notice | undefined {
    if (this.#held === 0 || !this.#take(nowMs)) return undefined;
    const count = this.#held;
    this.#held = 0;
    return sumNotice(`${count} more serious finding${count === 1 ? '' : 's'}`);
  }

  /** How long until `summary` has something to tell; `undefined` when nothing is held back. */
  heldForMs(nowMs: number): number | undefined {
    if (this.#held === 0) return undefined;
    const first = this.#toldMs[0] ?? nowMs;
    return Math.max(0, first + MINUTE_MS - nowMs);
  }

  /** What waits when the app starts is in the menu; only more than that is news. */
  foundWaiting(waiting: number): void {
    this.#waiting ??= waiting;
  }

  /** @param waiting how many things wait now; more than before is news */
  approvals(waiting: number, nowMs: number): Notice | undefined {
    const before = this.#waiting;
    this.#waiting = waiting;
    if (before === undefined || waiting <= before || !this.#take(nowMs)) return undefined;
    const open: Command = { kind: 'open', place: '#/approvals' };
    return {
      title: waiting === 1 ? 'Something waits for your decision' : `${waiting} things wait for your decision`,
      body: 'A skill, server, hook or agent is new here or was changed.',
      urgent: false,
      onClick: open,
      actions: [{ label: 'Review', command: open }],
    };
  }

  #isNews(finding: Finding, nowMs: number): boolean {
    return (
      finding.status === 'open' &&
      severityRank(finding.severity) >= severityRank('high') &&
      // Told as a part of its incident.
      finding.incidentId === undefined &&
      nowMs - finding.firstSeenMs < NEW_WITHIN_MS &&
      !this.#known.has(finding.id)
    );
  }

  #remember(id: string): void {
    this.#known.add(id);
    if (this.#known.size <= MOST_KNOWN) return;
    for (const oldest of this.#known) {
      this.#known.delete(oldest);
      return;
    }
  }

  /** Room for one more within this minute? */
  #take(nowMs: number): boolean {
    // A clock that was set back must not silence us.
    this.#toldMs = this.#toldMs.filter((toldMs) => nowMs - toldMs < MINUTE_MS && toldMs <= nowMs);
    if (this.#toldMs.length >= PER_MINUTE) return false;
    this.#toldMs.push(nowMs);
    return true;
  }
}

function sumNotice(title: string): Notice {
  return {
    title,
    body: 'Open Reeve to see them, worst first.',
    urgent: false,
    onClick: { kind: 'open', place: '#/findings' },
    actions: [],
  };
}

function findingNotice({ id, severity, title, why, sessionId }: Finding): Notice {
  const open: Command = { kind: 'open', place: `#/findings/${encodeURIComponent(id)}` };
  return {
    title: menuText(title, 80),
    body: menuText(why, 200),
    urgent: severity === 'critical',
    onClick: open,
    actions: [
      { label: 'Show', command: open },
      ...(sessionId === undefined
        ? []
        : [
            {
              label: 'Pause session',
              command: { kind: 'pause', sessionId, name: 'the session of this finding' },
            } as const,
          ]),
    ],
  };
}
