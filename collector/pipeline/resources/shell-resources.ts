import type { Resource, ResourceAccess } from '../../contract/event.ts';
import type { ShellAnalysis, ShellCommand } from '../../contract/shell.ts';
import { canonicalName } from '../../rules/shared/program-names.ts';
import type { PathPlace } from '../../rules/shared/paths.ts';
import { isWindowsAbsolute } from '../../rules/shared/paths.ts';
import { addCloud } from './cloud.ts';
import { addCode } from './code-resources.ts';
import { ResourceList } from './collect.ts';
import { addMounts } from './mounts.ts';
import { addNetwork } from './network.ts';
import { addPackages } from './packages.ts';
import { PROGRAM_FILES } from './program-files.ts';
import type { ArgumentRole, ProgramFiles } from './program-files.ts';

export interface ResourceContext {
  readonly home: string;
  readonly cwd?: string | undefined;
  readonly platform: PathPlace['platform'];
}

/**
 * What a parsed command line touches: files with their access, hosts, URLs (no user-info, no query), databases, cloud
 * objects, packages, repositories and credentials. At most 200, each once, in order of appearance. Files inside another
 * machine or a container are left out, its host is not. Pure; never throws.
 */
export function shellResources(analysis: ShellAnalysis, context: ResourceContext): readonly Resource[] {
  const list = new ResourceList();
  addShell(analysis, context, list);
  return list.items;
}

/** The same, added to a list. */
export function addShell(analysis: ShellAnalysis, context: ResourceContext, list: ResourceList): void {
  for (const command of analysis.commands) addCommand(command, context, list);
}

function addCommand(command: ShellCommand, context: ResourceContext, list: ResourceList): void {
  const place: PathPlace = { home: context.home, platform: context.platform, cwd: command.cwd };
  const name = canonicalName(command.program);
  if (!command.elsewhere) {
    for (const redirect of command.redirects) {
      const { target } = redirect;
      if (target === undefined) continue;
      const device = /^\/dev\/(?:tcp|udp)\/([^/\s]+)\/(\w+)/.exec(target);
      if (device?.[1] !== undefined) list.add('host', device[1], 'connect');
      else if (!/^\d+-?$|^-$/.test(target))
        list.file(target, redirect.operator.includes('>') ? 'write' : 'read', place);
    }
    addProgram(command, place, list);
    const spec = PROGRAM_FILES.get(name);
    if (spec !== undefined) addFiles(spec, command, place, list);
    else addSpecial(name, command, place, list);
    addMounts(name, command.args, place, list);
  }
  addNetwork(name, command, place, list);
  addCloud(name, command, list);
  addPackages(name, command, list);
  if (command.code !== undefined && !command.elsewhere) addCode(command.code, place, list);
}

/** A program run by its path is a file that was executed, unless it lies where programs belong. */
function addProgram(command: ShellCommand, place: PathPlace, list: ResourceList): void {
  const path = command.programPath;
  if (!path.includes('/') && !path.includes('\\')) return;
  if (command.dynamicProgram === true || /^\/(?:usr\/(?:local\/)?)?s?bin\/[\w.+-]+$/.test(path)) return;
  if (/^\/(?:opt\/homebrew\/bin|usr\/libexec)\//.test(path)) return;
  list.file(path, 'execute', place);
}

function addFiles(spec: ProgramFiles, command: ShellCommand, place: PathPlace, list: ResourceList): void {
  const { args } = command;
  const powershell = place.platform === 'win32' || command.dialect === 'powershell';
  let first = spec.first;
  let role: ArgumentRole | undefined = spec.operands;
  if (spec.switches !== undefined) for (const arg of args) role = spec.switches.get(arg) ?? role;
  if (first !== undefined && spec.unless.some((option) => args.includes(option))) first = undefined;
  const operands: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--') {
      operands.push(...args.slice(i + 1));
      break;
    }
    if ((arg.charCodeAt(0) === 45 && arg.length > 1) || (powershell && /^\/[a-z]{1,2}(?::.*)?$/i.test(arg))) {
      i += addOption(spec, arg, args[i + 1], place, list);
    } else operands.push(arg);
  }
  for (let i = 0; i < operands.length; i++) {
    const operand = operands[i] ?? '';
    const isLast = spec.last !== undefined && operands.length > 1 && i === operands.length - 1;
    const as = i === 0 && first !== undefined ? first : isLast ? spec.last : role;
    if (as === undefined || as === 'skip') {
      if (i === 0 && first !== undefined) continue;
      break;
    }
    if (operand.includes('://')) list.url(operand, 'connect', place);
    else list.file(operand, as, place);
  }
}

