import type { AgentRecord, Asset, LocalModel } from '../contract/agent.ts';
import type { InventoryFact } from '../contract/inventory-fact.ts';
import { createCredentialCollector, type KeptSecrets } from './credentials.ts';
import { createFileFinder } from './find-files.ts';
import { createHealthNotes, type HealthNotes } from './health-notes.ts';
import type { InstructionText } from './inventory.ts';
import type { Placed } from './places.ts';
import { RememberingDisk } from './remembering-disk.ts';
import type { AgentDraft, AssetDetails, HomeScan, Scan, SeenFile, Table } from './scan.ts';
import { createServerRegistry, type ServerRegistry } from './server-registry.ts';
import { type Asked, TrackingDisk } from './tracking-disk.ts';

/** What a part tells beside what it finds. */
export interface PartAnswer {
  /** Folders in which agents say they worked. */
  readonly recorded?: readonly string[];
  readonly installs?: readonly {
    readonly install: AgentRecord['installs'][number];
    readonly facts: readonly InventoryFact[];
  }[];
  readonly models?: readonly LocalModel[];
  readonly checkouts?: readonly Placed[];
}

/** One part of a look: what it found, and all that it depends on. */
interface Part {
  readonly asked: Asked;
  /** What it looked for among the things found before it, and did not find there. */
  readonly absent: Readonly<Record<Shared, ReadonlySet<string>>>;
  readonly found: Found;
  readonly answer: PartAnswer;
  readonly chars: number;
}

interface Found {
  readonly facts: readonly InventoryFact[];
  readonly assets: Overlay<Asset>;
  readonly assetDetails: Overlay<AssetDetails>;
  readonly documents: Overlay<InstructionText>;
  readonly seen: Overlay<SeenFile>;
  readonly secrets: KeptSecrets;
  readonly servers: ServerRegistry;
  readonly notes: HealthNotes;
  readonly told: readonly (readonly [agentId: string, change: (draft: AgentDraft) => void])[];
}

const SHARED = ['assets', 'documents', 'seen'] as const;
type Shared = (typeof SHARED)[number];

/** Texts of instructions that are kept with their parts, in UTF-16 units; parts beyond that are read at each look. */
const MAX_CHARS = 8 * 1024 * 1024;

/**
 * What the last look found, part by part: a project, a config file, a skill. The next look takes over each part of which
 * nothing changed: no file or folder it asked the disk for, and nothing it asked for among the parts before it. So the
 * result is that of a look that reads everything. For one set of products and secrets, and one set of limits; whoever
 * uses it must look afresh (`forgetAll`) from time to time, because notices of changes get lost.
 */
export class LookMemory {
  readonly disk = new RememberingDisk();
  readonly #parts = new Map<string, Part>();
  readonly #used = new Set<string>();
  #chars = 0;

  /** Parts that are remembered, for measuring. */
  get size(): number {
    return this.#parts.size;
  }

  forgetAll(): void {
    this.disk.forgetAll();
    this.#parts.clear();
    this.#chars = 0;
  }

