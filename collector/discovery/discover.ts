import { setImmediate } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { PathContext } from '../agents/path-context.ts';
import type { AgentSpec } from '../agents/spec.ts';
import type { AgentRecord } from '../contract/agent.ts';
import type { ProcessInfo } from '../contract/process.ts';
import { ciCheckouts } from './ci-runners.ts';
import { createCredentialCollector } from './credentials.ts';
import { OWN_DISK } from './disk.ts';
import { createPathExpander, withSlashes } from './expand-path.ts';
import { createFileFinder } from './find-files.ts';
import { createHealthNotes } from './health-notes.ts';
import { installFacts } from './install-facts.ts';
import { findInstalls } from './installs.ts';
import {
  DEFAULT_LIMITS,
  type DiscoverOptions,
  type InstructionText,
  type Inventory,
  type OtherHome,
} from './inventory.ts';
import { joinModels, modelsInFolders } from './local-models.ts';
import { redactArguments } from './mcp.ts';
import { createPlacer, type Placed } from './places.ts';
import { projectFolders } from './projects.ts';
import { agentProcesses } from './running.ts';
import { scanAssets } from './scan-assets.ts';
import { scanConfigs } from './scan-configs.ts';
import { scanEnvFiles, scanProfiles } from './scan-environment.ts';
import { scanExtensions } from './scan-extensions.ts';
import { scanLeftovers } from './scan-leftovers.ts';
import { scanModes } from './scan-modes.ts';
import { scanRepository } from './scan-repository.ts';
import type { AgentDraft, HomeScan, Scan } from './scan.ts';
import { createServerRegistry } from './server-registry.ts';
import { inPart } from './parts.ts';

/** Work on projects between two turns of the event loop, so that a live session is not held up. */
const TURN_MS = 8;

/**
 * Finds the agents of one or more homes with everything that steers them. Reads only, starts nothing.
 * @returns the inventory; no secret value is in it. What could not be read is in `health`. Never rejects for what
 *   it finds on disk.
 */
export async function discover(options: DiscoverOptions): Promise<Inventory> {
  const startedMs = options.clock.nowMs();
  const scan = createScan(options);
  const projects: string[] = [];
  const placed: Placed[] = [];
  for (const home of homesOf(scan)) {
    for (const draft of scan.drafts.values()) scanInstalls(scan, home, draft);
    const recorded = scanConfigs(scan, home);
    scanAssets(scan, home);
    for (const [name, look] of Object.entries({ scanProfiles, scanEnvFiles, scanExtensions }))
      inPart(scan, home, name, (inner, innerHome) => {
        look(inner, innerHome);
        return {};
      });
    scanLeftovers(scan, home);
    const { models = [], checkouts = [] } = inPart(scan, home, 'models and checkouts', (_, inner) => ({
      models: modelsInFolders(inner),
      checkouts: ciCheckouts(inner),
    }));
    scan.models.push(...models);
    placed.push(...checkouts);
    // What sessions say is about the homes whose logs are read.
    const told = home.place === undefined ? (options.projectsFromSessions ?? []) : [];
    const folders = projectFolders(home, [...recorded, ...told]);
    const known = new Set(folders);
    const also = checkouts.map(({ folder }) => folder).filter((folder) => !known.has(folder));
    projects.push(...(await scanProjects(scan, home, [...folders, ...also], startedMs)));
  }
  await scanProcesses(scan);
  scanModes(scan);
  options.memory?.finish();
  placed.push(
    ...(options.elsewhere ?? []).map(({ context, place, root }) => ({
      folder: withSlashes(root ?? context.home),
      place,
    })),
  );
  return finish(scan, projects, createPlacer(placed));
}

function scanInstalls(scan: Scan, home: HomeScan, draft: AgentDraft): void {
  const { id, discovery } = draft.spec;
  const { installs = [] } = inPart(scan, home, `installs ${id}`, (_, inner) => ({
    installs: findInstalls(discovery.installs, inner).map((install) => ({
      install,
      facts: installFacts(id, install, inner),
    })),
  }));
  for (const { install, facts } of installs) {
    // Accounts of one machine share what is installed for all.
    if (draft.installs.some(({ path }) => path === install.path)) continue;
    draft.installs.push(install);
    scan.facts.push(...facts);
  }
}