/** @returns how many further arguments the option has eaten */
function addOption(
  spec: ProgramFiles,
  arg: string,
  next: string | undefined,
  place: PathPlace,
  list: ResourceList,
): number {
  const { options, takes } = spec;
  if (options !== undefined) {
    const whole = options.get(arg) ?? options.get(arg.toLowerCase());
    if (whole !== undefined) {
      addRole(whole, next ?? '', place, list);
      return 1;
    }
    const equals = arg.indexOf('=');
    const long = equals > 0 ? options.get(arg.slice(0, equals)) : undefined;
    if (long !== undefined) {
      addRole(long, arg.slice(equals + 1), place, list);
      return 0;
    }
    if (arg.length > 2 && arg.charCodeAt(1) !== 45) {
      const glued = options.get(arg.slice(0, 2));
      if (glued !== undefined) {
        addRole(glued, arg.slice(2), place, list);
        return 0;
      }
      // A cluster that ends in an option with a value: `curl -sSo file`.
      const last = /^-[A-Za-z]{2,6}$/.test(arg) ? options.get(`-${arg.at(-1) ?? ''}`) : undefined;
      if (last !== undefined) {
        addRole(last, next ?? '', place, list);
        return 1;
      }
    }
  }
  return takes.has(arg) || takes.has(arg.toLowerCase()) ? 1 : 0;
}

function addRole(role: ArgumentRole, value: string, place: PathPlace, list: ResourceList): void {
  if (role !== 'skip') list.file(value, role, place);
}

/** Programs whose arguments follow no simple table. */
function addSpecial(name: string, command: ShellCommand, place: PathPlace, list: ResourceList): void {
  const { args } = command;
  switch (name) {
    case 'dd':
      for (const arg of args) {
        if (arg.startsWith('if=')) list.file(arg.slice(3), 'read', place);
        else if (arg.startsWith('of=')) list.file(arg.slice(3), 'write', place);
      }
      return;
    case 'tar':
      addTar(args, place, list);
      return;
    case 'find':
      addFind(args, place, list);
      return;
    case 'git':
      addGit(args, place, list);
      return;
    case 'cd':
    case 'echo':
    case 'printf':
      return;
    default:
      // An unknown program may still be told about a file that everybody can see is one.
      for (const arg of args) {
        if (isPathLike(arg)) list.file(arg, 'read', place);
      }
  }
}

