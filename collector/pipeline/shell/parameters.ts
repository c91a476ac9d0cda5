import type { ParameterExpansionPart, Word as SyntaxWord } from 'unbash';
import { decodeEscapes } from './decode.ts';
import type { Expander } from './expander.ts';
import type { Fields } from './fields.ts';
import { couldFit } from './replace-text.ts';
import { collectScripts } from './scripts.ts';
import type { Word } from './state.ts';
import { lookup, setVariable } from './variables.ts';

/** Expansion of a word inside a parameter expansion; handed in so that the files need no cycle. */
export type ExpandText = (word: SyntaxWord, expander: Expander) => Word;

type Operation = NonNullable<ParameterExpansionPart['operation']>;

/** `${x}`, `${x:-d}`, `${x:1:2}`, `${x#p}`, `${x//a/b}`, `${x^^}`, `${x@U}`, `${#x}`, `${!x}`, `${x[1]}`. */
export function addParameter(
  part: ParameterExpansionPart,
  expander: Expander,
  fields: Fields,
  quoted: boolean,
  expandText: ExpandText,
): void {
  collectScripts(part, expander.pending, 0);
  const { operation, text } = part;
  const values = valuesOf(part, expander, expandText);
  if (operation === undefined) {
    if (values === undefined) fields.unknown(text);
    else fields.values(values.length === 0 ? [''] : values, quoted && part.index === undefined);
    return;
  }
  if (operation.type === 'Default') {
    addDefault(part, operation, values, expander, fields, quoted, expandText);
    return;
  }
  const known = operate(part, operation, values, expander, expandText);
  if (known === undefined) fields.unknown(text);
  else fields.values(known, quoted);
}

function valuesOf(
  part: ParameterExpansionPart,
  expander: Expander,
  expandText: ExpandText,
): readonly string[] | undefined {
  const { parameter, prefix, index } = part;
  let values = lookup(parameter, expander);
  if (prefix === '!') {
    const name = values?.[0];
    values = name === undefined ? undefined : lookup(name, expander);
  }
  const whole = index?.text === '@' || index?.text === '*';
  if (index !== undefined && !whole && values !== undefined) {
    const at = Number(expandText(index, expander).text);
    values = Number.isInteger(at) ? values.slice(at, at === -1 ? undefined : at + 1) : undefined;
  }
  if (prefix !== '#') return values;
  // The length of a list, or of the one value.
  if (whole) return values === undefined ? undefined : [String(values.length)];
  return values?.length === 1 ? [String(values[0]?.length ?? 0)] : undefined;
}

function addDefault(
  part: ParameterExpansionPart,
  operation: Extract<Operation, { type: 'Default' }>,
  values: readonly string[] | undefined,
  expander: Expander,
  fields: Fields,
  quoted: boolean,
  expandText: ExpandText,
): void {
  const set = values !== undefined && values.some((value) => value !== '');
  const instead = operation.operator.endsWith('+');
  if (set && !instead) {
    fields.values(values, quoted);
    return;
  }
  if (instead && !set) {
    fields.unknown(part.text);
    return;
  }
  // The environment may hold another value, but the default is what the author wrote down.
  const word = expandText(operation.operand, expander);
  if (word.dynamic) fields.unknown(word.text);
  else {
    fields.values([word.text], quoted);
    if (operation.operator.endsWith('=')) setVariable(expander.scope, part.parameter, [word.text]);
  }
}

function operate(
  part: ParameterExpansionPart,
  operation: Exclude<Operation, { type: 'Default' }>,
  values: readonly string[] | undefined,
  expander: Expander,
  expandText: ExpandText,
): readonly string[] | undefined {
  switch (operation.type) {
    case 'Slice': {
      const from = Number(expandText(operation.offset, expander).text);
      const length =
        operation.length === undefined ? undefined : Number(expandText(operation.length, expander).text);
      if (!Number.isInteger(from) || (length !== undefined && !Number.isInteger(length))) return undefined;
      // `${PATH:0:1}` is a slash wherever this runs.
      if (values === undefined)
        return part.parameter === 'PATH' && from === 0 && length === 1 ? ['/'] : undefined;
      if (part.parameter === '@' || part.parameter === '*')
        return values.slice(...bounds(Math.max(from - 1, 0), length));
      if (part.index?.text === '@' || part.index?.text === '*') return values.slice(...bounds(from, length));
      return values.map((value) => value.slice(...bounds(from, length)));
    }
    case 'Remove':
    case 'Replace': {
      if (values === undefined) return undefined;
      const edited: string[] = [];
      for (const value of values) {
        const text = editValue(value, operation, expander, expandText);
        if (text === undefined) return undefined;
        edited.push(text);
      }
      return edited;
    }
    case 'CaseModification':
      if (operation.operand !== undefined) return undefined;
      return values?.map((value) => changeCase(value, operation.operator));
    case 'Transform': {
      const kind = operation.operand.value;
      if (kind === 'E') return values?.map(decodeEscapes);
      const operator = kind === 'U' ? '^^' : kind === 'u' ? '^' : kind === 'L' ? ',,' : undefined;
      return operator === undefined ? undefined : values?.map((value) => changeCase(value, operator));
    }
    case 'Names':
    case 'Unknown':
      return undefined;
  }
}

