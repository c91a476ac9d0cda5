import { hash } from 'node:crypto';
import type { AgentSpec } from '../agents/spec.ts';
import type { ConfigReading, ConfigSource, CredentialFile } from '../agents/spec-discovery.ts';
import { shortHash, type SecretPlace } from './credentials.ts';
import type { Expanded } from './expand-path.ts';
import { parseDocument } from './parse-document.ts';
import { inPart } from './parts.ts';
import { configSources } from './sources.ts';
import { type AgentDraft, type HomeScan, modeOf, noteSeen, readPlaced, type Scan } from './scan.ts';

interface Wanted {
  readonly path: string;
  readonly area: Expanded['area'];
  readonly readers: {
    readonly spec: AgentSpec;
    readonly source: ConfigSource | CredentialFile;
    readonly order: number;
  }[];
}

/**
 * Reads config and credential files of all agents, each file once.
 * @param project folder for the project's files; without it, the files of the home and of the machine
 * @returns folders in which the agents say they worked, as written there
 */
export function scanConfigs(scan: Scan, home: HomeScan, project?: string): readonly string[] {
  return [...wantedFiles(scan, home, project).values()].flatMap((wanted) => {
    const readers = wanted.readers.map(({ order }) => order).join(',');
    const { recorded = [] } = inPart(scan, home, `config ${readers} ${wanted.path}`, (inner, innerHome) => ({
      recorded: scanConfig(inner, innerHome, wanted, project),
    }));
    return recorded;
  });
}

function scanConfig(
  scan: Scan,
  home: HomeScan,
  wanted: Wanted,
  project: string | undefined,
): readonly string[] {
  const file = readPlaced(scan, home, wanted.path, wanted.area, project, scan.limits.maxConfigBytes);
  if (file === undefined) return [];
  const recorded: string[] = [];
  const text = file.bytes.toString('utf8');
  const parsed = parseDocument(text, wanted.readers[0]?.source.format ?? 'json');
  for (const { kind, detail } of parsed.problems) {
    scan.notes.add(
      kind === 'bad-syntax' ? 'discovery.bad-syntax' : 'discovery.duplicate-key',
      `${wanted.path}, ${detail}`,
    );
  }
  for (const { spec, source } of wanted.readers) {
    const scope = 'scope' in source ? source.scope : 'user';
    const place: SecretPlace = {
      path: wanted.path,
      scope,
      agentIds: [spec.id],
      ...modeOf(home, file.mode),
    };
    noteSeen(scan, home, wanted.path, file.mode, scope, spec.id);
    if ('scope' in source) {
      recorded.push(...takeConfig(scan, home, spec, source, parsed.document, place, project));
    } else {
      const reading = source.read(parsed.document);
      takeReading(scan, home, spec, reading, place, project);
      if (reading.credentials.length > 0) scan.tell(spec.id, makePresent);
    }
  }
  return recorded;
}

function makePresent(draft: AgentDraft): void {
  draft.present = true;
}

function wantedFiles(scan: Scan, home: HomeScan, project: string | undefined): ReadonlyMap<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  for (const { spec, source, order } of configSources(scan, home, project)) {
    const place = home.places.expand(source.path, project);
    if (place === undefined) continue;
    for (const path of home.files.find(place.path)) {
      // The home is a project too when an agent was started there; its files are known by then.
      if (scan.seen.get(path)?.agentIds.has(spec.id) === true) continue;
      const known = wanted.get(path) ?? { path, area: place.area, readers: [] };
      known.readers.push({ spec, source, order });
      wanted.set(path, known);
    }
  }
  return wanted;
}

function takeConfig(
  scan: Scan,
  home: HomeScan,
  spec: AgentSpec,
  source: ConfigSource,
  document: unknown,
  place: SecretPlace,
  project: string | undefined,
): readonly string[] {
  const reading = source.read(document, place.path);
  if (source.state !== true) {
    const { path } = place;
    const { scope } = source;
    scan.tell(spec.id, ({ configFiles }) => configFiles.set(path, scope));
    // An editor's settings are there without the extension; they count when they speak of it.
    if (scope === 'user' && (spec.kind !== 'extension' || saysSomething(reading)))
      scan.tell(spec.id, makePresent);
  }
  takeReading(scan, home, spec, reading, place, project);
  return reading.projects ?? [];
}

