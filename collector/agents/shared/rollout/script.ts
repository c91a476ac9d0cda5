import { isObject } from '../json.ts';
import { MAX_CONTENT } from '../bounds.ts';
import { readValue } from './script-values.ts';
import { tokenize, type Token } from './script-tokens.ts';

/** More calls than this in one script are counted as part of the script only. */
const MAX_CALLS = 200;
/** With more bindings than this no name is known; keeps hostile scripts cheap. */
const MAX_CONSTANTS = 300;

/** One `tools.<name>(…)` of a code-mode script. */
export interface ScriptCall {
  /** `exec_command`, `apply_patch`, `mcp__server__tool`. */
  readonly name: string;
  /** The literal part of the first argument: a string, or an object of literal members. */
  readonly args: unknown;
  /** Some part of the argument is computed when the script runs. */
  readonly computed: boolean;
}

/**
 * The tool calls a code-mode script names (Codex 0.147-0.169). Strings, templates, comments and regular expressions
 * are told apart, so a call inside a string is none. What is computed is left out and marked; a loop still is one
 * call here, so the script never holds fewer calls than this list.
 */
export function readScript(source: string): readonly ScriptCall[] {
  const tokens = tokenize(source.slice(0, MAX_CONTENT));
  const constants = readConstants(tokens);
  const calls: ScriptCall[] = [];
  for (let at = 0; at < tokens.length && calls.length < MAX_CALLS; at++) {
    const callee = readCallee(tokens, at);
    if (callee === undefined) continue;
    const value = isMark(tokens[callee.open + 1], ')')
      ? { value: undefined, computed: false }
      : readValue(tokens, callee.open + 1, constants);
    calls.push({ name: callee.name, args: value.value, computed: value.computed });
  }
  return calls;
}

/** `tools.name(`, `tools?.name(` or `tools["name"](` at `at`; not `other.tools.name(`. */
function readCallee(tokens: readonly Token[], at: number): { name: string; open: number } | undefined {
  const first = tokens[at];
  if (first?.kind !== 'word' || first.text !== 'tools' || isMark(tokens[at - 1], '.')) return undefined;
  let next = at + 1;
  if (isMark(tokens[next], '?')) next++;
  if (isMark(tokens[next], '.')) next++;
  if (isMark(tokens[next], '[')) {
    const key = tokens[next + 1];
    if (key?.kind !== 'text' || key.computed || !isMark(tokens[next + 2], ']')) return undefined;
    return isMark(tokens[next + 3], '(') ? { name: key.text, open: next + 3 } : undefined;
  }
  const name = tokens[next];
  if (name?.kind !== 'word' || !isMark(tokens[next + 1], '(')) return undefined;
  return { name: name.text, open: next + 1 };
}

/** `const name = <literal>`: a name that is bound once keeps its value; bound twice, it is not known. */
function readConstants(tokens: readonly Token[]): ReadonlyMap<string, unknown> {
  const constants = new Map<string, unknown>();
  const bound = new Set<string>();
  let seen = 0;
  for (let at = 0; at + 3 < tokens.length; at++) {
    const keyword = tokens[at];
    const name = tokens[at + 1];
    if (keyword?.kind !== 'word' || keyword.text !== 'const' || name?.kind !== 'word') continue;
    if (!isMark(tokens[at + 2], '=')) continue;
    if (++seen > MAX_CONSTANTS) return new Map();
    const read = readValue(tokens, at + 3, constants);
    if (bound.has(name.text)) constants.delete(name.text);
    else if (!read.computed && !isObject(read.value)) constants.set(name.text, read.value);
    bound.add(name.text);
  }
  return constants;
}

function isMark(token: Token | undefined, mark: string): boolean {
  return token?.kind === 'mark' && token.text === mark;
}
