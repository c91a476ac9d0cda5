import type { ShellRedirect } from '../../contract/shell.ts';
import { resolvePath } from '../../rules/shared/paths.ts';
import { findShellCalls } from './code.ts';
import { decodeBase64 } from './decode.ts';
import { startedBy } from './powershell-start.ts';
import { readPowerShell } from './powershell-tokens.ts';
import type { PowerShellStatement, PowerShellToken } from './powershell-tokens.ts';
import { expandToken, methodCalls } from './powershell-words.ts';
import type { Walkers } from './run.ts';
import { runDraft } from './run.ts';
import { takeSource } from './source.ts';
import { windowsRuns } from './windows-runs.ts';
import type { Draft, Input, Scope, Sink, Word } from './state.ts';
import { childScope, emit, enter, MAX_COMMANDS, MAX_DEPTH, MAX_TREE_DEPTH } from './state.ts';

const KEYWORDS: ReadonlySet<string> = new Set(
  'if elseif else foreach for while do until switch try catch finally function filter param begin process end return throw trap class enum using in exit break continue data'.split(
    ' ',
  ),
);

/** Cmdlets that start a program named in their words. */
const STARTERS: ReadonlySet<string> = new Set(['start-process', 'saps', 'start']);

/**
 * The part of PowerShell that matters here: pipelines, `;`, quoting, sub-expressions, script blocks, the call operator,
 * `$env:X`, simple variables, `--%`, `-EncodedCommand`, `iex` of a literal. Not a full grammar: what it cannot place is
 * kept as a word, and broken quoting sets `unparsed`.
 */
export function walkPowerShell(
  source: string,
  scope: Scope,
  sink: Sink,
  walkers: Walkers,
  input?: Input,
): void {
  const text = takeSource(source, scope, sink);
  if (text === undefined) return;
  const read = readPowerShell(text);
  if (read.broken) sink.unparsed = true;
  if (read.truncated) sink.truncated = true;
  let pipeline = sink.pipelines++;
  let stage = 0;
  let flow: Input | undefined;
  for (const statement of read.statements) {
    if (sink.commands.length >= MAX_COMMANDS) {
      sink.truncated = true;
      return;
    }
    if (!statement.piped) {
      pipeline = sink.pipelines++;
      stage = 0;
    } else stage++;
    walkStatement(
      statement,
      { pipeline, stage, input: statement.piped ? flow : input },
      scope,
      sink,
      walkers,
    );
    flow = valueOf(statement, scope, sink);
  }
}

