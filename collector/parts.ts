import type { Logger } from 'pino';
import { agentIdOf, AGENTS_WRITING_LATE } from './agent-identity.ts';
import type { PathContext } from './agents/path-context.ts';
import { createReadHandlers } from './api.ts';
import { Baselining } from './baselining.ts';
import { BehaviourWatch } from './behaviour-watch.ts';
import { type UnknownSetting, unknownSettingText } from './config-keys.ts';
import type { Config } from './contract/config.ts';
import type { Actor } from './contract/event.ts';
import type { Finding } from './contract/finding.ts';
import type { Notice } from './contract/ipc.ts';
import { Correlating } from './correlating.ts';
import { HealthTracker } from './health/tracker.ts';
import { Inventorying } from './inventorying.ts';
import type { Clock } from './lib/clock.ts';
import { createFingerprint } from './lib/fingerprint.ts';
import { LiveProcesses } from './live-processes.ts';
import { LogReading } from './log-reading.ts';
import { Outlet } from './outlet.ts';
import type { Paths } from './paths.ts';
import { createAttribution } from './pipeline/attribution/index.ts';
import { placesOf } from './places.ts';
import type { Platform } from './platform/platform.ts';
import { isReporting, Reporting } from './reporting.ts';
import { ruleFolders } from './rule-set.ts';
import { RuleWatch } from './rule-watch.ts';
import type { RunningConfig } from './running-config.ts';
import type { CommitResult } from './store/batch.ts';
import { StoreFaults } from './store-faults.ts';
import type { Store } from './store/store.ts';
import { Witnessing } from './witnessing.ts';

export interface CollectorOptions {
  readonly paths: Paths;
  readonly platform: Platform;
  readonly config: Config;
  /** What is set now; asked for when a settings file changed. */
  readonly reloadConfig?: () => Config;
  /** Keys in the settings files that mean nothing: told in health for as long as they stand there. */
  readonly unknownSettings?: readonly UnknownSetting[];
  /** Default: the own home. */
  readonly homes?: readonly PathContext[];
  readonly version: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** What happens, for a person in front of a terminal. */
  readonly onNotice?: (notice: Notice) => void;
}

export interface PartsOptions extends CollectorOptions {
  readonly running: RunningConfig;
  readonly store: Store;
  readonly fingerprintKey: Uint8Array;
}

export type Parts = ReturnType<typeof createParts>;

/** Everything a collector is made of, joined. Nothing runs and nothing is read before the collector says so. */
export function createParts(options: PartsOptions) {
  const { store, platform, clock, running } = options;
  const { nowMs } = clock;
  const ownHome = options.homes === undefined;
  const homes = options.homes ?? [platform.ownHome];
  const fingerprint = createFingerprint(options.fingerprintKey);
  const { name, uid } = platform.readIdentity();
  const places = placesOf(homes, () => ({ user: name, ...(uid !== undefined && { uid }) }));
  const actor: Actor = places[0]?.actor ?? { user: name };

  const outlet = new Outlet(options.onNotice);
  const health = new HealthTracker(nowMs, (item, state) => {
    options.log.warn({ code: item.code, state }, item.text);
    outlet.publish({ name: 'health.changed', body: { health: health.list() } });
    const resolved = state === 'cleared';
    reporting.enqueue([{ type: 'health', observedMs: nowMs(), health: item, resolved }]);
  });
  const onRuleFailed = (rule: string): void => {
    health.raise('rule-failed', { rule }, rule);
  };
  const faults = new StoreFaults({
    store,
    health,
    log: options.log,
    onWaiting: (code) => {
      reading.waiting(code);
    },
    onReplaced: () => {
      void outlet.window?.storeReplaced();
      reading.startOver();
      baselining.startOver();
    },
  });
  const onError = (error: unknown): void => {
    faults.failed(error);
  };
  const reporting = new Reporting({
    ...options,
    config: running,
    fingerprint,
    health,
    onSent: () => {
      outlet.window?.sent();
    },
  });
  const correlating = new Correlating({ store, onError });
  const publishFindings = (findings: readonly Finding[]): void => {
    const told = correlating.stored(findings);
    outlet.publish({ name: 'findings.changed', body: { findings: [...findings, ...told] } });
  };
  const baselining = new Baselining({
    store,
    places,
    nowMs,
    onFindings: (findings) => {
      reporting.wake();
      publishFindings(findings);
    },
    onError,
  });
  const onStored = (stored: CommitResult): void => {
    const { inserted, findings } = stored;
    baselining.stored(stored);
    if (inserted.length > 0) {
      reporting.wake();
      outlet.publish({ name: 'events.created', body: { events: [...inserted] } });
    }
    if (findings.length > 0) publishFindings(findings);
  };

  const behaviour = new BehaviourWatch({ reader: platform.processes, home: platform.ownHome.home });
  const attributor = createAttribution({ agentOf: agentIdOf, writesLate: AGENTS_WRITING_LATE });
  const processes = new LiveProcesses({
    reader: platform.processes,
    events: options.config.processes.events,
    attributor,
    onHealth: ({ refused, reason = '' }) => {
      if (refused === true) health.raise('process-events-off', { reason });
      else health.clear('process-events-off');
    },
    onChanges: (batch) => {
      behaviour.changes(batch, (process) => processes.ancestorsOf(process)[0]);
      witnessing.changes(batch);
    },
    onMissed: (above, sinceMs) => {
      witnessing.missed(above, sinceMs);
    },
  });
  const witnessing = new Witnessing({
    store,
    fingerprint,
    processes,
    attributor,
    reader: platform.processes,
    homes,
    ownHome,
    actor,
    patienceMs: options.config.processes.patienceMs,
    clock,
    onStored,
    onRunning: (sessionIds) => {
      outlet.window?.running(sessionIds);
    },
    onRuleFailed,
    onError,
  });
  const rules = new RuleWatch({
    folders: ruleFolders(platform),
    health,
    packVersionFile: options.paths.packVersion,
  });
  const reading = new LogReading({
    store,
    rules,
    paths: options.paths,
    homes,
    places,
    recursive: platform.os !== 'linux',
    get queue() {
      return isReporting(running.now);
    },
    clock,
    health,
    isFollowed: () => outlet.window?.hears('events.created') === true,
    onLive: (live) => {
      witnessing.live(live);
    },
    onStored: (stored) => {
      if (stored.inserted.length > 0) processes.nudge();
      onStored(stored);
    },
  });
  const inventorying = new Inventorying({
    store,
    config: running,
    homes,
    ownHome,
    platform,
    fingerprint,
    rules: () => rules.rules,
    behaviour,
    witnessing,
    clock,
    health,
    onRuleFailed,
    onLooked: ({ inventory }, { items, kinds, findings }) => {
      reporting.enqueue(items);
      if (findings.length > 0)
        outlet.publish({ name: 'findings.changed', body: { findings: [...findings] } });
      outlet.window?.looked(inventory, kinds);
    },
    onError,
  });

  for (const setting of options.unknownSettings ?? []) {
    const text = unknownSettingText(setting);
    health.raise('setting-unknown', { text }, text);
  }
  if (store.asidePath !== undefined) health.raise('store-recovered', { path: store.asidePath });
  return {
    ...{ store, health, faults, outlet, actor, ownHome, running, rules, processes, reporting, fingerprint },
    ...{ behaviour, witnessing, baselining, reading, inventorying },
    /** What is known, for the terminal; the same methods serve the local API. */
    readHandlers: createReadHandlers(store, () => rules.rules),
  };
}
