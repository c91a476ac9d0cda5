import { hash } from 'node:crypto';
import { normalize } from 'node:path/posix';
import type { Asset } from '../contract/agent.ts';
import type { AgentSpec } from '../agents/spec.ts';
import type { AssetSource } from '../agents/spec-discovery.ts';
import { originOf } from './asset-origin.ts';
import { shortHash, union } from './credentials.ts';
import { decodeText } from './decode-text.ts';
import { withSlashes } from './expand-path.ts';
import type { InstructionText } from './inventory.ts';
import { type HomeScan, modeOf, readPlaced, type Scan } from './scan.ts';
import { parseDocument } from './parse-document.ts';
import { inPart } from './parts.ts';
import { assetSources } from './sources.ts';
import { readSkillFolder, treeFolderOf } from './skill-folder.ts';
import { importsOf, toolsOf } from './skill-text.ts';

const SKILL_FILE = '/SKILL.md';
/** Bundles have some dozen tools. */
const MAX_TEXTS = 500;
/** Claude Code 2.1 follows imports five deep (2026-11). */
const MAX_HOPS = 5;
const MAX_IMPORTS = 20;

/** Finds skills, plug-ins, commands, sub-agents and instruction files; text goes to the text rules, redacted. */
export function scanAssets(scan: Scan, home: HomeScan, project?: string): void {
  for (const { spec, source, order } of assetSources(scan, home, project)) {
    const place = home.places.expand(source.path, project);
    if (place === undefined) continue;
    for (const path of home.files.find(place.path)) {
      if (takeKnown(scan, spec, source, path)) continue;
      inPart(scan, home, `asset ${order} ${path}`, (inner, innerHome) => {
        takeAsset(inner, innerHome, spec, source, path, place.area, project);
        return {};
      });
    }
  }
}

/** Another agent reads the same file, or the home was scanned as a project too. */
function takeKnown(scan: Scan, spec: AgentSpec, source: AssetSource, path: string): boolean {
  const id = assetId(source, path);
  const known = scan.assets.get(id);
  if (known === undefined) return false;
  const agentIds = union(known.agentIds, [spec.id]);
  scan.assets.set(id, { ...known, agentIds });
  const text = scan.documents.get(path);
  if (text !== undefined) scan.documents.set(path, { ...text, agentIds });
  return true;
}

function takeAsset(
  scan: Scan,
  home: HomeScan,
  spec: AgentSpec,
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
    agentIds: [spec.id],
    scope: source.scope,
    path,
    // A hash of the beginning would stay equal while the rest changes.
    ...(file.truncated ? {} : { sha256: hash('sha256', file.bytes) }),
    modifiedMs: file.modifiedMs,
    ...originOf(home, path, project),
    ...(role === 'memory' && { memory: true }),
  };
  const place = {
    path,
    scope: source.scope,
    agentIds: [spec.id],
    ...modeOf(home, file.mode),
    ...(role === 'memory' && { leftover: 'memory' as const }),
  };
  const keep = (as: InstructionText['role'], content: string): void => {
    const clean = scan.collector.redact(undefined, content, place);
    scan.documents.set(path, { path, role: as, text: clean, agentIds: asset.agentIds, scope: source.scope });
  };
  if (role === undefined) {
    const tree = isPluginFolder(source, path)
      ? readSkillFolder(home, treeFolderOf(path), '').treeSha256
      : undefined;
    scan.assets.set(asset.id, { ...asset, ...(tree !== undefined && { treeSha256: tree }) });
    const texts = source.texts?.(parseDocument(file.bytes.toString('utf8'), 'json').document) ?? [];
    if (texts.length > 0) keep('mcp', texts.slice(0, MAX_TEXTS).join('\n\n'));
    return;
  }
  const text = decodeText(file.bytes);
  keep(role, text);
  const reader = { role, scope: source.scope, agentIds: [spec.id] };
  takeImports(scan, home, { path, text, area, project }, reader);
  const inside =
    role === 'skill' && path.endsWith(SKILL_FILE)
      ? readSkillFolder(home, path.slice(0, -SKILL_FILE.length), text)
      : undefined;
  for (const { path: below, bytes, mode } of inside?.texts ?? [])
    keepText(scan, home, below, decodeText(bytes), mode, reader);
  const realPath = home.disk.realPath(path);
  scan.assets.set(asset.id, {
    ...asset,
    ...(inside?.treeSha256 !== undefined && { treeSha256: inside.treeSha256 }),
  });
  const tools = toolsOf(text);
  const imports = importsOf(text);
  scan.assetDetails.set(asset.id, {
    ...(inside !== undefined && { contents: inside.contents }),
    ...(tools.length > 0 && { tools }),
    ...(imports.length > 0 && { imports }),
    ...(realPath !== path && { realPath }),
  });
}

/** What a plug-in runs lies beside its manifest, not in it. */
function isPluginFolder({ kind }: AssetSource, path: string): boolean {
  return kind === 'plugin' && path.endsWith('/plugin.json');
}

interface Reader {
  readonly role: InstructionText['role'];
  readonly scope: Asset['scope'];
  readonly agentIds: readonly string[];
}

function keepText(
  scan: Scan,
  home: HomeScan,
  path: string,
  text: string,
  mode: number,
  reader: Reader,
): void {
  if (scan.documents.has(path)) return;
  const { role, scope, agentIds } = reader;
  const clean = scan.collector.redact(undefined, text, { path, scope, agentIds, ...modeOf(home, mode) });
  scan.documents.set(path, { path, role, text: clean, agentIds, scope });
}

interface Importing {
  readonly path: string;
  readonly text: string;
  readonly area: 'home' | 'system' | 'project';
  readonly project: string | undefined;
}

/** Texts that a text takes in (`@docs/rules.md`) are part of it; as deep as agents follow them. */
function takeImports(scan: Scan, home: HomeScan, from: Importing, reader: Reader, hops = 1): void {
  if (hops > MAX_HOPS) return;
  for (const written of importsOf(from.text).slice(0, MAX_IMPORTS)) {
    const path = written.startsWith('~/')
      ? withSlashes(home.context.home) + written.slice(1)
      : written.startsWith('/')
        ? `${home.otherRoot ?? ''}${written}`
        : normalize(`${from.path.slice(0, from.path.lastIndexOf('/'))}/${written}`);
    if (scan.documents.has(path) || !home.disk.isThere(path)) continue;
    const file = readPlaced(scan, home, path, from.area, from.project, scan.limits.maxTextBytes, 'cut');
    if (file === undefined) continue;
    const text = decodeText(file.bytes);
    keepText(scan, home, path, text, file.mode, reader);
    takeImports(scan, home, { ...from, path, text }, reader, hops + 1);
  }
}

/** An instruction file below the top of a project: agents read it when they work in its folder. */
export function takeNested(scan: Scan, home: HomeScan, name: string, path: string, project: string): void {
  for (const spec of scan.options.specs) {
    for (const source of spec.discovery.assets) {
      if (source.path !== name || source.kind !== 'instructions') continue;
      if (!takeKnown(scan, spec, source, path)) takeAsset(scan, home, spec, source, path, 'project', project);
    }
  }
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