/** This account's homes first: what they share with others is theirs. */
function homesOf(scan: Scan): readonly HomeScan[] {
  const { options } = scan;
  const own = options.memory?.disk ?? OWN_DISK;
  const home = (context: PathContext, systemRoot: string | undefined, other?: OtherHome): HomeScan => ({
    context,
    foreign: options.platform?.ownHome.home !== context.home,
    places: createPathExpander(context, systemRoot),
    files: createFileFinder((folder) => {
      scan.notes.add('discovery.limit', `${folder} holds more than is looked at`);
    }, other?.disk ?? own),
    disk: other?.disk ?? own,
    systemRoot,
    ...(other !== undefined && { place: other.place }),
    ...(other?.root !== undefined && { otherRoot: withSlashes(other.root) }),
  });
  return [
    ...options.homes.map((context) => home(context, options.systemRoot)),
    ...(options.elsewhere ?? []).map((other) => home(other.context, other.root, other)),
  ];
}

function createScan(options: DiscoverOptions): Scan {
  const collector = createCredentialCollector(options.findSecrets, options.fingerprint);
  const drafts = new Map(options.specs.map((spec) => [spec.id, emptyDraft(spec)]));
  return {
    options,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    collector,
    servers: createServerRegistry(collector),
    notes: createHealthNotes(),
    drafts,
    tell: (agentId, change) => {
      const draft = drafts.get(agentId);
      if (draft !== undefined) change(draft);
    },
    facts: [],
    assets: new Map(),
    models: [],
    assetDetails: new Map(),
    documents: new Map(),
    seen: new Map(),
  };
}

function emptyDraft(spec: AgentSpec): AgentDraft {
  return {
    spec,
    present: false,
    installs: [],
    running: [],
    accounts: new Map(),
    configFiles: new Map(),
    settings: new Map(),
    permissionMode: undefined,
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
  let turnMs = performance.now();
  for (const project of folders) {
    const late = scan.options.clock.nowMs() - startedMs > maxDurationMs;
    if (looked.length >= maxProjects || late) {
      scan.notes.add(
        'discovery.limit',
        `${folders.length - looked.length} of ${folders.length} projects were not looked at (${late ? 'time' : 'count'})`,
      );
      break;
    }
    inPart(scan, home, `project ${project}`, (inner, innerHome) => {
      scanConfigs(inner, innerHome, project);
      scanAssets(inner, innerHome, project);
      scanEnvFiles(inner, innerHome, project);
      scanRepository(inner, innerHome, project);
      return {};
    });
    looked.push(project);
    if (performance.now() - turnMs < TURN_MS) continue;
    await setImmediate();
    turnMs = performance.now();
  }
  return looked;
}

/** Processes of this machine belong to its own home, or to one of the others that is known by them. */
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
  const placeOf = processPlaces(processes, scan.options.elsewhere ?? []);
  const ours = processes.filter((one) => placeOf(one) !== undefined);
  // Container engines leave one of these at the root: then the whole machine is one.
  const inContainer = ['/.dockerenv', '/run/.containerenv'].some((path) => OWN_DISK.isThere(path));
  for (const { spec, running } of scan.drafts.values()) {
    for (const one of agentProcesses(ours, spec.discovery.process)) {
      const { pid, startTimeMs, argv } = one;
      const where = placeOf(one);
      running.push({ pid, startTimeMs, ...(where !== undefined && where !== '' && { place: where }) });
      const place = { path: `process ${pid}`, scope: 'user' as const, agentIds: [spec.id] };
      scan.facts.push({
        kind: 'running-agent',
        agentId: spec.id,
        pid,
        startTimeMs,
        argv: redactArguments(argv, (index) => ({ ...place, pointer: `/argv/${index}` }), scan.collector),
        ...(one.uid !== undefined && { superuser: one.uid === 0 }),
        contained: inContainer || one.namespacePid !== undefined || where?.startsWith('container:') === true,
      });
    }
  }
}

/** @returns the place a process runs in, `''` for this account itself, `undefined` for what is nobody's here */
function processPlaces(
  processes: readonly ProcessInfo[],
  elsewhere: readonly OtherHome[],
): (process: ProcessInfo) => string | undefined {
  const ownUid = processes.find(({ pid }) => pid === process.pid)?.uid;
  const byPid = new Map(elsewhere.flatMap(({ pids, place }) => [...(pids ?? [])].map((pid) => [pid, place])));
  const byUid = new Map(elsewhere.flatMap(({ uid, place }) => (uid === undefined ? [] : [[uid, place]])));
  return ({ pid, uid }) => {
    const contained = byPid.get(pid);
    if (contained !== undefined) return contained;
    if (uid === undefined || ownUid === undefined || uid === ownUid) return '';
    return byUid.get(uid);
  };
}

