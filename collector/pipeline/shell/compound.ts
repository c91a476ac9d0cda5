import type { CompoundList, ParsedScript, SyntaxNode } from 'unbash';
import { readCommand, readRedirects } from './command-words.ts';
import { createExpander } from './evaluate.ts';
import type { Expander } from './expander.ts';
import { addRedirects } from './links.ts';
import { collectScripts } from './scripts.ts';
import { linesOf, readVariables } from './shell-state.ts';
import type { Input, Scope, Sink, Word } from './state.ts';
import { childScope, enter } from './state.ts';
import { setVariable } from './variables.ts';
import { expandText, expandWord } from './words.ts';

/** How compound commands walk what is inside them; handed in so that the files need no cycle. */
export interface Inner {
  node(node: SyntaxNode, scope: Scope, sink: Sink, input?: Input): void;
  list(list: CompoundList, scope: Scope, sink: Sink, input?: Input): void;
  script(script: ParsedScript, scope: Scope, sink: Sink): void;
  pending(expander: Expander, parent: number | undefined): void;
}

/** Groups, sub-shells, conditions, loops, functions: everything that is no simple command and no pipeline. */
export function walkCompound(
  node: SyntaxNode,
  scope: Scope,
  sink: Sink,
  input: Input | undefined,
  inner: Inner,
): void {
  const deeper = childScopeKeepingState(scope);
  switch (node.type) {
    case 'CompoundList':
      inner.list(node, deeper, sink, input);
      break;
    case 'BraceGroup':
      inner.list(node.body, deeper, sink, input);
      break;
    case 'Subshell':
      inner.list(node.body, childScope(scope), sink, input);
      return;
    case 'If':
      inner.list(node.clause, deeper, sink, input);
      inner.list(node.then, deeper, sink);
      for (const branch of node.elif) {
        inner.list(branch.clause, deeper, sink);
        inner.list(branch.then, deeper, sink);
      }
      if (node.else !== undefined) inner.list(node.else, deeper, sink);
      break;
    case 'For':
    case 'Select': {
      const expander = createExpander(deeper, sink);
      const values: Word[] = [];
      for (const word of node.wordlist ?? []) expandWord(word, expander, values);
      inner.pending(expander, undefined);
      const known = values.filter((word) => !word.dynamic).map((word) => word.text);
      const name = node.name.value;
      const whole = known.length > 0 && known.length === values.length;
      if (whole && known.some((value) => BLANK.test(value)) && takeRounds(known.length, sink)) {
        // Values that can be command lines: one round for each, or `$x` would glue them together.
        for (const value of known.slice(0, MAX_ROUNDS)) {
          setVariable(deeper, name, [value]);
          inner.list(node.body, deeper, sink, input);
        }
        break;
      }
      setVariable(deeper, name, whole ? known.slice(0, MAX_ROUNDS) : undefined);
      inner.list(node.body, deeper, sink, input);
      break;
    }
    case 'ArithmeticFor':
      walkNested(node, deeper, sink, inner);
      inner.list(node.body, deeper, sink, input);
      break;
    case 'While':
      inner.list(node.clause, deeper, sink, input);
      walkRounds(node, deeper, sink, input, inner);
      break;
    case 'Case': {
      const expander = createExpander(deeper, sink);
      expandText(node.word, expander);
      inner.pending(expander, undefined);
      for (const item of node.items) inner.list(item.body, deeper, sink);
      break;
    }
    case 'Function':
      (sink.functions ??= new Map()).set(node.name.value, { body: node.body, called: 0 });
      return;
    case 'Coproc':
      inner.node(node.body, childScope(scope), sink, input);
      return;
    case 'Redirected': {
      const expander = createExpander(deeper, sink);
      const { redirects, stdin } = readRedirects(node.redirects, expander, input);
      const from = sink.commands.length;
      inner.pending(expander, undefined);
      inner.node(node.command, deeper, sink, stdin);
      addRedirects(sink, from, redirects);
      break;
    }
    default:
      walkNested(node, deeper, sink, inner);
  }
  scope.cwd = deeper.cwd;
  scope.vars = deeper.vars;
}

/** One level deeper in the tree, the same shell: `cd` and assignments are handed back by the caller. */
function childScopeKeepingState(scope: Scope): Scope {
  return { ...scope, tree: scope.tree + 1 };
}

/** Substitutions inside tests and arithmetic. */
function walkNested(node: SyntaxNode, scope: Scope, sink: Sink, inner: Inner): void {
  const scripts: ParsedScript[] = [];
  collectScripts(node, scripts, 0);
  for (const script of scripts) inner.script(script, enter(scope, 'substitution'), sink);
}

const MAX_ROUNDS = 16;
const BLANK = /\s/;

/** Whether a loop may go round that often; when not, its body is read once with the values glued, and that is said. */
function takeRounds(rounds: number, sink: Sink): boolean {
  const wanted = Math.min(rounds, MAX_ROUNDS);
  if (sink.roundsLeft < wanted) {
    sink.truncated = true;
    return false;
  }
  sink.roundsLeft -= wanted;
  return true;
}

/** The body of a loop; `while read x` over a known input goes round once for each line. */
function walkRounds(
  node: Extract<SyntaxNode, { type: 'While' }>,
  scope: Scope,
  sink: Sink,
  input: Input | undefined,
  inner: Inner,
): void {
  const clause = node.clause.commands[0]?.command;
  const lines =
    clause?.type === 'Command' && clause.name?.text === 'read' && node.clause.commands.length === 1
      ? linesOf(input?.text)
      : undefined;
  if (clause?.type !== 'Command' || lines === undefined || lines.length < 2) {
    inner.list(node.body, scope, sink, input);
    return;
  }
  if (!takeRounds(lines.length, sink)) {
    inner.list(node.body, scope, sink, input);
    return;
  }
  const draft = readCommand(clause, createExpander(scope, sink), undefined);
  for (const line of lines) {
    for (const [name, value] of readVariables(draft, scope, line))
      setVariable(scope, name, value === undefined ? undefined : [value]);
    inner.list(node.body, scope, sink);
  }
}
