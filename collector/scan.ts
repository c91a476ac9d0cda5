import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AGENTS } from './agents/index.ts';
import type { PathContext } from './agents/path-context.ts';
import { createReadHandlers } from './api.ts';
import type { Actor } from './contract/event.ts';
import type { HealthItem } from './contract/health.ts';
import { SCAN_SCHEMA_VERSION, type ScanDocument } from './contract/scan.ts';
import { formatsOf } from './formats.ts';
import { HealthTracker } from './health/tracker.ts';
import { readHistory } from './history.ts';
import { Ingester } from './ingester.ts';
import { storeInventory, takeInventory } from './inventory-task.ts';
import type { Clock } from './lib/clock.ts';
import { keepHeapSmall } from './lib/memory.ts';
import { placesOf } from './places.ts';
import type { Platform } from './platform/platform.ts';
import { readPackVersion } from './pack-version.ts';
import { pathsOf } from './paths.ts';
import { loadRuleSet, ruleFolders, startingWith } from './rule-set.ts';
import { sourceFormats } from './log-reading.ts';
import { LogSource } from './sources/log-source.ts';
import { Store } from './store/store.ts';
import { toCursor } from './stored-cursor.ts';
import { raiseDrift } from './upkeep.ts';

export interface ScanOptions {
  readonly platform: Platform;
  /** Homes to look at; the own one also brings the machine's processes and system folders. */
  readonly homes: readonly PathContext[];
  readonly foreign: boolean;
  readonly maxProjects: number;
  /** Also containers, WSL and other accounts; only of this machine. */
  readonly elsewhere?: boolean;
  /** Sessions and findings older than this are left out of the document. */
  readonly sinceMs?: number;
  readonly fingerprint: (value: string) => string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { filesLeft: number; bytes: number; events: number }) => void;
}

const MANY = 1_000_000;

/**
 * One look at a home: inventory, every session log, findings. Writes only into a private temporary folder, which is
 * removed at the end; the home may be somebody else's and read-only.
 */
