import { forEachChild, parse } from 'unbash';
import type {
  DoubleQuotedChild,
  ParameterExpansionPart,
  ParsedScript,
  SyntaxNode,
  Word as SyntaxWord,
  WordPart,
} from 'unbash';
import { expandBraces } from './braces.ts';
import type { Scope, Sink, Word } from './state.ts';
import { MAX_WORDS } from './state.ts';

/** Products of loop variables (`for a in …; for b in …; cat $a/$b`) stop here. */
const MAX_FIELDS = 16;
const MAX_WORD = 65_536;

/** Text a substitution prints, when that can be known without running it. */
export interface StaticText {
  readonly text: string;
  readonly decoded: boolean;
}

export interface Expander {
  readonly sink: Sink;
  readonly scope: Scope;
  /** Scripts of substitutions met in the words, in order; walked after the command they belong to. */
  readonly pending: ParsedScript[];
  evaluate(script: ParsedScript, scope: Scope): StaticText | undefined;
}

/** Expands one word of the grammar into arguments: usually one, none for an empty unquoted expansion, several for lists. */
export function expandWord(word: SyntaxWord, expander: Expander, out: Word[]): void {
  const { text } = word;
  const kind = scan(text);
  if (kind === PLAIN)
    push(out, {
      text: text.length <= MAX_WORD ? text : text.slice(0, MAX_WORD),
      dynamic: false,
    });
  else if (kind === QUOTED) push(out, { text: word.value.slice(0, MAX_WORD), dynamic: false });
  else expandParts(word, expander, out);
}

/** A word that stays one text: assignment value, redirect target, here-string. */
export function expandText(word: SyntaxWord, expander: Expander): Word {
  const out: Word[] = [];
  expandWord(word, expander, out);
  const first = out[0];
  if (out.length === 1 && first !== undefined) return first;
  return { text: out.map((part) => part.text).join(' '), dynamic: out.some((part) => part.dynamic) };
}

/** Text with expansions that is not a word: the body of a here-document. */
export function expandBody(parts: readonly WordPart[], expander: Expander): Word {
  const fields = new Fields();
  for (const part of parts) addPart(part, expander, fields, true);
  const words = fields.finish();
  return words[0] ?? { text: '', dynamic: false };
}

const PLAIN = 0;
const QUOTED = 1;
const SPECIAL = 2;

/** What a word needs: nothing, removal of its quotes, or a look at its parts. Runs for every word of every command. */
function scan(text: string): 0 | 1 | 2 {
  let kind: 0 | 1 | 2 = PLAIN;
  let brace = false;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 36: // $
      case 96: // `
        return wholeSingleQuote(text) ? QUOTED : SPECIAL;
      case 34: // "
      case 39: // '
      case 92: // backslash
        kind = QUOTED;
        break;
      case 126: // ~
        if (i === 0) return SPECIAL;
        break;
      case 123: // {
        brace = true;
        break;
      case 44: // ,
        if (brace) return wholeSingleQuote(text) ? QUOTED : SPECIAL;
        break;
      case 46: // .
        if (brace && text.charCodeAt(i + 1) === 46) return wholeSingleQuote(text) ? QUOTED : SPECIAL;
        break;
      case 40: // (
        if (i > 0 && (text.charCodeAt(i - 1) === 60 || text.charCodeAt(i - 1) === 62)) {
          return wholeSingleQuote(text) ? QUOTED : SPECIAL;
        }
        break;
      default:
    }
  }
  return kind;
}

function wholeSingleQuote(text: string): boolean {
  return text.charCodeAt(0) === 39 && text.length > 1 && text.indexOf("'", 1) === text.length - 1;
}

/** Fields under construction: text glued to what came before, split where an unquoted value has blanks. */
class Fields {
  readonly done: Word[] = [];
  private current: string[] = [];
  private dynamic = false;
  private decoded = false;
  private open = false;

  text(value: string): void {
    if (this.current.length === 0) this.current.push(value);
    else
      for (let i = 0; i < this.current.length; i++)
        this.current[i] = `${this.current[i] ?? ''}${value}`.slice(0, MAX_WORD);
    this.open = true;
  }

