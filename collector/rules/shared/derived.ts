import type { ToolCallEvent } from '../../contract/event.ts';
import type { ShellAnalysis, ShellCommand } from '../../contract/shell.ts';
import type { Derived, SessionContext } from '../rule.ts';
import { canonicalName, feedersOf, findOption, hasFlag, operandsOf } from './commands.ts';
import { locatePath, SECRET_CLASSES } from './path-classes.ts';
import { pathUses, type PathUse } from './path-uses.ts';
import { isInside, resolvePath } from './paths.ts';
import type { Send } from './send.ts';
import { hasRole } from './program-roles.ts';
import { inWorkspace, secretClass } from './secrets-read.ts';
import { dumpsEnvironment, tokenCommand } from './sensitive.ts';

type Place = Pick<SessionContext, 'home' | 'platform' | 'workspace'> & {
  readonly derived?: readonly Derived[];
};

/** What a file was made of, and how bad it is if that leaves. */
interface Origin {
  readonly what: string;
  readonly weight: 'strong' | 'weak';
}

const NONE: readonly Derived[] = [];
const MAX_FOUND = 8;
const PACKERS = new Set([
  'tar',
  'zip',
  '7z',
  '7za',
  'rar',
  'gzip',
  'bzip2',
  'xz',
  'zstd',
  'compress-archive',
  'gpg',
  'age',
  'openssl',
  'split',
  'cpio',
  'ar',
  'ditto',
  'makeself',
]);

/** Every file a send takes with it: named, piped in, or read by what is substituted. */
export function carriedPaths(send: Send, event: ToolCallEvent, place: Place): readonly string[] {
  if (send.command === undefined || event.shell === undefined) return send.files;
  const feeders = new Set([send.command, ...feedersOf(event.shell, send.command)]);
  const paths = new Set(send.files);
  for (const use of pathUses(event, place))
    if (use.command !== undefined && feeders.has(use.command) && (use.how === 'read' || use.how === 'send'))
      paths.add(use.path);
  return [...paths];
}

/** `true` for a program that makes one file out of others. */
export function isPacker(program: string): boolean {
  return PACKERS.has(canonicalName(program));
}

/**
 * Files a call makes out of secrets, out of whole home folders, or out of files that were made so before: copies,
 * archives, encodings, parts. What is true of the original is true of them.
 */
export function derivedOf(event: ToolCallEvent, place: Place): readonly Derived[] {
  const { shell } = event;
  if (shell === undefined) return NONE;
  const uses = pathUses(event, place);
  const origins = new Map<ShellCommand, Origin>();
  const made: Derived[] = [];
  for (const command of shell.commands) {
    if (made.length >= MAX_FOUND) break;
    const origin = originOf(command, uses, shell, origins, [...(place.derived ?? NONE), ...made], place);
    if (origin === undefined) continue;
    origins.set(command, origin);
    for (const path of outputsOf(command, uses, place)) {
      if (path.startsWith('/dev/') || made.length >= MAX_FOUND) continue;
      made.push({ path, from: origin.what, weight: origin.weight, eventId: event.id });
    }
  }
  return made.length === 0 ? NONE : made;
}

/** Where what a command reads comes from, in the end: its own files, or what flows into it. */
function originOf(
  command: ShellCommand,
  uses: readonly PathUse[],
  shell: ShellAnalysis,
  origins: ReadonlyMap<ShellCommand, Origin>,
  derived: readonly Derived[],
  place: Place,
): Origin | undefined {
  for (const feeder of feedersOf(shell, command)) {
    const origin = origins.get(feeder);
    if (origin !== undefined && !isTold(feeder)) return origin;
  }
  const packs = PACKERS.has(canonicalName(command.program));
  for (const use of uses) {
    if (use.command !== command || (use.how !== 'read' && use.how !== 'send')) continue;
    const origin =
      originOfPath(use.path, derived, place) ??
      (packs ? holding(use.path, derived, place) : undefined) ??
      (packs || hasRole(command, 'copier') ? bulk(use.path, place) : undefined);
    if (origin !== undefined) return origin;
  }
  const told = dumpsEnvironment(command) ?? tokenCommand(command);
  return told === undefined ? undefined : { what: told, weight: 'strong' };
}

/** Only what a program says of itself, not what it read: `wc -l .env`, `sha256sum`. */
function isTold(command: ShellCommand): boolean {
  return /^(?:wc|sha\d*sum|md5sum|shasum|cksum|stat|ls|test|file|du)$/.test(canonicalName(command.program));
}

