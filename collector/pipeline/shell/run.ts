import type { ShellDialect, ShellVia } from '../../contract/shell.ts';
import { canonicalName } from '../../rules/shared/program-names.ts';
import { globMatches } from '../../rules/shared/globs.ts';
import { resolvePath } from '../../rules/shared/paths.ts';
import { findShellCalls } from './code.ts';
import { feedWords, findHits, findRuns } from './each-file.ts';
import { isCodeInterpreter, SHELL_PROGRAMS, unwrapInterpreter } from './interpreters.ts';
import { textOfFile } from './files.ts';
import { shareOuter } from './links.ts';
import { isPrefixProgram, unwrapPrefix } from './prefix.ts';
import { programsRunBy } from './run-options.ts';
import type { Draft, Input, Scope, Sink, StaticText, Walk, Word } from './state.ts';
import { emit, enter, MAX_COMMANDS, MAX_DEPTH } from './state.ts';
import { stdinShell } from './stdin-shells.ts';
import type { StdinShell } from './stdin-shells.ts';
import { isSpecialProgram, unwrapSpecial } from './specials.ts';
import type { Unwrapped } from './unwrapped.ts';

export type Walkers = Readonly<Record<ShellDialect, Walk>>;

/**
 * Peels wrappers off a simple command and adds what it runs.
 * @returns index of the command that the words belong to, `-1` when it was peeled off or the bound is reached
 */
export function runDraft(draft: Draft, scope: Scope, sink: Sink, walkers: Walkers): number {
  const head = draft.words[0]?.text ?? '';
  const globbed = head.charCodeAt(0) === SLASH && GLOB_SIGN.test(head) ? programByGlob(head) : undefined;
  if (globbed !== undefined)
    return runDraft(
      { ...draft, words: [{ text: globbed, dynamic: false }, ...draft.words.slice(1)] },
      scope,
      sink,
      walkers,
    );
  const name = baseOf(head);
  if (!needsLook(name)) {
    const written = sink.files === undefined ? undefined : textOfFile(head, scope, sink);
    if (written !== undefined && scope.depth < MAX_DEPTH)
      return runStdin(
        interpreterOf(written.text),
        { ...draft, stdin: fileInput(written) },
        scope,
        sink,
        walkers,
      );
    const index = emit(sink, scope, draft);
    runOptions(name, draft, scope, sink, walkers, index);
    return index;
  }
  if (scope.depth >= MAX_DEPTH) {
    sink.truncated = true;
    return emit(sink, scope, draft);
  }
  if (name === 'find' || name === 'gfind') return runFind(draft, scope, sink, walkers);
  if (name === 'xargs' || name === 'parallel') return runXargs(name, draft, scope, sink, walkers);
  const inner = unwrapPrefix(name, draft.words) ?? unwrapSpecial(name, draft.words);
  if (inner !== undefined) return runUnwrapped(inner, draft, scope, sink, walkers);
  const canonical = canonicalName(name);
  const code = unwrapInterpreter(canonical, draft.words);
  if (code === 'stdin') return runStdin(canonical, draft, scope, sink, walkers);
  if (code !== undefined) return runUnwrapped(code, draft, scope, sink, walkers);
  const shell = draft.stdin === undefined ? undefined : stdinShell(name, draft.words);
  if (shell !== undefined) return runStdinShell(shell, draft, scope, sink, walkers);
  const file = seenFile(canonical, draft, scope, sink);
  if (file !== undefined) return runStdin(canonical, { ...draft, stdin: file }, scope, sink, walkers);
  const index = emit(sink, scope, draft);
  runOptions(name, draft, scope, sink, walkers, index);
  return index;
}

