import { resolvePath } from '../../rules/shared/paths.ts';
import type { Scope, Sink, Word } from './state.ts';

/** `cd`, `set --`, `unset`, `read`: what changes the shell itself. */
export function followState(words: readonly Word[], scope: Scope, sink: Sink): void {
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
