import { couldFit, replaceText } from './replace-text.ts';

/** Value of a variable by its lower-case name, when it is known. */
type Lookup = (name: string) => string | undefined;

const MAX_EXPRESSION = 4_096;
const MAX_PARTS = 256;
const TOKEN =
  /\s*(?:'((?:[^']|'')*)'|"([^"`$]*)"|\$\{?((?:env:)?\w+)\}?|\[char\]\s*(0x[0-9a-f]{1,4}|\d{1,6})|(-(?:join|f|replace|creplace|ireplace))\b|\.(replace|tolower|toupper|trim)\s*\(|(?:\[string\])|([(),+]))/iy;

/**
 * Text of an expression made of constants, which is how command names are hidden: `'d'+'el'`, `'{1}{0}' -f 'l','de'`,
 * `-join ('d','el')`, `[char]100+'el'`, `'dXel'.Replace('X','')`, `'dXel' -replace 'X',''`.
 * @returns `undefined` for anything else; never guesses
 */
export function foldExpression(source: string, lookup: Lookup): string | undefined {
  if (source.length > MAX_EXPRESSION) return undefined;
  const command = /^\s*(?:gcm|get-command)\s+["']?([\w.\\:-]+)["']?\s*$/i.exec(source)?.[1];
  if (command !== undefined) return command;
  const fold = new Fold(source, lookup);
  const value = fold.expression(0);
  return value?.length === 1 && fold.ended() ? value[0] : undefined;
}

type Part =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'sign'; readonly sign: string };

/** Recursive descent over the tokens; a value is a list, a single text a list of one. */
class Fold {
  private readonly parts: Part[] = [];
  private at = 0;
  private broken = false;

  constructor(source: string, lookup: Lookup) {
    TOKEN.lastIndex = 0;
    let from = 0;
    while (from < source.trimEnd().length) {
      TOKEN.lastIndex = from;
      const match = TOKEN.exec(source);
      if (match === null || this.parts.length >= MAX_PARTS) {
        this.broken = true;
        return;
      }
      from = TOKEN.lastIndex;
      const [, single, double, variable, char, operator, method, sign] = match;
      const text =
        single?.replaceAll("''", "'") ??
        double ??
        (variable === undefined ? undefined : lookup(variable.toLowerCase())) ??
        (char === undefined ? undefined : String.fromCharCode(Number(char)));
      const mark = operator?.toLowerCase() ?? (method === undefined ? sign : `.${method.toLowerCase()}`);
      if (text !== undefined) this.parts.push({ kind: 'text', text });
      else if (mark !== undefined) this.parts.push({ kind: 'sign', sign: mark });
      else if (variable !== undefined) this.broken = true;
    }
  }

  ended(): boolean {
    return !this.broken && this.at === this.parts.length;
  }

  /** Lists bind tighter than `-f`, `-join` and `-replace`, `+` tighter than those. */
  expression(depth: number): readonly string[] | undefined {
    if (this.broken || depth > 16) return undefined;
    if (this.take('-join')) return join(this.sum(depth), '');
    let value = this.sum(depth);
    for (let round = 0; round < 16 && value !== undefined; round++) {
      if (this.take('-f')) value = format(value, this.sum(depth));
      else if (this.take('-join')) value = join(value, this.sum(depth)?.[0]);
      else if (this.take('-replace') || this.take('-creplace') || this.take('-ireplace'))
        value = replaceAll(value, this.sum(depth));
      else break;
    }
    return value;
  }

  private sum(depth: number): readonly string[] | undefined {
    let value = this.list(depth);
    while (value !== undefined && this.take('+')) {
      const next = this.list(depth);
      if (next === undefined) return undefined;
      value =
        value.length === 1 && next.length === 1 ? [`${value[0] ?? ''}${next[0] ?? ''}`] : [...value, ...next];
    }
    return value;
  }

  private list(depth: number): readonly string[] | undefined {
    let value = this.atom(depth);
    while (value !== undefined && this.take(',')) {
      const next = this.atom(depth);
      if (next === undefined) return undefined;
      value = [...value, ...next];
    }
    return value;
  }

  private atom(depth: number): readonly string[] | undefined {
    const part = this.parts[this.at];
    let value: readonly string[] | undefined;
    if (part?.kind === 'text') {
      this.at++;
      value = [part.text];
    } else if (this.take('(')) {
      value = this.expression(depth + 1);
      if (!this.take(')')) return undefined;
    }
    for (let round = 0; round < 16 && value !== undefined; round++) {
      if (this.take('.replace')) value = replaceAll(value, this.list(depth + 1));
      else if (this.take('.tolower')) value = value.map((text) => text.toLowerCase());
      else if (this.take('.toupper')) value = value.map((text) => text.toUpperCase());
      else if (this.take('.trim')) value = value.map((text) => text.trim());
      else return value;
      if (!this.take(')')) return undefined;
    }
    return value;
  }

  private take(sign: string): boolean {
    const part = this.parts[this.at];
    if (part?.kind !== 'sign' || part.sign !== sign) return false;
    this.at++;
    return true;
  }
}

function join(list: readonly string[] | undefined, by: string | undefined): readonly string[] | undefined {
  return list === undefined || by === undefined ? undefined : [list.join(by)];
}

function format(value: readonly string[], by: readonly string[] | undefined): readonly string[] | undefined {
  const pattern = value.length === 1 ? value[0] : undefined;
  if (pattern === undefined || by === undefined || !by.every((text) => couldFit(pattern, text)))
    return undefined;
  return [pattern.replaceAll(/\{(\d{1,2})\}/g, (_whole, at: string) => by[Number(at)] ?? '')];
}

/** Plain texts only: a pattern with signs of its own stays unknown. */
function replaceAll(
  value: readonly string[],
  pair: readonly string[] | undefined,
): readonly string[] | undefined {
  const [from, to = ''] = pair ?? [];
  if (from === undefined || from === '' || /[\\^$.|?*+()[\]{}]/.test(from)) return undefined;
  const out: string[] = [];
  for (const text of value) {
    const changed = replaceText(text, from, to);
    if (changed === undefined) return undefined;
    out.push(changed);
  }
  return out;
}
