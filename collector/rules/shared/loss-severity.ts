import type { Severity } from '../../contract/finding.ts';
import type { ShellCommand } from '../../contract/shell.ts';
import type { SessionContext } from '../rule.ts';
import { askedFor } from './asked.ts';
import { isGenerated } from './generated-dirs.ts';
import { classifyPath, locatePath } from './path-classes.ts';
import { baseName, belowHome, resolvePath } from './paths.ts';

/** Tools that install below these and tell people to remove the old version first. */
const REPLACEABLE =
  /^\/(?:usr\/local\/(?:[\w.-]+|(?:lib|share|bin|include|opt)\/[\w.@/-]+)|opt\/[\w.-]+(?:\/.*)?|var\/(?:lib\/apt\/lists|cache|log|tmp|lib\/docker\/tmp)(?:\/.*)?|usr\/share\/(?:doc|man)(?:\/.*)?|Applications\/[^/]+\.app|Library\/Caches\/.*|Volumes\/[\w .-]+\/.+|proc\/.*|etc\/(?:nginx|apache2)\/sites-enabled\/.+|etc\/apt\/sources\.list\.d\/.+)$/i;

/** How bad it is that a folder is gone; `undefined` for what is made again or nobody misses. */
export function lossSeverity(
  path: string,
  command: ShellCommand,
  context: SessionContext,
): Severity | undefined {
  const location = locatePath(path, context);
  if (command.elsewhere)
    return location === 'filesystem-root' && command.via.includes('remote') ? 'high' : undefined;
  const folded = path.toLowerCase().replaceAll('\\', '/');
  const named = (): boolean => askedFor(context, [baseName(path), path]);
  switch (location) {
    case 'filesystem-root':
    case 'home-root':
    case 'workspace-parent':
      return 'critical';
    case 'workspace-root':
      return named() || askedFor(context, ['start over', 'from scratch', 'everything']) ? 'low' : 'high';
    case 'generated':
    case 'temp':
      return undefined;
    case 'workspace':
      return /\/\.(?:git|hg|svn)$/.test(folded)
        ? askedFor(context, ['.git', 'git history', 'fresh', 're-init', 'template'])
          ? 'low'
          : 'high'
        : undefined;
    case 'system':
      if (REPLACEABLE.test(path)) return undefined;
      // What lies below one site or service is its content, not the system.
      if (CONTENT.test(folded))
        return isGenerated(folded, undefined) ? undefined : named() ? 'low' : 'medium';
      return named() ? 'medium' : 'critical';
    case 'home':
    case 'elsewhere': {
      if (isCopyOfWorkspace(folded, context)) return 'low';
      const home = context.home.toLowerCase().replaceAll('\\', '/');
      if (isGenerated(folded, belowHome(folded, home)) || REPLACEABLE.test(path)) return undefined;
      // A dot folder deep in the home is the state of one tool; the first level is a tool's whole memory.
      const below = belowHome(folded, home);
      if (
        below !== undefined &&
        /^(?:\.[\w.-]+|library|\.local\/share|\.config)\/.+/.test(below) &&
        classifyPath(path, context) === 'home'
      )
        return 'low';
      return named() ? 'low' : 'high';
    }
  }
}

const CONTENT = /^\/(?:var\/www|srv)\/[^/]+\/./;

/** `../app-fix` beside `app`: a second checkout. */
function isCopyOfWorkspace(folded: string, context: SessionContext): boolean {
  const root = context.workspace?.toLowerCase().replaceAll('\\', '/');
  return (
    root !== undefined &&
    folded.length > root.length + 1 &&
    folded.startsWith(root) &&
    /[-_.]/.test(folded.charAt(root.length))
  );
}

/** A word of a command as the path it means. */
export function resolveWord(
  word: string,
  command: ShellCommand,
  context: SessionContext,
): string | undefined {
  const cwd = command.cwd === undefined ? {} : { cwd: command.cwd };
  return resolvePath(word, { home: context.home, platform: context.platform, ...cwd });
}