const SLASH = 47;
const GLOB_SIGN = /^\/[^ ]*[*?[]/;
/** Programs people hide behind `/bin/c?t`. */
const GLOB_PROGRAMS =
  'cat rm sh bash nc curl wget base64 chmod dd python3 perl env find cp mv tar ssh scp kill tee id ls'.split(
    ' ',
  );

/** `/bin/r?`, `/???/b??h`: the program a pattern stands for. */
function programByGlob(glob: string): string | undefined {
  for (const name of GLOB_PROGRAMS)
    for (const folder of ['/bin/', '/usr/bin/'])
      if (globMatches(glob, `${folder}${name}`)) return `${folder}${name}`;
  return undefined;
}

/** Neither wrapper nor interpreter by name, but they run a file or their input. */
const EXTRA: ReadonlySet<string> = new Set(['source', '.', 'at', 'batch', 'newgrp']);

/** The text of the script an interpreter was given, when this line wrote it or it is the input. */
function seenFile(name: string, draft: Draft, scope: Scope, sink: Sink): Input | undefined {
  if (sink.files === undefined && draft.stdin === undefined) return undefined;
  const at = draft.words.findIndex((word, i) => i > 0 && !word.text.startsWith('-'));
  const file = draft.words[at]?.text;
  if (file === undefined) return undefined;
  if (/^\/(?:dev\/stdin|dev\/fd\/0|proc\/self\/fd\/0)$/.test(file)) return draft.stdin;
  const known = textOfFile(file, scope, sink);
  return known === undefined || name === 'find' ? undefined : fileInput(known);
}

function fileInput({ text, decoded }: StaticText): Input {
  return { text, decoded, heredoc: false };
}

/** Who runs a script that is started by its path. */
function interpreterOf(text: string): string {
  const line = /^#!\s*(\S+)(?:[ \t]+(?:-S[ \t]+)?(\S+))?/.exec(text.slice(0, 256));
  if (line === null) return 'sh';
  const program = baseOf(line[1] ?? '');
  return canonicalName(program === 'env' ? (line[2] ?? 'sh') : program);
}

/** Programs nobody needs to look at twice; filled as they come, bounded. */
const ORDINARY = new Map<string, boolean>();

function needsLook(name: string): boolean {
  const known = ORDINARY.get(name);
  if (known !== undefined) return known;
  const canonical = canonicalName(name);
  const special =
    isPrefixProgram(name) ||
    isSpecialProgram(name) ||
    name === 'find' ||
    name === 'gfind' ||
    EXTRA.has(name) ||
    SHELL_PROGRAMS.has(canonical) ||
    isCodeInterpreter(canonical) ||
    canonical === 'powershell' ||
    canonical === 'cmd';
  if (ORDINARY.size < 2_000 && name.length < 64) ORDINARY.set(name, special);
  return special;
}

function baseOf(path: string): string {
  const cut = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  const name = cut < 0 || cut === path.length - 1 ? path : path.slice(cut + 1);
  return name.endsWith('.exe') || name.endsWith('.EXE') ? name.slice(0, -4).toLowerCase() : name;
}

function runUnwrapped(inner: Unwrapped, draft: Draft, scope: Scope, sink: Sink, walkers: Walkers): number {
  if (inner.kind === 'code')
    return runCode(inner.source, inner.decoded === true, draft, scope, sink, walkers);
  // A peeled shell still matters when something flows into it.
  const keep = inner.keep || (inner.kind === 'script' && draft.stage > 0);
  const outer = keep ? emit(sink, scope, draft) : -1;
  const via: ShellVia = inner.kind === 'script' && inner.decoded === true ? 'decoded' : inner.via;
  const elsewhere = scope.elsewhere || inner.elsewhere === true;
  const cwd =
    inner.elsewhere === true
      ? undefined
      : inner.kind === 'words' && inner.cwd !== undefined
        ? resolvePath(inner.cwd, { ...sink.context, cwd: scope.cwd })
        : scope.cwd;
  const next = enter(scope, via, outer);
  if (inner.elevated === true) next.elevated = true;
  next.elsewhere = elsewhere;
  next.cwd = cwd;
  if (inner.where !== undefined) next.where = inner.where;
  if (inner.kind === 'words') {
    const nested = {
      ...draft,
      words: inner.words,
      assignments:
        inner.assignments === undefined ? draft.assignments : { ...draft.assignments, ...inner.assignments },
    };
    const index = runDraft(nested, next, sink, walkers);
    return outer < 0 ? index : outer;
  }
  // Only a substitution and nothing else: it is walked with the outer words already.
  if (inner.dynamic && /^\s*(?:\$\([^()]*\)|`[^`]*`|\$\{?\w+\}?)\s*$/.test(inner.source)) {
    return outer < 0 ? emit(sink, scope, draft) : outer;
  }
  if (inner.positional !== undefined)
    next.positional = inner.positional.length === 0 ? undefined : inner.positional;
  const before = sink.commands.length;
  walkers[inner.dialect](inner.source, next, sink, draft.stdin);
  if (inner.sameShell === true) {
    scope.cwd = next.cwd;
    scope.vars = next.vars;
  }
  shareOuter(sink, before, draft);
  if (outer < 0 && sink.commands.length === before) return emit(sink, scope, draft);
  return outer;
}

/** An interpreter that runs its input: here-document, here-string or the output of an earlier stage. */
function runStdin(name: string, draft: Draft, scope: Scope, sink: Sink, walkers: Walkers): number {
  const { stdin } = draft;
  if (stdin !== undefined && isCodeInterpreter(name))
    return runCode(stdin.text, stdin.decoded, draft, scope, sink, walkers);
  const index = emit(sink, scope, draft);
  if (stdin === undefined) {
    if (draft.stage > 0 && isDecoder(sink, draft)) sink.unparsed = true;
    return index;
  }
  const via: ShellVia = stdin.decoded ? 'decoded' : stdin.heredoc ? 'heredoc' : 'inline';
  const next = enter(scope, via, index);
  const dialect: ShellDialect = name === 'powershell' ? 'powershell' : name === 'cmd' ? 'cmd' : 'posix';
  walkers[dialect](stdin.text, next, sink);
  return index;
}

/** `ssh host <<E`: the input is read by a shell behind the program. */
function runStdinShell(shell: StdinShell, draft: Draft, scope: Scope, sink: Sink, walkers: Walkers): number {
  const { stdin } = draft;
  const index = emit(sink, scope, draft);
  if (stdin === undefined || index < 0) return index;
  const via = shell.via ?? (stdin.decoded ? 'decoded' : stdin.heredoc ? 'heredoc' : 'inline');
  const next = enter(scope, via, index);
  if (shell.elevated === true) next.elevated = true;
  if (shell.elsewhere === true) {
    next.elsewhere = true;
    next.cwd = undefined;
  }
  if (shell.where !== undefined) next.where = shell.where;
  walkers.posix(stdin.text, next, sink);
  return index;
}

/** Command lines in variables that programs run later: `PROMPT_COMMAND='x'` on its own. */
export function runVariables(
  assignments: Readonly<Record<string, string>>,
  scope: Scope,
  sink: Sink,
  walkers: Walkers,
): void {
  for (const script of programsRunBy('', [], assignments) ?? [])
    if (scope.depth < MAX_DEPTH) walkers.posix(script, enter(scope, 'wrapper'), sink);
}

/** A shell fed by a decoder that could not be followed (gzip, encrypted, a file) runs text nobody has seen. */
function isDecoder(sink: Sink, draft: Draft): boolean {
  for (let i = sink.commands.length - 1; i >= 0; i--) {
    const command = sink.commands[i];
    if (command?.pipeline !== draft.pipeline || command.stage >= draft.stage) continue;
    if (
      /^(?:g?base64|base32|openssl|xxd|g(?:un)?zip|zcat|bunzip2|unxz|xz|uudecode|zstd|gpg)$/.test(
        command.program,
      )
    )
      return true;
  }
  return false;
}

function runCode(
  source: string,
  decoded: boolean,
  draft: Draft,
  scope: Scope,
  sink: Sink,
  walkers: Walkers,
): number {
  const index = emit(sink, scope, draft, { code: source });
  if (index < 0) return index;
  const next = enter(scope, decoded ? 'decoded' : 'code', index);
  const calls = findShellCalls(source, canonicalName(baseOf(draft.words[0]?.text ?? '')));
  if (calls.truncated) sink.truncated = true;
  for (const call of calls.calls) {
    if (sink.commands.length >= MAX_COMMANDS || next.depth >= MAX_DEPTH) {
      sink.truncated = true;
      break;
    }
    const inside = call.decoded ? { ...next, via: [...next.via, 'decoded' as const] } : next;
    if (call.kind === 'script') walkers.posix(call.source, inside, sink);
    else if (call.kind === 'code')
      runCode(
        call.source,
        true,
        { ...draft, words: draft.words.slice(0, 1), pipeline: sink.pipelines++, stage: 0, stdin: undefined },
        inside,
        sink,
        walkers,
      );
    else {
      const words: Word[] = call.argv.map((text) => ({ text, dynamic: false }));
      runDraft(
        { words, assignments: {}, redirects: [], stdin: undefined, pipeline: sink.pipelines++, stage: 0 },
        inside,
        sink,
        walkers,
      );
    }
  }
  return index;
}

/** `find` itself, then everything its `-exec` runs. */
function runFind(draft: Draft, scope: Scope, sink: Sink, walkers: Walkers): number {
  const index = emit(sink, scope, draft);
  for (const words of findRuns(draft.words)) {
    const next = enter(scope, 'wrapper', index);
    runDraft({ ...draft, words, redirects: [], stdin: undefined }, next, sink, walkers);
  }
  return index;
}

/** `xargs cmd`: known input becomes arguments; without a command it prints, which is no more than `echo`. */
function runXargs(name: string, draft: Draft, scope: Scope, sink: Sink, walkers: Walkers): number {
  const inner = unwrapSpecial(name, draft.words);
  if (inner === undefined) return emit(sink, scope, draft);
  if (inner.kind !== 'words') return runUnwrapped(inner, draft, scope, sink, walkers);
  const found = draft.stdin === undefined ? foundBefore(draft, sink) : [];
  const words =
    found.length > 0
      ? [...inner.words, ...found.map((text) => ({ text, dynamic: true }))]
      : feedWords(draft.words, inner.words, draft.stdin?.text ?? '');
  return runUnwrapped({ ...inner, words }, { ...draft, stdin: undefined }, scope, sink, walkers);
}

/** `find … | xargs cmd`: what `find` may find takes the place of its names. */
function foundBefore(draft: Draft, sink: Sink): readonly string[] {
  for (let i = sink.commands.length - 1; i >= 0 && draft.stage > 0; i--) {
    const command = sink.commands[i];
    if (command?.pipeline !== draft.pipeline || command.stage !== 0) continue;
    return command.program === 'find' && !command.elsewhere ? findHits(['find', ...command.args]) : [];
  }
  return [];
}

function runOptions(
  name: string,
  draft: Draft,
  scope: Scope,
  sink: Sink,
  walkers: Walkers,
  index: number,
): void {
  const scripts = programsRunBy(name, draft.words, draft.assignments);
  if (scripts === undefined) return;
  for (const script of scripts) {
    if (scope.depth >= MAX_DEPTH) {
      sink.truncated = true;
      return;
    }
    const next = enter(scope, 'wrapper', index);
    walkers.posix(script, next, sink);
  }
}
