import { parse } from 'unbash';
import type { ParsedScript, Word as SyntaxWord, WordPart } from 'unbash';
import { expandBraces } from './braces.ts';
import type { Expander } from './expander.ts';
import { Fields, MAX_WORD } from './fields.ts';
import { rememberText } from './files.ts';
import { addParameter } from './parameters.ts';
import { collectScripts } from './scripts.ts';
import type { Word } from './state.ts';
import { MAX_WORDS } from './state.ts';
import { lookup } from './variables.ts';
import { PLAIN, QUOTED, scan } from './word-scan.ts';

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
  const fields = new Fields(expander.scope.vars?.get('IFS')?.[0]);
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
      for (const child of part.parts) addPart(child, expander, fields, true);
      return;
    case 'SimpleExpansion':
      addVariable(part.text.slice(1), part.text, expander, fields, quoted);
      return;
    case 'ParameterExpansion':
      addParameter(part, expander, fields, quoted, expandText);
      return;
    case 'CommandExpansion':
      addSubstitution(part.script, part.text, expander, fields, quoted);
      return;
    case 'ProcessSubstitution':
      addProcess(part.script, part.text, expander, fields);
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

/** `<(echo x)` stays as written; what it prints is remembered for the shell that reads it. */
function addProcess(
  script: ParsedScript | undefined,
  source: string,
  expander: Expander,
  fields: Fields,
): void {
  fields.unknown(source);
  if (script === undefined) return;
  expander.pending.push(script);
  const known = source.startsWith('<(')
    ? expander.evaluate(script, expander.scope, expander.sink)
    : undefined;
  if (known !== undefined) rememberText(source, known, expander.sink);
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
  const known = expander.evaluate(script, expander.scope, expander.sink);
  if (known === undefined) fields.unknown(source);
  else {
    if (known.decoded) fields.markDecoded();
    fields.values([known.text.replace(/(?<!\n)\n+$/, '')], quoted);
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

function push(out: Word[], word: Word): void {
  if (out.length < MAX_WORDS) out.push(word);
}
