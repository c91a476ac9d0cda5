import { type ParseError, parse as parseJsonc, printParseErrorCode } from 'jsonc-parser';
import { parse as parseToml, TomlError } from 'smol-toml';
import { parse as parseYaml } from 'yaml';
import type { FileFormat } from '../agents/spec-discovery.ts';

export interface ParsedDocument {
  /** What could be read; `undefined` when nothing could. */
  readonly document: unknown;
  /** What was wrong, with a position and without content. */
  readonly problems: readonly { readonly kind: 'bad-syntax' | 'duplicate-key'; readonly detail: string }[];
}

/** Real configs nest below 20; the parsers recurse, so hostile nesting must not reach them. */
const MAX_DEPTH = 100;
/** The YAML parser needs about 10 ms per KiB in the worst case, and nobody's settings are longer. */
const MAX_YAML_LENGTH = 64 * 1024;

/** Parses one config file. Never throws, whatever it is given. */
export function parseDocument(text: string, format: FileFormat): ParsedDocument {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (source.trim() === '') return { document: undefined, problems: [] };
  switch (format) {
    case 'json':
      return parseJson(source);
    case 'toml':
      return attempt(() => parseToml(source, { maxDepth: MAX_DEPTH }));
    case 'yaml':
      return source.length > MAX_YAML_LENGTH
        ? { document: undefined, problems: [{ kind: 'bad-syntax', detail: 'too long for YAML' }] }
        : attempt((): unknown => parseYaml(source, { logLevel: 'error', prettyErrors: false }));
  }
}

function parseJson(source: string): ParsedDocument {
  const { depth, duplicates } = surveyJson(source);
  if (depth > MAX_DEPTH) {
    return {
      document: undefined,
      problems: [{ kind: 'bad-syntax', detail: `nested deeper than ${MAX_DEPTH}` }],
    };
  }
  const problems = duplicates.map((line) => ({ kind: 'duplicate-key' as const, detail: `line ${line}` }));
  try {
    const document: unknown = JSON.parse(source);
    return { document, problems };
  } catch {
    // Comments, trailing commas, or half a file: the tolerant parser says which.
    const errors: ParseError[] = [];
    const document: unknown = parseJsonc(source, errors, { allowTrailingComma: true });
    const [first] = errors;
    return first === undefined
      ? { document, problems }
      : {
          document,
          problems: [
            ...problems,
            {
              kind: 'bad-syntax',
              detail: `line ${lineAt(source, first.offset)}, ${printParseErrorCode(first.error)}`,
            },
          ],
        };
  }
}

function attempt(parse: () => unknown): ParsedDocument {
  try {
    return { document: parse(), problems: [] };
  } catch (error) {
    // The messages of both parsers quote the source, which may be a secret; only the place is kept.
    const detail = error instanceof TomlError ? `line ${error.line}` : 'cannot be parsed';
    return { document: undefined, problems: [{ kind: 'bad-syntax', detail }] };
  }
}

const MAX_DUPLICATES = 10;

/**
 * One pass over JSON with comments: how deep it nests, and the lines on which a key is there a second time.
 * Parsers keep one of two equal keys and disagree on which, so a server can be hidden from one of them.
 */
function surveyJson(source: string): { readonly depth: number; readonly duplicates: readonly number[] } {
  const stack: (Set<string> | undefined)[] = [];
  const duplicates: number[] = [];
  let depth = 0;
  for (let at = 0; at < source.length; at++) {
    switch (source[at]) {
      case '{':
      case '[':
        stack.push(source[at] === '{' ? new Set() : undefined);
        depth = Math.max(depth, stack.length);
        if (depth > MAX_DEPTH) return { depth, duplicates };
        break;
      case '}':
      case ']':
        stack.pop();
        break;
      case '/':
        at = afterComment(source, at);
        break;
      case '"': {
        const end = endOfString(source, at);
        const keys = stack.at(-1);
        if (keys !== undefined && nextIsColon(source, end + 1)) {
          const key = source.slice(at + 1, end);
          if (keys.has(key) && duplicates.length < MAX_DUPLICATES) duplicates.push(lineAt(source, at));
          keys.add(key);
        }
        at = end;
        break;
      }
      default:
    }
  }
  return { depth, duplicates };
}

/** @returns position of the closing quote, or the end */
function endOfString(source: string, start: number): number {
  for (let at = start + 1; at < source.length; at++) {
    if (source[at] === '\\') at++;
    else if (source[at] === '"' || source[at] === '\n') return at;
  }
  return source.length;
}

function afterComment(source: string, at: number): number {
  if (source[at + 1] === '/') {
    const end = source.indexOf('\n', at);
    return end < 0 ? source.length : end;
  }
  if (source[at + 1] === '*') {
    const end = source.indexOf('*/', at + 2);
    return end < 0 ? source.length : end + 1;
  }
  return at;
}

function nextIsColon(source: string, from: number): boolean {
  let at = from;
  while (at < source.length && ' \t\r\n'.includes(source.charAt(at))) at++;
  return source[at] === ':';
}

function lineAt(source: string, offset: number): number {
  let line = 1;
  for (let at = source.indexOf('\n'); at >= 0 && at < offset; at = source.indexOf('\n', at + 1)) line++;
  return line;
}
