import type { ToolCallEvent } from '../../contract/event.ts';
import type { ShellCommand } from '../../contract/shell.ts';
import type { SessionContext } from '../rule.ts';
import { callFacts } from './call-signs.ts';
import { canonicalName, subcommandOf } from './commands.ts';
import { once } from './once.ts';
import { locatePath, SECRET_CLASSES, type PathClass } from './path-classes.ts';
import { pathUses } from './path-uses.ts';
import { isRole } from './program-roles.ts';

type Place = Pick<SessionContext, 'home' | 'platform' | 'workspace'>;

const NONE: readonly string[] = [];
const MAX_EFFECTS = 12;
/** Files that decide what runs, or who may do what. */
const STEERING: ReadonlySet<PathClass> = new Set<PathClass>([
  'agent-config',
  'mcp-config',
  'instructions',
  'shell-rc',
  'scheduler',
  'git-hooks',
  'git-config',
  'ci-config',
  'editor-task',
  'authorized-keys',
  'ssh-config',
  'sshd-config',
  'sudoers',
  'package-config',
  'root-ca',
  'hosts-file',
]);
/** Programs whose verb is what matters: the same verb by another way is the same deed. */
const BY_VERB = new Set(
  'kubectl terraform tofu pulumi aws gcloud az helm systemctl launchctl docker podman crontab npm pnpm yarn cargo twine gh psql mysql redis-cli mongosh prisma rails chmod chown kill pkill killall'.split(
    ' ',
  ),
);
const HARMLESS_VERB = new Set(
  'get list ls describe show status view logs log diff plan version help test run install ci info ps images inspect search whoami config add build start dev i x exec'.split(
    ' ',
  ),
);

/**
 * What a call does to the world, as words that are equal when two calls do the same by different means: which secret it
 * reads, which file it changes or removes, whom it sends to, what it switches. Nothing for ordinary calls.
 */
export const effectsOf = once((event: ToolCallEvent, place: Place): readonly string[] => {
  const facts = callFacts(event, place);
  if (facts.named.length + facts.sensitive.length + facts.sends.length === 0 && !mayChange(event))
    return NONE;
  const found = new Set<string>();
  for (const use of facts.named) {
    if ((use.how === 'read' || use.how === 'send') && SECRET_CLASSES.has(use.class))
      found.add(`read:${use.path}`);
    else if (use.how !== 'read' && use.how !== 'send' && use.how !== 'touch' && STEERING.has(use.class))
      found.add(`write:${use.path}`);
  }
  for (const secret of facts.sensitive) found.add(`read:${secret.what}`);
  for (const send of facts.sends) found.add(`send:${send.host ?? send.to}`);
  if (event.shell !== undefined) for (const command of event.shell.commands) byVerb(command, found);
  for (const use of pathUses(event, place)) {
    if (found.size >= MAX_EFFECTS) break;
    if (use.how === 'delete' && isPrecious(use.path, place)) found.add(`delete:${use.path}`);
  }
  return found.size === 0 ? NONE : [...found].slice(0, MAX_EFFECTS);
});

/** A look at the names of the programs: most calls change nothing that matters here. */
function mayChange(event: ToolCallEvent): boolean {
  if (event.shell === undefined) return false;
  return event.shell.commands.some((command) => command.code !== undefined || changes(command.program));
}

const CHANGERS = new Map<string, boolean>();
const MAX_CHANGERS = 2_000;

/** Few programs are asked for a million times. */
function changes(program: string): boolean {
  const known = CHANGERS.get(program);
  if (known !== undefined) return known;
  const name = canonicalName(program);
  const found = name === 'git' || name === 'find' || BY_VERB.has(name) || isRole(name, 'remover');
  if (CHANGERS.size < MAX_CHANGERS && program.length < 64) CHANGERS.set(program, found);
  return found;
}

/** What is built again, and what is temporary, is no loss. */
function isPrecious(path: string, place: Place): boolean {
  const where = locatePath(path, place);
  return where !== 'generated' && where !== 'temp';
}

function byVerb(command: ShellCommand, found: Set<string>): void {
  if (found.size >= MAX_EFFECTS) return;
  const name = canonicalName(command.program);
  if (name === 'git') {
    const { words } = subcommandOf(command);
    if (words[0] === 'push') found.add(`push:${words[1] ?? 'origin'}`);
    else if (/^(?:reset|clean|filter-branch|filter-repo)$/.test(words[0] ?? ''))
      found.add(`do:git ${words[0] ?? ''}`);
    return;
  }
  if (!BY_VERB.has(name)) return;
  const { words } = subcommandOf(command);
  const verb = words[0] ?? '';
  if (verb === '' || HARMLESS_VERB.has(verb)) return;
  found.add(`do:${name} ${words.slice(0, 3).join(' ')}`.slice(0, 120));
}

/** What an effect is about: the path, the host, the thing; for looking for it in a text that is written. */
export function objectOf(effect: string): string {
  return effect.slice(effect.indexOf(':') + 1);
}