  unknown(source: string): void {
    this.text(source);
    this.dynamic = true;
  }

  markDecoded(): void {
    this.decoded = true;
  }

  values(values: readonly string[], quoted: boolean): void {
    if (values.length === 1) this.value(values[0] ?? '', quoted);
    else {
      const before = this.current.length === 0 ? [''] : this.current;
      const next: string[] = [];
      for (const head of before) {
        for (const value of values)
          if (next.length < MAX_FIELDS) next.push(`${head}${value}`.slice(0, MAX_WORD));
      }
      this.current = next;
      this.open = next.length > 0;
    }
  }

  finish(): Word[] {
    this.close();
    return this.done;
  }

  private value(value: string, quoted: boolean): void {
    if (quoted || !/[ \t\n]/.test(value)) {
      if (quoted || value !== '') this.text(value);
      return;
    }
    const pieces = value.split(/[ \t\n]+/);
    for (let i = 0; i < pieces.length && i < MAX_WORDS; i++) {
      if (i > 0) this.close();
      const piece = pieces[i] ?? '';
      if (piece !== '') this.text(piece);
    }
  }

  private close(): void {
    if (!this.open) return;
    for (const text of this.current) {
      this.done.push({ text, dynamic: this.dynamic, ...(this.decoded ? { decoded: true as const } : {}) });
    }
    this.current = [];
    this.open = false;
    this.dynamic = false;
  }
}

function expandParts(word: SyntaxWord, expander: Expander, out: Word[]): void {
  const parts = word.parts;
  if (parts === undefined) {
    push(out, { text: expandTilde(word.value, word.text, expander).slice(0, MAX_WORD), dynamic: false });
    return;
  }
  if (parts.some((part) => part.type === 'BraceExpansion')) {
    const choices = expandBraces(word.text);
    if (choices.length > 1 || choices[0] !== word.text) {
      for (const choice of choices) expandSource(choice, expander, out);
      return;
    }
  }
  const fields = new Fields();
  parts.forEach((part, i) => {
    if (i === 0 && part.type === 'Literal') fields.text(expandTilde(part.value, part.text, expander));
    else addPart(part, expander, fields, false);
  });
  for (const field of fields.finish()) push(out, field);
}

/** One alternative of a brace expansion, still source text: read again as a word of its own. */
function expandSource(source: string, expander: Expander, out: Word[]): void {
  if (source === '') return;
  expander.sink.sourceLeft -= source.length;
  if (expander.sink.sourceLeft < 0) {
    expander.sink.truncated = true;
    return;
  }
  const command = parse(`: ${source}`).commands[0]?.command;
  const word = command?.type === 'Command' ? command.args[0] : undefined;
  if (word?.type !== 'Word' || (command?.type === 'Command' && command.args.length > 1)) {
    push(out, { text: source, dynamic: true });
  } else if (word.parts?.some((part) => part.type === 'BraceExpansion') === true) {
    push(out, { text: word.value, dynamic: true });
  } else expandWord(word, expander, out);
}

function expandTilde(value: string, source: string, expander: Expander): string {
  if (!source.startsWith('~') || expander.scope.elsewhere) return value;
  if (value === '~' || value.startsWith('~/')) return `${expander.sink.context.home}${value.slice(1)}`;
  if (value === '~+' && expander.scope.cwd !== undefined) return expander.scope.cwd;
  return value;
}

