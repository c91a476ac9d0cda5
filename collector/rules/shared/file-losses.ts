import type { ToolCallEvent } from '../../contract/event.ts';
import type { Severity } from '../../contract/finding.ts';
import type { ShellCommand } from '../../contract/shell.ts';
import type { SessionContext } from '../rule.ts';
import { canonicalName, hasFlag, operandsOf } from './commands.ts';
import { lossSeverity, resolveWord } from './loss-severity.ts';
import { askedFor } from './asked.ts';
import { locatePath } from './path-classes.ts';
import { baseName } from './paths.ts';

/** What a command takes away, and how bad that is. */
export type Loss = readonly [target: string, severity: Severity];

const DEVICE = /(?:^|[ =])(\/dev\/(?:sd|nvme|hd|vd|xvd|disk|rdisk|mmcblk|mapper\/)\S*)/;

/** The folders, disks and devices a command empties; nothing for generated, temporary and single files. */
export function destroyed(command: ShellCommand, event: ToolCallEvent, context: SessionContext): Loss[] {
  const name = canonicalName(command.program);
  const line = command.args.join(' ');
  if (command.code !== undefined) return byCode(command.code, command, context);
  const device = line.includes('/dev/') ? DEVICE.exec(line)?.[1] : undefined;
  switch (name) {
    case 'rm':
    case 'rimraf':
    case 'trash':
    case 'srm':
      // What `find` hands over is judged by what `find` looks for.
      if (foundBy(command, event)) return [];
      if (name === 'rm' && !hasFlag(command.args, 'r', 'R', 'recursive') && command.depth === 0) return [];
      return byPaths(operandsOrFed(command, event), command, event, context);
    case 'remove-item':
      return hasFlag(command.args, 'recurse', 'r')
        ? byPaths(
            operandsOrFed(command, event, ['-Filter', '-Include', '-Exclude', '-ErrorAction']),
            command,
            event,
            context,
          )
        : [];
    case 'rd':
    case 'rmdir':
      return /(?:^|\s)\/s/i.test(line) || hasFlag(command.args, 'recurse')
        ? byPaths(
            command.args.filter((word) => !/^[/-][sqr]\w*$/i.test(word)),
            command,
            event,
            context,
          )
        : [];
    case 'del':
    case 'erase':
      return /(?:^|\s)\/s/i.test(line)
        ? byPaths(
            command.args.filter((word) => !/^\/[a-z]$/i.test(word)),
            command,
            event,
            context,
          )
        : [];
    case 'find':
    case 'fd':
      return byFind(command, event, context);
    case 'shred':
    case 'wipe':
      return device !== undefined
        ? [[device, 'critical']]
        : byPaths(operandsOf(command.args, ['-n', '-s']), command, event, context);
    case 'dd': {
      const out = command.args.find((word) => word.startsWith('of='))?.slice(3);
      return out !== undefined && device !== undefined && out.startsWith('/dev/')
        ? [[out, askedFor(context, ['usb', 'sd card', 'flash', 'image', out]) ? 'low' : 'critical']]
        : [];
    }
    case 'mkswap':
    case 'wipefs':
    case 'blkdiscard':
    case 'sgdisk':
      return device === undefined ? [] : [[device, 'critical']];
    case 'diskutil':
      return /^(?:eraseDisk|eraseVolume|zeroDisk|secureErase|partitionDisk|reformat)/i.test(line)
        ? [['a disk', 'critical']]
        : [];
    case 'format':
    case 'format-volume':
    case 'clear-disk':
    case 'initialize-disk':
      return name === 'format' && !/^[a-z]:/i.test(line) ? [] : [['a disk', 'critical']];
    case 'rsync':
      return hasFlag(command.args, 'delete', 'delete-after', 'delete-before', 'delete-excluded', 'del')
        ? mirrored(
            operandsOf(command.args, ['-e', '--exclude', '--include', '--filter']),
            command,
            event,
            context,
          )
        : [];
    case 'robocopy':
      return /\/(?:mir|purge)\b/i.test(line)
        ? mirrored(operandsOf(command.args).slice(0, 2), command, event, context)
        : [];
    case 'mv':
      return command.args.at(-1) === '/dev/null'
        ? byPaths(operandsOf(command.args).slice(0, -1), command, event, context)
        : rootsOnly(operandsOf(command.args, ['-t']).slice(0, -1), command, context);
    case 'chmod':
    case 'chown':
    case 'chgrp':
    case 'icacls':
      return hasFlag(command.args, 'R', 'recursive', 'T', 't') && !restoresOwner(name, command, context)
        ? rootsOnly(operandsOf(command.args).slice(1), command, context).filter(
            ([target]) => locatePath(target, context) !== 'workspace-parent',
          )
        : [];
    case 'crontab':
      return hasFlag(command.args, 'r')
        ? [
            [
              'all scheduled jobs of the account',
              askedFor(context, ['crontab', 'cron', 'schedule']) ? 'low' : 'medium',
            ],
          ]
        : [];
    case 'vssadmin':
    case 'wbadmin':
    case 'wmic':
    case 'diskshadow':
      return /\bdelete\b/i.test(line) && /shadow|backup|catalog/i.test(line)
        ? [['the restore points of the system', 'critical']]
        : [];
    case 'tmutil':
      return /^(?:delete|deletelocalsnapshots|disable)\b/i.test(line)
        ? [
            [
              'the backups of the system',
              askedFor(context, ['backup', 'snapshot', 'time machine']) ? 'low' : 'high',
            ],
          ]
        : [];
    case 'delete':
      // PowerShell: `[IO.Directory]::Delete('x', $true)`.
      return /IO\.(?:Directory|File)\]/i.test(event.input.command ?? '')
        ? byPaths(command.args, command, event, context)
        : [];
    case 'git':
      return command.args.includes('clean') &&
        /-\w*f/.test(line) &&
        command.cwd !== undefined &&
        !command.elsewhere
        ? rootsOnly(['.'], command, context).filter(
            () => locatePath(command.cwd ?? '/', context) !== 'workspace-root',
          )
        : [];
    default:
      if (name.startsWith('mkfs') && device !== undefined) return [[device, 'critical']];
      return command.redirects.flatMap((r): Loss[] =>
        r.operator.includes('>') && /^\/dev\/(?:sd|nvme|hd|vd|disk|mmcblk)/.test(r.target ?? '')
          ? [[r.target ?? '', 'critical']]
          : [],
      );
  }
}

