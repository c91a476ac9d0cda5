import { readFileSync, statSync } from 'node:fs';
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
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
 * @throws ConfigError when a file exists and cannot be understood: running with other settings than the ones
 *   somebody wrote down would be worse than not running
 */
export function loadConfig(policyFile: string, userFile: string): Config {
  const layers = [policyFile, userFile].map((path) => ({ path, value: readLayer(path) }));
  const merged = layers.reduceRight<Record<string, unknown>>(
    (below, layer) => merge(below, layer.value ?? {}),
    {},
  );
  const parsed = Config.safeParse(merged);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = layers
    .filter((layer) => layer.value !== undefined)
    .map((layer) => layer.path)
    .join(' or ');
  throw new ConfigError(`${where}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}`);
}

function readLayer(path: string): Record<string, unknown> | undefined {
  let text: string;
  try {
    if (statSync(path).size > MAX_BYTES)
      throw new ConfigError(`${path}: larger than 1 MB; this is no settings file`);
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new ConfigError(`${path}: cannot be read; check its owner and permissions`);
  }
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  const first = errors[0];
  if (first !== undefined) {
    const line = text.slice(0, first.offset).split('\n').length;
    throw new ConfigError(`${path}:${line}: ${printParseErrorCode(first.error)}`);
  }
  const layer = Layer.safeParse(value);
  if (!layer.success) throw new ConfigError(`${path}: must hold a JSON object`);
  return layer.data;
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
