import type { Asset } from '../../collector/contract/agent.ts';
import type { InventoryChange } from '../../collector/contract/inventory-change.ts';
import { humanize } from './names.ts';
import { visible } from './visible.ts';

/** `chip` is the name of the filter. Nothing here is bad by itself: what is, is a finding. */
export const CHANGE_LOOKS = {
  added: { words: 'new', chip: 'New', severity: 'low' },
  changed: { words: 'changed', chip: 'Changed', severity: 'medium' },
  gone: { words: 'gone', chip: 'Gone', severity: 'informational' },
  back: { words: 'back', chip: 'Back again', severity: 'low' },
} as const;

const KINDS: Readonly<Record<InventoryChange['kind'], string>> = {
  agent: 'Agents',
  'mcp-server': 'MCP servers',
  credential: 'Credentials',
  asset: 'Skills, hooks and the like',
  model: 'Models',
};

/** A credential goes by its kind: `GitHub access token`. */
export function nameOfChange({ kind, name }: InventoryChange): string {
  return kind === 'credential' ? humanize(name) : visible(name);
}

/** The kind as a filter: `MCP servers`. */
export function kindOfChange(kind: InventoryChange['kind']): string {
  return KINDS[kind];
}

/** What it is, in a word: of an asset that is still here, its own kind. */
export function changeSubject({ kind, id }: InventoryChange, assets: readonly Asset[]): string {
  if (kind !== 'asset') return kind === 'mcp-server' ? 'MCP server' : kind;
  const asset = assets.find((one) => one.id === id);
  if (asset !== undefined) return humanize(asset.kind).toLowerCase();
  // The kind stands before the colon of most ids; of what is gone nothing else is left.
  const before = id.slice(0, Math.max(0, id.indexOf(':')));
  return /^[a-z]+$/.test(before) ? before : 'skill or hook';
}

const FIELDS: Readonly<Record<string, string>> = {
  sha256: 'Content',
  treeSha256: 'Content of its folder',
  args: 'Arguments',
  command: 'Command',
  url: 'Address',
  envNames: 'Variables it gets',
  headerNames: 'Headers it gets',
  autoApproved: 'Tools that run without asking',
  enabled: 'Switched on',
  permissionMode: 'How it asks',
  agentIds: 'Agents that use it',
  configPath: 'Settings file',
  configFiles: 'Settings files',
  installs: 'Installed places',
  fileMode: 'Rights of the file',
  plaintext: 'In plain text',
  scopes: 'What it may do',
  expiresMs: 'Expires',
  credentialIds: 'Credentials it holds',
  'package.version': 'Version',
};

export interface ChangedField {
  readonly field: string;
  readonly label: string;
  readonly before?: string;
  readonly after?: string;
}

/** Fields that differ, with names for people. Hashes are cut: that they differ is all they say. */
export function changedFields({ fields }: InventoryChange): readonly ChangedField[] {
  return fields.map(({ field, before, after }) => ({
    field,
    label: FIELDS[field] ?? humanize(field.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()),
    ...(before !== undefined && { before: readable(field, before) }),
    ...(after !== undefined && { after: readable(field, after) }),
  }));
}

function readable(field: string, text: string): string {
  if (/sha256$/i.test(field)) return `${text.slice(0, 12)}…`;
  if (/Ms$/.test(field) && /^\d{12,}$/.test(text)) return dateTime.format(Number(text));
  if (text === 'true') return 'yes';
  if (text === 'false') return 'no';
  const list = listIn(text);
  return list === undefined ? text : list.length === 0 ? 'none' : list.join(' ');
}

/** `["-y","docs"]` → its words; undefined for anything else, a cut list too. */
function listIn(text: string): readonly string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
  } catch {
    return undefined; // Cut in the middle.
  }
}

const dateTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
const day = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' });
const DAY_MS = 86_400_000;

/** `Today`, `Yesterday`, `Monday 2 November`. */
export function dayName(timeMs: number, nowMs: number): string {
  const text = day.format(timeMs);
  if (text === day.format(nowMs) && Math.abs(nowMs - timeMs) < 2 * DAY_MS) return 'Today';
  if (text === day.format(nowMs - DAY_MS) && nowMs - timeMs < 3 * DAY_MS) return 'Yesterday';
  return text;
}
