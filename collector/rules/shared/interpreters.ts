import type { ShellCommand } from '../../contract/shell.ts';
import { programKey } from './programs.ts';

const SHELLS = new Set([
  'sh',
  'bash',
  'zsh',
  'dash',
  'ksh',
  'fish',
  'ash',
  'busybox',
  'csh',
  'tcsh',
  'pwsh',
  'powershell',
  'cmd',
]);

/** Programs that run the text they are given. */
const INTERPRETERS = new Set([
  ...SHELLS,
  'python',
  'pypy',
  'node',
  'bun',
  'deno',
  'perl',
  'ruby',
  'php',
  'lua',
  'osascript',
  'tclsh',
  'rscript',
  'ipython',
]);

/** PowerShell's own ways to run a text. */
const EVALUATORS = new Set(['iex', 'invoke-expression', 'eval', 'source', '.']);

/** Readers of standard input that only look at it; `python -m json.tool` is the usual one. */
const HARMLESS_MODULES =
  /^(?:json\.tool|base64|gzip|zipfile|tarfile|pprint|yaml|html|textwrap|calendar|this)$/;

export function isShell(program: string): boolean {
  return SHELLS.has(programKey(program));
}

export function isInterpreter(program: string): boolean {
  return INTERPRETERS.has(programKey(program));
}

export function isEvaluator(program: string): boolean {
  return EVALUATORS.has(program.toLowerCase());
}

/**
 * `true` when this command would run what comes in on its standard input: `sh`, `bash -s -- x`, `python -`,
 * `iex`; not `bash script.sh`, `python -c …`, `python -m json.tool`, `node app.js`.
 */
export function runsStdin(command: ShellCommand): boolean {
  if (isEvaluator(command.program))
    return command.args.length === 0 || command.program.toLowerCase() !== 'eval';
  const key = programKey(command.program);
  if (!INTERPRETERS.has(key)) return false;
  if (key === 'busybox') return /^(?:a|da)?sh$/.test(command.args[0] ?? '');
  for (let i = 0; i < command.args.length; i++) {
    const argument = command.args[i] ?? '';
    if (argument === '-' || argument === '/dev/stdin' || argument === '-s') return true;
    if (/^-[a-z]*s[a-z]*$/.test(argument) && SHELLS.has(key)) return true;
    if (argument === '-m') return !HARMLESS_MODULES.test(command.args[i + 1] ?? '') && false;
    if (/^-(?:c|e|p|r|E|ne|pe|n|command|file|enc\w*)$/i.test(argument))
      return /^-(?:command|c)$/i.test(argument) && command.args[i + 1] === '-';
    if (argument.startsWith('--eval') || argument.startsWith('--print')) return false;
    if (argument.startsWith('-')) continue;
    return false;
  }
  return true;
}
