import { parse } from 'smol-toml';

/**
 * Entries of agents' settings in TOML, named by a pointer (RFC 6901). The text is cut by lines, so that comments and
 * formatting stay, and the result is only given when it parses to the same document without the entry: a header inside a
 * text, or a way of writing that is not known here, ends in a refusal and never in a broken file.
 */

/** A value that is written over more lines than this is left alone. */
const MAX_VALUE_LINES = 60;
/** Settings are some kilobytes, and each way of cutting reads the text once. */
const MAX_LENGTH = 300_000;

interface Section {
  /** As a pointer, with the numbers of lists of tables. */
  readonly at: string;
  readonly from: number;
  readonly to: number;
}

/** @returns `undefined` when the text is of another kind, the entry is not there, or it cannot be cut out cleanly */
export function withoutTomlEntry(text: string, pointer: string): string | undefined {
  const before = documentOf(text);
  const parts = partsOf(pointer);
  if (before === undefined || parts.length === 0 || valueAt(before, parts) === undefined) return undefined;
  const wanted = canonical(without(before, parts));
  const lines = text.split('\n');
  const sections = sectionsOf(lines);
  const own = sections.filter(({ at }) => at === pointer || at.startsWith(`${pointer}/`));
  const cut = own.length === 0 ? cutsOfKey(lines, sections, parts) : [own];
  for (const ranges of cut) {
    const gone = new Set(
      ranges.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i)),
    );
    const after = lines.filter((_, index) => !gone.has(index)).join('\n');
    const document = documentOf(after);
    if (document !== undefined && canonical(document) === wanted) return after;
  }
  return undefined;
}

/**
 * Puts a table back that was cut out, at the end of the text as it is now.
 * @returns `undefined` when something is in its place, or it cannot be put there cleanly
 */
export function withTomlEntry(now: string, before: string, pointer: string): string | undefined {
  const parts = partsOf(pointer);
  const [document, old] = [documentOf(now), documentOf(before)];
  if (document === undefined || old === undefined || valueAt(document, parts) !== undefined) return undefined;
  const lines = before.split('\n');
  const own = sectionsOf(lines).filter(({ at }) => at === pointer || at.startsWith(`${pointer}/`));
  if (own.length === 0) return undefined;
  const block = own.map(({ from, to }) => lines.slice(from, to).join('\n').trimEnd()).join('\n');
  const after = `${now.trimEnd()}\n\n${block}\n`;
  const result = documentOf(after);
  if (result === undefined) return undefined;
  const isBack = JSON.stringify(valueAt(result, parts)) === JSON.stringify(valueAt(old, parts));
  return isBack && canonical(without(result, parts)) === canonical(document) ? after : undefined;
}

/** `docs = { command = "npx" }`: the line of the key in the section above it, and as many more as its value takes. */
function cutsOfKey(
  lines: readonly string[],
  sections: readonly Section[],
  parts: readonly string[],
): (readonly Pick<Section, 'from' | 'to'>[])[] {
  const parent = pointerOf(parts.slice(0, -1));
  const key = parts.at(-1) ?? '';
  const [first = { from: lines.length }] = sections;
  const homes = parent === '' ? [{ from: 0, to: first.from }] : sections.filter(({ at }) => at === parent);
  return homes.flatMap(({ from, to }) => {
    const start = lines.findIndex((line, index) => index >= from && index < to && isKeyLine(line, key));
    if (start < 0) return [];
    const ends = Math.min(to - start, MAX_VALUE_LINES);
    return Array.from({ length: ends }, (_, more) => [{ from: start, to: start + more + 1 }]);
  });
}

function isKeyLine(line: string, key: string): boolean {
  const text = line.trimStart();
  return [key, JSON.stringify(key), `'${key}'`].some(
    (name) => text.startsWith(name) && text.slice(name.length).trimStart().startsWith('='),
  );
}

/** Headers in order, each with the lines up to the next one; comments right above a header belong to it. */
function sectionsOf(lines: readonly string[]): readonly Section[] {
  const heads: { at: string; from: number }[] = [];
  const lengths = new Map<string, number>();
  for (const [index, line] of lines.entries()) {
    const head = headOf(line);
    if (head === undefined) continue;
    let at = '';
    for (const [step, part] of head.parts.entries()) {
      at += `/${escaped(part)}`;
      const length = lengths.get(at);
      const isOwnList = head.list && step === head.parts.length - 1;
      if (isOwnList) {
        lengths.set(at, (length ?? 0) + 1);
        at += `/${String(length ?? 0)}`;
      } else if (length !== undefined) at += `/${String(length - 1)}`;
    }
    heads.push({ at, from: index });
  }
  return heads.map(({ at, from }, index) => {
    let to = heads[index + 1]?.from ?? lines.length;
    if (index + 1 < heads.length) while (to > from + 1 && /^\s*#/.test(lines[to - 1] ?? '')) to -= 1;
    return { at, from, to };
  });
}

/** `[a.b]`, `[[a."b c"]]`. Other lines are none. */
function headOf(line: string): { readonly parts: readonly string[]; readonly list: boolean } | undefined {
  const text = line.trim();
  if (!text.startsWith('[') || text.length > 500) return undefined;
  const list = text.startsWith('[[');
  const open = list ? 2 : 1;
  const parts: string[] = [];
  let at = open;
  for (;;) {
    while (text[at] === ' ' || text[at] === '\t') at += 1;
    const quote = text[at];
    const end =
      quote === '"' || quote === "'"
        ? text.indexOf(quote, at + 1)
        : at + (/^[\w-]+/.exec(text.slice(at))?.[0].length ?? 0);
    if (end < 0 || end === at) return undefined;
    parts.push(quote === '"' || quote === "'" ? text.slice(at + 1, end) : text.slice(at, end));
    at = quote === '"' || quote === "'" ? end + 1 : end;
    while (text[at] === ' ' || text[at] === '\t') at += 1;
    if (text[at] === '.') at += 1;
    else break;
  }
  const close = list ? ']]' : ']';
  return text.startsWith(close, at) && /^\s*(?:#|$)/.test(text.slice(at + close.length))
    ? { parts, list }
    : undefined;
}

function documentOf(text: string): unknown {
  if (text.length > MAX_LENGTH) return undefined;
  try {
    return parse(text);
  } catch {
    return undefined; // not TOML
  }
}

function valueAt(document: unknown, parts: readonly string[]): unknown {
  let value = document;
  for (const part of parts) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    const next: unknown = Reflect.get(value, part);
    value = next;
  }
  return value;
}

function without(document: unknown, [part, ...rest]: readonly string[]): unknown {
  if (part === undefined) return undefined;
  if (Array.isArray(document)) {
    const items: readonly unknown[] = document;
    const index = Number(part);
    return items.flatMap((item, at) =>
      at !== index ? [item] : rest.length === 0 ? [] : [without(item, rest)],
    );
  }
  if (typeof document !== 'object' || document === null) return document;
  return Object.fromEntries(
    Object.entries(document).flatMap(([key, value]) =>
      key !== part ? [[key, value]] : rest.length === 0 ? [] : [[key, without(value, rest)]],
    ),
  );
}

/** Two documents say the same; a list or table that became empty is as good as none. */
function canonical(value: unknown): string {
  return JSON.stringify([plain(value)]);
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map((item) => plain(item) ?? null);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return value.toISOString();
  const entries = Object.entries(value)
    .map(([key, item]) => [key, plain(item)] as const)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function partsOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function pointerOf(parts: readonly string[]): string {
  return parts.map((part) => `/${escaped(part)}`).join('');
}

function escaped(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1');
}
