import type { Finding } from './contract/finding.ts';
import type { Notice, Notification, NotificationBody, SequencedEvent } from './contract/ipc.ts';
import type { SentStats } from './contract/sent.ts';
import type { Session } from './contract/stored.ts';

/** At most one notice of a name in this time: ten a second. */
export const NOTICE_GAP_MS = 100;
/** What is dearer to make and to draw comes less often. */
const GAPS: Readonly<Partial<Record<Notification, number>>> = {
  'sessions.changed': 500,
  'sent.changed': 1_000,
};
/** More events than this in one gap: whoever follows is told to ask again instead. */
const MAX_EVENTS = 2_000;
const MAX_SESSIONS = 50;

export interface NoticesOptions {
  /** To whoever follows. */
  readonly send: (notice: Notice) => void;
  /** Does anybody follow notices of this name? What nobody hears is not made. Default: yes. */
  readonly isHeard?: (name: Notification) => boolean;
  /** A session as it is now. */
  readonly session: (id: string) => Session | undefined;
  readonly sentStats: () => SentStats;
  readonly approvalCounts: () => NotificationBody<'approvals.changed'>;
}

/**
 * Joins what happens in quick succession: the first notice of a name goes out at once, what follows within the gap goes
 * out together at its end. Order within a name is kept; between names it is not.
 */
export class Notices {
  readonly #options: NoticesOptions;
  readonly #gates = new Map<Notification, Gate>();
  #events: SequencedEvent[] = [];
  #findings = new Map<string, Finding>();
  #sessions = new Set<string>();
  #kinds = new Set<(Notice & { name: 'inventory.changed' })['body']['kinds'][number]>();
  #keys = new Set<string>();
  readonly #latest = new Map<Notification, Notice>();
  #lost = false;
  #closed = false;

  constructor(options: NoticesOptions) {
    this.#options = options;
  }

  publish(notice: Notice): void {
    if (notice.name === 'events.created')
      this.touchSessions(notice.body.events.map(({ event }) => event.sessionId));
    if (!this.#isHeard(notice.name)) return;
    switch (notice.name) {
      case 'events.created':
        this.#collectEvents(notice.body.events);
        break;
      case 'findings.changed':
        for (const finding of notice.body.findings) this.#findings.set(finding.id, finding);
        break;
      case 'sessions.changed':
        for (const { id } of notice.body.sessions) this.#sessions.add(id);
        break;
      case 'inventory.changed':
        for (const kind of notice.body.kinds) this.#kinds.add(kind);
        break;
      case 'settings.changed':
        for (const key of notice.body.keys) this.#keys.add(key);
        break;
      case 'sent.changed':
      case 'approvals.changed':
        break;
      default:
        this.#latest.set(notice.name, notice);
    }
    this.#open(notice.name);
  }

  /** Something changed whose state is asked for when it is told. */
  touch(name: 'sent.changed' | 'approvals.changed'): void {
    if (this.#isHeard(name)) this.#open(name);
  }

  touchSessions(ids: readonly string[]): void {
    if (ids.length === 0 || !this.#isHeard('sessions.changed')) return;
    for (const id of ids) this.#sessions.add(id);
    this.#open('sessions.changed');
  }

  /** Sends what waits, and nothing after that. */
  close(): void {
    this.#closed = true;
    for (const gate of this.#gates.values()) gate.close();
    this.#gates.clear();
  }

  #isHeard(name: Notification): boolean {
    return !this.#closed && (this.#options.isHeard?.(name) ?? true);
  }

  #collectEvents(events: readonly SequencedEvent[]): void {
    if (this.#events.length + events.length <= MAX_EVENTS) this.#events.push(...events);
    else {
      this.#events = [];
      this.#lost = true;
    }
  }

  #open(name: Notification): void {
    const known = this.#gates.get(name);
    if (known !== undefined) {
      known.ask();
      return;
    }
    const gate = new Gate(GAPS[name] ?? NOTICE_GAP_MS, () => {
      this.#flush(name);
    });
    this.#gates.set(name, gate);
    gate.ask();
  }

  #flush(name: Notification): void {
    const { send } = this.#options;
    switch (name) {
      case 'events.created': {
        const events = this.#events;
        const lost = this.#lost;
        this.#events = [];
        this.#lost = false;
        if (lost) send({ name: 'resync', body: {} });
        if (events.length > 0) send({ name, body: { events } });
        return;
      }
      case 'findings.changed': {
        const findings = [...this.#findings.values()];
        this.#findings = new Map();
        send({ name, body: { findings } });
        return;
      }
      case 'sessions.changed': {
        const ids = [...this.#sessions];
        this.#sessions = new Set();
        const sessions = ids.slice(0, MAX_SESSIONS).flatMap((id) => this.#options.session(id) ?? []);
        if (ids.length > 0) send({ name, body: { sessions, more: Math.max(0, ids.length - MAX_SESSIONS) } });
        return;
      }
      case 'inventory.changed': {
        const kinds = [...this.#kinds];
        this.#kinds = new Set();
        send({ name, body: { kinds } });
        return;
      }
      case 'settings.changed': {
        const keys = [...this.#keys];
        this.#keys = new Set();
        send({ name, body: { keys } });
        return;
      }
      case 'sent.changed':
        send({ name, body: { stats: this.#options.sentStats() } });
        return;
      case 'approvals.changed':
        send({ name, body: this.#options.approvalCounts() });
        return;
      default: {
        const notice = this.#latest.get(name);
        this.#latest.delete(name);
        if (notice !== undefined) send(notice);
      }
    }
  }
}

/** Lets one through at once, and then one at the end of each gap in which somebody asked. */
class Gate {
  readonly #gapMs: number;
  readonly #run: () => void;
  #timer: NodeJS.Timeout | undefined;
  #asked = false;

  constructor(gapMs: number, run: () => void) {
    this.#gapMs = gapMs;
    this.#run = run;
  }

  ask(): void {
    if (this.#timer !== undefined) {
      this.#asked = true;
      return;
    }
    this.#wait();
    this.#run();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#asked) this.#run();
    this.#asked = false;
  }

  #wait(): void {
    // Unref'd: a notice that waits must not keep the process.
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!this.#asked) return;
      this.#asked = false;
      this.#wait();
      this.#run();
    }, this.#gapMs).unref();
  }
}
