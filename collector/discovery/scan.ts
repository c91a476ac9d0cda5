import type { AgentRecord, Asset, LocalModel, Scope } from '../contract/agent.ts';
import type { InventoryFact } from '../contract/inventory-fact.ts';
import type { PathContext } from '../agents/path-context.ts';
import type { AgentSpec } from '../agents/spec.ts';
import type { CredentialCollector } from './credentials.ts';
import type { Disk } from './disk.ts';
import { type Expanded, type PathExpander, withSlashes } from './expand-path.ts';
import type { FileFinder } from './find-files.ts';
import type { HealthNotes, NoteCode } from './health-notes.ts';
import type { DiscoverOptions, DiscoveryLimits, InstructionText } from './inventory.ts';
import type { FileReading } from './safe-read.ts';
import type { ServerRegistry } from './server-registry.ts';

/** What is known so far of one agent. */
export interface AgentDraft {
  readonly spec: AgentSpec;
  /** Something of the agent itself is here, not only a project that mentions it. */
  present: boolean;
  readonly installs: AgentRecord['installs'];
  readonly running: AgentRecord['running'];
  readonly accounts: Map<string, AgentRecord['accounts'][number]>;
  readonly configFiles: Map<string, Scope>;
  readonly settings: Map<string, { readonly value: unknown; readonly scope: Scope }>;
  permissionMode: { readonly value: string; readonly scope: Scope } | undefined;
}

/** What is known of an asset beside its record. */
export type AssetDetails = Pick<
  Extract<InventoryFact, { kind: 'asset' }>,
  'contents' | 'tools' | 'imports' | 'realPath'
>;

/** A file that was read, for the questions that are about files: modes and backup copies. */
export interface SeenFile {
  readonly path: string;
  readonly mode: number | undefined;
  readonly scope: Scope;
  readonly agentIds: Set<string>;
  readonly home: HomeScan;
}

/** What a look gathers under a name. */
export interface Table<V> {
  readonly size: number;
  get(key: string): V | undefined;
  has(key: string): boolean;
  set(key: string, value: V): unknown;
  values(): Iterable<V>;
}

/** One run over all homes. */
export interface Scan {
  readonly options: DiscoverOptions;
  readonly limits: DiscoveryLimits;
  readonly collector: CredentialCollector;
  readonly servers: ServerRegistry;
  readonly notes: HealthNotes;
  readonly drafts: ReadonlyMap<string, AgentDraft>;
  /** Changes what is known of an agent. Nothing else may change a draft: a part of a look is told again in the next one. */
  readonly tell: (agentId: string, change: (draft: AgentDraft) => void) => void;
  readonly facts: InventoryFact[];
  readonly assets: Table<Asset>;
  readonly models: LocalModel[];
  /** By asset. */
  readonly assetDetails: Table<AssetDetails>;
  readonly documents: Table<InstructionText>;
  readonly seen: Table<SeenFile>;
}

/** One home of the run. */
export interface HomeScan {
  readonly context: PathContext;
  /** Somebody else's, or a copy: no link may lead out of it, and this machine's processes do not belong to it. */
  readonly foreign: boolean;
  readonly places: PathExpander;
  readonly files: FileFinder;
  readonly disk: Disk;
  /** Where the machine's own folders are for this home: `''` for this machine's. */
  readonly systemRoot: string | undefined;
  /** What the paths of another system begin with; absent when it is this one. */
  readonly otherRoot?: string;
  /** Absent for this account's own homes. */
  readonly place?: string;
}

const NOTE_OF: Readonly<Record<Exclude<Extract<FileReading, { ok: false }>['reason'], 'absent'>, NoteCode>> =
  {
    unreadable: 'discovery.unreadable',
    'not-a-file': 'discovery.not-a-file',
    'too-large': 'discovery.too-large',
    'link-refused': 'discovery.link-refused',
  };

/** Reads one file found at `place`; what cannot be read becomes a health note. */
export function readPlaced(
  scan: Scan,
  home: HomeScan,
  path: string,
  area: Expanded['area'],
  project: string | undefined,
  maxBytes: number,
  atMost: 'refuse' | 'cut' = 'refuse',
): Extract<FileReading, { ok: true }> | undefined {
  const reading = home.disk.read(path, boundaryOf(home, area, project), maxBytes, atMost);
  if (reading.ok) return reading;
  if (reading.reason !== 'absent') {
    const detail = reading.detail === '' ? '' : ` (${reading.detail})`;
    scan.notes.add(NOTE_OF[reading.reason], `${path} was not read: ${reading.reason}${detail}`);
  }
  return undefined;
}

/** Own dotfiles are often links into a repository of theirs; links in a project, or in a foreign home, are not trusted. */
function boundaryOf(home: HomeScan, area: Expanded['area'], project: string | undefined): string | undefined {
  if (area === 'project') return project;
  if (area === 'system') return home.systemRoot === '' ? undefined : home.systemRoot;
  return home.foreign ? withSlashes(home.context.home) : undefined;
}

/** Permission bits mean nothing on Windows. */
export function modeOf(home: HomeScan, mode: number): { readonly mode?: number } {
  return home.context.platform === 'win32' ? {} : { mode };
}

export function noteSeen(
  scan: Scan,
  home: HomeScan,
  path: string,
  mode: number,
  scope: Scope,
  agentId: string,
): void {
  const known = scan.seen.get(path);
  if (known !== undefined) {
    known.agentIds.add(agentId);
    return;
  }
  scan.seen.set(path, {
    path,
    mode: modeOf(home, mode).mode,
    scope,
    agentIds: new Set([agentId]),
    home,
  });
}
