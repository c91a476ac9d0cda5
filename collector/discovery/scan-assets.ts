import { createHash } from 'node:crypto';
import type { Asset } from '../contract/agent.ts';
import type { AssetSource } from '../agents/spec-discovery.ts';
import { shortHash, union } from './credentials.ts';
import { type AgentDraft, type HomeScan, modeOf, readPlaced, type Scan } from './scan.ts';
import { mayExist, topNames } from './scan-configs.ts';

/** Finds skills, plug-ins, commands, sub-agents and instruction files; text goes to the text rules, redacted. */
export function scanAssets(scan: Scan, home: HomeScan, project?: string): void {
  const top = project === undefined ? undefined : topNames(home, project);
  for (const draft of scan.drafts.values()) {
    for (const source of draft.spec.discovery.assets) {
      if (source.on?.includes(home.context.platform) === false) continue;
      const place = home.places.expand(source.path, project);
      if (place === undefined || (place.area === 'project') !== (project !== undefined)) continue;
      if (top !== undefined && !mayExist(source.path, top)) continue;
      for (const path of home.files.find(place.path)) {
        if (!takeKnown(scan, draft, source, path))
          takeAsset(scan, home, draft, source, path, place.area, project);
      }
    }
  }
}

/** Another agent reads the same file, or the home was scanned as a project too. */
function takeKnown(scan: Scan, draft: AgentDraft, source: AssetSource, path: string): boolean {
  const id = assetId(source, path);
  const known = scan.assets.get(id);
  if (known === undefined) return false;
  const agentIds = union(known.agentIds, [draft.spec.id]);
  scan.assets.set(id, { ...known, agentIds });
  const text = scan.documents.get(path);
  if (text !== undefined) scan.documents.set(path, { ...text, agentIds });
  return true;
}

function takeAsset(
  scan: Scan,
  home: HomeScan,
  draft: AgentDraft,
  source: AssetSource,
  path: string,
  area: 'home' | 'system' | 'project',
  project: string | undefined,
): void {
  if (scan.assets.size >= scan.limits.maxAssets) {
    scan.notes.add(
      'discovery.limit',
      `more than ${scan.limits.maxAssets} skills, plug-ins and instruction files`,
    );
    return;
  }
  const { role } = source;
  const file = readPlaced(
    scan,
    home,
    path,
    area,
    project,
    role === undefined ? scan.limits.maxConfigBytes : scan.limits.maxTextBytes,
    role === undefined ? 'refuse' : 'cut',
  );
  if (file === undefined) return;
  if (file.truncated) {
    scan.notes.add('discovery.too-large', `${path}: only the first ${file.bytes.length} bytes were read`);
  }
  const asset: Asset = {
    id: assetId(source, path),
    kind: source.kind,
    name: nameOf(source, path),
    agentIds: [draft.spec.id],
    scope: source.scope,
    path,
    // A hash of the beginning would stay equal while the rest changes.
    ...(file.truncated ? {} : { sha256: createHash('sha256').update(file.bytes).digest('hex') }),
    modifiedMs: file.modifiedMs,
  };
  scan.assets.set(asset.id, asset);
  if (role === undefined) return;
  const place = { path, scope: source.scope, agentIds: [draft.spec.id], ...modeOf(home, file.mode) };
  scan.documents.set(path, {
    path,
    role,
    text: scan.collector.redact(undefined, file.bytes.toString('utf8'), place),
    agentIds: asset.agentIds,
    scope: source.scope,
  });
}

function assetId(source: AssetSource, path: string): string {
  return `${source.kind}:${shortHash(path)}`;
}

/** `…/skills/deploy/SKILL.md` and `…/deploy/.claude-plugin/plugin.json` are both called `deploy`. */
function nameOf(source: AssetSource, path: string): string {
  const parts = path.split('/');
  if (source.nameFrom === 'folder') {
    return parts.slice(0, -1).findLast((part) => !part.startsWith('.')) ?? path;
  }
  return (parts.at(-1) ?? path).replace(/(.)\.[^.]*$/, '$1');
}
