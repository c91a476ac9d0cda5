import { parse } from 'unbash';
import type {
  AssignmentPrefix,
  Command,
  CompoundList,
  ParsedScript,
  PipelineNode,
  Redirection,
  Statement,
  SyntaxNode,
} from 'unbash';
import type { ShellDialect, ShellRedirect } from '../../contract/shell.ts';
import { resolvePath } from '../../rules/shared/paths.ts';
import { walkCmd } from './cmd.ts';
import { walkPowerShell } from './powershell.ts';
import { runDraft } from './run.ts';
import type { Draft, Input, Scope, Sink, Walk, Word } from './state.ts';
import {
  childScope,
  enter,
  MAX_COMMANDS,
  MAX_DEPTH,
  MAX_SOURCE,
  MAX_STDIN_TEXT,
  MAX_TREE_DEPTH,
} from './state.ts';
import { staticOutput } from './static-output.ts';
import { collectScripts, expandBody, expandText, expandWord } from './words.ts';
import type { Expander, StaticText } from './words.ts';

/** Parses POSIX-shell text and adds its commands to the sink. Bounded; never throws. */
export function walkSource(source: string, scope: Scope, sink: Sink, input?: Input): void {
  let text = source;
  if (text.length > MAX_SOURCE) {
    text = text.slice(0, MAX_SOURCE);
    sink.truncated = true;
  }
  if (text.length > 8_192) {
    const end = endOfExpansions(text);
    if (end < text.length) {
      text = text.slice(0, end);
      sink.truncated = true;
    }
  }
  sink.sourceLeft -= text.length;
  if (sink.sourceLeft < 0 || scope.tree > MAX_TREE_DEPTH) {
    sink.truncated = true;
    return;
  }
  walkScript(parse(text), scope, sink, input);
}

/** The grammar scans an unclosed `$(` to the end of the text, so thousands of them would be quadratic. */
const MAX_EXPANSIONS = 1_500;

/** Where expansion number 1,500 starts; the length when there are fewer. */
function endOfExpansions(text: string): number {
  let left = MAX_EXPANSIONS;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const opens =
      code === 96 || (code === 36 && (text.charCodeAt(i + 1) === 40 || text.charCodeAt(i + 1) === 123));
    const braces = code === 123 && text.charCodeAt(i - 1) !== 36;
    if ((opens || braces) && --left < 0) return i;
  }
  return text.length;
}

function walkScript(script: ParsedScript, scope: Scope, sink: Sink, input?: Input): void {
  if (script.errors !== undefined && script.errors.length > 0) sink.unparsed = true;
  walkStatements(script.commands, scope, sink, input);
  // A function nobody called here may be called by whoever sources this: its body counts as well.
  if (scope.tree === 0 || scope.via.length > 0) walkUncalled(scope, sink);
}

function walkUncalled(scope: Scope, sink: Sink): void {
  for (const definition of scope.functions.values()) {
    if (definition.called > 0) continue;
    definition.called = 1;
    walkNode(definition.body, childScope(scope, { positional: 'unknown', tree: scope.tree + 1 }), sink);
  }
}

function walkStatements(statements: readonly Statement[], scope: Scope, sink: Sink, input?: Input): void {
  let first = input;
  for (const statement of statements) {
    if (sink.commands.length >= MAX_COMMANDS) {
      sink.truncated = true;
      return;
    }
    const target = statement.background === true ? childScope(scope, {}) : scope;
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
      walkCommand(node, scope, sink, sink.pipelines++, 0, input);
      return;
    case 'AndOr':
      for (const part of node.commands) walkNode(part, scope, sink, input);
      return;
    case 'Pipeline':
      walkPipeline(node.commands, scope, sink, input);
      return;
    default:
      walkCompound(node, scope, sink, input);
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
    const inner = childScope(scope, { tree: scope.tree + 1 });
    if (node.type === 'Command') {
      const out = walkCommand(node, inner, sink, pipeline, stage, flow);
      flow = out === undefined ? undefined : { ...out, heredoc: false };
    } else {
      // A compound stage (`while read x; do …`, a sub-shell) takes the place of the stage with its first command.
      const from = sink.commands.length;
      walkNode(node, inner, sink, flow);
      joinPipeline(sink, from, pipeline, stage);
      flow = undefined;
    }
  }
}

