import { parse } from 'unbash';
import type { Command, CompoundList, ParsedScript, PipelineNode, Statement, SyntaxNode } from 'unbash';
import type { ShellDialect } from '../../contract/shell.ts';
import { walkCmd } from './cmd.ts';
import { readCommand } from './command-words.ts';
import { walkCompound } from './compound.ts';
import type { Inner } from './compound.ts';
import { createExpander } from './evaluate.ts';
import type { Expander } from './expander.ts';
import { rememberOutput } from './files.ts';
import { addRedirects, joinPipeline } from './links.ts';
import { walkPowerShell } from './powershell.ts';
import { runDraft, runVariables } from './run.ts';
import { followState } from './shell-state.ts';
import { endOfExpansions, takeSource } from './source.ts';
import type { Draft, Input, Scope, ShellFunction, Sink, StaticText, Walk } from './state.ts';
import { childScope, enter, MAX_COMMANDS, MAX_DEPTH, MAX_TREE_DEPTH } from './state.ts';
import { staticOutput } from './static-output.ts';

/** Parses POSIX-shell text and adds its commands to the sink. Bounded; never throws. */
export function walkSource(source: string, scope: Scope, sink: Sink, input?: Input): void {
  const end = source.length > 8_192 ? endOfExpansions(source) : source.length;
  if (end < source.length) sink.truncated = true;
  const text = takeSource(end < source.length ? source.slice(0, end) : source, scope, sink);
  if (text !== undefined) walkScript(parse(text), scope, sink, input);
}

function walkScript(script: ParsedScript, scope: Scope, sink: Sink, input?: Input): void {
  if (script.errors !== undefined && script.errors.length > 0) sink.unparsed = true;
  walkStatements(script.commands, scope, sink, input);
  // A function nobody called here may be called by whoever sources this: its body counts as well.
  if (sink.functions !== undefined && (scope.tree === 0 || scope.via.length > 0))
    walkUncalled(sink.functions, scope, sink);
}

function walkUncalled(functions: ReadonlyMap<string, ShellFunction>, scope: Scope, sink: Sink): void {
  for (const definition of functions.values()) {
    if (definition.called > 0) continue;
    definition.called = 1;
    const inner = childScope(scope);
    inner.positional = 'unknown';
    walkNode(definition.body, inner, sink);
  }
}

function walkStatements(statements: readonly Statement[], scope: Scope, sink: Sink, input?: Input): void {
  let first = input;
  for (const statement of statements) {
    if (sink.commands.length >= MAX_COMMANDS) {
      sink.truncated = true;
      return;
    }
    const target = statement.background === true ? childScope(scope) : scope;
    walkNode(statement.command, target, sink, first);
    first = undefined;
  }
}

function walkList(list: CompoundList, scope: Scope, sink: Sink, input?: Input): void {
  walkStatements(list.commands, scope, sink, input);
}

/** One node of the tree; a simple command outside a pipeline is a pipeline of one. */
function walkNode(node: SyntaxNode, scope: Scope, sink: Sink, input?: Input): void {
  if (scope.tree > MAX_TREE_DEPTH) {
    sink.truncated = true;
    return;
  }
  switch (node.type) {
    case 'Command':
      walkCommand(node, scope, sink, sink.pipelines++, 0, input, false);
      return;
    case 'AndOr':
      for (const part of node.commands) walkNode(part, scope, sink, input);
      return;
    case 'Pipeline':
      walkPipeline(node.commands, scope, sink, input);
      return;
    default:
      walkCompound(node, scope, sink, input, INNER);
  }
}

function walkPipeline(
  stages: readonly PipelineNode[],
  scope: Scope,
  sink: Sink,
  input: Input | undefined,
): void {
  if (stages.length === 1 && stages[0] !== undefined) {
    walkNode(stages[0], scope, sink, input);
    return;
  }
  const pipeline = sink.pipelines++;
  let flow = input;
  for (let stage = 0; stage < stages.length; stage++) {
    const node = stages[stage];
    if (node === undefined) continue;
    const inner = childScope(scope);
    if (node.type === 'Command') {
      const out = walkCommand(node, inner, sink, pipeline, stage, flow, stage < stages.length - 1);
      flow = out === undefined ? undefined : { text: out.text, decoded: out.decoded, heredoc: false };
    } else {
      // A compound stage (`while read x; do …`, a sub-shell) takes the place of the stage with its first command.
      const from = sink.commands.length;
      walkNode(node, inner, sink, flow);
      joinPipeline(sink, from, pipeline, stage);
      flow = undefined;
    }
  }
}

function walkPending(expander: Expander, parent: number | undefined): void {
  const { scope, sink } = expander;
  for (let i = 0; i < expander.pending.length; i++) {
    const script = expander.pending[i];
    if (script === undefined) continue;
    if (scope.depth >= MAX_DEPTH * 2) {
      sink.truncated = true;
      return;
    }
    walkScript(script, enter(scope, 'substitution', parent), sink);
  }
}

/** @returns what it prints, when that is known and somebody reads it: `feeds` says that another stage follows */
function walkCommand(
  node: Command,
  scope: Scope,
  sink: Sink,
  pipeline: number,
  stage: number,
  input: Input | undefined,
  feeds: boolean,
): StaticText | undefined {
  const expander = createExpander(scope, sink);
  const { words, assignments, redirects, stdin } = readCommand(node, expander, input);
  if (words.length === 0 && redirects.length === 0) {
    walkPending(expander, undefined);
    runVariables(assignments, scope, sink, WALKERS);
    return undefined;
  }
  const draft: Draft = { words, assignments, redirects, stdin, pipeline, stage };
  if (callFunction(draft, scope, sink)) {
    walkPending(expander, undefined);
    return undefined;
  }
  followState(draft, scope, sink);
  const index = runDraft(draft, scope, sink, WALKERS);
  walkPending(expander, index);
  if (!feeds && redirects.length === 0 && words[0]?.text !== 'tee') return undefined;
  const out = staticOutput(words, stdin, scope.cwd);
  if (out !== undefined) rememberOutput(draft, out, scope, sink);
  return out;
}

const INNER: Inner = { node: walkNode, list: walkList, script: walkScript, pending: walkPending };

const WALKERS: Readonly<Record<ShellDialect, Walk>> = {
  posix: walkSource,
  powershell: (source, scope, sink, input) => {
    walkPowerShell(source, scope, sink, WALKERS, input);
  },
  cmd: (source, scope, sink) => {
    walkCmd(source, scope, sink, WALKERS);
  },
};

/** The walker of each language. */
export function walkDialect(dialect: ShellDialect): Walk {
  return WALKERS[dialect];
}

/** A call of a function defined in this line: its body with these arguments, at most a few levels of recursion. */
function callFunction(draft: Draft, scope: Scope, sink: Sink): boolean {
  const definition = sink.functions?.get(draft.words[0]?.text ?? '');
  if (definition === undefined) return false;
  definition.called++;
  if (definition.called > 8) return true;
  const from = sink.commands.length;
  const inner = childScope(scope);
  inner.positional = draft.words.map((word) => word.text);
  walkNode(definition.body, inner, sink, draft.stdin);
  joinPipeline(sink, from, draft.pipeline, draft.stage);
  addRedirects(sink, from, draft.redirects);
  return true;
}
