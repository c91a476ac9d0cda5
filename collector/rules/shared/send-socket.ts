import type { ShellCommand } from '../../contract/shell.ts';
import { operands } from './arguments.ts';
import { files, receiverOf, type Send, type SendPlace, stdin } from './send.ts';

/** Something flows into the command: a pipe or a redirect. */
function isFed(command: ShellCommand): boolean {
  return (
    command.stage > 0 || command.redirects.some(({ operator }) => operator === '<' || operator === '<<<')
  );
}

/** `cat x > /dev/tcp/host/80`: what the command prints goes to another machine. */
export function deviceInput(command: ShellCommand, place: SendPlace): readonly Send[] {
  for (const { operator, target } of command.redirects) {
    if (target?.startsWith('/dev/') !== true || !operator.includes('>')) continue;
    const host = /^\/dev\/(?:tcp|udp)\/([^/]{1,253})\//.exec(target)?.[1];
    const receiver = host === undefined ? undefined : receiverOf(host);
    if (receiver === undefined) continue;
    const named = command.args.filter((word) => !word.startsWith('-'));
    const literal = command.program === 'echo' || command.program === 'printf';
    return [
      {
        how: 'upload',
        ...receiver,
        ...(literal || named.length === 0
          ? { payload: literal ? ('literal' as const) : ('stdin' as const), files: [] }
          : files(named, command, place)),
        command,
      },
    ];
  }
  return [];
}

/** `tar cz x | ssh host 'cat > x.tgz'`: the input of a command on another machine. */
export function remoteInput(command: ShellCommand, place: SendPlace): readonly Send[] {
  const host = operands(command, [
    '-i',
    '-p',
    '-l',
    '-o',
    '-F',
    '-J',
    '-L',
    '-R',
    '-D',
    '-b',
    '-c',
    '-E',
    '-S',
  ]).at(0);
  if (host === undefined || !isFed(command)) return [];
  const target = receiverOf(host.slice(host.lastIndexOf('@') + 1));
  return target === undefined ? [] : [{ how: 'copy', ...target, ...stdin(command, place), command }];
}

/** `openssl s_client -connect host:443 < x`, `socat - TCP:host:80 < x`. */
export function socketInput(command: ShellCommand, place: SendPlace): readonly Send[] {
  if (!isFed(command)) return [];
  const words = command.args.map((word) =>
    word.replace(/^(?:tcp[46]?|openssl|ssl|udp[46]?)(?:-connect)?:/i, ''),
  );
  const at = command.args.indexOf('-connect');
  const address = at >= 0 ? command.args[at + 1] : words.find((word, index) => word !== command.args[index]);
  const target = address === undefined ? undefined : receiverOf(address.replace(/,.*$/s, ''));
  const input = command.redirects.find(({ operator }) => operator === '<')?.target;
  // `< /dev/null` only ends the connection.
  if (target === undefined || input === '/dev/null') return [];
  return [{ how: 'upload', ...target, ...stdin(command, place), command }];
}
