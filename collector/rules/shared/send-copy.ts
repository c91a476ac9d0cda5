import type { ShellCommand } from '../../contract/shell.ts';
import { flagValues, operands } from './arguments.ts';
import { normalizeHost, parseUrl } from './hosts.ts';
import { files, runsInside, type Send, type SendPlace, receiverOf } from './send.ts';

export function copyTo(command: ShellCommand, place: SendPlace): readonly Send[] {
  const words = operands(command, [
    '-i',
    '-P',
    '-F',
    '-o',
    '-c',
    '-J',
    '-l',
    '-S',
    '-e',
    '--rsh',
    '--exclude',
    '--include',
    '--filter',
  ]);
  const last = words.pop();
  if (last === undefined || !isRemote(last)) return [];
  const local = words.filter((word) => !isRemote(word));
  if (local.length === 0) return [];
  const host = remoteHost(last);
  return [
    {
      how: 'copy',
      to: host ?? last,
      ...(host === undefined ? {} : { host }),
      urlPath: '/',
      ...files(local, command, place),
      command,
    },
  ];
}

function isRemote(word: string): boolean {
  return (
    word.startsWith('rsync://') ||
    word.startsWith('scp://') ||
    (/^[^/\\:]{2,}:/.test(word) && !/^[A-Za-z]:[\\/]/.test(word))
  );
}

function remoteHost(word: string): string | undefined {
  const url = word.includes('://') ? parseUrl(word) : undefined;
  return url?.host ?? normalizeHost(word.slice(0, word.indexOf(':')).replace(/^.*@/, ''));
}

export function fileTransfer(command: ShellCommand, place: SendPlace): readonly Send[] {
  const word = operands(command, ['-i', '-P', '-b', '-o', '-e', '-u', '-c']).at(0);
  const target =
    word === undefined ? undefined : receiverOf(word.replace(/^.*@/, '').replace(/:(?!\/\/).*$/s, ''));
  const text = `${command.stdinText ?? ''} ${command.args.join(' ')}`;
  const named = [...text.matchAll(/\b(?:m?put|reput)\s+(?:-\w+\s+)?([^\s;'"]{1,300})/g)].flatMap(
    (put) => put[1] ?? [],
  );
  return target !== undefined && /\b(?:m?put|mirror\s+-R|reput)\b/.test(text)
    ? [{ how: 'copy', ...target, ...files(named, command, place), command }]
    : [];
}

export function bucket(command: ShellCommand, place: SendPlace, remote: RegExp): readonly Send[] {
  const words = operands(command, [
    '--profile',
    '--region',
    '--acl',
    '--exclude',
    '--include',
    '--endpoint-url',
    '--content-type',
    '--cache-control',
  ]).slice(1);
  const paths = words.filter((word) => remote.test(word) || /[./~-]/.test(word) || word === '.');
  const last = paths.at(-1);
  if (last === undefined || !remote.test(last)) return [];
  const local = paths.slice(0, -1).filter((word) => !remote.test(word));
  if (local.length === 0 && command.args[0] !== 'rcat') return [];
  return [
    {
      how: 'copy',
      to: last.split('/').slice(0, 3).join('/').replace(/\?.*$/s, ''),
      urlPath: '/',
      ...files(local, command, place),
      command,
    },
  ];
}

export function netcat(command: ShellCommand): readonly Send[] {
  if (command.args.some((word) => /^-[a-z]*[lz]/.test(word))) return [];
  const [name, port] = operands(command, ['-w', '-p', '-s', '-x', '-X', '-i', '-q']);
  const target = name === undefined || port === undefined ? undefined : receiverOf(name);
  if (target === undefined) return [];
  const fed = command.stage > 0 || command.redirects.some((redirect) => redirect.operator.startsWith('<'));
  return fed ? [{ how: 'upload', ...target, payload: 'stdin', files: [], command }] : [];
}

export function mail(command: ShellCommand, place: SendPlace): readonly Send[] {
  const recipient = operands(command, ['-s', '-a', '-A', '-r', '-c', '-b']).find((word) =>
    word.includes('@'),
  );
  if (recipient === undefined) return [];
  const attached = flagValues(command, ['-a', '-A', '--attach']);
  const host = normalizeHost(recipient.slice(recipient.lastIndexOf('@') + 1));
  return [
    {
      how: 'message',
      to: recipient,
      ...(host === undefined ? {} : { host }),
      urlPath: '/',
      ...(attached.length > 0 ? files(attached, command, place) : { payload: 'stdin' as const, files: [] }),
      command,
    },
  ];
}

/** `git push` to an address written out; a named remote is told by the session (`addedRemotes`). */
export function gitPush(command: ShellCommand): readonly Send[] {
  const words = operands(command, ['-C', '-c', '--git-dir', '--work-tree', '-o', '--push-option', '--repo']);
  if (words[0] !== 'push') return [];
  const remote = words[1];
  if (remote === undefined || command.args.includes('--dry-run')) return [];
  const url = parseUrl(remote);
  return [
    {
      how: 'push',
      to: url?.host ?? `remote ${remote}`,
      ...(url === undefined ? {} : { host: url.host }),
      urlPath: url?.path ?? '/',
      payload: 'file',
      files: [],
      command,
    },
  ];
}

export function dns(command: ShellCommand): readonly Send[] {
  const name = operands(command, ['-t', '-c', '-W', '-p', '-n', '-w']).find(
    (word) => runsInside(word) && word.includes('.'),
  );
  if (name === undefined) return [];
  const tail = /\.([\w-]{1,63}(?:\.[\w-]{1,63}){1,4})\.?$/.exec(name)?.[1];
  return [
    {
      how: 'dns',
      to: tail ?? 'a name built at run time',
      ...(tail === undefined ? {} : { host: tail.toLowerCase() }),
      urlPath: '/',
      payload: 'dynamic',
      files: [],
      command,
    },
  ];
}
