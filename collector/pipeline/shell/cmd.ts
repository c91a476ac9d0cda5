import type { ShellRedirect } from '../../contract/shell.ts';
import { resolvePath } from '../../rules/shared/paths.ts';
import { rememberOutput, textOfFile } from './files.ts';
import { splitCmd } from './cmd-tokens.ts';
import type { CmdPart } from './cmd-tokens.ts';
import type { Walkers } from './run.ts';
import { runDraft } from './run.ts';
import { takeSource } from './source.ts';
import type { Draft, Input, Scope, Sink, Word } from './state.ts';
import { emit, enter, MAX_COMMANDS, MAX_DEPTH } from './state.ts';
import { windowsRuns } from './windows-runs.ts';
import { windowsVariable } from './windows-variables.ts';

/** `&`, `&&`, `||`, `|`, newline; `^` escapes; `%VAR%`, `%VAR:~0,3%`; quotes; redirects; `if`, `for`, `call`, `start` in front. */
export function walkCmd(source: string, scope: Scope, sink: Sink, walkers: Walkers): void {
  const text = takeSource(source, scope, sink);
  if (text === undefined) return;
  let pipeline = sink.pipelines++;
  let stage = 0;
  let flow: Input | undefined;
  for (const part of splitCmd(text)) {
    if (sink.commands.length >= MAX_COMMANDS) {
      sink.truncated = true;
      return;
    }
    if (part.broken) sink.unparsed = true;
    if (part.piped) stage++;
    else {
      pipeline = sink.pipelines++;
      stage = 0;
    }
    flow = runPart(part, { pipeline, stage, stdin: part.piped ? flow : undefined }, scope, sink, walkers);
  }
}

/** @returns what it prints, when known */
function runPart(
  part: CmdPart,
  place: Pick<Draft, 'pipeline' | 'stage' | 'stdin'>,
  scope: Scope,
  sink: Sink,
  walkers: Walkers,
): Input | undefined {
  let words: Word[] = part.words.map((word) => expandPercent(word, scope, sink));
  const listed = forCommand(words, part);
  if (listed !== undefined && scope.depth < MAX_DEPTH)
    walkers.cmd(listed, enter(scope, 'substitution'), sink);
  words = skipKeywords(words);
  const head = words[0];
  if (head === undefined && part.redirects.length === 0) return undefined;
  const name = head?.text.toLowerCase().replace(/^@/, '') ?? '';
  if (name === 'rem' || name.startsWith('::') || (name.startsWith(':') && words.length === 1))
    return undefined;
  if (name === 'set' && words[1] !== undefined) {
    const pair = /^"?(\w+)=(.*?)"?$/.exec(
      words
        .slice(1)
        .map((word) => word.text)
        .join(' '),
    );
    if (pair?.[1] !== undefined && (scope.vars?.size ?? 0) < 256) {
      (scope.vars ??= new Map()).set(pair[1].toLowerCase(), [pair[2] ?? '']);
    }
  }
  if (name === 'cd' || name === 'chdir' || name === 'pushd') {
    const target = words.find((word, i) => i > 0 && word.text.toLowerCase() !== '/d');
    if (target !== undefined) {
      scope.cwd = target.dynamic ? undefined : resolvePath(target.text, { ...sink.context, cwd: scope.cwd });
    }
  }
  const redirects: ShellRedirect[] = part.redirects.map((redirect) => ({
    fd: redirect.fd,
    operator: redirect.operator,
    target: expandPercent(redirect.target, scope, sink).text,
  }));
  const draft: Draft = { words, assignments: {}, redirects, ...place };
  const bare = name.replace(/^.*[\\/]/, '').replace(/\.exe$/, '');
  const out =
    bare === 'echo'
      ? {
          text: `${words
            .slice(1)
            .map((word) => word.text)
            .join(' ')}\n`,
          decoded: false,
          heredoc: false,
        }
      : undefined;
  if (out !== undefined) rememberOutput(draft, out, scope, sink);
  if (scope.depth < MAX_DEPTH && RUNNERS.test(bare)) {
    runDraft(draft, scope, sink, walkers);
    return undefined;
  }
  const index = emit(sink, scope, draft, { dialect: 'cmd' });
  if (scope.depth >= MAX_DEPTH || index < 0) return out;
  const written = textOfFile(head?.text ?? '', scope, sink);
  for (const line of written === undefined ? windowsRuns(bare, words) : [written.text])
    walkers.cmd(line, enter(scope, 'wrapper', index), sink);
  return out;
}