function addPart(part: WordPart, expander: Expander, fields: Fields, quoted: boolean): void {
  switch (part.type) {
    case 'Literal':
    case 'Glob':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      fields.text(part.value);
      return;
    case 'DoubleQuoted':
    case 'LocaleString':
      if (part.parts.length === 0) fields.text('');
      for (const child of part.parts) addQuoted(child, expander, fields);
      return;
    case 'SimpleExpansion':
      addVariable(part.text.slice(1), part.text, expander, fields, quoted);
      return;
    case 'ParameterExpansion':
      addParameter(part, expander, fields, quoted);
      return;
    case 'CommandExpansion':
      addSubstitution(part.script, part.text, expander, fields, quoted);
      return;
    case 'ProcessSubstitution':
      if (part.script !== undefined) expander.pending.push(part.script);
      fields.unknown(part.text);
      return;
    case 'ArithmeticExpansion':
      collectScripts(part, expander.pending, 0);
      addArithmetic(part.text, fields);
      return;
    case 'ExtendedGlob':
    case 'BraceExpansion':
      collectScripts(part, expander.pending, 0);
      fields.unknown(part.text);
      return;
  }
}

function addQuoted(part: DoubleQuotedChild, expander: Expander, fields: Fields): void {
  addPart(part, expander, fields, true);
}

/** `$((40+2))` of plain numbers is a known trick to hide a digit; anything bigger stays unknown. */
function addArithmetic(source: string, fields: Fields): void {
  const sum = /^\$\(\(\s*(\d{1,9})(?:\s*([+*-])\s*(\d{1,9}))?\s*\)\)$/.exec(source);
  if (sum === null) {
    fields.unknown(source);
    return;
  }
  const a = Number(sum[1]);
  const b = Number(sum[3] ?? 0);
  fields.text(String(sum[2] === '*' ? a * b : sum[2] === '-' ? a - b : a + b));
}

function addSubstitution(
  script: ParsedScript | undefined,
  source: string,
  expander: Expander,
  fields: Fields,
  quoted: boolean,
): void {
  if (script === undefined) {
    expander.sink.unparsed = true;
    fields.unknown(source);
    return;
  }
  expander.pending.push(script);
  const known = expander.evaluate(script, expander.scope);
  if (known === undefined) fields.unknown(source);
  else {
    if (known.decoded) fields.markDecoded();
    fields.values([known.text.replace(/\n+$/, '')], quoted);
  }
}

/** Values of a variable as far as this line, the home and the folder tell. */
function lookup(name: string, expander: Expander): readonly string[] | undefined {
  const { scope } = expander;
  const set = scope.vars?.get(name);
  if (set !== undefined) return set;
  const { home } = expander.sink.context;
  switch (name) {
    case 'HOME':
      return scope.elsewhere ? undefined : [home];
    case 'PWD':
      return scope.cwd === undefined ? undefined : [scope.cwd];
    case 'IFS':
      return [' \t\n'];
    case 'USER':
    case 'LOGNAME':
      return scope.elsewhere
        ? undefined
        : [home.slice(Math.max(home.lastIndexOf('/'), home.lastIndexOf('\\')) + 1)];
    case 'SHELL':
      return ['/bin/sh'];
    case 'BASH':
      return ['/bin/bash'];
    case '@':
    case '*':
      return scope.positional === 'unknown' ? undefined : (scope.positional?.slice(1) ?? []);
    default:
      if (/^[1-9]\d?$/.test(name)) {
        if (scope.positional === 'unknown') return undefined;
        return [scope.positional?.[Number(name)] ?? ''];
      }
      return undefined;
  }
}

function addVariable(
  name: string,
  source: string,
  expander: Expander,
  fields: Fields,
  quoted: boolean,
): void {
  const values = lookup(name, expander);
  if (values === undefined) fields.unknown(source);
  else if (values.length === 0) {
    if (quoted) fields.text('');
  } else fields.values(values, quoted && name !== '@');
}