/** Gives the first-level commands of a compound stage the place of that stage, so that data flow is not lost. */
function joinPipeline(sink: Sink, from: number, pipeline: number, stage: number): void {
  const seen = new Set<number>();
  for (let i = from; i < sink.commands.length; i++) {
    const command = sink.commands[i];
    if (command?.stage !== 0 || command.via.at(-1) === 'substitution' || seen.has(command.pipeline)) continue;
    seen.add(command.pipeline);
    sink.commands[i] = { ...command, pipeline, stage };
  }
}

function walkCompound(node: SyntaxNode, scope: Scope, sink: Sink, input: Input | undefined): void {
  const inner = scope;
  const deeper = childScopeKeepingState(scope);
  switch (node.type) {
    case 'CompoundList':
      walkList(node, deeper, sink, input);
      break;
    case 'BraceGroup':
      walkList(node.body, deeper, sink, input);
      break;
    case 'Subshell':
      walkList(node.body, childScope(scope, { tree: scope.tree + 1 }), sink, input);
      return;
    case 'If':
      walkList(node.clause, deeper, sink, input);
      walkList(node.then, deeper, sink);
      for (const branch of node.elif) {
        walkList(branch.clause, deeper, sink);
        walkList(branch.then, deeper, sink);
      }
      if (node.else !== undefined) walkList(node.else, deeper, sink);
      break;
    case 'For':
    case 'Select': {
      const expander = createExpander(deeper, sink);
      const values: Word[] = [];
      for (const word of node.wordlist ?? []) expandWord(word, expander, values);
      walkPending(expander, undefined);
      const known = values.filter((word) => !word.dynamic).map((word) => word.text);
      setVariable(
        deeper,
        node.name.value,
        known.length > 0 && known.length === values.length ? known.slice(0, 16) : undefined,
      );
      walkList(node.body, deeper, sink, input);
      break;
    }
    case 'ArithmeticFor':
      walkNested(node, deeper, sink);
      walkList(node.body, deeper, sink, input);
      break;
    case 'While':
      walkList(node.clause, deeper, sink, input);
      walkList(node.body, deeper, sink, input);
      break;
    case 'Case': {
      const expander = createExpander(deeper, sink);
      expandText(node.word, expander);
      walkPending(expander, undefined);
      for (const item of node.items) walkList(item.body, deeper, sink);
      break;
    }
    case 'Function':
      scope.functions.set(node.name.value, { body: node.body, called: 0 });
      return;
    case 'Coproc':
      walkNode(node.body, childScope(scope, { tree: scope.tree + 1 }), sink, input);
      return;
    case 'Redirected': {
      const expander = createExpander(deeper, sink);
      const { redirects, stdin } = readRedirects(node.redirects, expander, input);
      const from = sink.commands.length;
      walkPending(expander, undefined);
      walkNode(node.command, deeper, sink, stdin);
      addRedirects(sink, from, redirects);
      break;
    }
    case 'TestCommand':
    case 'ArithmeticCommand':
      walkNested(node, deeper, sink);
      break;
    default:
      walkNested(node, deeper, sink);
  }
  inner.cwd = deeper.cwd;
  inner.vars = deeper.vars;
}

/** One level deeper in the tree, the same shell: `cd` and assignments are handed back by the caller. */
function childScopeKeepingState(scope: Scope): Scope {
  return { ...scope, tree: scope.tree + 1 };
}

/** Substitutions inside tests and arithmetic. */
function walkNested(node: SyntaxNode, scope: Scope, sink: Sink): void {
  const scripts: ParsedScript[] = [];
  collectScripts(node, scripts, 0);
  for (const script of scripts)
    walkScript(script, enter(scope, 'substitution', { tree: scope.tree + 1 }), sink);
}

