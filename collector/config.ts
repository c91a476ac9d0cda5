import { readFileSync, statSync } from 'node:fs';
import { findNodeAtLocation, type ParseError, parse, parseTree, printParseErrorCode } from 'jsonc-parser';
import { z } from 'zod';
import { Config } from './contract/config.ts';

/** A settings file that cannot be used; the message says which, where and what to do. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConfigError';
  }
}

const MAX_BYTES = 1_000_000;
const Layer = z.record(z.string(), z.unknown());

/**
 * Settings from the strongest source to the weakest: administrator's policy file, user's file, embedded defaults.
 * Objects are joined key by key, everything else is taken from the strongest source that has it.
 * @throws ConfigError naming file and line when a file exists and cannot be understood: running with other settings than the ones
 *   somebody wrote down would be worse than not running
 */
export function loadConfig(policyFile: string, userFile: string): Config {
  const layers = [policyFile, userFile].flatMap((path) => readLayer(path) ?? []);
  const merged = layers.reduceRight<Record<string, unknown>>((below, layer) => merge(below, layer.value), {});
  const parsed = Config.safeParse(merged);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const keys = (issue?.path ?? []).map((key) => (typeof key === 'symbol' ? '' : key));
  throw new ConfigError(`${placeOf(keys, layers)}: ${keys.join('.')}: ${issue?.message ?? 'not valid'}`);
}

/** What one file sets; `undefined` when there is no such file. @throws ConfigError */
export function readLayerValue(path: string): Readonly<Record<string, unknown>> | undefined {
  return readLayer(path)?.value;
}

interface LoadedLayer {
  readonly path: string;
  readonly text: string;
  readonly value: Record<string, unknown>;
}

/** `file:line` of a setting in the strongest layer that has it. */
function placeOf(keys: readonly (string | number)[], layers: readonly LoadedLayer[]): string {
  for (const { path, text } of layers) {
    const root = parseTree(text);
    const node = root && findNodeAtLocation(root, [...keys]);
    if (node !== undefined) return `${path}:${lineAt(text, node.offset)}`;
  }
  return layers.map((layer) => layer.path).join(' or ');
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

function readLayer(path: string): LoadedLayer | undefined {
  const text = readSettingsText(path);
  if (text === undefined) return undefined;
  const errors: ParseError[] = [];
  const value = parseText(path, text, errors);
  const first = errors[0];
  if (first !== undefined) {
    throw new ConfigError(
      `${path}:${lineAt(text, first.offset)}: not valid JSON (${printParseErrorCode(first.error)})`,
    );
  }
  const layer = Layer.safeParse(value);
  if (!layer.success) throw new ConfigError(`${path}: must hold a JSON object`);
  return { path, text, value: layer.data };
}

/** The text of a settings file; `undefined` when there is none. @throws ConfigError */
export function readSettingsText(path: string): string | undefined {
  try {
    const stat = statSync(path);
    if (!stat.isFile()) throw new ConfigError(`${path}: is not a file`);
    if (stat.size > MAX_BYTES) throw new ConfigError(`${path}: larger than 1 MB; this is no settings file`);
    // Some editors begin a file with a byte order mark.
    return readFileSync(path, 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new ConfigError(`${path}: cannot be read; check its owner and permissions`);
  }
}

function parseText(path: string, text: string, errors: ParseError[]): unknown {
  try {
    const value: unknown = parse(text, errors, { allowTrailingComma: true });
    return value;
  } catch {
    // The parser calls itself for each level; thousands of them end in a RangeError.
    throw new ConfigError(`${path}: nested too deeply to be a settings file`);
  }
}

function merge(below: Record<string, unknown>, above: Record<string, unknown>): Record<string, unknown> {
  const result = new Map(Object.entries(below));
  for (const [key, value] of Object.entries(above)) {
    const under = result.get(key);
    result.set(key, isPlain(under) && isPlain(value) ? merge(under, value) : value);
  }
  return Object.fromEntries(result);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