function isPathLike(arg: string): boolean {
  const starts =
    arg.charCodeAt(0) === 47
      ? arg.length > 1
      : arg.startsWith('~/') || arg.startsWith('./') || arg.startsWith('../') || isWindowsAbsolute(arg);
  return starts && arg.length <= 512 && !arg.includes('://') && !/[\s;|&<>"'`*]/.test(arg);
}

function addTar(args: readonly string[], place: PathPlace, list: ResourceList): void {
  const mode = args.find((arg) => /^-?[A-Za-z]+$/.test(arg) && !arg.startsWith('--')) ?? '';
  const creates = args.includes('--create') || /^-?[a-zA-Z]*[cru]/.test(mode);
  const extracts = args.includes('--extract') || /^-?[a-zA-Z]*x/.test(mode);
  let base = place;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    const next = args[i + 1];
    if (arg === '-C' || arg === '--directory') {
      if (next !== undefined) {
        if (extracts) list.file(next, 'write', place);
        base = { ...place, cwd: next.startsWith('/') ? next : `${place.cwd ?? ''}/${next}` };
      }
      i++;
    } else if (
      arg === '-f' ||
      arg === '--file' ||
      (i === 0 && /^-?[a-zA-Z]*f$/.test(arg)) ||
      /^-[a-zA-Z]*f$/.test(arg)
    ) {
      if (next !== undefined && next !== '-') list.file(next, creates ? 'write' : 'read', place);
      i++;
    } else if (arg.startsWith('--file=')) list.file(arg.slice(7), creates ? 'write' : 'read', place);
    else if (arg === '-X' || arg === '--exclude-from' || arg === '--exclude' || arg === '-T') i++;
    else if (!arg.startsWith('-') && !(i === 0 && arg === mode) && creates) list.file(arg, 'read', base);
  }
  if (extracts && !args.includes('-C') && !args.includes('--directory')) list.file('.', 'write', place);
}

function addFind(args: readonly string[], place: PathPlace, list: ResourceList): void {
  const deletes = args.includes('-delete');
  const end = args.findIndex((arg) => arg.startsWith('-') || arg === '(' || arg === '!');
  const roots = end < 0 ? args : args.slice(0, end);
  const names = args.filter((_, i) => i > 0 && /^-i?(?:name|path|wholename)$/.test(args[i - 1] ?? ''));
  for (const root of roots.length === 0 ? ['.'] : roots) {
    list.file(root, 'read', place);
    for (const name of names.slice(0, 8))
      list.file(`${root}/**/${name.replace(/^.*\//, '')}`, deletes ? 'delete' : 'read', place);
    if (deletes && names.length === 0) list.file(root, 'delete', place);
  }
  for (let i = 0; i < args.length; i++) {
    if (/^-(?:fprint0?|fprintf|fls)$/.test(args[i] ?? '')) list.file(args[i + 1] ?? '', 'write', place);
  }
}

const GIT_FILES: Readonly<Record<string, ResourceAccess | undefined>> = {
  rm: 'delete',
  mv: 'write',
  restore: 'write',
  apply: 'read',
  'hash-object': 'read',
};

function addGit(args: readonly string[], place: PathPlace, list: ResourceList): void {
  let at = 0;
  let base = place;
  for (; at < args.length; at++) {
    const arg = args[at] ?? '';
    if (arg === '-C') {
      const dir = args[++at] ?? '';
      base = { ...place, cwd: dir.startsWith('/') ? dir : `${place.cwd ?? ''}/${dir}` };
    } else if (arg === '-c' || arg === '--git-dir' || arg === '--work-tree') at++;
    else if (!arg.startsWith('-')) break;
  }
  const verb = args[at] ?? '';
  const rest = args.slice(at + 1);
  const access = Object.hasOwn(GIT_FILES, verb) ? GIT_FILES[verb] : undefined;
  if (access !== undefined) {
    for (const arg of rest) if (!arg.startsWith('-')) list.file(arg, access, base);
  } else if (verb === 'clean' && /f/.test(rest.join(''))) list.file('.', 'delete', base);
  else if (verb === 'config') {
    const file = rest.includes('--global')
      ? '~/.gitconfig'
      : rest.includes('--system')
        ? '/etc/gitconfig'
        : '.git/config';
    const names = rest.filter((arg) => !arg.startsWith('-'));
    const writes =
      names.length > 1 ||
      rest.some((arg) => /^--(?:unset|add|replace-all|remove-section|rename-section)/.test(arg));
    list.file(file, writes && !rest.some((arg) => arg.startsWith('--get')) ? 'write' : 'read', base);
  }
}
