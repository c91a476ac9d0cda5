import type { ToolCallEvent } from '../../contract/event.ts';
import type { ShellCommand } from '../../contract/shell.ts';
import type { Download } from '../rule.ts';
import { canonicalName, findOption, hasFlag } from './commands.ts';
import { isLocalHost, parseUrl } from './hosts.ts';
import { type CallPlace, once } from './once.ts';
import { baseName, resolvePath } from './paths.ts';

const FETCHERS: ReadonlySet<string> = new Set([
  'curl',
  'wget',
  'invoke-webrequest',
  'invoke-restmethod',
  'aria2c',
  'http',
  'xh',
  'start-bitstransfer',
  'certutil',
  'bitsadmin',
  'downloadfile',
  'lwp-download',
  'https',
]);
const MAX_DOWNLOADS = 10;
const NONE: readonly Download[] = [];

export function isDownloader(key: string): boolean {
  return FETCHERS.has(key);
}

/** What a call fetches into files of this machine. */
export const downloadsOf = once((event: ToolCallEvent, place: CallPlace): readonly Download[] => {
  const found: Download[] = [];
  for (const command of event.shell?.commands ?? []) {
    if (command.elsewhere || found.length >= MAX_DOWNLOADS || !FETCHERS.has(canonicalName(command.program)))
      continue;
    const url = addressOf(command);
    const target =
      url === undefined || isLocalHost(url.host)
        ? undefined
        : (targetOf(command, url.path) ?? targetOfPipe(command, event.shell?.commands ?? []));
    const cwd = command.cwd ?? event.cwd;
    const path =
      target === undefined
        ? undefined
        : resolvePath(target, {
            home: place.home,
            platform: place.platform,
            ...(cwd === undefined ? {} : { cwd }),
          });
    if (url !== undefined && path !== undefined && path !== '/dev/null')
      found.push({ path, host: url.host, urlPath: url.path, eventId: event.id });
  }
  return found.length === 0 ? NONE : found;
});

/** `curl x | base64 -d > f`, `curl x | tee f`: the file at the end of the pipe. */
function targetOfPipe(command: ShellCommand, commands: readonly ShellCommand[]): string | undefined {
  for (const other of commands) {
    if (other.pipeline !== command.pipeline || other.stage <= command.stage) continue;
    const redirect = other.redirects.find(({ operator, fd }) => operator.startsWith('>') && fd !== 2)?.target;
    if (redirect !== undefined) return redirect;
    if (other.program === 'tee') return other.args.find((word) => !word.startsWith('-'));
  }
  return undefined;
}

function addressOf(command: ShellCommand): { readonly host: string; readonly path: string } | undefined {
  const word = command.args.find((candidate) => candidate.includes('://'));
  return word === undefined ? undefined : parseUrl(word);
}

function targetOf(command: ShellCommand, urlPath: string): string | undefined {
  const redirect = command.redirects.find(({ operator, fd }) => operator.startsWith('>') && fd !== 2)?.target;
  if (redirect !== undefined) return redirect;
  const named = baseName(urlPath.replace(/[?#].*$/s, ''));
  const ownName = named === '' ? undefined : named;
  switch (canonicalName(command.program)) {
    case 'wget': {
      const cluster = command.args.findIndex((word) => /^-[a-zA-Z]+O$/.test(word));
      const file =
        cluster >= 0 ? command.args[cluster + 1] : findOption(command.args, ['-O', '--output-document']);
      if (file !== undefined) return file === '-' ? undefined : file;
      const folder = findOption(command.args, ['-P', '--directory-prefix']);
      return folder === undefined || ownName === undefined ? ownName : `${folder}/${ownName}`;
    }
    case 'certutil':
    case 'bitsadmin':
    case 'downloadfile':
      return command.args.slice(command.args.findIndex((word) => word.includes('://')) + 1)[0];
    case 'aria2c':
      return findOption(command.args, ['-o', '--out']) ?? ownName;
    case 'invoke-webrequest':
    case 'invoke-restmethod':
    case 'start-bitstransfer':
      return findOption(command.args, ['-OutFile', '-Destination', '-o']);
    case 'curl': {
      const cluster = command.args.findIndex((word) => /^-[a-zA-Z]*o$/.test(word));
      const file = cluster >= 0 ? command.args[cluster + 1] : findOption(command.args, ['--output', '-o']);
      if (file !== undefined) return file === '-' ? undefined : file;
      return hasFlag(command.args, 'O', 'remote-name') ? ownName : undefined;
    }
    default:
      return findOption(command.args, ['-o', '--output']);
  }
}
