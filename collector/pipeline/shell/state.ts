import type { SyntaxNode } from 'unbash';
import type { ShellCommand, ShellDialect, ShellRedirect, ShellVia } from '../../contract/shell.ts';
import type { Writable } from '../../contract/writable.ts';

export interface ShellContext {
  readonly dialect?: ShellDialect | undefined;
  readonly home: string;
  readonly cwd?: string | undefined;
  readonly platform: 'linux' | 'darwin' | 'win32';
  /** Texts of files that are known from before, by absolute path. */
  readonly scripts?: readonly { readonly path: string; readonly text: string }[] | undefined;
}

export const MAX_SOURCE = 65_536;
export const MAX_COMMANDS = 500;
export const MAX_DEPTH = 8;
/** All text parsed for one line, payloads included: a line cannot unfold without end. */
export const MAX_TOTAL_SOURCE = 262_144;
/** Rounds of loops walked for one line, over all its loops. */
export const MAX_TOTAL_ROUNDS = 128;
/** Nesting of the syntax tree that is followed; deeper is reported as truncated. */
export const MAX_TREE_DEPTH = 64;
export const MAX_STDIN_TEXT = 16_384;
export const MAX_CODE = 16_384;
export const MAX_WORDS = 2_048;

/** One argument after expansion. */
export interface Word {
  readonly text: string;
  readonly dynamic: boolean;
  /** Its text came out of a decoder. */
  readonly decoded?: true;
}

/** A function defined in the line. `called` bounds recursion. */
export interface ShellFunction {
  readonly body: SyntaxNode;
  called: number;
}

/** What holds for the commands of one shell process. Copied where a sub-shell starts, changed by `cd` and assignments. */
export interface Scope {
  cwd: string | undefined;
  vars: Map<string, readonly string[]> | undefined;
  /** `$1 …` when known; `unknown` inside a function nobody called here. */
  positional: readonly string[] | 'unknown' | undefined;
  readonly depth: number;
  readonly via: readonly ShellVia[];
  readonly elevated: boolean;
  readonly elsewhere: boolean;
  readonly where: string | undefined;
  readonly parent: number | undefined;
  /** Nesting of the tree walk, not of wrappers. */
  readonly tree: number;
}

/** Text that can be known without running anything: what a command prints, what a file holds. */
export interface StaticText {
  readonly text: string;
  readonly decoded: boolean;
}

/** The growing result. */
export interface Sink {
  readonly context: ShellContext;
  readonly commands: ShellCommand[];
  /** Dialect of the line; commands of another carry their own. */
  readonly dialect: ShellDialect;
  unparsed: boolean;
  truncated: boolean;
  pipelines: number;
  sourceLeft: number;
  /** Further rounds of loops that may be walked: nested loops multiply. */
  roundsLeft: number;
  /** Functions the line defines: most define none. */
  functions: Map<string, ShellFunction> | undefined;
  /** Texts this line writes or substitutes, by absolute path or by the source of `<(…)`: what `sh file` then runs. */
  files: Map<string, StaticText> | undefined;
}

/** What a pipeline stage reads, when that can be known. */
export interface Input {
  readonly text: string;
  readonly decoded: boolean;
  readonly heredoc: boolean;
}

/** A simple command on its way from words to the result. */
export interface Draft {
  readonly words: readonly Word[];
  readonly assignments: Readonly<Record<string, string>>;
  readonly redirects: readonly ShellRedirect[];
  readonly stdin: Input | undefined;
  readonly pipeline: number;
  readonly stage: number;
}

export function createScope(context: ShellContext): Scope {
  return {
    cwd: context.cwd,
    vars: undefined,
    positional: undefined,
    depth: 0,
    via: [],
    elevated: false,
    elsewhere: false,
    where: undefined,
    parent: undefined,
    tree: 0,
  };
}

/** A copy for a sub-shell: what it changes stays in it. */
export function childScope(scope: Scope): Writable<Scope> {
  const child = { ...scope };
  child.tree++;
  if (child.vars !== undefined) child.vars = new Map(child.vars);
  return child;
}

/**
 * A copy for what is inside a wrapper.
 * @param parent index of the wrapper's command; below 0 = it has none, the parent around it stays
 */
export function enter(scope: Scope, via: ShellVia, parent = -1): Writable<Scope> {
  const inner = childScope(scope);
  inner.depth++;
  inner.via = [...scope.via, via];
  if (parent >= 0) inner.parent = parent;
  return inner;
}

/** Adds a command; `-1` when the bound is reached. */
export function emit(
  sink: Sink,
  scope: Scope,
  draft: Draft,
  extra: { readonly code?: string; readonly dialect?: ShellDialect } = {},
): number {
  if (sink.commands.length >= MAX_COMMANDS) {
    sink.truncated = true;
    return -1;
  }
  const head = draft.words[0];
  const programPath = head?.text ?? '';
  const args: string[] = [];
  const dynamic: boolean[] = [];
  for (let i = 1; i < draft.words.length; i++) {
    const word = draft.words[i];
    if (word === undefined) continue;
    args.push(word.text);
    dynamic.push(word.dynamic);
  }
  const dialect = extra.dialect ?? 'posix';
  const stdin = draft.stdin;
  const command: Writable<ShellCommand> = {
    program: programName(programPath, dialect),
    programPath,
    args,
    dynamic,
    assignments: draft.assignments,
    redirects: draft.redirects,
    pipeline: draft.pipeline,
    stage: draft.stage,
    depth: scope.depth,
    via: scope.via,
    elsewhere: scope.elsewhere,
    elevated: scope.elevated,
    cwd: scope.cwd,
  };
  if (extra.code !== undefined) command.code = extra.code.slice(0, MAX_CODE);
  if (stdin?.heredoc === true) command.stdinText = stdin.text.slice(0, MAX_STDIN_TEXT);
  if (scope.parent !== undefined) command.parent = scope.parent;
  if (dialect !== sink.dialect) command.dialect = dialect;
  if (head?.dynamic === true) command.dynamicProgram = true;
  if (scope.where !== undefined) command.where = scope.where;
  sink.commands.push(command);
  return sink.commands.length - 1;
}

function programName(path: string, dialect: ShellDialect): string {
  const slash = path.lastIndexOf('/');
  if (dialect === 'posix') {
    if (slash < 0 || slash === path.length - 1 || path.includes('$(')) {
      const back = path.includes('\\') ? path.lastIndexOf('\\') : -1;
      return back > 0 ? path.slice(back + 1) : path;
    }
    return path.slice(slash + 1);
  }
  const cut = Math.max(slash, path.lastIndexOf('\\'));
  return path.slice(cut + 1).toLowerCase();
}

/** Walks text of a shell language into the sink; handed down so that the files need no cycle. */
export type Walk = (source: string, scope: Scope, sink: Sink, input?: Input) => void;
