import { randomUUID } from 'node:crypto';
import { AGENTS } from './agents/index.ts';
import type { Config } from './contract/config.ts';
import type { HealthTracker } from './health/tracker.ts';
import type { Clock } from './lib/clock.ts';
import type { Platform } from './platform/platform.ts';
import type { OcsfContext } from './report/ocsf.ts';
import { createReporter } from './report/reporter.ts';
import type { Reporter, ReporterLog } from './report/reporter-types.ts';
import type { Store } from './store/store.ts';

interface ReportingOptions {
  readonly config: Config;
  readonly platform: Platform;
  readonly clock: Clock;
  readonly version: string;
  readonly fingerprint: (value: string) => string;
  readonly store: Store;
  readonly health: HealthTracker;
  readonly log: ReporterLog;
}

/** The sender, told who and where this machine is. */
export async function openReporter(options: ReportingOptions): Promise<Reporter> {
  const { config, health } = options;
  return createReporter({
    config: config.reporting,
    outbox: options.store.outbox,
    context: await readContext(options),
    instanceId: randomUUID(),
    pseudonym: options.fingerprint,
    clock: options.clock,
    random: Math.random,
    log: options.log,
    env: process.env,
    onHealth: (item) => {
      if (item.state === 'cleared') health.clear(item.code);
      else if (item.code === 'report-dropped')
        health.raise(item.code, { reason: item.reason, count: item.count });
      else health.raise(item.code, { reason: item.reason });
    },
  });
}

async function readContext({ platform, version, fingerprint }: ReportingOptions): Promise<OcsfContext> {
  const host = platform.readHost();
  // A machine without an id of its own is told apart by its name, keyed so that the name cannot be read back.
  const uid = (await platform.readMachineId()) ?? fingerprint(host.hostname);
  return {
    productVersion: version,
    device: { uid, hostname: host.hostname, platform: host.os, osVersion: host.osVersion },
    agentNames: new Map(AGENTS.map((agent) => [agent.id, agent.name])),
  };
}