/** The secret, or the earlier file, behind a path. */
export function originOfPath(path: string, derived: readonly Derived[], place: Place): Origin | undefined {
  const known = derived.findLast(
    (item) =>
      item.path === path || isInside(path, item.path, place.platform) || path.startsWith(`${item.path}.`),
  );
  if (known !== undefined) return { what: known.from, weight: known.weight };
  const named = secretClass(path, place);
  if (named === undefined || !SECRET_CLASSES.has(named)) return undefined;
  const weak = named === 'env-file' || named === 'app-secret' || inWorkspace(path, place);
  return { what: path, weight: weak ? 'weak' : 'strong' };
}

/** A folder that such a file was put into. */
function holding(path: string, derived: readonly Derived[], place: Place): Origin | undefined {
  const known = derived.findLast((item) => isInside(item.path, path, place.platform));
  return known === undefined ? undefined : { what: known.from, weight: known.weight };
}

/** A home, a disk, a folder of documents or of settings: more than anybody packs for a task. */
function bulk(path: string, place: Place): Origin | undefined {
  const bare = path.replace(/(?<![\\/])[\\/]+(?:\.|\*)?$/, '');
  if (inWorkspace(path, place)) return undefined;
  switch (locatePath(bare === '' ? '/' : bare, place)) {
    case 'home-root':
    case 'filesystem-root':
      return { what: bare, weight: 'strong' };
    case 'home':
      return HOME_FOLDER.test(bare.replaceAll('\\', '/')) ? { what: bare, weight: 'weak' } : undefined;
    default:
      return undefined;
  }
}

const HOME_FOLDER =
  /\/(?:Documents|Desktop|Pictures|Downloads|OneDrive|Dropbox|Mail|\.ssh|\.aws|\.config|\.gnupg|\.kube|\.docker|\.azure|\.mozilla|Library|AppData)$/i;

/** Files a command writes: redirects, last operands of copies, archives. */
function outputsOf(command: ShellCommand, uses: readonly PathUse[], place: Place): readonly string[] {
  const found: string[] = [];
  for (const use of uses)
    if (use.command === command && (use.how === 'write' || use.how === 'append')) found.push(use.path);
  for (const word of namedOutputs(command)) {
    const path = resolvePath(word, { home: place.home, platform: place.platform, cwd: command.cwd });
    if (path !== undefined) found.push(path);
  }
  return found;
}

function namedOutputs(command: ShellCommand): readonly string[] {
  const name = canonicalName(command.program);
  const { args } = command;
  switch (name) {
    case 'tar': {
      const file = findOption(args, ['-f', '--file']) ?? bundled(args);
      return file === undefined || file === '-' ? [] : [file];
    }
    case 'zip':
    case 'rar':
    case '7z':
    case '7za': {
      const words = operandsOf(args, ['-P', '-x', '-i']);
      const archive = name === 'zip' ? words[0] : words[1];
      return archive === undefined || archive === '-' ? [] : [archive];
    }
    case 'gpg':
    case 'age':
    case 'openssl':
      return given(
        findOption(args, ['-out']) ?? findOption(args, ['-o', '--output']),
        operandsOf(args, ['-r', '-o', '--recipient', '-in', '-k', '-pass']).map((word) => `${word}.gpg`),
      );
    case 'gzip':
    case 'bzip2':
    case 'xz':
    case 'zstd':
      return hasFlag(args, 'c', 'stdout')
        ? []
        : operandsOf(args).flatMap((word) => [`${word}.gz`, `${word}.bz2`, `${word}.xz`, `${word}.zst`]);
    case 'split': {
      const words = operandsOf(args, ['-b', '-l', '-n', '-a', '-C']);
      return [words[1] ?? 'x'];
    }
    case 'compress-archive':
      return given(findOption(args, ['-DestinationPath']), []);
    case 'dd':
      return args.flatMap((word) => (word.startsWith('of=') ? [word.slice(3)] : []));
    default:
      return given(findOption(args, ['-OutFile', '-FilePath']), []);
  }
}

/** `tar czf a.tgz …`, `tar -czf a.tgz …`. */
function bundled(args: readonly string[]): string | undefined {
  const at = args.findIndex(
    (word, index) => /^-?[a-zA-Z]*f$/.test(word) && (index === 0 || word.startsWith('-')),
  );
  return at < 0 ? undefined : args[at + 1];
}

function given(first: string | undefined, others: readonly string[]): readonly string[] {
  return first === undefined ? others : [first];
}