/** Arguments of `slice` for an offset and a length, where a negative length counts from the end. */
function bounds(from: number, length: number | undefined): [number, number?] {
  if (length === undefined) return [from];
  if (length < 0) return [from, length];
  return from < 0 && from + length >= 0 ? [from] : [from, from + length];
}

function changeCase(value: string, operator: string): string {
  if (operator === ',,') return value.toLowerCase();
  if (operator === '^^') return value.toUpperCase();
  const first = value.slice(0, 1);
  return `${operator === ',' ? first.toLowerCase() : first.toUpperCase()}${value.slice(1)}`;
}

/** `${x#lit}`, `${x%.*}`, `${x//a/b}` for literal patterns and the everyday globs. */
function editValue(
  value: string,
  operation: Extract<Operation, { type: 'Remove' | 'Replace' }>,
  expander: Expander,
  expandText: ExpandText,
): string | undefined {
  if (operation.type === 'Replace') {
    const pattern = expandText(operation.pattern, expander);
    const replacement = expandText(operation.replacement, expander);
    if (pattern.dynamic || replacement.dynamic || pattern.text === '') return undefined;
    return replace(value, pattern.text, replacement.text, operation.operator);
  }
  const operand = expandText(operation.operand, expander);
  if (operand.dynamic) return undefined;
  const pattern = operand.text;
  const front = operation.operator.startsWith('#');
  const tail = /^([^*?[\]]+)\*$/.exec(pattern)?.[1];
  if (!front && tail !== undefined) {
    const at = operation.operator === '%' ? value.lastIndexOf(tail) : value.indexOf(tail);
    return at < 0 ? value : value.slice(0, at);
  }
  const head = /^\*([^*?[\]]+)$/.exec(pattern)?.[1];
  if (front && head !== undefined) {
    const at = operation.operator === '#' ? value.indexOf(head) : value.lastIndexOf(head);
    return at < 0 ? value : value.slice(at + head.length);
  }
  if (/^\?{1,64}$/.test(pattern))
    return front ? value.slice(pattern.length) : value.slice(0, -pattern.length);
  if (/[*?[]/.test(pattern)) return undefined;
  if (front) return value.startsWith(pattern) ? value.slice(pattern.length) : value;
  return value.endsWith(pattern) ? value.slice(0, value.length - pattern.length) : value;
}

/** `/ // /# /%`; a pattern of literals, `?` and simple sets has one length, so this stays linear. */
function replace(value: string, pattern: string, by: string, operator: string): string | undefined {
  if (!couldFit(value, by)) return undefined;
  if (pattern.length > 64 || /[*\\()|^]/.test(pattern)) {
    if (/[*?[\]]/.test(pattern)) return undefined;
    if (operator === '//') return value.replaceAll(pattern, () => by);
    return operator === '/' ? value.replace(pattern, () => by) : undefined;
  }
  const source = pattern.replaceAll(/\[[\w !-]{1,32}\]|[?.+${}[\]/-]/g, (part) => {
    if (part === '?') return '[^]';
    if (part.length === 1) return `\\${part}`;
    return part.startsWith('[!') ? `[^${part.slice(2)}` : part;
  });
  // `[[:space:]]` and the like are no simple set.
  if (/[[\]]/.test(pattern.replaceAll(/\[[\w !-]{1,32}\]/g, ''))) return undefined;
  const anchored = operator === '/#' ? `^(?:${source})` : operator === '/%' ? `(?:${source})$` : source;
  try {
    return value.replace(new RegExp(anchored, operator === '//' ? 'g' : ''), () => by);
  } catch {
    // SyntaxError: a set that runs backwards, `[z-a]`.
    return undefined;
  }
}
