import { SUBSTITUTION, SUBSTITUTION_END, type Token } from './script-tokens.ts';

export interface ScriptValue {
  /** The literal part: JSON-like, `undefined` when nothing of it is literal. */
  readonly value: unknown;
  readonly computed: boolean;
  /** Index of the token after the expression. */
  readonly next: number;
}

const MAX_DEPTH = 16;
const MAX_MEMBERS = 500;
const OPEN = '([{';
const CLOSE = ')]}';

/**
 * The expression that begins at `at`, as far as it is literal: strings, templates, `+` of these, numbers, words such
 * as `true`, arrays and objects. A name bound to a literal gives its value, but counts as computed, like all the rest.
 */
export function readValue(
  tokens: readonly Token[],
  at: number,
  constants: ReadonlyMap<string, unknown>,
  depth = 0,
): ScriptValue {
  const first = readOperand(tokens, at, constants, depth);
  let value = first.value;
  let computed = first.computed;
  let next = first.next;
  while (isMark(tokens[next], '+') && typeof value === 'string') {
    const more = readOperand(tokens, next + 1, constants, depth);
    if (typeof more.value === 'string' || typeof more.value === 'number') value = `${value}${more.value}`;
    computed ||= more.computed;
    next = more.next;
  }
  if (atEnd(tokens[next])) return { value, computed, next };
  // A call, member access or other operator on what was read: the literal is only a part of the value.
  return { value, computed: true, next: stepOver(tokens, next) };
}

function readOperand(
  tokens: readonly Token[],
  at: number,
  constants: ReadonlyMap<string, unknown>,
  depth: number,
): ScriptValue {
  const token = tokens[at];
  if (token === undefined) return { value: undefined, computed: true, next: at };
  switch (token.kind) {
    case 'text':
      return { value: token.text, computed: token.computed, next: afterSubstitutions(tokens, at + 1) };
    case 'number':
      return literalNumber(token.text, at + 1);
    case 'regex':
      return { value: undefined, computed: true, next: at + 1 };
    case 'word':
      return readWord(token.text, at, constants);
    case 'mark':
      if (depth >= MAX_DEPTH) return { value: undefined, computed: true, next: stepOver(tokens, at) };
      if (token.text === '{') return readObject(tokens, at, constants, depth + 1);
      if (token.text === '[') return readArray(tokens, at, constants, depth + 1);
      if (token.text === '(') {
        const inner = readValue(tokens, at + 1, constants, depth + 1);
        return { ...inner, next: isMark(tokens[inner.next], ')') ? inner.next + 1 : inner.next };
      }
      return { value: undefined, computed: true, next: atEnd(token) ? at : at + 1 };
  }
}

function literalNumber(text: string, next: number): ScriptValue {
  const value = Number(text.replaceAll('_', ''));
  return Number.isFinite(value)
    ? { value, computed: false, next }
    : { value: undefined, computed: true, next };
}

function readWord(word: string, at: number, constants: ReadonlyMap<string, unknown>): ScriptValue {
  const next = at + 1;
  if (word === 'true' || word === 'false') return { value: word === 'true', computed: false, next };
  if (word === 'null' || word === 'undefined') return { value: null, computed: false, next };
  // The value is a hint: an inner scope may have bound the name anew.
  return { value: constants.get(word), computed: true, next };
}

function readArray(
  tokens: readonly Token[],
  at: number,
  constants: ReadonlyMap<string, unknown>,
  depth: number,
): ScriptValue {
  const items: unknown[] = [];
  let computed = false;
  let next = at + 1;
  while (next < tokens.length && !isMark(tokens[next], ']') && items.length < MAX_MEMBERS) {
    const item = readValue(tokens, next, constants, depth);
    items.push(item.value);
    computed ||= item.computed;
    next = isMark(tokens[item.next], ',') ? item.next + 1 : item.next;
    if (!isMark(tokens[item.next], ',')) break;
  }
  return { value: items, computed, next: isMark(tokens[next], ']') ? next + 1 : stepOver(tokens, next) };
}

function readObject(
  tokens: readonly Token[],
  at: number,
  constants: ReadonlyMap<string, unknown>,
  depth: number,
): ScriptValue {
  const members = new Map<string, unknown>();
  let computed = false;
  let next = at + 1;
  while (next < tokens.length && !isMark(tokens[next], '}') && members.size < MAX_MEMBERS) {
    const key = tokens[next];
    const named = key?.kind === 'word' || key?.kind === 'text' ? key.text : undefined;
    let end: number;
    if (named !== undefined && isMark(tokens[next + 1], ':')) {
      const member = readValue(tokens, next + 2, constants, depth);
      if (member.value !== undefined) members.set(named, member.value);
      computed ||= member.computed;
      end = member.next;
    } else if (named !== undefined && atEnd(tokens[next + 1])) {
      const bound = constants.get(named);
      if (bound !== undefined) members.set(named, bound);
      computed = true;
      end = next + 1;
    } else {
      computed = true; // a spread, a computed key or a method
      end = stepOver(tokens, next);
    }
    if (!isMark(tokens[end], ',')) {
      next = end;
      break;
    }
    next = end + 1;
  }
  members.delete('__proto__');
  const value = Object.fromEntries(members);
  return { value, computed, next: isMark(tokens[next], '}') ? next + 1 : stepOver(tokens, next) };
}

/** Steps to the comma or bracket that ends the expression around `at`. */
function stepOver(tokens: readonly Token[], at: number): number {
  let depth = 0;
  let next = at;
  for (; next < tokens.length; next++) {
    const token = tokens[next];
    if (token?.kind !== 'mark') continue;
    if (OPEN.includes(token.text)) depth++;
    else if (depth === 0 && atEnd(token)) return next;
    else if (CLOSE.includes(token.text)) depth--;
  }
  return next;
}

/** The substitutions' tokens follow their template. */
function afterSubstitutions(tokens: readonly Token[], at: number): number {
  let next = at;
  while (isMark(tokens[next], SUBSTITUTION)) {
    let depth = 0;
    do {
      if (isMark(tokens[next], SUBSTITUTION)) depth++;
      if (isMark(tokens[next], SUBSTITUTION_END)) depth--;
      next++;
    } while (depth > 0 && next < tokens.length);
  }
  return next;
}

function atEnd(token: Token | undefined): boolean {
  if (token === undefined) return true;
  return token.kind === 'mark' && (',;)]}'.includes(token.text) || token.text === SUBSTITUTION_END);
}

function isMark(token: Token | undefined, mark: string): boolean {
  return token?.kind === 'mark' && token.text === mark;
}