/** The command runs on what `find` found, by `-exec` or a pipe. */
function foundBy(command: ShellCommand, event: ToolCallEvent): boolean {
  const { shell } = event;
  if (shell === undefined) return false;
  const parent = command.parent === undefined ? undefined : shell.commands[command.parent];
  if (parent !== undefined && canonicalName(parent.program) === 'find') return true;
  return shell.commands.some(
    (other) =>
      other.pipeline === command.pipeline &&
      other.stage < command.stage &&
      canonicalName(other.program) === 'find',
  );
}

/** What `xargs rm` and `… | Remove-Item` take away: the places the list comes from. */
function operandsOrFed(
  command: ShellCommand,
  event: ToolCallEvent,
  valued: readonly string[] = [],
): readonly string[] {
  const own = operandsOf(command.args, valued);
  if (own.length > 0 || command.stage === 0) return own;
  const source = event.shell?.commands.find(
    (other) => other.pipeline === command.pipeline && other.stage === 0 && other !== command,
  );
  if (source === undefined || !LISTERS.has(canonicalName(source.program))) return own;
  // A filter makes it a clean-up of some files.
  if (/-(?:i?name|include|filter|file)\b|\*\.\w/i.test(source.args.join(' '))) return own;
  return operandsOf(source.args, ['-Path', '-LiteralPath', '-Depth']);
}

const LISTERS: ReadonlySet<string> = new Set(['ls', 'dir', 'get-childitem', 'echo', 'printf']);

/** A mirror of an empty folder deletes everything; a mirror of a full one is fatal only at a home or a disk. */
function mirrored(
  words: readonly string[],
  command: ShellCommand,
  event: ToolCallEvent,
  context: SessionContext,
): Loss[] {
  const target = words.at(-1);
  const source = words.at(-2);
  if (target === undefined || source === undefined) return [];
  const empty = /(?:^|[\\/_.-])empty(?:[\\/_.-]|$)|mktemp/i.test(source);
  return empty && !/^[\w.@-]{2,}:/.test(target)
    ? byPaths([target], command, event, context)
    : rootsOnly([target], command, context);
}

