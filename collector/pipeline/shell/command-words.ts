import type { AssignmentPrefix, Command, Redirection } from 'unbash';
import type { ShellRedirect } from '../../contract/shell.ts';
import type { Expander } from './expander.ts';
import { textOfFile } from './files.ts';
import type { Input, Word } from './state.ts';
import { MAX_STDIN_TEXT } from './state.ts';
import { setVariable } from './variables.ts';
import { expandBody, expandText, expandWord } from './words.ts';

/** A simple command of the tree, expanded. */
export interface CommandWords {
  readonly words: readonly Word[];
  readonly assignments: Readonly<Record<string, string>>;
  readonly redirects: readonly ShellRedirect[];
  readonly stdin: Input | undefined;
}

/** Expands a simple command in the order the shell does; assignments without a command change the scope. */
export function readCommand(node: Command, expander: Expander, input: Input | undefined): CommandWords {
  const words: Word[] = [];
  const { name } = node;
  if (name !== undefined) expandWord(name, expander, words);
  let redirections: Redirection[] | undefined;
  let assignments: Record<string, string> | undefined;
  for (const item of node.prefix) {
    if (item.type === 'Assignment') {
      const value = readAssignment(item, expander);
      if (name === undefined) setVariable(expander.scope, item.name, value.values);
      (assignments ??= {})[item.name] = value.text;
    } else (redirections ??= []).push(item);
  }
  for (const item of node.suffix) {
    if (item.type === 'Word') expandWord(item, expander, words);
    else if (item.type === 'Assignment') {
      const value = readAssignment(item, expander);
      words.push({
        text: `${item.name}${item.append === true ? '+' : ''}=${value.text}`,
        dynamic: value.values === undefined,
      });
      if (DECLARERS.has(words[0]?.text ?? '')) setVariable(expander.scope, item.name, value.values);
    } else (redirections ??= []).push(item);
  }
  const { redirects, stdin } =
    redirections === undefined
      ? { redirects: NO_REDIRECTS, stdin: input }
      : readRedirects(redirections, expander, input);
  return { words, assignments: assignments ?? NO_ASSIGNMENTS, redirects, stdin };
}

const MAX_ELEMENTS = 64;
const NO_REDIRECTS: readonly ShellRedirect[] = [];
const NO_ASSIGNMENTS: Readonly<Record<string, string>> = {};
/** Commands whose words may be assignments. */
export const DECLARERS: ReadonlySet<string> = new Set(['export', 'declare', 'local', 'readonly', 'typeset']);

function readAssignment(
  item: AssignmentPrefix,
  expander: Expander,
): { readonly text: string; readonly values: readonly string[] | undefined } {
  const { value } = item;
  if (value.type === 'ArrayValue') {
    const words: Word[] = [];
    for (const element of value.elements) expandWord(element, expander, words);
    const text = words.map((word) => word.text).join(' ');
    const before = item.append === true ? (expander.scope.vars?.get(item.name) ?? []) : [];
    return {
      text: `(${text})`,
      values: words.some((word) => word.dynamic)
        ? undefined
        : [...before, ...words.map((word) => word.text)].slice(0, MAX_ELEMENTS),
    };
  }
  const word = expandText(value, expander);
  if (word.dynamic) return { text: word.text, values: undefined };
  const known = expander.scope.vars?.get(item.name);
  if (item.index !== undefined) {
    // `x[2]=v` of a list known so far; a hole or a name for an index makes it unknown.
    const at = Number(expandText(item.index, expander).text);
    const list = [...(known ?? [])];
    if (!Number.isInteger(at) || at < 0 || at > list.length || at >= MAX_ELEMENTS)
      return { text: word.text, values: undefined };
    list[at] = item.append === true ? `${list[at] ?? ''}${word.text}` : word.text;
    return { text: word.text, values: list };
  }
  const before = item.append === true ? (known?.[0] ?? '') : '';
  return { text: word.text, values: [`${before}${word.text}`] };
}

/** Redirects in order, and the input they leave the command with. */
export function readRedirects(
  items: readonly Redirection[],
  expander: Expander,
  input: Input | undefined,
): { readonly redirects: readonly ShellRedirect[]; readonly stdin: Input | undefined } {
  const redirects: ShellRedirect[] = [];
  let stdin = input;
  for (const item of items) {
    const fd = item.descriptor?.type === 'FileDescriptor' ? item.descriptor.value : undefined;
    if (item.type === 'HereDoc') {
      const { body } = item;
      const quoted = item.delimiter?.quoted === true;
      const text = quoted || body.parts === undefined ? body.text : expandBody(body.parts, expander).text;
      stdin = { text: text.slice(0, MAX_STDIN_TEXT), decoded: false, heredoc: true };
      redirects.push({ fd, operator: item.operator, target: undefined });
    } else if (item.target === undefined) {
      expander.sink.unparsed = true;
      redirects.push({ fd, operator: item.operator, target: undefined });
    } else {
      const word = expandText(item.target, expander);
      if (item.type === 'HereString') {
        if (!word.dynamic) stdin = { text: `${word.text}\n`, decoded: word.decoded === true, heredoc: true };
        redirects.push({ fd, operator: '<<<', target: undefined });
      } else {
        if (item.operator === '<' && (fd === undefined || fd === 0)) {
          const written = textOfFile(word.text, expander.scope, expander.sink);
          stdin = written === undefined ? undefined : { ...written, heredoc: false };
        }
        redirects.push({ fd, operator: item.operator, target: word.text });
      }
    }
  }
  return { redirects, stdin };
}
