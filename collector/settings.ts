import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { applyEdits, modify, parse } from 'jsonc-parser';
import { z } from 'zod';
import { ConfigError, loadConfig, readLayerValue, readSettingsText } from './config.ts';
import { Config, DEFAULT_CONFIG } from './contract/config.ts';
import type { Setting, SettingResult, SettingsView } from './contract/setting.ts';

export interface SettingsPlace {
  readonly policyFile: string;
  readonly userFile: string;
  /** What the collector that runs now works with. */
  readonly running: Config;
  /** Told when the user's file was changed: what can be taken up at once is in `running` after it. */
  readonly apply?: () => void;
}

/** Values that hold secrets: shown as set, never with their content, and not set from a window. */
const SECRET_KEYS: ReadonlySet<string> = new Set(['reporting.headers']);
const HIDDEN = '[redacted]';

/** Every setting with its value, who set it, and what it may be. A file that cannot be understood is told in `problem`. */
export function readSettings(place: SettingsPlace): SettingsView {
  const { policyFile, userFile } = place;
  let problem: string | undefined;
  let config = place.running;
  let managed: Layer = {};
  let user: Layer = {};
  try {
    managed = readLayerValue(policyFile) ?? {};
    user = readLayerValue(userFile) ?? {};
    config = loadConfig(policyFile, userFile);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problem = error.message;
  }
  const settings = settingKeys().map((entry) => toSetting(entry, { config, managed, user, place }));
  return {
    settings,
    userFile,
    ...(Object.keys(managed).length > 0 && { managedFile: policyFile }),
    ...(problem !== undefined && { problem }),
  };
}

/**
 * Changes one value in the user's file and leaves the rest of it, comments included, as it is. Nothing is written when
 * the value, or the file it would give, is not valid.
 */
export function changeSetting(place: SettingsPlace, key: string, value: unknown): SettingResult {
  const entry = settingKeys().find((one) => one.key === key);
  if (entry === undefined) return refused(`There is no setting ${key.slice(0, 60)}.`);
  if (SECRET_KEYS.has(key)) return refused(`${key} can hold secrets: change it in ${place.userFile}.`);
  const before = readSettings(place);
  if (before.problem !== undefined) return refused(`Repair the settings file first: ${before.problem}.`);
  if (before.settings.find((one) => one.key === key)?.locked === true)
    return refused(`${key} is set by your organisation in ${place.policyFile}.`);
  const path = key.split('.');
  const text = readSettingsText(place.userFile) ?? '{}\n';
  const edited = edit(text, path, value === null ? undefined : value);
  const problem = problemIn(edited, path);
  if (problem !== undefined) return refused(`${key}: ${problem}`);
  if (edited !== text) {
    writeAtomically(place.userFile, edited);
    place.apply?.();
  }
  const setting = readSettings(place).settings.find((one) => one.key === key);
  const what = value === null ? `${key} has its default again` : `${key} is changed`;
  const when = setting?.pending === true ? '; it takes effect when the collector starts again' : '';
  return { status: 'done', detail: `${what}${when}.`, ...(setting !== undefined && { setting }) };
}

type Layer = Readonly<Record<string, unknown>>;

interface KeyEntry extends Pick<Setting, 'key' | 'description' | 'type' | 'choices' | 'min' | 'max'> {
  readonly defaultValue: unknown;
}

function toSetting(
  entry: KeyEntry,
  { config, managed, user, place }: { config: Config; managed: Layer; user: Layer; place: SettingsPlace },
): Setting {
  const path = entry.key.split('.');
  const isManaged = valueAt(managed, path) !== undefined;
  const isUser = valueAt(user, path) !== undefined;
  const value = valueAt(config, path) ?? null;
  const secret = SECRET_KEYS.has(entry.key);
  const source = isManaged ? 'managed' : isUser ? 'user' : 'default';
  return {
    ...entry,
    defaultValue: entry.defaultValue ?? null,
    value: secret ? hidden(value) : value,
    source,
    locked: isManaged,
    ...(source !== 'default' && { setBy: isManaged ? place.policyFile : place.userFile }),
    pending: !isDeepStrictEqual(value, valueAt(place.running, path) ?? null),
    ...(secret && { secret }),
  };
}

function hidden(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return HIDDEN;
  return Object.fromEntries(Object.keys(value).map((name) => [name, HIDDEN]));
}

function valueAt(from: unknown, path: readonly string[]): unknown {
  let value = from;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = Reflect.get(value, name);
  }
  return value;
}

function edit(text: string, path: string[], value: unknown): string {
  const formattingOptions = { insertSpaces: true, tabSize: 2, eol: text.includes('\r\n') ? '\r\n' : '\n' };
  return applyEdits(text, modify(text, path, value, { formattingOptions }));
}

/** @returns why the text is no valid settings file, about this key first */
function problemIn(text: string, path: readonly string[]): string | undefined {
  const value: unknown = parse(text, [], { allowTrailingComma: true });
  const parsed = Config.safeParse(value);
  if (parsed.success) return undefined;
  const own = parsed.error.issues.find(
    (issue) => issue.path.slice(0, path.length).join('.') === path.join('.'),
  );
  return (own ?? parsed.error.issues[0])?.message ?? 'not valid';
}

/** Whoever reads meanwhile sees the old file or the new one; so does a machine whose power failed. */
function writeAtomically(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // Some keep their settings elsewhere and link to them: the file is replaced, not the link.
  const target = existsSync(path) ? realpathSync(path) : path;
  const fresh = `${target}.${randomUUID()}.new`;
  try {
    const fd = openSync(fresh, 'wx', 0o600);
    try {
      writeSync(fd, text);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    chmodSync(fresh, 0o600);
    renameSync(fresh, target);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}

function refused(detail: string): SettingResult {
  return { status: 'refused', detail };
}

const JsonType = z.object({
  type: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  description: z.string().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
});

const TYPES: Readonly<Record<string, Setting['type']>> = {
  boolean: 'boolean',
  integer: 'integer',
  number: 'integer',
  string: 'text',
  array: 'list',
  object: 'table',
};

let known: readonly KeyEntry[] | undefined;

/** Every leaf of the schema, in its order. Made when first asked for: most runs never need it. */
function settingKeys(): readonly KeyEntry[] {
  known ??= leavesOf(z.toJSONSchema(Config, { io: 'input' }), []);
  return known;
}

function leavesOf(schema: unknown, path: readonly string[]): KeyEntry[] {
  const parsed = JsonType.safeParse(schema);
  if (!parsed.success) return [];
  const { properties, type, description = '', minimum, maximum } = parsed.data;
  if (properties !== undefined)
    return Object.entries(properties).flatMap(([name, child]) => leavesOf(child, [...path, name]));
  const choices = parsed.data.enum?.map(String);
  return [
    {
      key: path.join('.'),
      description,
      defaultValue: valueAt(DEFAULT_CONFIG, path),
      type: choices !== undefined ? 'choice' : (TYPES[type ?? ''] ?? 'text'),
      ...(choices !== undefined && { choices }),
      ...(minimum !== undefined && { min: minimum }),
      ...(maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER && { max: maximum }),
    },
  ];
}