/** A text alone in a stage: what the next stage reads. */
function valueOf(statement: PowerShellStatement, scope: Scope, sink: Sink): Input | undefined {
  const [token] = statement.tokens;
  if (token === undefined || statement.tokens.length !== 1) return undefined;
  if (!token.quoted && !/^[($]/.test(token.text)) return undefined;
  const word = expandToken(token, scope, sink);
  return word.dynamic ? undefined : { text: word.text, decoded: false, heredoc: false };
}

interface Place {
  readonly pipeline: number;
  readonly stage: number;
  readonly input: Input | undefined;
}

function walkStatement(
  statement: PowerShellStatement,
  place: Place,
  scope: Scope,
  sink: Sink,
  walkers: Walkers,
): void {
  let tokens = splitGlued(splitAssignment(statement.tokens));
  const first = tokens[0];
  if (first === undefined) return;
  const assigned = tokens[1]?.text;
  if (first.text.startsWith('$') && (assigned === '=' || assigned === '+=')) {
    const value = tokens[2];
    const name = first.text.slice(1).toLowerCase();
    scope.vars ??= new Map();
    if (tokens.length === 3 && value !== undefined) {
      const word = expandToken(value, scope, sink);
      if (!word.dynamic && scope.vars.size < 256) {
        scope.vars.set(name, [word.text]);
        return;
      }
    }
    scope.vars.delete(name);
    tokens = tokens.slice(2);
  }
  const called = tokens[0]?.text === '&' || tokens[0]?.text === '.';
  if (called) tokens = tokens.slice(1);
  // A quoted text alone is a value, no command.
  else if (tokens[0]?.quoted === true && tokens[0].groups.length === 0) return;
  const keyword = tokens[0]?.text.toLowerCase() ?? '';
  if (KEYWORDS.has(keyword) && tokens[0]?.quoted === false) {
    walkGroups(tokens, scope, sink, walkers, -1);
    const rest = keyword === 'return' || keyword === 'throw' ? tokens.slice(1) : [];
    if (rest.length > 0 && rest[0]?.groups.length === 0)
      runWords(rest, false, statement, place, scope, sink, walkers);
    return;
  }
  runWords(tokens, called, statement, place, scope, sink, walkers);
}

/** `$a='x'` without blanks is one token; it is read like `$a = 'x'`. */
function splitAssignment(tokens: readonly PowerShellToken[]): readonly PowerShellToken[] {
  const first = tokens[0];
  const match =
    first === undefined ? null : /^(\$\{?[A-Za-z_][\w:]{0,64}\}?)(\+?=)([^=][^]*|)$/.exec(first.text);
  if (first === undefined || match === null) return tokens;
  const [, name = '', sign = '', rest = ''] = match;
  const plain = { quoted: false, literal: false, groups: [] };
  return [
    { ...plain, text: name },
    { ...plain, text: sign },
    ...(rest === '' ? [] : [{ ...first, text: rest }]),
    ...tokens.slice(1),
  ];
}

/** `IEX(iwr x)` and `while($x){…}` without a blank: a name, then what stands in brackets. */
function splitGlued(tokens: readonly PowerShellToken[]): readonly PowerShellToken[] {
  const at = tokens[0]?.text === '&' ? 1 : 0;
  const first = tokens[at];
  const name =
    first === undefined || first.quoted || first.groups.length === 0
      ? undefined
      : /^[A-Za-z][\w-]{0,63}(?=\()/.exec(first.text)?.[0];
  if (first === undefined || name === undefined) return tokens;
  const plain = { quoted: false, literal: false, groups: [] };
  return [
    ...tokens.slice(0, at),
    { ...plain, text: name },
    { ...first, text: first.text.slice(name.length) },
    ...tokens.slice(at + 1),
  ];
}

function runWords(
  tokens: readonly PowerShellToken[],
  called: boolean,
  statement: PowerShellStatement,
  place: Place,
  scope: Scope,
  sink: Sink,
  walkers: Walkers,
): void {
  const head = tokens[0];
  if (head === undefined) return;
  const words: Word[] = tokens.map((token) => expandToken(token, scope, sink));
  const redirects: ShellRedirect[] = statement.redirects.map((redirect) => ({
    fd: redirect.fd,
    operator: redirect.operator,
    target: redirect.target === undefined ? undefined : expandToken(redirect.target, scope, sink).text,
  }));
  const base = {
    assignments: {},
    redirects,
    stdin: place.input,
    pipeline: place.pipeline,
    stage: place.stage,
  };
  const calls = methodCalls(tokens);
  let index = -1;
  if (!called && /^[([$@"']/.test(head.text)) {
    // An expression: its method calls are what it does. A bare value is no command.
    for (const call of calls) {
      index = emit(sink, scope, { ...base, words: call }, { dialect: 'powershell' });
      decodeArguments(call, index, scope, sink, walkers);
    }
    walkGroups(tokens, scope, sink, walkers, index);
    return;
  }
  followLocation(words, scope, sink);
  index = runPowerShellWords({ ...base, words }, scope, sink, walkers);
  walkGroups(tokens, scope, sink, walkers, index);
  for (const call of calls) {
    const inner = emit(
      sink,
      enter(scope, 'substitution', index),
      { ...base, words: call, pipeline: sink.pipelines++, stage: 0, redirects: [] },
      { dialect: 'powershell' },
    );
    decodeArguments(call, inner, scope, sink, walkers);
  }
}

function runPowerShellWords(draft: Draft, scope: Scope, sink: Sink, walkers: Walkers): number {
  const name = (draft.words[0]?.text ?? '').toLowerCase();
  const bare = name.replace(/^.*[\\/]/, '').replace(/\.exe$/, '');
  if (scope.depth >= MAX_DEPTH) sink.truncated = true;
  else if (/^(?:powershell|pwsh|cmd|wsl|bash|sh|ssh|docker|python3?|node|py)$/.test(bare)) {
    return runDraft(draft, scope, sink, walkers);
  }
  const index = emit(sink, scope, draft, { dialect: 'powershell' });
  if (scope.depth >= MAX_DEPTH || index < 0) return index;
  if (bare === 'iex' || bare === 'invoke-expression') {
    const body = draft.words.find((word, i) => i > 0 && !/^-c/i.test(word.text));
    const text = body === undefined ? draft.stdin?.text : body.dynamic ? undefined : body.text;
    if (text !== undefined) {
      walkPowerShell(text, enter(scope, 'inline', index), sink, walkers);
    }
  } else if (STARTERS.has(bare)) startProcess(draft, index, scope, sink, walkers);
  for (const line of windowsRuns(bare, draft.words)) walkers.cmd(line, enter(scope, 'wrapper', index), sink);
  return index;
}

function startProcess(draft: Draft, parent: number, scope: Scope, sink: Sink, walkers: Walkers): void {
  const started = startedBy(draft.words);
  if (started === undefined) return;
  const next = enter(scope, 'wrapper', parent);
  next.elevated ||= started.elevated;
  const nested = { ...draft, words: started.words, redirects: [], pipeline: sink.pipelines++, stage: 0 };
  runPowerShellWords(nested, next, sink, walkers);
}

/** Sub-expressions and script blocks: what they run belongs to this command. */
function walkGroups(
  tokens: readonly PowerShellToken[],
  scope: Scope,
  sink: Sink,
  walkers: Walkers,
  parent: number,
): void {
  for (const token of tokens) {
    for (const group of token.groups) {
      if (scope.tree > MAX_TREE_DEPTH || scope.via.length > 24) {
        sink.truncated = true;
        return;
      }
      const inner = childScope(scope);
      if (parent >= 0) inner.parent = parent;
      if (!group.block) inner.via = [...scope.via, 'substitution'];
      walkPowerShell(group.source, inner, sink, walkers);
    }
  }
}

function decodeArguments(
  call: readonly Word[],
  parent: number,
  scope: Scope,
  sink: Sink,
  walkers: Walkers,
): void {
  const name = call[0]?.text.toLowerCase();
  const argument = call[1]?.text;
  if (parent < 0 || scope.depth >= MAX_DEPTH || argument === undefined) return;
  if (name === 'frombase64string') {
    const body = decodeBase64(argument);
    if (body === undefined) return;
    walkPowerShell(body, enter(scope, 'decoded', parent), sink, walkers);
  } else if (name === 'start') {
    const line = call
      .slice(1, 3)
      .map((word) => word.text)
      .join(' ');
    walkers.cmd(line, enter(scope, 'wrapper', parent), sink);
  } else if (name === 'invokescript' || (name === 'create' && /\s/.test(argument))) {
    walkPowerShell(argument, enter(scope, 'inline', parent), sink, walkers);
  } else if (name === 'run' || name === 'exec') {
    for (const found of findShellCalls(`system(${JSON.stringify(argument)})`).calls) {
      if (found.kind === 'script') walkers.cmd(found.source, enter(scope, 'inline', parent), sink);
    }
  }
}

function followLocation(words: readonly Word[], scope: Scope, sink: Sink): void {
  const name = words[0]?.text.toLowerCase();
  if (
    name !== 'cd' &&
    name !== 'set-location' &&
    name !== 'sl' &&
    name !== 'chdir' &&
    name !== 'push-location' &&
    name !== 'pushd'
  )
    return;
  const target = words.find((word, i) => i > 0 && !word.text.startsWith('-'));
  scope.cwd =
    target === undefined || target.dynamic
      ? undefined
      : resolvePath(target.text, { ...sink.context, cwd: scope.cwd });
}
