import { isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml';

/**
 * Entries of agents' settings in YAML, named by a pointer (RFC 6901). Whole lines are cut, so that comments, order and
 * formatting of all the rest stay to the letter, and the result is only given when it says the same without the entry.
 */

/** As long as discovery reads: the parser needs about 10 ms for each KiB in the worst case. */
const MAX_LENGTH = 64 * 1024;

interface Found {
  /** Where the entry begins in the text: its key, or the value of a list. */
  readonly start: number;
  /** Behind its last letter. */
  readonly end: number;
  readonly inList: boolean;
  /** It is all that its list or table holds: what stands there instead, and where. */
  readonly rest: { readonly at: number; readonly text: string } | undefined;
}

/** @returns `undefined` when the text is of another kind, the entry is not there, or it cannot be cut out cleanly */
export function withoutYamlEntry(text: string, pointer: string): string | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const parts = partsOf(pointer);
  const before = valueOf(text);
  if (parts.length === 0 || before === undefined) return undefined;
  const found = findEntry(text, parts);
  if (found === undefined) return undefined;
  const from = text.lastIndexOf('\n', found.start - 1) + 1;
  const lead = text.slice(from, found.start);
  // Something else on its first or last line: another entry, or the braces of a table on one line.
  if (!(found.inList ? /^\s*-\s+$/ : /^\s*$/).test(lead)) return undefined;
  const newline = text.indexOf('\n', found.end);
  const to = newline < 0 ? text.length : newline + 1;
  if (!/^[ \t]*(?:[ \t]#.*)?\r?\n?$/.test(text.slice(found.end, to))) return undefined;
  const { rest } = found;
  const head =
    rest === undefined
      ? text.slice(0, from)
      : `${text.slice(0, rest.at)}${rest.text}${text.slice(rest.at, from)}`;
  const after = head + text.slice(to);
  const now = valueOf(after);
  return now !== undefined && JSON.stringify(now.value) === JSON.stringify(without(before.value, parts))
    ? after
    : undefined;
}

function findEntry(text: string, parts: readonly string[]): Found | undefined {
  let node: unknown = parseDocument(text).contents;
  /** Behind the key of what is looked into. */
  let keyEnd: number | undefined;
  for (const [depth, part] of parts.entries()) {
    const isLast = depth === parts.length - 1;
    let at: { readonly start: number; readonly keyEnd?: number; readonly value: unknown } | undefined;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === part);
      const range = isScalar(pair?.key) ? pair.key.range : undefined;
      if (pair === undefined || range === undefined || range === null) return undefined;
      at = { start: range[0], keyEnd: range[1], value: pair.value };
    } else if (isSeq(node)) {
      const item = /^\d+$/.test(part) ? node.items[Number(part)] : undefined;
      const start = rangeOf(item)?.[0];
      if (start === undefined) return undefined;
      at = { start, value: item };
    } else return undefined;
    if (isLast) {
      const end = rangeOf(at.value)?.[1] ?? at.keyEnd ?? at.start;
      return {
        start: at.start,
        end: text.slice(0, Math.max(end, at.keyEnd ?? 0)).trimEnd().length,
        inList: isSeq(node),
        rest: node.items.length > 1 ? undefined : emptied(text, keyEnd, isSeq(node)),
      };
    }
    node = at.value;
    keyEnd = at.keyEnd;
  }
  return undefined;
}

/** A key without a value would be no table and no list any more, and not every agent takes that for an empty one. */
function emptied(text: string, keyEnd: number | undefined, isList: boolean): Found['rest'] {
  const colon = keyEnd !== undefined && text[keyEnd] === ':' ? keyEnd + 1 : undefined;
  return colon === undefined ? { at: 0, text: '' } : { at: colon, text: isList ? ' []' : ' {}' };
}

function rangeOf(value: unknown): Node['range'] | undefined {
  return isMap(value) || isSeq(value) || isScalar(value) ? value.range : undefined;
}

/** What a text says, when it is one document without a mistake. */
function valueOf(text: string): { readonly value: unknown } | undefined {
  try {
    const document = parseDocument(text);
    if (document.errors.length > 0 || document.warnings.length > 0) return undefined;
    const value: unknown = document.toJS();
    return { value };
  } catch {
    return undefined; // more names for one thing than are good
  }
}

function without(document: unknown, [part, ...rest]: readonly string[]): unknown {
  if (part === undefined) return undefined;
  if (Array.isArray(document)) {
    const items: readonly unknown[] = document;
    return items.flatMap((item, at) =>
      at !== Number(part) ? [item] : rest.length === 0 ? [] : [without(item, rest)],
    );
  }
  if (typeof document !== 'object' || document === null) return document;
  return Object.fromEntries(
    Object.entries(document).flatMap(([key, value]) =>
      key !== part ? [[key, value]] : rest.length === 0 ? [] : [[key, without(value, rest)]],
    ),
  );
}

function partsOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}
