import type { ProcessInfo } from '../../contract/process.ts';
import type { ShellCommand } from '../../contract/shell.ts';

const MAX_TEXT = 8_192;
const SHELLS = new Set(['sh', 'bash', 'zsh', 'dash', 'ksh', 'fish', 'ash', 'pwsh', 'powershell', 'cmd']);
/** A text this long stands nowhere by chance. */
const TELLING = 6;
const RUN_TEXT = /^(?:-[a-z]*c|-command|\/c)$/i;

/** How much of a command line is the call's: the shell that runs all of it, or one of its programs. */
export type CommandMatch = 'whole' | 'part' | undefined;

/** The command of a tool call, as far as it is compared. */
export interface CallCommand {
  readonly text: string;
  readonly commands: readonly ShellCommand[];
}

/** Base name without folder, `.exe`, and the `-` of a login shell. */
export function baseName(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1).replace(/\.exe$/i, '');
  return name.startsWith('-') ? name.slice(1) : name;
}

/** Text that a shell was given to run, if the process is such a shell. */
export function shellText({ argv, name }: ProcessInfo): string | undefined {
  if (!SHELLS.has(baseName(argv[0] ?? name).toLowerCase())) return undefined;
  const at = argv.findIndex((arg, index) => index > 0 && RUN_TEXT.test(arg));
  if (at === -1) return undefined;
  // `bash -c -l TEXT`: further options may stand between.
  let next = at + 1;
  while (next < argv.length - 1 && /^-[a-z]+$/i.test(argv[next] ?? '')) next += 1;
  return argv[next]?.slice(0, MAX_TEXT);
}

const INTERPRETERS = /^(?:node|bun|deno|python[\d.]*|ruby|perl|sh|bash|dash|zsh|env)$/;

/**
 * The arguments of a script as it was called: the kernel puts the interpreter before it (`sh /usr/bin/which rg`).
 * @param where `anywhere`: also `./check.sh`, which says nothing of what is installed
 */
export function scriptArguments(
  argv: readonly string[],
  where: 'installed' | 'anywhere' = 'installed',
): readonly string[] | undefined {
  const [program, script] = argv;
  if (program === undefined || script === undefined || !INTERPRETERS.test(baseName(program)))
    return undefined;
  const isPath = where === 'installed' ? script.startsWith('/') : /^[^-].*\//.test(script);
  if (isPath) return argv.slice(1);
  // `#!/usr/bin/env bash`: before it is the shell, it is `env bash ./check.sh`.
  return baseName(program) === 'env' ? scriptArguments(argv.slice(1), where) : undefined;
}

/** Without blanks and quotes: agents quote a command anew when they wrap it in `eval`. */
export function bareText(text: string): string {
  return text.slice(0, MAX_TEXT).replace(/[\s'"\\]+/g, '');
}

/** Does this process run that call's command, or a part of it? */
export function matchCommand(process: ProcessInfo, call: CallCommand): CommandMatch {
  const text = shellText(process);
  if (text !== undefined) {
    const ran = bareText(text);
    const asked = bareText(call.text);
    if (asked === '') return undefined;
    if (ran === asked || (asked.length >= TELLING && ran.includes(asked))) return 'whole';
    if (asked.length < TELLING && isWrapped(text, call.text.trim())) return 'whole';
    // `tmux new-window 'make all'`, `sh -c "make all"`: the text is inside the call's.
    if (ran.length >= TELLING && asked.includes(ran)) return 'part';
  }
  const script = scriptArguments(process.argv, 'anywhere');
  return isPartOf(call, process.argv, process.name) ||
    (script !== undefined && isPartOf(call, script, '')) ||
    isWritten(call, process.argv) ||
    isTitleOf(call, process)
    ? 'part'
    : undefined;
}

/** `ls` and `make` are too short to be looked for anywhere: the agent's own wrapping must stand around them. */
function isWrapped(text: string, asked: string): boolean {
  return [`'${asked}'`, `"${asked}"`, `{ ${asked};`, `{ ${asked} }`, `eval ${asked} `].some((wrapped) =>
    text.includes(wrapped),
  );
}

/** Its whole command line stands in the call: `timeout 20 make` is one program before it is another. */
function isWritten(call: CallCommand, [program, ...args]: readonly string[]): boolean {
  if (program === undefined || args.length === 0) return false;
  const ran = bareText([baseName(program), ...args].join(' '));
  return ran.length >= TELLING && bareText(call.text).includes(ran);
}

/** `npm test`: a program may write over its arguments, and then shows some of them in one text. */
export function titleWords({ argv, executable }: ProcessInfo): readonly string[] | undefined {
  const [title, ...rest] = argv;
  if (title === undefined || rest.some((arg) => arg !== '')) return undefined;
  const words = title.trim().split(/\s+/);
  const renamed = executable !== undefined && baseName(words[0] ?? '') !== baseName(executable);
  return words.length > 1 || renamed ? words : undefined;
}

function isTitleOf(call: CallCommand, process: ProcessInfo): boolean {
  const title = titleWords(process) ?? [];
  // `npx x` is `npm exec x`, and says so.
  const titles = title[0] === 'npm' && title[1] === 'exec' ? [title, ['npx', ...title.slice(2)]] : [title];
  return titles.some(([program, ...words]) =>
    call.commands.some((command) => {
      if (baseName(command.program) !== program) return false;
      let at = 0;
      for (const arg of command.args) if (arg === words[at]) at += 1;
      return at === words.length;
    }),
  );
}

function isPartOf(call: CallCommand, argv: readonly string[], name: string): boolean {
  const program = baseName(argv[0] ?? name);
  const args = bareText(argv.slice(1).join(' '));
  return call.commands.some(
    (command) => baseName(command.program) === program && bareText(command.args.join(' ')) === args,
  );
}
