import type { ToolCallEvent } from '../../contract/event.ts';
import type { ShellCommand } from '../../contract/shell.ts';
import type { SessionContext } from '../rule.ts';
import { codePaths } from './code-paths.ts';
import { pathWords } from './path-words.ts';
import { resolvePath } from './paths.ts';
import { canonicalName } from './program-names.ts';
import { hasRole, isRole, rolesOf } from './program-roles.ts';

/** What a call does with one path. `touch` = looks at the name or the attributes only; `own` = a program opens its own file. */
export type PathHow = 'read' | 'send' | 'write' | 'append' | 'delete' | 'touch' | 'own' | 'execute';

export interface PathUse {
  /** Absolute. */
  readonly path: string;
  readonly how: PathHow;
  readonly command?: ShellCommand;
}

type Place = Pick<SessionContext, 'home' | 'platform'>;

/** The last call's: all rules, and then the run's memory, ask about one call before the next one comes. */
let last: { readonly event: ToolCallEvent; readonly uses: readonly PathUse[] } | undefined;
const NONE: readonly PathUse[] = [];
/** More paths than a person could mean; a hostile call cannot make us work longer. */
const MAX_USES = 400;

/** Every path a call names on this machine, and what happens to it. Worked out once per event. */
export function pathUses(event: ToolCallEvent, place: Place): readonly PathUse[] {
  if (last?.event === event) return last.uses;
  const uses = event.shell === undefined ? toolUses(event) : shellUses(event.shell.commands, place);
  last = { event, uses };
  return uses;
}

function toolUses(event: ToolCallEvent): readonly PathUse[] {
  if (event.resources.length === 0) return NONE;
  const uses: PathUse[] = [];
  for (const resource of event.resources) {
    if (resource.kind !== 'file' || uses.length >= MAX_USES) continue;
    switch (resource.access) {
      case 'read':
        // A search tool shows matching lines, a file search only names.
        uses.push({ path: resource.value, how: 'read' });
        break;
      case 'write':
        uses.push({ path: resource.value, how: 'write' });
        break;
      case 'delete':
        uses.push({ path: resource.value, how: 'delete' });
        break;
      default:
        uses.push({ path: resource.value, how: 'touch' });
    }
  }
  return uses;
}

function shellUses(commands: readonly ShellCommand[], place: Place): readonly PathUse[] {
  const uses: PathUse[] = [];
  for (const command of commands) {
    if (command.elsewhere && !hasRole(command, 'copier')) continue;
    if (uses.length >= MAX_USES) break;
    redirectUses(command, place, uses);
    argumentUses(command, place, uses);
    listUses(command, commands, place, uses);
    if (command.code === undefined) continue;
    for (const { text, how } of codePaths(command.code)) {
      const path = uses.length >= MAX_USES ? undefined : resolve(text, command, place);
      if (path !== undefined) uses.push({ path, how, command });
    }
  }
  return uses;
}

function redirectUses(command: ShellCommand, place: Place, uses: PathUse[]): void {
  for (const redirect of command.redirects) {
    const path = redirect.target === undefined ? undefined : resolve(redirect.target, command, place);
    if (path === undefined || path.startsWith('/dev/null')) continue;
    if (redirect.operator.includes('<') && !redirect.operator.includes('>'))
      uses.push({ path, how: 'read', command });
    else uses.push({ path, how: redirect.operator.includes('>>') ? 'append' : 'write', command });
  }
}

function argumentUses(command: ShellCommand, place: Place, uses: PathUse[]): void {
  const key = canonicalName(command.program);
  const how = howOf(key, command);
  // Nobody asks for names that are only looked at, or for what a program opens for itself: most commands end here.
  if (how === undefined || how === 'own' || how === 'touch') return;
  const words = pathWords(key, command.args);
  const copies = words.length > 1 && isRole(key, 'copier');
  for (const [index, word] of words.entries()) {
    const path = uses.length >= MAX_USES ? undefined : resolve(word, command, place);
    if (path !== undefined)
      uses.push({ path, how: copies && index === words.length - 1 ? 'write' : how, command });
  }
}

const GLOB_FLAG = /^(?:-g|--glob|--iglob|--include|-Include|-Filter)$/;

/** `rg -g '.env*' KEY= ~`, `grep -r --include=.env KEY ~`, `gci x | copy-item`: the files a pattern stands for. */
function listUses(
  command: ShellCommand,
  commands: readonly ShellCommand[],
  place: Place,
  uses: PathUse[],
): void {
  const key = canonicalName(command.program);
  const searches = key === 'grep' || key === 'rg';
  if (!searches && key !== 'get-childitem') return;
  if (!searches && !feedsCopy(command, commands)) return;
  const globs = command.args.flatMap((word, i) => {
    const glued = /^--(?:include|glob|iglob)=(.{1,200})$/.exec(word)?.[1];
    return glued ?? (GLOB_FLAG.test(command.args[i - 1] ?? '') ? word : []);
  });
  if (searches && globs.length === 0) return;
  for (const root of pathWords(key, command.args)) {
    if (root === '' || globs.includes(root)) continue;
    for (const glob of globs.length === 0 ? ['*'] : globs) {
      const path = resolve(`${root.replace(/(?<![\\/])[\\/]+$/, '')}/**/${glob}`, command, place);
      if (path !== undefined && uses.length < MAX_USES) uses.push({ path, how: 'read', command });
    }
  }
}

/** A later stage of the pipeline copies, packs or shows what the list names. */
function feedsCopy(command: ShellCommand, commands: readonly ShellCommand[]): boolean {
  return commands.some(
    (other) =>
      other.pipeline === command.pipeline &&
      other.stage > command.stage &&
      (hasRole(other, 'copier') ||
        /^(?:get-content|gc|compress-archive)$/.test(canonicalName(other.program))),
  );
}

function howOf(key: string, command: ShellCommand): PathHow | undefined {
  const roles = rolesOf(key);
  if (roles.size === 0) return 'own';
  if (roles.has('toucher')) return 'touch';
  if (roles.has('remover')) return 'delete';
  if (roles.has('appender') || (key === 'tee' && command.args.some((a) => a === '-a' || a === '--append')))
    return 'append';
  if (roles.has('writer')) return 'write';
  if (key === 'sed' || key === 'perl')
    return command.args.some((a) => /^-[a-z]*i/.test(a) || a.startsWith('--in-place')) ? 'write' : 'read';
  if (
    key === 'openssl' &&
    /^(?:genrsa|genpkey|req|x509|verify|s_client|rand|ecparam|dhparam)$/.test(command.args[0] ?? '')
  )
    return 'own';
  if (key === 'gpg' && !command.args.some((a) => /^--(?:export-secret|list-secret)/.test(a))) return 'own';
  if (key === 'find' || key === 'fd') return command.args.some((a) => a === '-delete') ? 'delete' : 'touch';
  if (
    (key === 'grep' || key === 'rg') &&
    command.args.some((a) => a === '-l' || a === '-q' || a === '-c' || a === '--quiet' || a === '--files')
  )
    return 'touch';
  if (key === 'wc') return 'touch';
  if (roles.has('sender')) return 'send';
  if (roles.has('copier')) return key === 'scp' || key === 'rsync' ? 'send' : 'read';
  if (roles.has('reader') || roles.has('opener')) return 'read';
  return 'own';
}

function resolve(word: string, { cwd }: ShellCommand, { home, platform }: Place): string | undefined {
  return word === '' || word === '-' ? undefined : resolvePath(word, { home, platform, cwd });
}