export async function scan(options: ScanOptions): Promise<ScanDocument> {
  const started = options.clock.monotonicMs();
  keepHeapSmall();
  const folder = mkdtempSync(join(tmpdir(), 'reeve-scan-'));
  const store = Store.open({ path: join(folder, 'scan.db'), nowMs: options.clock.nowMs });
  const health = new HealthTracker(options.clock.nowMs);
  try {
    const logs = await readLogs(options, store, health, folder);
    const findInventory = await inventoryOf(options, store, health);
    raiseDrift(store, health);
    for (const { code, text } of logs.notices) health.raise('source-notice', { text }, code);
    if (findInventory.length === 0) health.raise('no-agents');
    return await toDocument(options, store, health.list(), logs, options.clock.monotonicMs() - started);
  } finally {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface LogTotals {
  files: number;
  bytes: number;
  lines: number;
  notices: readonly { readonly code: string; readonly text: string }[];
}

async function readLogs(
  options: ScanOptions,
  store: Store,
  health: HealthTracker,
  folder: string,
): Promise<LogTotals> {
  const totals: LogTotals = { files: 0, bytes: 0, lines: 0, notices: [] };
  let filesLeft = 0;
  let events = 0;
  for (const home of options.homes) {
    const places = placesOf([home], (one) => actorOf(options, one));
    const source = new LogSource({
      formats: sourceFormats([home]),
      cursors: (path) => toCursor(store.cursor(path)),
      nowMs: options.clock.nowMs,
      recursive: options.platform.os !== 'linux',
      follow: false,
    });
    const onRuleFailed = (rule: string): void => {
      health.raise('rule-failed', { rule }, rule);
    };
    const ruleSet = await loadRuleSet(ruleFolders(options.platform));
    for (const { path, line, reason } of ruleSet.problems)
      health.raise(
        'org-rule-refused',
        { place: `${path}:${String(line)}`, reason },
        `${path}:${String(line)}`,
      );
    const ingester = new Ingester({
      store,
      formats: formatsOf(AGENTS),
      rules: ruleSet.rules,
      places,
      onRuleFailed,
    });
    totals.files += await readHistory(source, {
      store,
      ingester,
      paths: { store: store.path, scratch: folder },
      places,
      ruleSources: ruleSet.sources,
      queue: false,
      signal: options.signal,
      onFiles: (change) => {
        filesLeft += change;
      },
      onProgress: (progress) => {
        totals.bytes += progress.bytes;
        totals.lines += progress.lines;
        events += progress.events;
        options.onProgress({ filesLeft, bytes: totals.bytes, events });
      },
      onWaiting: () => {
        health.raise('store-full');
      },
      onRuleFailed,
    });
    totals.notices = [...totals.notices, ...source.health()];
    await source.close();
  }
  return totals;
}

/** In somebody else's home the name of the folder is all that is known of the person. */
function actorOf(options: ScanOptions, home: PathContext): Actor {
  if (options.foreign) return { user: home.home.split(/[\\/]/).findLast((part) => part !== '') ?? 'unknown' };
  const { name, uid } = options.platform.readIdentity();
  return { user: name, ...(uid !== undefined && { uid }) };
}

async function inventoryOf(
  options: ScanOptions,
  store: Store,
  health: HealthTracker,
): Promise<readonly unknown[]> {
  const before = startingWith(readPackVersion(pathsOf(options.platform).packVersion));
  const { rules, packProblems } = await loadRuleSet(ruleFolders(options.platform), before);
  for (const { path, reason } of packProblems)
    health.raise('data-pack-refused', { place: path, reason }, path);
  const picture = await takeInventory({
    homes: options.homes,
    specs: AGENTS,
    rules,
    ...(!options.foreign && { platform: options.platform, elsewhere: options.elsewhere === true }),
    fingerprint: options.fingerprint,
    nowMs: options.clock.nowMs,
    maxProjects: options.maxProjects,
    projectsFromSessions: store.read.workingFolders(options.maxProjects),
    onRuleFailed: (rule) => {
      health.raise('rule-failed', { rule }, rule);
    },
  });
  storeInventory(picture, rules, store, options.clock.nowMs());
  for (const item of picture.inventory.health)
    health.raise('config-unreadable', { text: item.text }, item.text);
  return picture.inventory.agents;
}

async function toDocument(
  options: ScanOptions,
  store: Store,
  health: HealthItem[],
  logs: LogTotals,
  durationMs: number,
): Promise<ScanDocument> {
  const read = createReadHandlers(store);
  const since = options.sinceMs === undefined ? {} : { sinceMs: options.sinceMs };
  const identity = options.foreign ? undefined : options.platform.readIdentity();
  const counts = store.read.parserCounts();
  return {
    schemaVersion: SCAN_SCHEMA_VERSION,
    scannedAtMs: options.clock.nowMs(),
    host: options.platform.readHost(),
    user: {
      name: identity?.name ?? options.homes.map((home) => actorOf(options, home).user).join(', '),
      ...(identity?.uid !== undefined && { uid: identity.uid }),
      ...(identity?.fullName !== undefined && { fullName: identity.fullName }),
      emails: [...(identity?.emails ?? [])],
    },
    agents: await read['agents.list']({}),
    mcpServers: await read['mcpServers.list']({}),
    credentials: await read['credentials.list']({}),
    assets: await read['assets.list']({}),
    sessions: await read['sessions.list']({ limit: MANY, ...since }),
    models: await read['models.list']({}),
    findings: await read['findings.list']({ limit: MANY, ...since }),
    health,
    stats: {
      files: logs.files,
      bytes: logs.bytes,
      lines: logs.lines,
      rejected: tally(counts, 'rejected:'),
      unknownTypes: tally(counts, 'unknown:'),
      durationMs: Math.round(durationMs),
    },
  };
}

/** `<agent>:<type>` → how often. */
function tally(counts: ReturnType<Store['read']['parserCounts']>, prefix: string): Record<string, number> {
  return Object.fromEntries(
    counts
      .filter(({ what }) => what.startsWith(prefix))
      .map(({ agentId, what, n }) => [`${agentId}:${what.slice(prefix.length)}`, n]),
  );
}
