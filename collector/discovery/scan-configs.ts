import { createHash } from 'node:crypto';
import type { ConfigReading, ConfigSource, CredentialFile } from '../agents/spec-discovery.ts';
import { shortHash, type SecretPlace } from './credentials.ts';
import type { Expanded } from './expand-path.ts';
import { parseDocument } from './parse-document.ts';
import { configSources } from './sources.ts';
import { type AgentDraft, type HomeScan, modeOf, noteSeen, readPlaced, type Scan } from './scan.ts';

interface Wanted {
  readonly path: string;
  readonly area: Expanded['area'];
  readonly readers: { readonly draft: AgentDraft; readonly source: ConfigSource | CredentialFile }[];
}

/**
 * Reads config and credential files of all agents, each file once.
 * @param project folder for the project's files; without it, the files of the home and of the machine
 * @returns folders in which the agents say they worked, as written there
 */
export function scanConfigs(scan: Scan, home: HomeScan, project?: string): readonly string[] {
  const recorded: string[] = [];
  for (const wanted of wantedFiles(scan, home, project).values()) {
    const file = readPlaced(scan, home, wanted.path, wanted.area, project, scan.limits.maxConfigBytes);
    if (file === undefined) continue;
    const text = file.bytes.toString('utf8');
    const parsed = parseDocument(text, wanted.readers[0]?.source.format ?? 'json');
    for (const { kind, detail } of parsed.problems) {
      scan.notes.add(
        kind === 'bad-syntax' ? 'discovery.bad-syntax' : 'discovery.duplicate-key',
        `${wanted.path}, ${detail}`,
      );
    }
    for (const { draft, source } of wanted.readers) {
      const scope = 'scope' in source ? source.scope : 'user';
      const place: SecretPlace = {
        path: wanted.path,
        scope,
        agentIds: [draft.spec.id],
        ...modeOf(home, file.mode),
      };
      noteSeen(scan, home, wanted.path, file.mode, scope, draft.spec.id);
      if ('scope' in source) {
        recorded.push(...takeConfig(scan, home, draft, source, parsed.document, place, project));
      } else {
        const reading = source.read(parsed.document);
        takeReading(scan, home, draft, reading, place, project);
        draft.present ||= reading.credentials.length > 0;
      }
    }
  }
  return recorded;
}

function wantedFiles(scan: Scan, home: HomeScan, project: string | undefined): ReadonlyMap<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  for (const { draft, source } of configSources(scan, home, project)) {
    const place = home.places.expand(source.path, project);
    if (place === undefined) continue;
    for (const path of home.files.find(place.path)) {
      // The home is a project too when an agent was started there; its files are known by then.
      if (scan.seen.get(path)?.agentIds.has(draft.spec.id) === true) continue;
      const known = wanted.get(path) ?? { path, area: place.area, readers: [] };
      known.readers.push({ draft, source });
      wanted.set(path, known);
    }
  }
  return wanted;
}

function takeConfig(
  scan: Scan,
  home: HomeScan,
  draft: AgentDraft,
  source: ConfigSource,
  document: unknown,
  place: SecretPlace,
  project: string | undefined,
): readonly string[] {
  const reading = source.read(document, place.path);
  if (source.state !== true) {
    draft.configFiles.set(place.path, source.scope);
    // An editor's settings are there without the extension; they count when they speak of it.
    if (source.scope === 'user') draft.present ||= draft.spec.kind !== 'extension' || saysSomething(reading);
  }
  takeReading(scan, home, draft, reading, place, project);
  return reading.projects ?? [];
}

function saysSomething({ settings = [], mcpServers = [], hooks = [] }: ConfigReading): boolean {
  return settings.length + mcpServers.length + hooks.length > 0;
}

function takeReading(
  scan: Scan,
  home: HomeScan,
  draft: AgentDraft,
  reading: ConfigReading,
  place: SecretPlace,
  project: string | undefined,
): void {
  const { collector, servers, facts } = scan;
  const { id } = draft.spec;
  for (const server of reading.mcpServers ?? []) servers.add(server, id, place, project);
  for (const change of reading.switches ?? []) servers.addSwitch(change, id, project);
  for (const credential of reading.credentials ?? []) collector.add(credential, place);
  for (const item of reading.keychain ?? []) collector.addKeychain(item, place.path, [id]);
  for (const account of reading.accounts ?? []) draft.accounts.set(account.id, account);
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
    if (home.place === undefined || !draft.settings.has(cleanKey))
      keepSetting(draft, cleanKey, clean, place.scope);
  }
  const { permissionMode } = reading;
  if (permissionMode !== undefined && weight(place.scope) > weight(draft.permissionMode?.scope)) {
    draft.permissionMode = { value: permissionMode, scope: place.scope };
  }
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
      sha256: createHash('sha256').update(`${event}\0${clean}`).digest('hex'),
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
