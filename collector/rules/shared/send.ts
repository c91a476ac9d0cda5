import type { ShellCommand } from '../../contract/shell.ts';
import type { SessionContext } from '../rule.ts';
import { parseUrl } from './hosts.ts';
import { resolvePath } from './paths.ts';

export type SendHow = 'upload' | 'copy' | 'push' | 'publish' | 'message' | 'dns' | 'link';

/** Something of this machine leaves it, or would. */
export interface Send {
  readonly how: SendHow;
  /** Host, bucket, remote or tool: what a person recognises. */
  readonly to: string;
  readonly host?: string;
  readonly urlPath: string;
  /** `file` = named files, `stdin` = what a pipe or redirect brings, `dynamic` = a variable or substitution, `literal` = written out. */
  readonly payload: 'file' | 'stdin' | 'dynamic' | 'literal';
  /** Absolute paths of what is sent, when named. */
  readonly files: readonly string[];
  readonly command?: ShellCommand;
}

export type SendPlace = Pick<SessionContext, 'home' | 'platform'>;

/** Where an address leads; `undefined` when the text is none. */
export function receiverOf(
  url: string,
): { readonly to: string; readonly host?: string; readonly urlPath: string } | undefined {
  const parsed = parseUrl(url.includes('://') ? url : `http://${url}`);
  if (parsed === undefined)
    return /[$`]/.test(url) ? { to: 'an address only known at run time', urlPath: '/' } : undefined;
  return { to: parsed.host, host: parsed.host, urlPath: parsed.path };
}

/** The named files of a send, absolute; `-` means what comes in. */
export function files(
  words: readonly string[],
  command: ShellCommand,
  place: SendPlace,
): Pick<Send, 'payload' | 'files'> {
  if (words.some((word) => word === '-' || word === '.-' || word === '/dev/stdin'))
    return stdin(command, place);
  const cwd = command.cwd === undefined ? {} : { cwd: command.cwd };
  return {
    payload: 'file',
    files: words.flatMap(
      (word) => resolvePath(word, { home: place.home, platform: place.platform, ...cwd }) ?? [],
    ),
  };
}

/** What comes in by a pipe or a redirect. */
export function stdin(command: ShellCommand, place: SendPlace): Pick<Send, 'payload' | 'files'> {
  const input = command.redirects.find((redirect) => redirect.operator === '<')?.target;
  if (input === undefined || input === '-') return { payload: 'stdin', files: [] };
  return files([input], command, place);
}

/** Holds a command substitution. */
export function runsInside(word: string): boolean {
  return /\$\(|`/.test(word);
}
/** Holds a variable that is a whole value, or a substitution; `{"id": "$ID"}` in a long JSON body is ordinary. */
export function isSubstituted(word: string): boolean {
  return runsInside(word) || /^(?:[\w.-]+=)?\$\{?\w+\}?$/.test(word);
}