/** `{ a; b; } > file`: the redirect belongs to every command inside that has none of its own for it. */
function addRedirects(sink: Sink, from: number, redirects: readonly ShellRedirect[]): void {
  if (redirects.length === 0) return;
  for (let i = from; i < sink.commands.length; i++) {
    const command = sink.commands[i];
    if (command === undefined || command.via.at(-1) === 'substitution') continue;
    sink.commands[i] = { ...command, redirects: [...command.redirects, ...redirects] };
  }
}

function createExpander(scope: Scope, sink: Sink): Expander {
  return { sink, scope, pending: [], evaluate: (script, where) => evaluateScript(script, where, sink) };
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
    walkScript(
      script,
      enter(scope, 'substitution', {
        tree: scope.tree + 1,
        ...(parent === undefined || parent < 0 ? {} : { parent }),
      }),
      sink,
    );
  }
}

function setVariable(scope: Scope, name: string, values: readonly string[] | undefined): void {
  scope.vars ??= new Map();
  if (values === undefined) scope.vars.delete(name);
  else if (scope.vars.size < 256 || scope.vars.has(name)) scope.vars.set(name, values);
}

/** @returns what it prints, when known */
function walkCommand(
  node: Command,
  scope: Scope,
  sink: Sink,
  pipeline: number,
  stage: number,
  input: Input | undefined,
): StaticText | undefined {
  const expander = createExpander(scope, sink);
  const words: Word[] = [];
  const name = node.name;
  if (name !== undefined) expandWord(name, expander, words);
  let redirections: Redirection[] | undefined;
  let assignments: Record<string, string> | undefined;
  for (const item of node.prefix) {
    if (item.type === 'Assignment') {
      const value = readAssignment(item, expander);
      if (name === undefined) setVariable(scope, item.name, value.values);
      else (assignments ??= {})[item.name] = value.text;
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
      if (DECLARERS.has(words[0]?.text ?? '')) setVariable(scope, item.name, value.values);
    } else (redirections ??= []).push(item);
  }
  const { redirects, stdin } =
    redirections === undefined
      ? { redirects: NO_REDIRECTS, stdin: input }
      : readRedirects(redirections, expander, input);
  if (words.length === 0 && redirects.length === 0) {
    walkPending(expander, undefined);
    return undefined;
  }
  const draft: Draft = {
    words,
    assignments: assignments ?? NO_ASSIGNMENTS,
    redirects,
    stdin,
    pipeline,
    stage,
  };
  if (callFunction(draft, scope, sink)) {
    walkPending(expander, undefined);
    return undefined;
  }
  followState(words, scope, sink);
  const index = runDraft(draft, scope, sink, WALKERS);
  walkPending(expander, index);
  const feeds = stdin === undefined ? undefined : { text: stdin.text, decoded: stdin.decoded };
  return staticOutput(words, feeds, scope.cwd);
}

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

const NO_REDIRECTS: readonly ShellRedirect[] = [];
const NO_ASSIGNMENTS: Readonly<Record<string, string>> = {};
const DECLARERS: ReadonlySet<string> = new Set(['export', 'declare', 'local', 'readonly', 'typeset']);

function readAssignment(
  item: AssignmentPrefix,
  expander: Expander,
): { readonly text: string; readonly values: readonly string[] | undefined } {
  const { value } = item;
  if (value.type === 'ArrayValue') {
    const words: Word[] = [];
    for (const element of value.elements) expandWord(element, expander, words);
    const text = words.map((word) => word.text).join(' ');
    return {
      text: `(${text})`,
      values: words.some((word) => word.dynamic) ? undefined : words.map((word) => word.text),
    };
  }
  const word = expandText(value, expander);
  const before = item.append === true ? (expander.scope.vars?.get(item.name)?.[0] ?? '') : '';
  if (word.dynamic || item.index !== undefined) return { text: word.text, values: undefined };
  return { text: word.text, values: [`${before}${word.text}`] };
}

