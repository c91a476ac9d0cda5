import { createHash, hash as oneHash } from 'node:crypto';
import type { FolderContents } from '../contract/inventory-fact.ts';
import type { HomeScan } from './scan.ts';
import { isInside } from './safe-read.ts';

/** Published skills have a dozen files; the bounds keep a hostile one from holding up the look at the others. */
const MAX_FILES = 300;
const MAX_DEPTH = 5;
const MAX_FILE_BYTES = 256 * 1024;
const MAX_TREE_BYTES = 4 * 1024 * 1024;
const MAX_NAMED = 10;
const MAX_TEXTS = 30;
const TEXT = /\.(?:md|mdx|mdc|markdown|txt)$/i;

const SCRIPT = /\.(?:sh|bash|zsh|fish|ps1|bat|cmd|py|rb|pl|js|mjs|cjs|ts|lua|php|applescript|scpt|vbs)$/i;
const BINARY =
  /\.(?:exe|dll|so(?:\.\d{1,3}){0,3}|dylib|node|bin|com|scr|msi|pkg|dmg|appimage|deb|rpm|apk|wasm|class|jar)$/i;
const BYTECODE = /\.py[cod]$/i;
const ARCHIVE =
  /\.(?:zip|tar|tgz|tbz2?|txz|gz|bz2|xz|zst|7z|rar|cab|iso|img|docm|xlsm|pptm|whl|egg|crx|vsix|mcpb|dxt)$/i;
/** ELF, Mach-O (both orders, universal) and Windows programs. */
const MAGIC = /^(?:7f454c46|cafebabe|feedfac[ef]|c[ef]faedfe|4d5a)/;

export interface SkillFolder {
  readonly contents: FolderContents;
  /** Absent when the folder holds more than is looked at. */
  readonly treeSha256?: string;
  /** Texts beside the skill's own, which it tells the agent to read when it needs them. */
  readonly texts: readonly { readonly path: string; readonly bytes: Uint8Array; readonly mode: number }[];
}

/** The folder that a tree hash is about, of the file that stands for it: `…/deploy/SKILL.md`, `…/lint/.claude-plugin/plugin.json`. */
export function treeFolderOf(path: string): string {
  return path.replace(/\/(?:\.claude-plugin\/)?[^/]*$/, '');
}

/**
 * Looks through the folder of a skill or plug-in: names, sizes and a hash over everything. Follows no link and runs nothing.
 * @param text of the skill, for telling what it does not speak of
 */
export function readSkillFolder(home: HomeScan, folder: string, text: string): SkillFolder {
  const lists = {
    scripts: [] as string[],
    binaries: [] as string[],
    bytecode: [] as string[],
    archives: [] as string[],
    links: [] as string[],
    hidden: [] as string[],
  };
  const hash = createHash('sha256');
  const names = new Set<string>();
  const texts: { path: string; bytes: Uint8Array; mode: number }[] = [];
  const todo = [''];
  let files = 0;
  let sizeBytes = 0;
  let cut = false;
  const put = (list: string[], path: string): void => {
    if (list.length < MAX_NAMED) list.push(path);
  };
  for (let below = todo.shift(); below !== undefined; below = todo.shift()) {
    let entries;
    try {
      entries = [...home.disk.entries(`${folder}/${below}`)].sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch {
      cut = true;
      continue;
    }
    for (const entry of entries) {
      const path = below + entry.name;
      if (files >= MAX_FILES) {
        cut = true;
        break;
      }
      if (entry.isDirectory()) {
        // What git keeps of a cloned skill is not part of it.
        if (entry.name === '.git' || entry.name === 'node_modules') hash.update(`skipped ${path}\0`);
        else if (path.split('/').length > MAX_DEPTH) cut = true;
        else todo.push(`${path}/`);
        continue;
      }
      files++;
      names.add(path);
      if (/(?:^|\/)\.[^/]/.test(path)) put(lists.hidden, path);
      if (entry.isSymbolicLink()) {
        const target = home.disk.realPath(`${folder}/${path}`);
        hash.update(`link ${path} ${target}\0`);
        if (!isInside(target, home.disk.realPath(folder))) put(lists.links, path);
        continue;
      }
      if (!entry.isFile()) {
        put(lists.binaries, path);
        continue;
      }
      const room = Math.min(MAX_FILE_BYTES, Math.max(0, MAX_TREE_BYTES - sizeBytes));
      const file = home.disk.read(`${folder}/${path}`, folder, room, 'cut');
      if (!file.ok) {
        cut = true;
        continue;
      }
      sizeBytes += file.bytes.length;
      cut ||= file.truncated;
      hash.update(`file ${path} ${file.mode & 0o111}\0`).update(oneHash('sha256', file.bytes, 'buffer'));
      if (TEXT.test(path) && path !== 'SKILL.md' && texts.length < MAX_TEXTS)
        texts.push({ path: `${folder}/${path}`, bytes: file.bytes, mode: file.mode });
      if (SCRIPT.test(path)) put(lists.scripts, path);
      else if (BYTECODE.test(path)) put(lists.bytecode, path);
      else if (ARCHIVE.test(path)) put(lists.archives, path);
      else if (BINARY.test(path) || MAGIC.test(file.bytes.subarray(0, 4).toString('hex')))
        put(lists.binaries, path);
    }
  }
  const bytecode = lists.bytecode.filter((path) => !names.has(sourceOf(path)));
  const named = [...lists.scripts, ...lists.binaries, ...lists.archives];
  return {
    contents: {
      files,
      sizeBytes,
      ...lists,
      bytecode,
      unmentioned: named.filter((path) => !text.includes(path.slice(path.lastIndexOf('/') + 1))),
      cut,
    },
    texts,
    ...(cut ? {} : { treeSha256: hash.digest('hex') }),
  };
}

/** `lib/__pycache__/a.cpython-312.pyc` and `lib/a.pyc` are made of `lib/a.py`. */
function sourceOf(path: string): string {
  return path
    .replace(/(^|\/)__pycache__\/([^/]{1,200}?)(?:\.[\w-]{1,40})?\.py[cod]$/, '$1$2.py')
    .replace(/\.py[cod]$/, '.py');
}