function addParameter(
  part: ParameterExpansionPart,
  expander: Expander,
  fields: Fields,
  quoted: boolean,
): void {
  collectScripts(part, expander.pending, 0);
  const { parameter, operation, prefix, text } = part;
  let values = prefix === undefined ? lookup(parameter, expander) : undefined;
  if (prefix === '!') {
    const name = lookup(parameter, expander)?.[0];
    values = name === undefined ? undefined : lookup(name, expander);
  }
  if (prefix === '#') {
    fields.unknown(text);
    return;
  }
  if (part.index !== undefined && part.index.text !== '@' && part.index.text !== '*') {
    const index = Number(part.index.text);
    values = values !== undefined && Number.isInteger(index) ? values.slice(index, index + 1) : undefined;
  }
  if (operation === undefined) {
    if (values === undefined) fields.unknown(text);
    else fields.values(values.length === 0 ? [''] : values, quoted && part.index === undefined);
    return;
  }
  switch (operation.type) {
    case 'Default': {
      const set = values !== undefined && values.some((value) => value !== '');
      if (operation.operator.endsWith('+')) {
        if (set) fields.values([operation.operand.value], quoted);
        else fields.unknown(text);
      } else if (set) fields.values(values ?? [], quoted);
      else {
        // The environment may hold another value, but the default is what the author wrote down.
        const word = expandText(operation.operand, expander);
        if (word.dynamic) fields.unknown(word.text);
        else fields.values([word.text], quoted);
      }
      return;
    }
    case 'Slice': {
      const from = Number(operation.offset.value);
      const length = operation.length === undefined ? undefined : Number(operation.length.value);
      // `${PATH:0:1}` is a slash wherever this runs.
      const known = values ?? (parameter === 'PATH' && from === 0 && length === 1 ? ['/'] : undefined);
      if (
        known === undefined ||
        !Number.isInteger(from) ||
        (length !== undefined && !Number.isInteger(length))
      )
        break;
      fields.values(
        known.map((value) =>
          value.slice(
            from,
            length === undefined ? undefined : from < 0 && from + length >= 0 ? undefined : from + length,
          ),
        ),
        quoted,
      );
      return;
    }
    case 'Remove':
    case 'Replace': {
      const edited = values?.map((value) => editValue(value, operation, expander));
      if (edited === undefined || edited.some((value) => value === undefined)) break;
      fields.values(
        edited.filter((value) => value !== undefined),
        quoted,
      );
      return;
    }
    case 'CaseModification': {
      if (values === undefined || operation.operand !== undefined) break;
      const { operator } = operation;
      fields.values(
        values.map((value) => {
          if (operator === ',,') return value.toLowerCase();
          if (operator === '^^') return value.toUpperCase();
          const first = value.slice(0, 1);
          return `${operator === ',' ? first.toLowerCase() : first.toUpperCase()}${value.slice(1)}`;
        }),
        quoted,
      );
      return;
    }
    case 'Transform':
    case 'Names':
    case 'Unknown':
      break;
  }
  fields.unknown(text);
}

/** `${x#lit}`, `${x%.*}`, `${x//a/b}` for literal patterns and the two everyday globs. */
function editValue(
  value: string,
  operation: Extract<NonNullable<ParameterExpansionPart['operation']>, { type: 'Remove' | 'Replace' }>,
  expander: Expander,
): string | undefined {
  if (operation.type === 'Replace') {
    const pattern = expandText(operation.pattern, expander);
    const replacement = expandText(operation.replacement, expander);
    if (pattern.dynamic || replacement.dynamic || pattern.text === '' || /[*?[]/.test(pattern.text))
      return undefined;
    if (operation.operator === '//') return value.replaceAll(pattern.text, () => replacement.text);
    if (operation.operator === '/') return value.replace(pattern.text, () => replacement.text);
    return undefined;
  }
  const pattern = operation.operand.value;
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
  if (/[*?[$`]/.test(pattern)) return undefined;
  if (front) return value.startsWith(pattern) ? value.slice(pattern.length) : value;
  return value.endsWith(pattern) ? value.slice(0, value.length - pattern.length) : value;
}

/** Finds substitutions below a node that is not expanded itself, so that what they run is still seen. */
export function collectScripts(node: SyntaxNode, into: ParsedScript[], depth: number): void {
  if (depth > 16 || into.length > 64) return;
  forEachChild(node, (child) => {
    if (child.type === 'Script') into.push(child);
    else collectScripts(child, into, depth + 1);
  });
}

function push(out: Word[], word: Word): void {
  if (out.length < MAX_WORDS) out.push(word);
}