function readRedirects(
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
        if (item.operator === '<' && (fd === undefined || fd === 0)) stdin = undefined;
        redirects.push({ fd, operator: item.operator, target: word.text });
      }
    }
  }
  return { redirects, stdin };
}

/** A call of a function defined in this line: its body with these arguments, at most a few levels of recursion. */
function callFunction(draft: Draft, scope: Scope, sink: Sink): boolean {
  if (scope.functions.size === 0) return false;
  const definition = scope.functions.get(draft.words[0]?.text ?? '');
  if (definition === undefined) return false;
  definition.called++;
  if (definition.called > 8) return true;
  const from = sink.commands.length;
  walkNode(
    definition.body,
    childScope(scope, { positional: draft.words.map((word) => word.text), tree: scope.tree + 1 }),
    sink,
    draft.stdin,
  );
  joinPipeline(sink, from, draft.pipeline, draft.stage);
  addRedirects(sink, from, draft.redirects);
  return true;
}

/** `cd`, `set --`, `unset`, `read`: what changes the shell itself. */
function followState(words: readonly Word[], scope: Scope, sink: Sink): void {
  switch (words[0]?.text) {
    case 'cd':
    case 'pushd':
    case 'chdir': {
      const target = words.find((word, i) => i > 0 && !/^-[LPe@]+$|^--$/.test(word.text));
      if (target === undefined) scope.cwd = scope.elsewhere ? undefined : sink.context.home;
      else if (target.dynamic || target.text.startsWith('-') || /[*?]/.test(target.text))
        scope.cwd = undefined;
      else {
        scope.cwd = resolvePath(target.text, {
          home: sink.context.home,
          platform: sink.context.platform,
          cwd: scope.cwd,
        });
      }
      return;
    }
    case 'popd':
      scope.cwd = undefined;
      return;
    case 'set':
      if (words[1]?.text === '--') scope.positional = words.slice(1).map((word) => word.text);
      return;
    case 'unset':
    case 'read':
    case 'mapfile':
    case 'readarray':
      for (let i = 1; i < words.length; i++) scope.vars?.delete(words[i]?.text ?? '');
      return;
    default:
  }
}

/** What a substitution prints, when every command in it is one whose output is known. Adds no commands. */
function evaluateScript(script: ParsedScript, scope: Scope, sink: Sink): StaticText | undefined {
  const only = script.commands.length === 1 ? script.commands[0]?.command : undefined;
  if (only === undefined || scope.tree > 16) return undefined;
  const stages = only.type === 'Pipeline' ? only.commands : [only];
  let flow: StaticText | undefined;
  for (let stage = 0; stage < stages.length; stage++) {
    const node = stages[stage];
    if (node?.type !== 'Command' || node.name === undefined || node.prefix.length > 0) return undefined;
    const expander: Expander = {
      sink,
      scope,
      pending: [],
      evaluate: (inner, where) => evaluateScript(inner, childScope(where, { tree: where.tree + 4 }), sink),
    };
    const words: Word[] = [];
    expandWord(node.name, expander, words);
    let input: Input | undefined = flow === undefined ? undefined : { ...flow, heredoc: false };
    const redirections: Redirection[] = [];
    for (const item of node.suffix) {
      if (item.type === 'Word') expandWord(item, expander, words);
      else if (item.type === 'Assignment') words.push({ text: item.text, dynamic: false });
      else redirections.push(item);
    }
    if (redirections.length > 0) {
      const read = readRedirects(redirections, expander, input);
      if (read.redirects.some((redirect) => redirect.operator === '<' || redirect.operator === '>'))
        return undefined;
      input = read.stdin;
    }
    flow = staticOutput(words, input, scope.cwd);
    if (flow === undefined) return undefined;
  }
  return flow;
}
