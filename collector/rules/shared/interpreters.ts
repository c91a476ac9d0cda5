import type { ShellCommand } from '../../contract/shell.ts';
import { canonicalName } from './program-names.ts';
import { hasRole, isRole } from './program-roles.ts';

export function isShell(program: string): boolean {
  return isRole(canonicalName(program), 'shell');
}

/** Programs that run the text they are given: shells and languages. */
export function isInterpreter(program: string): boolean {
  const name = canonicalName(program);
  return isRole(name, 'shell') || isRole(name, 'interpreter');
}

export function isEvaluator(program: string): boolean {
  return isRole(canonicalName(program), 'evaluator');
}

/**
 * `true` when this command would run what comes in on its standard input: `sh`, `bash -s -- x`, `python -`,
 * `iex`; not `bash script.sh`, `python -c …`, `python -m json.tool`, `node app.js`.
 */
export function runsStdin(command: ShellCommand): boolean {
  if (hasRole(command, 'evaluator'))
    return command.args.length === 0 || command.program.toLowerCase() !== 'eval';
  const name = canonicalName(command.program);
  const shell = isRole(name, 'shell');
  if (!shell && !isRole(name, 'interpreter')) return false;
  if (name === 'busybox') return /^(?:a|da)?sh$/.test(command.args[0] ?? '');
  for (let i = 0; i < command.args.length; i++) {
    const argument = command.args[i] ?? '';
    if (argument === '-' || argument === '/dev/stdin') return true;
    if (shell && /^-[a-rt-z]*s[a-z]*$/.test(argument)) return true;
    if (argument === '-m') return false;
    if (/^-(?:c|e|p|r|E|ne|pe|n|command|file|enc\w*)$/i.test(argument))
      return /^-(?:command|c)$/i.test(argument) && command.args[i + 1] === '-';
    if (argument.startsWith('--eval') || argument.startsWith('--print')) return false;
    if (argument.startsWith('-')) continue;
    return false;
  }
  return true;
}
