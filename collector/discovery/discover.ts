import { setImmediate } from 'node:timers/promises';
import type { AgentRecord } from '../contract/agent.ts';
import { createCredentialCollector } from './credentials.ts';
import { createPathExpander, withSlashes } from './expand-path.ts';
import { createFileFinder } from './find-files.ts';
import { createHealthNotes } from './health-notes.ts';
import { findInstalls } from './installs.ts';
import { DEFAULT_LIMITS, type DiscoverOptions, type Inventory } from './inventory.ts';
import { redactArguments } from './mcp.ts';
import { projectFolders } from './projects.ts';
import { agentProcesses } from './running.ts';
import { scanAssets } from './scan-assets.ts';
import { scanConfigs } from './scan-configs.ts';
import { scanEnvFiles, scanProfiles } from './scan-environment.ts';
import { scanModes } from './scan-modes.ts';
import type { AgentDraft, HomeScan, Scan } from './scan.ts';
import { createServerRegistry } from './server-registry.ts';

/** Projects between two turns of the event loop, so that a live session is not held up. */
const PROJECTS_PER_TURN = 10;

/**
 * Finds the agents of one or more homes with everything that steers them. Reads only, starts nothing.
 * @returns the inventory; no secret value is in it. What could not be read is in `health`. Never rejects for what
 *   it finds on disk.
 */
export async function discover(options: DiscoverOptions): Promise<Inventory> {
  const startedMs = options.clock.nowMs();
  const scan = createScan(options, startedMs);
  const projects: string[] = [];
  for (const context of options.homes) {
    const home: HomeScan = {
      context,
      foreign: options.platform?.ownHome.home !== context.home,
      places: createPathExpander(context, options.systemRoot),
      files: createFileFinder((folder) => {
        scan.notes.add('discovery.limit', `${folder} holds more than is looked at`);
      }),
    };
    for (const draft of scan.drafts.values()) {
      draft.installs.push(...findInstalls(draft.spec.discovery.installs, home));
    }
    const recorded = scanConfigs(scan, home);
    scanAssets(scan, home);
    scanProfiles(scan, home);
    scanEnvFiles(scan, home);
    const folders = projectFolders(home, [...recorded, ...(options.projectsFromSessions ?? [])]);
    projects.push(...(await scanProjects(scan, home, folders, startedMs)));
  }
  await scanProcesses(scan);
  scanModes(scan);
  return finish(scan, projects);
}

function createScan(options: DiscoverOptions, nowMs: number): Scan {
  const collector = createCredentialCollector(options.findSecrets, options.fingerprint, nowMs);
  return {
    options,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    collector,
    servers: createServerRegistry(collector),
    notes: createHealthNotes(),
    drafts: new Map(
      options.specs.map((spec): [string, AgentDraft] => [
        spec.id,
        {
          spec,
          present: false,
          installs: [],
          running: [],
          accounts: new Map(),
          configFiles: new Map(),
          settings: new Map(),
          permissionMode: undefined,
        },
      ]),
    ),
    facts: [],
    assets: new Map(),
    documents: new Map(),
    seen: new Map(),
  };
}

async function scanProjects(
  scan: Scan,
  home: HomeScan,
  folders: readonly string[],
  startedMs: number,
): Promise<readonly string[]> {
  const { maxProjects, maxDurationMs } = scan.limits;
  const looked: string[] = [];
  for (const project of folders) {
    const late = scan.options.clock.nowMs() - startedMs > maxDurationMs;
    if (looked.length >= maxProjects || late) {
      scan.notes.add(
        'discovery.limit',
        `${folders.length - looked.length} of ${folders.length} projects were not looked at (${late ? 'time' : 'count'})`,
      );
      break;
    }
    scanConfigs(scan, home, project);
    scanAssets(scan, home, project);
    scanEnvFiles(scan, home, project);
    looked.push(project);
    if (looked.length % PROJECTS_PER_TURN === 0) await setImmediate();
  }
  return looked;
}

/** Processes of this machine belong to its own home only. */
async function scanProcesses(scan: Scan): Promise<void> {
  const { platform, homes } = scan.options;
  if (platform === undefined || !homes.some(({ home }) => home === platform.ownHome.home)) return;
  const processes = await platform.listProcesses().catch((error: unknown) => {
    scan.notes.add(
      'discovery.processes',
      `processes cannot be listed (${error instanceof Error ? error.name : 'unknown'})`,
    );
    return [];
  });
  const ownUid = processes.find(({ pid }) => pid === process.pid)?.uid;
  const own = processes.filter(({ uid }) => uid === undefined || ownUid === undefined || uid === ownUid);
  for (const { spec, running } of scan.drafts.values()) {
    for (const { pid, startTimeMs, argv } of agentProcesses(own, spec.discovery.process)) {
      running.push({ pid, startTimeMs });
      const place = { path: `process ${pid}`, scope: 'user' as const, agentIds: [spec.id] };
      scan.facts.push({
        kind: 'running-agent',
        agentId: spec.id,
        pid,
        startTimeMs,
        argv: redactArguments(argv, (index) => ({ ...place, pointer: `/argv/${index}` }), scan.collector),
      });
    }
  }
}

function finish(scan: Scan, projects: readonly string[]): Inventory {
  const agents = [...scan.drafts.values()].filter(isPresent);
  const ids = new Set(agents.map(({ spec }) => spec.id));
  // Several agents read the same project file; those that are not here are no users of it, unless none is.
  const owners = (agentIds: readonly string[]): string[] => {
    const present = agentIds.filter((id) => ids.has(id));
    return present.length === 0 ? [...agentIds] : present;
  };
  const { servers, facts } = scan.servers.build(owners);
  const assets = new Map(
    [...scan.assets.values()].map((asset) => [asset.id, { ...asset, agentIds: owners(asset.agentIds) }]),
  );
  const credentials = scan.collector.facts(owners);
  return {
    agents: agents.map(toRecord),
    mcpServers: servers,
    credentials: credentials.map(({ credential }) => credential),
    assets: [...assets.values()],
    facts: [
      ...facts,
      ...scan.facts.map((fact) => {
        if (fact.kind === 'file-mode') return { ...fact, agentIds: owners(fact.agentIds) };
        return fact.kind === 'hook' ? { ...fact, asset: assets.get(fact.asset.id) ?? fact.asset } : fact;
      }),
      ...[...assets.values()]
        .filter(({ kind }) => kind !== 'hook')
        .map((asset) => ({ kind: 'asset' as const, asset })),
      ...credentials,
    ],
    textDocuments: [...scan.documents.values()].map((text) => ({ ...text, agentIds: owners(text.agentIds) })),
    projects: projects.map(withSlashes),
    health: scan.notes.items(),
  };
}

/** A running editor says nothing of an extension in it. */
function isPresent(draft: AgentDraft): boolean {
  return (
    draft.present ||
    draft.installs.length > 0 ||
    (draft.running.length > 0 && draft.spec.kind !== 'extension')
  );
}

function toRecord(draft: AgentDraft): AgentRecord {
  const { spec, permissionMode } = draft;
  return {
    id: spec.id,
    name: spec.name,
    vendor: spec.vendor,
    kind: spec.kind,
    sanction: 'unknown',
    accounts: [...draft.accounts.values()],
    installs: draft.installs,
    running: draft.running,
    configFiles: [...draft.configFiles].map(([path, scope]) => ({ path, scope })),
    ...(permissionMode === undefined ? {} : { permissionMode: permissionMode.value }),
    settings: Object.fromEntries([...draft.settings].map(([key, { value }]) => [key, value])),
  };
}
