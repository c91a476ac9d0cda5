import { createHash } from 'node:crypto';
import { OpenEvidence } from './baseline-evidence.ts';
import type { BaselineTarget } from './contract/baseline.ts';
import type { Finding } from './contract/finding.ts';
import { StoredEvent } from './contract/stored.ts';
import { localHours } from './lib/local-hours.ts';
import {
  type Baselines,
  createBaselines,
  forget,
  REST_KEY,
  settleWithheld,
} from './pipeline/baseline/baselines.ts';
import { baselineFinding } from './pipeline/baseline/finding.ts';
import { noteAlarm } from './pipeline/baseline/judge.ts';
import { isObserved, observeEvent, observeTokens, taintRun } from './pipeline/baseline/observe.ts';
import type { Profile } from './pipeline/baseline/profile.ts';
import { readBaselines, takeChanges } from './pipeline/baseline/rows.ts';
import type { IngestPlace } from './pipeline/ingest.ts';
import { SessionPlaces } from './session-places.ts';
import type { BaselineSave, UsageWindow } from './store/baseline-rows.ts';
import type { Store } from './store/store.ts';

/** What was learned so far, and what is to be told of it: in memory, until somebody stores both. */
export class BaselineLearning {
  readonly #store: Store;
  readonly #localHour = localHours();
  readonly #places: SessionPlaces;
  readonly #evidence = new OpenEvidence();
  readonly #pending = new Map<string, Finding>();
  #state: Baselines = createBaselines();

  constructor(store: Store, places: readonly IngestPlace[]) {
    this.#store = store;
    this.#places = new SessionPlaces(store, places);
  }

  /** To be told with the next save. */
  get pending(): readonly Finding[] {
    return [...this.#pending.values()];
  }

  /** @param isLearned otherwise only what a person decided stays */
  load(rows: readonly { readonly key: string; readonly body: string }[], isLearned: boolean): void {
    this.#state = readBaselines(isLearned ? rows : rows.filter(({ key }) => key === REST_KEY));
    this.#places.clear();
    this.#pending.clear();
  }

  /** Which findings are open is asked of the store again. */
  readEvidence(): void {
    this.#evidence.startOver(this.#store.baseline.openEvidence());
  }

  /** @param body of a stored event */
  observeText(body: string, silent: boolean): void {
    const value: unknown = JSON.parse(body);
    const event = StoredEvent.safeParse(value);
    if (event.success) this.observe(event.data, silent);
  }

  /** @param silent learned, and not told */
  observe(event: StoredEvent, silent: boolean): void {
    if (!isObserved(event.kind)) return;
    const place = this.#places.ofEvent(event);
    if (event.kind === 'session.update') this.#places.forget(event.sessionId);
    const alarm = observeEvent(this.#state, event, place, {
      localHour: this.#localHour,
      silent,
      tainted: (id) => this.#evidence.has(id),
    });
    if (alarm === undefined) return;
    const finding = baselineFinding(alarm, sha256);
    noteAlarm(this.#state, alarm, finding.id);
    // Several words about one run are one finding: the last has them all.
    this.#pending.set(finding.id, finding);
  }

  tokens(row: UsageWindow): void {
    const place = this.#places.ofSession(row.sessionId);
    if (place === undefined) return;
    const { timeMs, tokens, model } = row;
    const usage = { timeMs, tokens, ...(model !== undefined && { model }) };
    observeTokens(this.#state, usage, place, { localHour: this.#localHour });
  }

  noteFindings(findings: readonly Finding[]): void {
    for (const finding of findings) {
      if (finding.sessionId === undefined) continue;
      const open = this.#evidence.note(finding);
      const place = open === undefined ? undefined : this.#places.ofSession(finding.sessionId);
      if (open !== undefined && place !== undefined) taintRun(this.#state, place.rootId, open);
    }
  }

  /** @returns of how many baselines something was forgotten */
  forget(target: BaselineTarget): number {
    const chosen = this.#chosen(target);
    for (const { id, scope, agentId, name } of chosen) {
      for (const [key, run] of [...this.#state.runs, ...this.#state.withheld]) {
        if (run.agentId !== agentId || (scope === 'project' && run.project !== name)) continue;
        this.#state.runs.delete(key);
        this.#state.withheld.delete(key);
        this.#state.changed.add(key);
      }
      forget(this.#state, id);
    }
    this.#state.last = undefined;
    return chosen.length;
  }

  /** Without a target: for everything, also for what is not known yet. */
  pause(target: BaselineTarget, paused: boolean): number {
    const chosen = this.#chosen(target);
    if (target.agentId === undefined && target.project === undefined) {
      this.#state.paused = paused;
      this.#state.changed.add(REST_KEY);
    }
    for (const profile of chosen) {
      profile.paused = paused;
      this.#state.changed.add(profile.id);
    }
    return chosen.length;
  }

  /** What changed since the last time; `putBack` when it could not be stored. */
  takeChanges(nowMs: number): BaselineSave['rows'] {
    settleWithheld(this.#state, (id) => this.#store.read.finding(id)?.status === 'open', nowMs);
    return takeChanges(this.#state);
  }

  putBack(rows: BaselineSave['rows']): void {
    for (const { key } of rows) this.#state.changed.add(key);
  }

  /** What was pending is stored. */
  told(): void {
    this.#pending.clear();
  }

  #chosen({ agentId, project }: BaselineTarget): Profile[] {
    return [...this.#state.profiles.values()].filter(
      (profile) =>
        (agentId === undefined || profile.agentId === agentId) &&
        (project === undefined || (profile.scope === 'project' && profile.name === project)),
    );
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
