import type { Dirent } from 'node:fs';
import { withSlashes } from './expand-path.ts';
import { parseGitConfig } from './git-config.ts';
import { isInside } from './safe-read.ts';
import { type HomeScan, readPlaced, type Scan } from './scan.ts';
import { takeNested } from './scan-assets.ts';

/** Work trees are as large as anybody makes them; what steers an agent lies at the top. */
const MAX_FOLDERS = 30;
const MAX_ENTRIES = 1_000;
const MAX_DEPTH = 3;
const MAX_LINKS = 50;
const MAX_MODULES = 20;
const MAX_CONFIG_BYTES = 256 * 1024;
const NOT_WALKED: ReadonlySet<string> = new Set([
  '.git',
  'node_modules',
  '.venv',
  'venv',
  'target',
  'dist',
  'build',
  '.next',
  '.cache',
  'bazel-out',
]);
/** Looked at before all others: a walk that ends early has seen them. */
const FIRST =
  /^\.(?:claude|cursor|vscode|agents?|codex|gemini|github|kiro|windsurf|clinerules|roo|continue)$/;
/** Instruction files that agents also read in the folders below. */
const NESTED = /^(?:AGENTS|CLAUDE|GEMINI|QWEN|WARP)\.md$/;
/** Tools on Windows look for a program in the folder they are in before they look in the search path. */
const SHADOWED =
  /^(?:git|node|npm|npx|pnpm|yarn|bun|uv|uvx|python3?|py|claude|codex|code|cursor)\.(?:exe|cmd|bat|com)$/i;

/** Settings of a project's own git repository, links that lead out of the project, and names that shadow programs. */
export function scanRepository(scan: Scan, home: HomeScan, project: string): void {
  const root = withSlashes(project);
  takeGitConfig(scan, home, root, `${root}/.git/config`);
  takeGitConfig(scan, home, root, `${root}/.git/config.worktree`);
  for (const path of home.files.find(`${root}/.git/modules/*/config`).slice(0, MAX_MODULES))
    takeGitConfig(scan, home, root, path);
  walk(scan, home, root);
}

function takeGitConfig(scan: Scan, home: HomeScan, project: string, path: string): boolean {
  if (!home.disk.isThere(path)) return false;
  const file = readPlaced(scan, home, path, 'project', project, MAX_CONFIG_BYTES);
  if (file === undefined) return false;
  const place = { path, scope: 'project' as const, agentIds: [] };
  let worktree = false;
  for (const { key, value, line } of parseGitConfig(file.bytes.toString('utf8'))) {
    worktree ||= key === 'core.worktree' || (key === 'core.bare' && /^(?:false|no|off|0)$/i.test(value));
    if (!MAY_RUN.test(key)) continue;
    scan.facts.push({
      kind: 'git-setting',
      project,
      path,
      line,
      key,
      value: scan.collector.redact(undefined, value, { ...place, line }).slice(0, 500),
    });
  }
  return worktree;
}

/** Most keys are branches and remotes; the rule decides about these. */
const MAY_RUN =
  /^(?:core|sequence|pager|interactive|diff|difftool|merge|mergetool|guitool|browser|man|web|filter|credential|alias|gpg|trailer|remote|submodule|uploadpack|sendemail|imap|include|includeif|protocol)\./;

interface Folder {
  readonly path: string;
  readonly depth: number;
}

function walk(scan: Scan, home: HomeScan, project: string): void {
  const todo: Folder[] = [{ path: project, depth: 0 }];
  let entries = 0;
  let links = 0;
  for (let at = 0; at < todo.length && at < MAX_FOLDERS && entries < MAX_ENTRIES; at++) {
    const folder = todo[at];
    if (folder === undefined) return;
    const found = listed(home, folder.path);
    entries += found.length;
    if (folder.depth > 0) takeInnerRepository(scan, home, project, folder.path, found);
    for (const entry of found.slice(0, MAX_ENTRIES)) {
      const path = `${folder.path}/${entry.name}`;
      if (entry.isSymbolicLink()) {
        if (links < MAX_LINKS && takeLink(scan, home, project, path)) links++;
      } else if (entry.isDirectory()) {
        if (folder.depth < MAX_DEPTH && !NOT_WALKED.has(entry.name))
          todo.push({ path, depth: folder.depth + 1 });
      } else if (folder.depth > 0 && NESTED.test(entry.name)) {
        takeNested(scan, home, entry.name, path, project);
      } else if (folder.depth === 0 && home.context.platform === 'win32' && SHADOWED.test(entry.name))
        scan.facts.push({ kind: 'repository-trap', project, path, trap: 'program-name' });
    }
  }
}

function listed(home: HomeScan, folder: string): readonly Dirent[] {
  try {
    const weight = ({ name }: Dirent): number => (FIRST.test(name) ? 0 : 1);
    return [...home.disk.entries(folder)].sort((a, b) => weight(a) - weight(b) || (a.name < b.name ? -1 : 1));
  } catch {
    return []; // not ours to see, or gone since
  }
}

/** `HEAD`, `objects` and `refs` make a folder a repository, wherever it lies: git then follows the `config` beside them. */
function takeInnerRepository(
  scan: Scan,
  home: HomeScan,
  project: string,
  folder: string,
  entries: readonly Dirent[],
): void {
  const names = new Set(entries.map(({ name }) => name));
  if (!['HEAD', 'objects', 'refs', 'config'].every((name) => names.has(name))) return;
  // A bare repository among test data does nothing by itself; one that claims a work tree does.
  if (takeGitConfig(scan, home, project, `${folder}/config`))
    scan.facts.push({ kind: 'repository-trap', project, path: folder, trap: 'nested-repository' });
}

function takeLink(scan: Scan, home: HomeScan, project: string, path: string): boolean {
  const target = targetOf(home, path);
  // The project may itself be reached by a link.
  if (target === undefined || isInside(target, project) || isInside(target, home.disk.realPath(project)))
    return false;
  scan.facts.push({
    kind: 'project-link',
    project,
    path,
    target,
    home: withSlashes(home.context.home),
  });
  return true;
}

/** A link to what is not there yet counts by what is written in it: a write through it would make the file. */
function targetOf(home: HomeScan, path: string): string | undefined {
  const real = home.disk.realPath(path);
  if (real !== path) return real;
  return home.disk.linkTarget?.(path);
}
