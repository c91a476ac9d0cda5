import type { ShellRedirect } from '../../contract/shell.ts';
import { resolvePath } from '../../rules/shared/paths.ts';
import type { Walkers } from './run.ts';
import { runDraft } from './run.ts';
import type { Scope, Sink, Word } from './state.ts';
import { emit, MAX_COMMANDS, MAX_DEPTH, MAX_SOURCE, MAX_TREE_DEPTH } from './state.ts';

/** `&`, `&&`, `||`, `|`, newline; `^` escapes; `%VAR%`, `%VAR:~0,3%`; quotes; redirects; `if`, `for`, `call`, `start` in front. */
export function walkCmd(source: string, scope: Scope, sink: Sink, walkers: Walkers): void {
  const text = source.length > MAX_SOURCE ? source.slice(0, MAX_SOURCE) : source;
  sink.sourceLeft -= text.length;
  if (text.length < source.length || sink.sourceLeft < 0 || scope.tree > MAX_TREE_DEPTH)
    sink.truncated = true;
  if (sink.sourceLeft < 0 || scope.tree > MAX_TREE_DEPTH) return;
  let pipeline = sink.pipelines++;
  let stage = 0;
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
    runPart(part, pipeline, stage, scope, sink, walkers);
  }
}

interface Part {
  readonly words: readonly string[];
  readonly redirects: readonly {
    readonly fd: number | undefined;
    readonly operator: string;
    readonly target: string;
  }[];
  readonly piped: boolean;
  readonly broken: boolean;
}

function runPart(
  part: Part,
  pipeline: number,
  stage: number,
  scope: Scope,
  sink: Sink,
  walkers: Walkers,
): void {
  let words: Word[] = part.words.map((word) => expandPercent(word, scope, sink));
  words = skipKeywords(words);
  const head = words[0];
  if (head === undefined && part.redirects.length === 0) return;
  const name = head?.text.toLowerCase().replace(/^@/, '') ?? '';
  if (name === 'rem' || name.startsWith('::') || (name.startsWith(':') && words.length === 1)) return;
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
  const draft = { words, assignments: {}, redirects, stdin: undefined, pipeline, stage };
  const bare = name.replace(/^.*[\\/]/, '').replace(/\.exe$/, '');
  if (
    scope.depth < MAX_DEPTH &&
    /^(?:powershell|pwsh|cmd|wsl|bash|sh|ssh|docker|python3?|py|node)$/.test(bare)
  ) {
    runDraft(draft, scope, sink, walkers);
    return;
  }
  emit(sink, scope, draft, { dialect: 'cmd' });
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
      if (at >= rest.length) return rest;
      rest = rest.slice(at);
    } else if (name === 'for') {
      const at = rest.findIndex((word) => word.text.toLowerCase() === 'do');
      if (at < 0 || at + 1 >= rest.length) return rest;
      rest = rest.slice(at + 1);
    } else return rest;
  }
  return rest;
}

/** Cuts at separators outside quotes; `^x` is `x`. */
function splitCmd(text: string): readonly Part[] {
  const parts: Part[] = [];
  let words: string[] = [];
  let redirects: Part['redirects'][number][] = [];
  let word: string | undefined;
  let quoted = false;
  let piped = false;
  let pending: { fd: number | undefined; operator: string } | undefined;
  const endWord = (): void => {
    if (word === undefined) return;
    if (pending !== undefined) {
      redirects.push({ ...pending, target: word });
      pending = undefined;
    } else if (words.length < 2_048) words.push(word);
    word = undefined;
  };
  const endPart = (pipe: boolean, broken = false): void => {
    endWord();
    if (words.length > 0 || redirects.length > 0) parts.push({ words, redirects, piped, broken });
    words = [];
    redirects = [];
    pending = undefined;
    piped = pipe;
  };
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? '';
    if (char === '"') {
      quoted = !quoted;
      word ??= '';
    } else if (quoted) word = `${word ?? ''}${char}`;
    else if (char === '^') {
      i++;
      const next = text[i] ?? '';
      if (next === '\r') i++;
      else if (next !== '\n') word = `${word ?? ''}${next}`;
    } else if (char === '&' || char === '\n') {
      if (text[i + 1] === '&') i++;
      endPart(false);
    } else if (char === '|') {
      const or = text[i + 1] === '|';
      if (or) i++;
      endPart(!or);
    } else if (char === '>' || char === '<') {
      const fd = word !== undefined && /^\d$/.test(word) ? Number(word) : undefined;
      if (fd !== undefined) word = undefined;
      endWord();
      const twice = text[i + 1] === char;
      if (twice) i++;
      if (text[i + 1] === '&') {
        i += 2;
        continue;
      }
      pending = { fd, operator: twice ? char.repeat(2) : char };
    } else if (char === '(' && word === undefined && words.length === 0) {
      continue;
    } else if (char === ')' && word === undefined) {
      continue;
    } else if (char === ' ' || char === '\t' || char === '\r') endWord();
    else if ((char === ',' || char === ';') && !/%[^%]*:~[^%]*$/.test(word ?? '')) endWord();
    else word = `${word ?? ''}${char}`;
  }
  endPart(false, quoted);
  return parts;
}

function expandPercent(text: string, scope: Scope, sink: Sink): Word {
  if (!text.includes('%') && !text.includes('!')) return { text, dynamic: false };
  const unknown: string[] = [];
  const { home } = sink.context;
  const out = text.replace(
    /[%!](\w{1,64})(?::~(-?\d{1,4})(?:,(-?\d{1,4}))?)?[%!]/g,
    (whole, name: string, from?: string, length?: string) => {
      const value =
        scope.vars?.get(name.toLowerCase())?.[0] ?? knownVariable(name.toLowerCase(), home, scope.cwd);
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

function knownVariable(name: string, home: string, cwd: string | undefined): string | undefined {
  switch (name) {
    case 'userprofile':
    case 'home':
      return home;
    case 'appdata':
      return `${home}\\AppData\\Roaming`;
    case 'localappdata':
      return `${home}\\AppData\\Local`;
    case 'temp':
    case 'tmp':
      return `${home}\\AppData\\Local\\Temp`;
    case 'systemroot':
    case 'windir':
      return 'C:\\Windows';
    case 'comspec':
      return 'C:\\Windows\\System32\\cmd.exe';
    case 'programdata':
      return 'C:\\ProgramData';
    case 'systemdrive':
    case 'homedrive':
      return 'C:';
    case 'cd':
      return cwd;
    default:
      return undefined;
  }
}
