import { resolvePath } from '../../rules/shared/paths.ts';
import type { Draft, Scope, Sink, StaticText } from './state.ts';

const MAX_FILES = 32;

/** Remembers the text of a file or of a process substitution. At most 32, the first ones. */
export function rememberText(key: string, text: StaticText, sink: Sink): void {
  const files = (sink.files ??= new Map());
  if (files.size < MAX_FILES || files.has(key)) files.set(key, text);
}

/** `echo x > f`, `cat > f <<E`, `echo x | tee f`: the file holds what the command prints. */
export function rememberOutput(draft: Draft, out: StaticText, scope: Scope, sink: Sink): void {
  for (const { fd, operator, target } of draft.redirects) {
    if (target === undefined || !operator.startsWith('>') || (fd ?? 1) !== 1) continue;
    remember(target, operator === '>>', out, scope, sink);
  }
  if (draft.words[0]?.text !== 'tee') return;
  for (const { text, dynamic } of draft.words.slice(1, 9))
    if (!dynamic && !text.startsWith('-')) remember(text, false, out, scope, sink);
}

function remember(target: string, append: boolean, out: StaticText, scope: Scope, sink: Sink): void {
  const path = resolve(target, scope, sink);
  if (path === undefined || path.startsWith('/dev/')) return;
  const before = append ? sink.files?.get(path) : undefined;
  rememberText(
    path,
    before === undefined
      ? out
      : { text: `${before.text}${out.text}`.slice(0, 65_536), decoded: before.decoded || out.decoded },
    sink,
  );
}

/** What a file named in the line holds, when the line itself wrote it. */
export function textOfFile(name: string, scope: Scope, sink: Sink): StaticText | undefined {
  if (sink.files === undefined) return undefined;
  const direct = sink.files.get(name);
  if (direct !== undefined) return direct;
  const path = resolve(name, scope, sink);
  return path === undefined ? undefined : sink.files.get(path);
}

function resolve(name: string, scope: Scope, sink: Sink): string | undefined {
  const { home, platform } = sink.context;
  return scope.elsewhere ? undefined : resolvePath(name, { home, platform, cwd: scope.cwd });
}
