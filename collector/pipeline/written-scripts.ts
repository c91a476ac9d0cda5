import type { EnrichedEvent, ToolCallEvent } from '../contract/event.ts';
import type { ShellCommand } from '../contract/shell.ts';
import { isInside, resolvePath } from '../rules/shared/paths.ts';
import { redactText } from './secrets/index.ts';

/** A file the run wrote and may run later: what `bash /tmp/x.sh` does is what was written there calls before. */
export interface WrittenScript {
  /** Absolute. */
  readonly path: string;
  /** Secrets masked; its beginning, whole lines. */
  readonly text: string;
  /** Characters of path and text as JSON. */
  readonly chars: number;
}

interface Place {
  readonly home: string;
  readonly platform: 'linux' | 'darwin' | 'win32';
  readonly workspace: string | undefined;
}

export const MAX_SCRIPTS = 3;
const MAX_SCRIPT_CHARS = 1_500;
const MAX_PATH = 240;
/** Written to be run, wherever they lie. */
const SHELL_FILE = /\.(?:sh|bash|zsh|ksh|command|ps1|bat|cmd)$/i;
/** Source code of a project is written all day; only a program put elsewhere is worth its room. */
const CODE_FILE = /\.(?:py|js|mjs|cjs|pl|rb|php)$/i;

/** The scripts a call writes, by a tool or by `cat > x.sh <<E`. */
export function scriptsWritten(event: ToolCallEvent, place: Place): readonly WrittenScript[] {
  if (event.shell !== undefined) return event.shell.commands.flatMap((command) => byShell(command, place));
  const { paths, content } = event.input;
  if (event.tool.category !== 'write' || content === undefined || paths?.length !== 1) return [];
  const path = resolvePath(paths[0] ?? '', { ...place, cwd: event.cwd });
  return path === undefined ? [] : asScript(path, withoutPatch(content), place);
}

/** Adds what a call wrote to the list, the newest last; a file written again is replaced. */
export function rememberScripts(list: WrittenScript[], written: readonly WrittenScript[]): void {
  for (const script of written) {
    const known = list.findIndex(({ path }) => path === script.path);
    if (known >= 0) list.splice(known, 1);
    list.push(script);
    if (list.length > MAX_SCRIPTS) list.shift();
  }
}

/** Those of the scripts a command line names: nearly always none. */
export function scriptsNamed(
  scripts: readonly WrittenScript[] | undefined,
  event: { readonly kind: EnrichedEvent['kind']; readonly input?: { readonly command?: string } },
): readonly WrittenScript[] {
  const command = event.kind === 'tool.call' ? event.input?.command : undefined;
  if (command === undefined || scripts === undefined || scripts.length === 0) return [];
  return scripts.filter(({ path }) => command.includes(path.slice(lastSeparator(path) + 1)));
}

function byShell(command: ShellCommand, place: Place): readonly WrittenScript[] {
  if (command.stdinText === undefined || command.elsewhere) return [];
  const target =
    command.program === 'tee'
      ? command.args.find((word) => !word.startsWith('-'))
      : command.program === 'cat'
        ? command.redirects.find(({ operator }) => operator === '>' || operator === '>|')?.target
        : undefined;
  const path = target === undefined ? undefined : resolvePath(target, { ...place, cwd: command.cwd });
  return path === undefined ? [] : asScript(path, command.stdinText, place);
}

function asScript(path: string, content: string, place: Place): readonly WrittenScript[] {
  if (path.length > MAX_PATH) return [];
  const outside = place.workspace === undefined || !isInside(path, place.workspace, place.platform);
  const runnable = SHELL_FILE.test(path) || content.startsWith('#!') || (outside && CODE_FILE.test(path));
  if (!runnable) return [];
  const clean = redactText(beginning(content)).toWellFormed().replaceAll('\0', '');
  const text = beginning(clean);
  return text.trim() === '' ? [] : [{ path, text, chars: JSON.stringify({ path, text }).length + 16 }];
}

function beginning(text: string): string {
  if (text.length <= MAX_SCRIPT_CHARS) return text;
  const end = text.lastIndexOf('\n', MAX_SCRIPT_CHARS);
  return text.slice(0, end <= 0 ? MAX_SCRIPT_CHARS : end + 1);
}

/** A patch adds lines with `+`; anything else is the text itself. */
function withoutPatch(content: string): string {
  if (!content.startsWith('*** Begin Patch') && !content.startsWith('--- ')) return content;
  return content
    .slice(0, 4 * MAX_SCRIPT_CHARS)
    .split('\n')
    .filter((line) => line.startsWith('+') && !line.startsWith('+++'))
    .map((line) => line.slice(1))
    .join('\n');
}

function lastSeparator(path: string): number {
  return Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
}
