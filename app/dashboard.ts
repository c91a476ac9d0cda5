import {
  METHODS,
  type Method,
  type Notification,
  type Params,
  type Result,
} from '../collector/contract/ipc.ts';
import { severityRank } from '../collector/contract/finding.ts';
import type { BridgeState } from './bridge-shape.ts';
import type { MenuFacts } from './menu-model.ts';

/** What the tray wants to be told. Not events: ten busy sessions make hundreds of them a second. */
export const TRAY_NOTICES: readonly Notification[] = [
  'findings.changed',
  'approvals.changed',
  'sessions.changed',
  'status.changed',
];

/** Asked at most so often; a busy session changes all the time, a decision is looked for at once. */
const SOON_MS = 500;
const LATER_MS = 2_500;
/** As in the menu: what is milder can be found in the window. */
const SHOWN_FINDINGS = 5;

type Collected = Pick<MenuFacts, 'overview' | 'findings' | 'approvals'>;

interface DashboardLink {
  readonly state: BridgeState;
  readonly problem: string | undefined;
  call(method: Method, params: unknown): Promise<unknown>;
  onState(listener: (state: BridgeState) => void): () => void;
  onNotice(listener: (name: Notification, body: unknown) => void): () => void;
}

/** Keeps what the tray shows: asks when something changed, never by the clock. */
export class Dashboard {
  readonly #link: DashboardLink;
  readonly #onChange: () => void;
  #collected: Collected = { findings: [], approvals: [] };
  #timer: { readonly handle: NodeJS.Timeout; readonly dueMs: number } | undefined;
  #asking = false;

  constructor(link: DashboardLink, onChange: () => void) {
    this.#link = link;
    this.#onChange = onChange;
    link.onState((state) => {
      if (state.kind === 'open') this.#ask(0);
      onChange();
    });
    link.onNotice((name) => {
      this.#ask(name === 'sessions.changed' ? LATER_MS : SOON_MS);
    });
  }

  facts(startsAtLogin: boolean | undefined): MenuFacts {
    const { state, problem } = this.#link;
    return {
      ...this.#collected,
      link: state,
      ...(problem !== undefined && { problem }),
      ...(startsAtLogin !== undefined && { startsAtLogin }),
    };
  }

  /** After something was done: its result is wanted in the menu at once. */
  touch(): void {
    this.#ask(SOON_MS);
  }

  close(): void {
    clearTimeout(this.#timer?.handle);
  }

  /** The earlier of two appointments holds. */
  #ask(inMs: number): void {
    const dueMs = performance.now() + inMs;
    if (this.#timer !== undefined) {
      if (this.#timer.dueMs <= dueMs) return;
      clearTimeout(this.#timer.handle);
    }
    const handle = setTimeout(() => {
      this.#timer = undefined;
      void this.#refresh();
    }, inMs);
    this.#timer = { handle, dueMs };
  }

  async #refresh(): Promise<void> {
    if (this.#link.state.kind !== 'open') return;
    if (this.#asking) {
      this.#ask(SOON_MS);
      return;
    }
    this.#asking = true;
    try {
      const [overview, findings, changed, fresh] = await Promise.all([
        this.#get('overview.get', {}),
        this.#get('findings.list', { status: 'open', minSeverity: 'medium', limit: 50 }),
        this.#get('approvals.list', { state: 'changed' }),
        this.#get('approvals.list', { state: 'new' }),
      ]);
      this.#collected = {
        overview,
        findings: findings
          .filter(({ incidentId }) => incidentId === undefined)
          .sort((a, b) => severityRank(b.severity) - severityRank(a.severity) || b.lastSeenMs - a.lastSeenMs)
          .slice(0, SHOWN_FINDINGS),
        approvals: [...changed, ...fresh].filter(({ before }) => !before),
      };
      this.#onChange();
    } catch {
      // The connection broke: asked again when it is back.
    } finally {
      this.#asking = false;
    }
  }

  async #get<M extends Method>(method: M, params: Params<M>): Promise<Result<M>>;
  async #get(method: Method, params: unknown): Promise<unknown> {
    return METHODS[method].result.parse(await this.#link.call(method, params));
  }
}