const RUNNERS = /^(?:powershell|pwsh|cmd|wsl|bash|sh|ssh|docker|python3?|py|node)$/;

/** The command of `for /f … in ('cmd') do …`, whose output the loop reads. */
function forCommand(words: readonly Word[], part: CmdPart): string | undefined {
  if (words[0]?.text.toLowerCase() !== 'for' || words[1]?.text.toLowerCase() !== '/f') return undefined;
  const found = /\bin\s{1,8}\(\s{0,8}(?:'([^']{1,2000})'|`([^`]{1,2000})`)\s{0,8}\)/i.exec(
    part.words.join(' '),
  );
  return found?.[1] ?? found?.[2];
}

/** `if exist x cmd`, `for %i in (…) do cmd`, `call cmd`, `start "" /b cmd`, `@cmd`. */
function skipKeywords(words: readonly Word[]): Word[] {
  let rest = [...words];
  for (let round = 0; round < 8; round++) {
    const name = rest[0]?.text.toLowerCase() ?? '';
    if (name.startsWith('@') && name.length > 1) {
      rest = [{ text: rest[0]?.text.slice(1) ?? '', dynamic: false }, ...rest.slice(1)];
    } else if (name === 'call' || name === '(' || name === ')' || name === 'else') rest = rest.slice(1);
    else if (name === 'start') {
      let at = 1;
      while (at < rest.length && (rest[at]?.text === '' || /^\/\w+/.test(rest[at]?.text ?? ''))) at++;
      if (at >= rest.length) return rest;
      rest = rest.slice(at);
    } else if (name === 'if') {
      let at = 1;
      if (/^\/i$/i.test(rest[at]?.text ?? '')) at++;
      if (/^not$/i.test(rest[at]?.text ?? '')) at++;
      const kind = rest[at]?.text.toLowerCase();
      at +=
        kind === 'exist' || kind === 'defined' || kind === 'errorlevel'
          ? 2
          : rest[at]?.text.includes('==') === true
            ? 1
            : 3;
      if (at >= rest.length) return [];
      rest = rest.slice(at);
    } else if (name === 'for') {
      const at = rest.findIndex((word) => word.text.toLowerCase() === 'do');
      if (at < 0) return rest;
      rest = rest.slice(at + 1);
    } else return rest;
  }
  return rest;
}

function expandPercent(text: string, scope: Scope, sink: Sink): Word {
  if (!text.includes('%') && !text.includes('!')) return { text, dynamic: false };
  const unknown: string[] = [];
  const { home } = sink.context;
  const out = text.replace(
    /[%!](\w{1,64})(?::~(-?\d{1,4})(?:,(-?\d{1,4}))?)?[%!]/g,
    (whole, name: string, from?: string, length?: string) => {
      const value =
        scope.vars?.get(name.toLowerCase())?.[0] ?? windowsVariable(name.toLowerCase(), home, scope.cwd);
      if (value === undefined) {
        unknown.push(name);
        return whole;
      }
      if (from === undefined) return value;
      const start = Number(from) < 0 ? Math.max(0, value.length + Number(from)) : Number(from);
      if (length === undefined) return value.slice(start);
      return Number(length) < 0
        ? value.slice(start, Number(length))
        : value.slice(start, start + Number(length));
    },
  );
  return { text: out, dynamic: unknown.length > 0 || /%%?[a-z*~]/i.test(out) };
}