  /** Something happened at these paths: made, changed, moved or gone, with all that is below them. */
  forget(paths: ReadonlySet<string>): void {
    this.disk.forget(paths);
    const isTouched = TrackingDisk.touchedBy(paths);
    for (const [key, { asked }] of this.#parts) if (isTouched(asked)) this.#drop(key);
  }

  /** A look is over: parts it did not come by are of things that are gone. */
  finish(): void {
    for (const key of this.#parts.keys()) if (!this.#used.has(key)) this.#drop(key);
    this.#used.clear();
  }

  find(key: string, scan: Scan): Part | undefined {
    this.#used.add(key);
    const part = this.#parts.get(key);
    if (part === undefined || isAsBefore(part, scan)) return part;
    this.#drop(key);
    return undefined;
  }

  keep(key: string, part: Part): void {
    this.#drop(key);
    if (this.#chars + part.chars > MAX_CHARS) return;
    this.#chars += part.chars;
    this.#parts.set(key, part);
  }

  #drop(key: string): void {
    this.#chars -= this.#parts.get(key)?.chars ?? 0;
    this.#parts.delete(key);
  }
}

/**
 * Does a part of a look, or takes it over from the last one. Inside of a part there are no parts.
 * @param key what is looked at: equal keys mean the same question to the same place
 */
export function inPart(
  scan: Scan,
  home: HomeScan,
  key: string,
  look: (scan: Scan, home: HomeScan) => PartAnswer,
): PartAnswer {
  const { memory } = scan.options;
  if (!(memory instanceof LookMemory) || home.disk !== memory.disk) return look(scan, home);
  const fullKey = `${home.place ?? ''}\0${home.context.home}\0${key}`;
  const known = memory.find(fullKey, scan);
  if (known !== undefined) {
    take(scan, home, known.found);
    return known.answer;
  }
  const disk = new TrackingDisk(memory.disk);
  const told: [string, (draft: AgentDraft) => void][] = [];
  const collector = createCredentialCollector(scan.options.findSecrets, scan.options.fingerprint);
  const notes = createHealthNotes();
  const own = {
    facts: new Array<InventoryFact>(),
    assets: new Overlay<Asset>(scan.assets),
    assetDetails: new Overlay<AssetDetails>(scan.assetDetails),
    documents: new Overlay<InstructionText>(scan.documents),
    seen: new Overlay<SeenFile>(scan.seen),
    servers: createServerRegistry(collector),
    notes,
  };
  const inner: Scan = {
    ...scan,
    ...own,
    collector,
    tell: (agentId, change) => told.push([agentId, change]),
  };
  const answer = look(inner, {
    ...home,
    disk,
    files: createFileFinder((folder) => {
      notes.add('discovery.limit', `${folder} holds more than is looked at`);
    }, disk),
  });
  const found: Found = { ...own, secrets: collector.kept(), told };
  const isWhole = SHARED.every((name) => !own[name].sawBefore) && fits(scan, found);
  if (isWhole) {
    const absent = {
      assets: own.assets.absent,
      documents: own.documents.absent,
      seen: own.seen.absent,
    };
    memory.keep(fullKey, { asked: disk.asked, absent, found, answer, chars: charsOf(found) });
  }
  take(scan, home, found);
  return answer;
}

function isAsBefore({ absent, found }: Part, scan: Scan): boolean {
  for (const name of SHARED) for (const key of absent[name]) if (scan[name].has(key)) return false;
  return fits(scan, found);
}

/** The bound on assets was not met: a part that met it may find more another time. */
function fits(scan: Scan, { assets }: Found): boolean {
  return scan.assets.size + assets.own.size < scan.limits.maxAssets;
}

function charsOf({ documents }: Found): number {
  let chars = 0;
  for (const { text } of documents.own.values()) chars += text.length;
  return chars;
}

/** Adds what a part found to the look. Nothing of the part is changed by what the look does with it later. */
function take(scan: Scan, home: HomeScan, found: Found): void {
  for (const fact of found.facts) scan.facts.push(fact);
  for (const [id, asset] of found.assets.own) scan.assets.set(id, asset);
  for (const [id, details] of found.assetDetails.own) scan.assetDetails.set(id, details);
  for (const [path, text] of found.documents.own) scan.documents.set(path, text);
  for (const [path, seen] of found.seen.own) scan.seen.set(path, ownCopy(seen, home));
  scan.collector.take(found.secrets);
  scan.servers.take(found.servers);
  scan.notes.take(found.notes);
  for (const [agentId, change] of found.told) scan.tell(agentId, change);
}

function ownCopy(seen: SeenFile, home: HomeScan): SeenFile {
  return { ...seen, agentIds: new Set(seen.agentIds), home };
}

/** A table of the look with what one part adds to it, kept apart. */
class Overlay<V> implements Table<V> {
  readonly #before: Table<V>;
  readonly own = new Map<string, V>();
  readonly absent = new Set<string>();
  /** Something of an earlier part was used: this one cannot stand alone. */
  sawBefore = false;

  constructor(before: Table<V>) {
    this.#before = before;
  }

  get size(): number {
    return this.#before.size + this.own.size;
  }

  get(key: string): V | undefined {
    const own = this.own.get(key);
    if (own !== undefined) return own;
    const before = this.#before.get(key);
    if (before === undefined) this.absent.add(key);
    else this.sawBefore = true;
    return before;
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  set(key: string, value: V): void {
    this.own.set(key, value);
  }

  values(): Iterable<V> {
    return this.own.values();
  }
}
