import { entriesAt, field, isFields, itemsAt, textAt, textsAt, timeMs } from '../agents/shared/document.ts';
import { VSCODE_FAMILY } from '../agents/shared/vscode-family.ts';
import type { InventoryFact } from '../contract/inventory-fact.ts';
import { parseDocument } from './parse-document.ts';
import type { HomeScan, Scan } from './scan.ts';

type Extension = Extract<InventoryFact, { kind: 'extension' }>;

const MAX_LIST_BYTES = 4 * 1024 * 1024;
const MAX_MANIFEST_BYTES = 1024 * 1024;
const MAX_EXTENSIONS = 300;
/** Code is looked into at its beginning: that is where loaders stand. */
const MAX_CODE_BYTES = 512 * 1024;
const MAX_CODE_FILES = 40;
/** A manifest that has none of these words has nothing to do with agents; most have none and are not parsed. */
const ABOUT_AGENTS =
  /mcp|chatParticipants|languageModel|copilot|claude|openai|gemini|anthropic|api[-_ ]?key|\bagent|\bAI\b/i;
const KEY_NAME = /api[-_]?key|secret|access[-_]?token|auth[-_]?token/i;
// Twelve variation selectors or fillers in a row carry bytes; letters and emoji have one.
const INVISIBLE = /[\uFE00-\uFE0F\u3164\uFFA0\u200B-\u200F\u2060-\u2064]{12}|(?:\uDB40[\uDC00-\uDDEF]){8}/;

/** Extensions of editors that give agents tools, or hide something; from what the editors themselves recorded. */
export function scanExtensions(scan: Scan, home: HomeScan): void {
  const names = knownNames(scan);
  let codeFiles = 0;
  for (const { name: editor, extensions } of VSCODE_FAMILY) {
    const folder = home.places.expand(extensions)?.path;
    if (folder === undefined || !home.disk.isThere(`${folder}/extensions.json`)) continue;
    const list = readJson(home, `${folder}/extensions.json`, MAX_LIST_BYTES);
    for (const item of itemsAt({ list }, 'list').slice(0, MAX_EXTENSIONS)) {
      const id = textAt(item, 'identifier', 'id')?.toLowerCase().slice(0, 200);
      const below = textAt(item, 'relativeLocation');
      // The list is a file anybody of this account can write: only a name in this folder is followed.
      if (id === undefined || below === undefined || !/^[\w.@+-]{3,250}$/.test(below)) continue;
      const path = `${folder}/${below}`;
      const text = readText(home, `${path}/package.json`, path, MAX_MANIFEST_BYTES);
      if (text === undefined) continue;
      const base = listed(item, id, editor, path, scan.options.clock.nowMs());
      const manifest = ABOUT_AGENTS.test(text) ? parseDocument(text, 'json').document : undefined;
      const found = { ...base, ...saysOf(manifest), ...namesakeOf(id, names) };
      const look = codeFiles < MAX_CODE_FILES && (found.forAgents || found.source !== 'gallery');
      if (look) codeFiles++;
      const invisibleCode = look && INVISIBLE.test(mainCode(home, path, text));
      if (found.forAgents || invisibleCode || found.namesake !== undefined)
        scan.facts.push({ ...found, invisibleCode });
    }
  }
}

/** Extensions of agents by the part of the id after the publisher. */
function knownNames(scan: Scan): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>();
  for (const { spec } of scan.drafts.values())
    for (const probe of spec.discovery.installs)
      if (probe.kind === 'extension') {
        const name = probe.id.slice(probe.id.indexOf('.') + 1);
        names.set(name, (names.get(name) ?? new Set()).add(probe.id));
      }
  return names;
}

function namesakeOf(
  id: string,
  names: ReadonlyMap<string, ReadonlySet<string>>,
): { readonly namesake?: string } {
  const name = id.slice(id.indexOf('.') + 1);
  const known = names.get(name);
  // Short names are words: many an honest extension is called `chatgpt`.
  if (known === undefined || known.has(id) || name.length < 8) return {};
  const [namesake] = known;
  return namesake === undefined ? {} : { namesake };
}

function listed(item: unknown, id: string, editor: string, path: string, observedMs: number): Extension {
  const source = textAt(item, 'metadata', 'source');
  const installedMs = timeMs(field(item, 'metadata', 'installedTimestamp'));
  return {
    kind: 'extension',
    id,
    editor,
    path,
    version: textAt(item, 'version')?.slice(0, 60) ?? '',
    ...(source === 'gallery' ? { source } : source === 'vsix' ? { source: 'file' as const } : {}),
    ...(installedMs !== undefined && { installedMs }),
    observedMs,
    preRelease: field(item, 'metadata', 'isPreReleaseVersion') === true,
    forAgents: false,
    bringsServers: false,
    holdsKeys: false,
    always: false,
    invisibleCode: false,
  };
}

function saysOf(manifest: unknown): Pick<Extension, 'forAgents' | 'bringsServers' | 'holdsKeys' | 'always'> {
  const bringsServers =
    itemsAt(manifest, 'contributes', 'mcpServerDefinitionProviders').length > 0 ||
    entriesAt(manifest, 'contributes', 'mcpServers').length > 0;
  const holdsKeys = settingNames(manifest).some((name) => KEY_NAME.test(name));
  const offers = [
    'chatParticipants',
    'languageModelTools',
    'languageModels',
    'languageModelChatProviders',
    'chatAgents',
  ].some((key) => itemsAt(manifest, 'contributes', key).length > 0);
  const words = [
    textAt(manifest, 'displayName') ?? '',
    textAt(manifest, 'description') ?? '',
    ...textsAt(manifest, 'keywords'),
  ].join(' ');
  return {
    bringsServers,
    holdsKeys,
    forAgents:
      bringsServers ||
      offers ||
      (holdsKeys &&
        /\b(?:AI|LLM|GPT|agents?|copilot|claude|openai|gemini|chat)\b/i.test(words.slice(0, 2_000))),
    always: textsAt(manifest, 'activationEvents').includes('*'),
  };
}

function settingNames(manifest: unknown): readonly string[] {
  const parts = field(manifest, 'contributes', 'configuration');
  const sections = Array.isArray(parts) ? itemsAt({ parts }, 'parts') : isFields(parts) ? [parts] : [];
  return sections
    .flatMap((section) => entriesAt(section, 'properties').map(([name]) => name))
    .slice(0, 1_000);
}

/** The program of an extension, by its `main`; the file is looked for inside the extension only. */
function mainCode(home: HomeScan, folder: string, manifest: string): string {
  const main = /"main"\s{0,20}:\s{0,20}"(?:\.\/)?([\w./-]{1,200})"/.exec(manifest)?.[1];
  if (main === undefined || main.split('/').includes('..')) return '';
  return (
    readText(home, `${folder}/${main}`, folder, MAX_CODE_BYTES, 'cut') ??
    readText(home, `${folder}/${main}.js`, folder, MAX_CODE_BYTES, 'cut') ??
    ''
  );
}

function readJson(home: HomeScan, path: string, maxBytes: number): unknown {
  const text = readText(home, path, undefined, maxBytes);
  return text === undefined ? undefined : parseDocument(text, 'json').document;
}

/** What cannot be read is no extension the editor could load. */
function readText(
  home: HomeScan,
  path: string,
  within: string | undefined,
  maxBytes: number,
  atMost: 'refuse' | 'cut' = 'refuse',
): string | undefined {
  const file = home.disk.read(path, within, maxBytes, atMost);
  return file.ok ? file.bytes.toString('utf8') : undefined;
}