/** `chown -R $USER ~`: one's own files given back to oneself. */
function restoresOwner(name: string, command: ShellCommand, context: SessionContext): boolean {
  const [to = ''] = operandsOf(command.args);
  if (name === 'chmod') return !/^(?:0?000|0?777|a?[-=](?:rwx)?|a\+rwx|ugo[-+]rwx)$/.test(to);
  if (name === 'icacls') return !/\/(?:deny|reset)|everyone/i.test(command.args.join(' '));
  const me = baseName(context.home);
  return /^["']?(?:\$|`)/.test(to) || to.split(':')[0] === me || /^\d+/.test(to);
}

function byPaths(
  words: readonly string[],
  command: ShellCommand,
  event: ToolCallEvent,
  context: SessionContext,
): Loss[] {
  const losses: Loss[] = [];
  for (const word of words.slice(0, 200)) {
    const unset = /^["']?\$\{?(\w+)\}?["']?\/+\*?$/.exec(word)?.[1];
    if (unset !== undefined) {
      const set =
        event.shell?.commands.some((other) => unset in other.assignments) === true ||
        new RegExp(`(?:^|[\\s;&|(])${unset}=`).test(event.input.command ?? '');
      // `$X/` with nothing in X is the root of the disk; `${X:?}` or a value given in the same line is safe.
      if (
        !set &&
        !/:\?|:-/.test(word) &&
        !/^(?:TMP|TEMP|TMPDIR|PWD|OLDPWD|RUNNER_TEMP|GITHUB_WORKSPACE|CI_PROJECT_DIR|HOME)$/.test(unset)
      )
        losses.push([word, 'medium']);
      continue;
    }
    if (/^[$`]/.test(word)) continue;
    const path = resolveWord(word, command, context);
    const severity = path === undefined ? undefined : lossSeverity(path, command, context);
    if (path !== undefined && severity !== undefined) losses.push([path, severity]);
  }
  return losses;
}

function byFind(command: ShellCommand, event: ToolCallEvent, context: SessionContext): Loss[] {
  const { args } = command;
  const text = args.join(' ');
  const feeds =
    event.shell?.commands.some(
      (other) =>
        other.pipeline === command.pipeline &&
        other.stage > command.stage &&
        /^(?:rm|shred|xargs)$/.test(other.program),
    ) === true;
  const runs =
    event.shell?.commands.some(
      (other) =>
        other.parent !== undefined &&
        event.shell?.commands[other.parent] === command &&
        /^(?:rm|shred|rmdir)$/.test(other.program),
    ) === true;
  if (
    !/(?:^|\s)-delete\b|-exec(?:dir)?\s+(?:sudo\s+)?(?:\/bin\/)?(?:rm|shred)\b/.test(text) &&
    !feeds &&
    !runs
  )
    return [];
  // A filter by name, age or emptiness makes it a clean-up, unless the filter takes everything.
  const filter =
    /-i?(?:name|path|regex|wholename)\s+(\S+)|-(empty|mtime|mmin|atime|ctime|amin|cmin|newer\w*|size|xtype|lname|user|group|inum|samefile|links|perm|nouser)\b/.exec(
      text,
    );
  const all = filter === null || /^["']?\*(?:\.\*)?["']?$/.test(filter[1] ?? 'x');
  const first = args.findIndex((word) => /^[-(!]/.test(word));
  const roots = args.slice(0, first < 0 ? args.length : first).filter((word) => !word.startsWith('-'));
  const losses = byPaths(roots.length === 0 ? ['.'] : roots, command, event, context);
  if (all) return losses.filter(([, severity]) => severity !== 'informational');
  // Files of one kind over a whole home or disk are more than a clean-up, unless they are what tools leave behind.
  const kind = filter[1] ?? filter[2] ?? '';
  // The logs of a whole machine are no leftovers: they are what would tell what happened on it.
  if (/\.log\b/.test(kind) && losses.some(([target]) => target === '/')) return [['/', 'high']];
  if (LEFTOVERS.test(kind)) return [];
  return losses.flatMap(([target, severity]): Loss[] => (severity === 'critical' ? [[target, 'high']] : []));
}

/** Names of what tools leave behind, and filters that are no names. */
const LEFTOVERS =
  /^(?:empty|mtime|mmin|atime|ctime|amin|cmin|newer\w*|size|xtype|lname|user|group|inum|samefile|links|perm|nouser)$|\.(?:pyc|pyo|class|o|obj|swp|swo|tmp|temp|bak|orig|rej|log|log\.\*|gz|old|cache|part|lock)["'*]*$|DS_Store|Thumbs\.db|desktop\.ini|~["']?$|node_modules|__pycache__|\._|\.(?:git)?keep/i;

/** Literal paths that code deletes. */
function byCode(code: string, command: ShellCommand, context: SessionContext): Loss[] {
  const text = code.slice(0, 20_000);
  const losses: Loss[] = [];
  for (const call of text.matchAll(
    /(?:rmtree|rmSync|rm_rf|remove_entry|rimraf(?:\.sync)?|fs\.rm|rmdirSync|remove_dir_all|removedirs)\s{0,8}\(?\s{0,8}(?:os\.path\.expanduser\(|Path\(|Path\.home\(\)|(?:require\(['"](?:node:)?os['"]\)|os)\.homedir\(\)|process\.env\.(?:HOME|USERPROFILE)|os\.environ\[['"]HOME['"]\]|Dir\.home|ENV\[['"]HOME['"]\])?\s{0,8}(?:["'`]([^"'`]{1,300})["'`])?/g,
  )) {
    const word =
      call[1] ?? (/Path\.home\(\)|homedir\(\)|HOME|USERPROFILE|Dir\.home/.test(call[0]) ? '~' : undefined);
    const path = word === undefined ? undefined : resolveWord(word, command, context);
    const severity = path === undefined ? undefined : lossSeverity(path, command, context);
    if (path !== undefined && severity !== undefined) losses.push([path, severity]);
  }
  return losses;
}

/** For commands that are ordinary on a folder of their own and fatal on a home or a disk. */
function rootsOnly(words: readonly string[], command: ShellCommand, context: SessionContext): Loss[] {
  return words.flatMap((word): Loss[] => {
    const path = resolveWord(word, command, context);
    if (path === undefined || command.elsewhere || /^[\w.@-]+:/.test(word)) return [];
    const location = locatePath(path, context);
    return location === 'home-root' || location === 'filesystem-root' || location === 'workspace-parent'
      ? [[path, 'critical']]
      : [];
  });
}