function finish(
  scan: Scan,
  projects: readonly string[],
  placeOf: (path: string) => string | undefined,
): Inventory {
  const now = scan.options.clock.nowMs();
  const agents = [...scan.drafts.values()].filter(isPresent);
  const ids = new Set(agents.map(({ spec }) => spec.id));
  // Several agents read the same project file; those that are not here are no users of it, unless none is.
  const owners = (agentIds: readonly string[]): string[] => {
    const present = agentIds.filter((id) => ids.has(id));
    return present.length === 0 ? [...agentIds] : present;
  };
  const at = (path: string): { readonly place?: string } => {
    const place = placeOf(path);
    return place === undefined ? {} : { place };
  };
  const facts = scan.servers
    .build(owners)
    .map((fact) => ({ ...fact, server: { ...fact.server, ...at(fact.server.configPath) } }));
  const assets = new Map(
    [...scan.assets.values()].map((asset) => [
      asset.id,
      { ...asset, agentIds: owners(asset.agentIds), ...at(asset.path) },
    ]),
  );
  const credentials = scan.collector
    .facts(owners, now)
    .map((fact) => ({ ...fact, credential: { ...fact.credential, ...at(fact.credential.location.path) } }));
  const { alsoFound = [], sanctionOf } = scan.options;
  const records = [...agents.map((draft) => toRecord(draft, at)), ...alsoFound].map((record) => ({
    ...record,
    sanction: sanctionOf?.(record.id) ?? record.sanction,
  }));
  return {
    agents: records,
    mcpServers: facts.map(({ server }) => server),
    credentials: credentials.map(({ credential }) => credential),
    assets: [...assets.values()],
    models: joinModels(scan.models.map((model) => ({ ...model, ...at(model.path ?? '') }))),
    facts: [
      ...facts,
      ...scan.facts.map((fact) => {
        if (fact.kind === 'extension') return { ...fact, observedMs: now };
        if (fact.kind === 'file-mode') return { ...fact, agentIds: owners(fact.agentIds) };
        return fact.kind === 'hook' ? { ...fact, asset: assets.get(fact.asset.id) ?? fact.asset } : fact;
      }),
      ...[...assets.values()]
        .filter(({ kind }) => kind !== 'hook')
        .map((asset) => ({ kind: 'asset' as const, asset, ...scan.assetDetails.get(asset.id) })),
      ...records.map((agent) => ({ kind: 'agent' as const, agent })),
      ...credentials,
    ],
    textDocuments: [...scan.documents.values()].map((text) => ownedText(text, owners(text.agentIds))),
    projects: projects.map(withSlashes),
    health: scan.notes.items(),
  };
}

const OWNED = new WeakMap<InstructionText, InstructionText>();

/** A text that was taken over from the last look, and has the owners it had then, stays the same object: it was judged already. */
function ownedText(text: InstructionText, agentIds: readonly string[]): InstructionText {
  const known = OWNED.get(text);
  if (known !== undefined && isDeepStrictEqual(known.agentIds, agentIds)) return known;
  const owned = { ...text, agentIds };
  OWNED.set(text, owned);
  return owned;
}

/** A running editor says nothing of an extension in it. */
function isPresent(draft: AgentDraft): boolean {
  return (
    draft.present ||
    draft.installs.length > 0 ||
    (draft.running.length > 0 && draft.spec.kind !== 'extension')
  );
}

function toRecord(draft: AgentDraft, at: (path: string) => { readonly place?: string }): AgentRecord {
  const { spec, permissionMode, running } = draft;
  const installs = draft.installs.map((install) => ({ ...install, ...at(install.path) }));
  const configFiles = [...draft.configFiles].map(([path, scope]) => ({ path, scope, ...at(path) }));
  const places = new Set([...installs, ...running, ...configFiles].map(({ place }) => place ?? HERE));
  return {
    id: spec.id,
    name: spec.name,
    vendor: spec.vendor,
    ...(places.size > 0 && [...places].some((place) => place !== HERE) && { where: [...places].join(', ') }),
    kind: spec.kind,
    sanction: 'unknown',
    accounts: [...draft.accounts.values()],
    installs,
    running,
    configFiles,
    ...(permissionMode === undefined ? {} : { permissionMode: permissionMode.value }),
    settings: Object.fromEntries([...draft.settings].map(([key, { value }]) => [key, value])),
  };
}

const HERE = 'this account';
