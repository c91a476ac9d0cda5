import { assertNever } from '../contract/assert-never.ts';
import type { Resource } from '../contract/event.ts';
import { originOf, programOf, withoutSecretsOf, wordOf } from './reduce-text.ts';

/** Longer than any path the systems allow in practice; a longer text in a path field is not a path. */
const MAX_PATH = 4_096;

type Input = Readonly<Record<string, unknown>>;

const WORD_FIELDS = [
  'change',
  'reason',
  'origin',
  'decision',
  'by',
  'dialect',
  'callId',
  'action',
  'key',
  'scope',
  'name',
  'host',
  'address',
] as const;
const PATH_FIELDS = ['cwd', 'path', 'executable', 'configPath'] as const;

/** What `metadata` keeps of an input: vendor's words, paths, programs, hosts and numbers. No other text passes. */
export function inputForMetadata(input: Input): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const field of WORD_FIELDS) put(kept, field, wordOf(input[field]));
  for (const field of PATH_FIELDS) put(kept, field, pathOf(input[field]));
  // A session's folder is a path; every other change is from one word to another.
  const side = input['change'] === 'cwd' ? pathOf : wordOf;
  put(kept, 'from', side(input['from']));
  put(kept, 'to', side(input['to']));
  put(kept, 'paths', listOf(input['paths'], pathOf));
  // Without a list from the shell grammar, the first word of the command is the best that can be told.
  const program = (value: unknown): string | undefined => textOf(value, programOf);
  put(kept, 'programs', listOf(input['programs'] ?? [input['command']], program));
  // Which sort of account; the name of the account stays here.
  put(kept, 'actsAs', listOf(input['actsAs'], kindOf));
  put(kept, 'url', textOf(input['url'], originOf));
  put(kept, 'target', textOf(input['target'], oneWordOrProgram));
  for (const [key, value] of Object.entries(input))
    if (/^[a-z][A-Za-z]{0,40}$/.test(key) && (typeof value === 'boolean' || typeof value === 'number'))
      kept[key] = value;
  return kept;
}

/** What `metadata` keeps of a resource; undefined when nothing of it may go. */
export function resourceForMetadata(resource: Resource): Resource | undefined {
  const value = valueForMetadata(resource);
  return value === undefined ? undefined : { ...resource, value };
}

function valueForMetadata({ kind, value }: Resource): string | undefined {
  switch (kind) {
    case 'url':
      return originOf(value);
    case 'process':
      return programOf(value);
    case 'file':
    case 'host':
    case 'package':
    case 'credential':
      return value;
    case 'repository':
    case 'database':
    case 'cloud':
      return withoutSecretsOf(value);
    default:
      return assertNever(kind);
  }
}

function kindOf(use: unknown): string | undefined {
  return typeof use === 'object' && use !== null && 'kind' in use ? wordOf(use.kind) : undefined;
}

function oneWordOrProgram(value: string): string | undefined {
  return wordOf(value) ?? programOf(value);
}

function pathOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= MAX_PATH && !/[\r\n]/.test(value) ? value : undefined;
}

function textOf(value: unknown, reduce: (text: string) => string | undefined): string | undefined {
  return typeof value === 'string' ? reduce(value) : undefined;
}

function listOf(value: unknown, keep: (item: unknown) => string | undefined): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const list = value.slice(0, 64).flatMap((item) => keep(item) ?? []);
  return list.length === 0 ? undefined : list;
}

function put(target: Record<string, unknown>, key: string, value: unknown): void {
  if (value !== undefined) target[key] = value;
}
