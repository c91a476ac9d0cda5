import { readFileSync, statSync } from 'node:fs';
import { type Node, parseTree } from 'jsonc-parser';
import { z } from 'zod';
import { Config } from './contract/config.ts';

/** A key in a settings file that no setting has: it has no effect, and somebody believes that it has. */
export interface UnknownSetting {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** With dots: `reporting.mde`. */
  readonly key: string;
  /** The setting that was probably meant. */
  readonly nearest?: string;
}

const MAX_BYTES = 1_000_000;
const MAX_TOLD = 20;
const MAX_KEY_LENGTH = 80;

/** Unknown keys of some settings files, in order, at most 20. Files that are missing or cannot be read give none. */
export function unknownSettings(paths: readonly string[]): readonly UnknownSetting[] {
  const schema = JsonSchema.parse(z.toJSONSchema(Config, { io: 'input', unrepresentable: 'any' }));
  const known = namesBelow(schema, '');
  return paths.flatMap((path) => unknownIn(path, schema, known)).slice(0, MAX_TOLD);
}

/** One sentence for a person: where, what, and what was probably meant. */
export function unknownSettingText({ file, line, key, nearest }: UnknownSetting): string {
  const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`;
  return `${file}:${line}: ${key} is not a setting and has no effect${hint}`;
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>> | undefined;
}
const JsonSchema: z.ZodType<JsonSchema> = z.object({
  get properties() {
    return z.record(z.string(), JsonSchema).optional();
  },
});

function unknownIn(file: string, schema: JsonSchema, known: readonly string[]): UnknownSetting[] {
  const text = readSmall(file);
  const root = text === undefined ? undefined : parse(text);
  if (text === undefined || root === undefined) return [];
  return unknownBelow(root, schema, '').map(({ key, offset }) => {
    const nearest = nearestOf(key, known);
    return {
      file,
      line: text.slice(0, offset).split('\n').length,
      key: plain(key),
      ...(nearest !== undefined && { nearest }),
    };
  });
}

function readSmall(file: string): string | undefined {
  try {
    // As long as the one read for the settings themselves, which says what is wrong with it.
    return statSync(file).size > MAX_BYTES ? undefined : readFileSync(file, 'utf8').replace(/^\ufeff/, '');
  } catch {
    return undefined;
  }
}

function parse(text: string): Node | undefined {
  try {
    return parseTree(text, [], { allowTrailingComma: true });
  } catch {
    return undefined; // Nested too deeply.
  }
}

/** Values without named properties, such as `headers`, may hold any key. */
function unknownBelow(node: Node, schema: JsonSchema, above: string): { key: string; offset: number }[] {
  const { properties } = schema;
  if (node.type !== 'object' || properties === undefined) return [];
  const found: { key: string; offset: number }[] = [];
  for (const property of node.children ?? []) {
    if (found.length >= MAX_TOLD) break;
    const [name, value] = property.children ?? [];
    const own: unknown = name?.value;
    if (typeof own !== 'string') continue;
    const key = above + own;
    const below = Object.hasOwn(properties, own) ? properties[own] : undefined;
    // An editor's hint about the form of the file.
    if (below === undefined && key !== '$schema') found.push({ key, offset: property.offset });
    if (below !== undefined && value !== undefined) found.push(...unknownBelow(value, below, `${key}.`));
  }
  return found;
}

function namesBelow(schema: JsonSchema, above: string): readonly string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, below]) => [
    above + name,
    ...namesBelow(below, `${above}${name}.`),
  ]);
}

/** The likest setting: written a little differently, or under another heading. Far from all of them: none. */
function nearestOf(key: string, known: readonly string[]): string | undefined {
  if (key.length > MAX_KEY_LENGTH) return undefined;
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const name of known) {
    const distance = Math.min(distanceOf(key, name), 0.5 + distanceOf(lastOf(key), lastOf(name)));
    if (best === undefined || distance < best.distance) best = { name, distance };
  }
  return best !== undefined && best.distance <= Math.max(2, lastOf(key).length / 3) ? best.name : undefined;
}

function lastOf(key: string): string {
  return key.slice(key.lastIndexOf('.') + 1);
}

/** How many characters must be put in, taken out or changed; case does not count. */
function distanceOf(from: string, to: string): number {
  const [a, b] = [loose(from), loose(to)];
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

function loose(key: string): string {
  return key.toLowerCase().replaceAll(/[-_]/g, '');
}

/** It is printed on terminals. */
function plain(key: string): string {
  const shown = key.replaceAll(/\p{C}/gu, '?');
  return shown.length > MAX_KEY_LENGTH ? `${shown.slice(0, MAX_KEY_LENGTH)}…` : shown;
}