function saysSomething({ settings = [], mcpServers = [], hooks = [] }: ConfigReading): boolean {
  return settings.length + mcpServers.length + hooks.length > 0;
}

function takeReading(
  scan: Scan,
  home: HomeScan,
  spec: AgentSpec,
  reading: ConfigReading,
  place: SecretPlace,
  project: string | undefined,
): void {
  const { collector, servers, facts } = scan;
  const { id } = spec;
  const { scope } = place;
  const isElsewhere = home.place !== undefined;
  for (const server of reading.mcpServers ?? []) servers.add(server, id, place, project);
  for (const taken of reading.imports ?? []) servers.addImport(taken, id, project);
  for (const change of reading.switches ?? []) servers.addSwitch(change, id, project);
  for (const credential of reading.credentials ?? []) collector.add(credential, place);
  for (const item of reading.keychain ?? []) collector.addKeychain(item, place.path, [id]);
  for (const account of reading.accounts ?? [])
    scan.tell(id, ({ accounts }) => accounts.set(account.id, account));
  for (const { key, value, pointer } of reading.settings ?? []) {
    const at = { ...place, pointer };
    const clean = collector.redactDeep(key.split('.').at(-1), value, at);
    const cleanKey = collector.redact(undefined, key, at);
    facts.push({
      kind: 'setting',
      agentId: id,
      path: place.path,
      scope: place.scope,
      pointer: collector.redact(undefined, pointer, at),
      key: cleanKey,
      value: clean,
    });
    // What another account or a container has set says nothing of this one.
    scan.tell(id, (draft) => {
      if (!isElsewhere || !draft.settings.has(cleanKey)) keepSetting(draft, cleanKey, clean, scope);
    });
  }
  const { permissionMode } = reading;
  if (permissionMode !== undefined)
    scan.tell(id, (draft) => {
      if (weight(scope) > weight(draft.permissionMode?.scope))
        draft.permissionMode = { value: permissionMode, scope };
    });
  for (const { name, value, pointer } of reading.variables ?? []) {
    facts.push({
      kind: 'environment',
      agentId: id,
      path: place.path,
      scope: place.scope,
      pointer,
      name,
      value: collector.redact(name, value, { ...place, pointer, envVar: name }),
    });
  }
  for (const { name, source, pointer } of reading.marketplaces ?? []) {
    const assetId = `marketplace:${shortHash(place.path, pointer)}`;
    scan.assets.set(assetId, {
      id: assetId,
      kind: 'marketplace',
      name: collector.redact(undefined, name, place),
      agentIds: [id],
      scope: place.scope,
      path: place.path,
      origin: collector.redact(undefined, source.replace(/\/\/[^/@\s]{1,500}@/, '//'), place),
    });
  }
  for (const { event, command, pointer } of reading.hooks ?? []) {
    const assetId = `hook:${shortHash(place.path, pointer)}`;
    const known = scan.assets.get(assetId);
    const clean = collector.redact(undefined, command, { ...place, pointer });
    const asset = {
      id: assetId,
      kind: 'hook' as const,
      name: event,
      agentIds: known === undefined ? [id] : [...new Set([...known.agentIds, id])],
      scope: place.scope,
      path: place.path,
      pointer,
      // What is decided on is what it runs; an order of keys or another hook in the file is no change of this one.
      sha256: hash('sha256', `${event}\0${clean}`),
    };
    scan.assets.set(assetId, asset);
    if (known === undefined) {
      facts.push({ kind: 'hook', asset, event, command: clean });
    }
  }
}

/** Which file speaks for the agent as a whole. A project's files speak for the project alone. */
function weight(scope: SecretPlace['scope'] | undefined): number {
  return scope === 'managed' ? 2 : scope === 'user' ? 1 : 0;
}

function keepSetting(draft: AgentDraft, key: string, value: unknown, scope: SecretPlace['scope']): void {
  if (weight(scope) > 0 && weight(scope) >= weight(draft.settings.get(key)?.scope)) {
    draft.settings.set(key, { value, scope });
  }
}
