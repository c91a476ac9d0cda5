import { resolvePath } from '../../rules/shared/paths.ts';
import { splitFields } from './fields.ts';
import type { Draft, Scope, Sink } from './state.ts';
import { staticOutput } from './static-output.ts';
import { setVariable } from './variables.ts';

/** `cd`, `set --`, `unset`, `read`: what changes the shell itself. */
export function followState(draft: Draft, scope: Scope, sink: Sink): void {
  const { words } = draft;
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
      for (let i = 1; i < words.length; i++) scope.vars?.delete(words[i]?.text ?? '');
      return;
    case 'read':
      for (const [name, value] of readVariables(draft, scope, firstLine(draft.stdin?.text)))
        setVariable(scope, name, value === undefined ? undefined : [value]);
      return;
    case 'mapfile':
    case 'readarray': {
      const name = words.find((word, i) => i > 0 && !word.text.startsWith('-'))?.text ?? 'MAPFILE';
      setVariable(scope, name, linesOf(draft.stdin?.text));
      return;
    }
    case 'printf': {
      const name = words[1]?.text === '-v' ? words[2]?.text : undefined;
      if (name === undefined) return;
      const out = staticOutput([{ text: 'printf', dynamic: false }, ...words.slice(3)], undefined, undefined);
      setVariable(scope, name, out === undefined ? undefined : [out.text]);
      return;
    }
    default:
  }
}

const READ_TAKES: ReadonlySet<string> = new Set(['-d', '-n', '-N', '-p', '-t', '-u', '-i']);
const MAX_LINES = 16;

/** Lines of a known input, at most 16. */
export function linesOf(text: string | undefined): readonly string[] | undefined {
  return text
    ?.split('\n', MAX_LINES + 1)
    .filter((line) => line !== '')
    .slice(0, MAX_LINES);
}

function firstLine(text: string | undefined): string | undefined {
  return text?.split('\n', 1)[0];
}

/** What `read a b` gives its variables from a line; `undefined` for each when the line is not known. */
export function readVariables(
  draft: Pick<Draft, 'words' | 'assignments'>,
  scope: Scope,
  line: string | undefined,
): readonly (readonly [name: string, value: string | undefined])[] {
  const names: string[] = [];
  let list = false;
  for (let i = 1; i < draft.words.length && names.length < 16; i++) {
    const text = draft.words[i]?.text ?? '';
    if (text === '-a') list = true;
    else if (READ_TAKES.has(text)) i++;
    else if (!text.startsWith('-')) names.push(text);
  }
  if (names.length === 0) names.push('REPLY');
  if (line === undefined || list) return names.map((name) => [name, undefined]);
  if (names.length === 1) return names.map((name) => [name, line.trim()]);
  const separators = draft.assignments['IFS'] ?? scope.vars?.get('IFS')?.[0] ?? ' \t\n';
  const pieces = splitFields(line.trim(), separators);
  return names.map((name, i) => [
    name,
    i < names.length - 1 ? (pieces[i] ?? '') : pieces.slice(i).join(separators.slice(0, 1)),
  ]);
}
