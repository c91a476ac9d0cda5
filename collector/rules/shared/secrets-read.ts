import type { ToolCallEvent } from '../../contract/event.ts';
import type { SessionContext } from '../rule.ts';
import { matchPathPattern, type PathClass } from './path-classes.ts';
import { isInside } from './paths.ts';
import { once } from './once.ts';
import { pathUses, type PathUse } from './path-uses.ts';

export interface SecretUse extends PathUse {
  readonly class: PathClass;
}

type Place = Pick<SessionContext, 'home' | 'platform' | 'workspace'>;

/**
 * Files of these classes whose content a call reads or copies. A program that opens its own credential (`ssh` its
 * key, `aws` its profile) does not count, nor does listing, creating or deleting.
 */
export function secretReads(
  event: ToolCallEvent,
  context: Place,
  classes: ReadonlySet<PathClass>,
): readonly SecretUse[] {
  const uses = classedUses(event, context);
  if (uses.length === 0) return uses;
  return uses.filter((use) => (use.how === 'read' || use.how === 'send') && classes.has(use.class));
}

/** The paths of a call whose name means something, with what happens to them; for most calls none. Worked out once. */
export const classedUses = once((event: ToolCallEvent, context: Place): readonly SecretUse[] => {
  const found: SecretUse[] = [];
  for (const use of pathUses(event, context)) {
    const named = secretClass(use.path, context);
    if (named !== undefined) found.push({ ...use, class: named });
  }
  return found;
});

/** The class of a path by its name alone, wherever it lies; `undefined` for the ordinary file. */
export function namedClass(path: string, place: Pick<Place, 'home' | 'platform'>): PathClass | undefined {
  return matchPathPattern(path, place)?.class;
}

/** The class of a path by its name, without the files that only look like secrets. */
export function secretClass(path: string, context: Place): PathClass | undefined {
  const named = namedClass(path, context);
  switch (named) {
    case 'ssh-key':
    case 'private-key':
    case 'gpg-key':
    case 'env-file':
    case 'app-secret':
    case 'cloud-credential':
    case 'keychain':
    case 'wallet':
    case 'password-vault':
    case 'browser-store':
      return isStandIn(path, context) ? undefined : named;
    default:
      return named;
  }
}

const STAND_IN_NAME =
  /^debug\.keystore$|(?:^|[._-])(?:example|examples|sample|template|tmpl|tpl|dist|schema|tests?|spec|mock|fake|dummy|fixture|stub|ci)(?:[._-]|$)|\.(?:md|mdx|d\.ts|ts|tsx|js|mjs|py|go|rs|java|rb|lock|crt|cer|csr|pub|sops|age|gpg|enc|vault)$|(?:^|[._-])(?:ca|cert|certs|chain|fullchain|cacert|root-ca|rootca|public|pub|bundle|isrg\w*)(?:[._-]|$)/i;
const STAND_IN_FOLDER =
  /\/(?:node_modules|site-packages|dist-packages|testdata|test-data|fixtures?|__fixtures__|__tests__|tests?|specs?|examples?|samples?|docs?|vendor|third[_-]party|mocks?|go\/pkg|\.cargo\/registry|usr\/(?:lib|share|include)|etc\/(?:ssl|ca-certificates|pki))\//i;

/** Examples, fixtures, templates, public certificates, encrypted copies, and code that only carries the name. */
function isStandIn(path: string, context: Place): boolean {
  const text = path.replaceAll('\\', '/');
  const name = text.slice(text.lastIndexOf('/') + 1);
  if (STAND_IN_NAME.test(name)) return true;
  // A whole checkout may lie in a folder called `docs`: only the part below the workspace tells.
  const root = context.workspace?.replaceAll('\\', '/');
  const below = root !== undefined && text.startsWith(`${root}/`) ? text.slice(root.length) : text;
  return (
    STAND_IN_FOLDER.test(below) ||
    /\/(?:tmp|temp|var\/folders)\/[^/]*(?:profile|playwright|puppeteer|chrom)/i.test(below)
  );
}

/** `true` when the path lies in the folder the session works in. Without a known workspace nothing does. */
export function inWorkspace(path: string, context: Pick<SessionContext, 'workspace' | 'platform'>): boolean {
  return context.workspace !== undefined && isInside(path, context.workspace, context.platform);
}
