import type { ShellCommand } from '../../contract/shell.ts';
import type { CallCommand } from '../attribution/match-command.ts';

/** Done by the shell itself: no process is to be seen. */
const BUILT_IN = new Set(
  'echo printf cd pwd export unset set true false test [ [[ : read source . eval exit return alias unalias type command hash ulimit umask wait jobs kill trap shift local declare typeset readonly let history pushd popd dirs shopt fg bg disown builtin'.split(
    ' ',
  ),
);
const MAX_TEXT = 8_192;
const MAX_STEPS = 8;
/** Goes before other commands and hardly ever fails. */
const PREPARES = /^\s*(?:cd|pushd|export|unset|set|shopt)\s[^;&|\n]*(?:&&|;|\n)/;
/** From here on something else decides whether a command runs. */
const CONDITION = /&&|\|\||\(\)|(?:^|[;&|\n({])[ \t]*(?:if|while|until|for|case|select|trap|function)[ \t]/;

/** Is there any program in it that this machine may have to start? */
export function mayStart(call: CallCommand): boolean {
  return call.commands.some(startsHere);
}

/**
 * The first program that this machine must start when such a call is carried out: what comes after `&&`, in an `if` or
 * in a function may rightly never run.
 */
export function mustStart(call: CallCommand): string | undefined {
  let text = call.text.slice(0, MAX_TEXT);
  for (let step = 0; step < MAX_STEPS && PREPARES.test(text); step += 1) text = text.replace(PREPARES, '');
  const end = text.search(CONDITION);
  const certain = end === -1 ? text : text.slice(0, end);
  return call.commands.find((command) => startsHere(command) && certain.includes(command.program))?.program;
}

function startsHere({ program, elsewhere, dynamicProgram, via }: ShellCommand): boolean {
  return (
    !elsewhere && dynamicProgram !== true && !via.includes('code') && program !== '' && !BUILT_IN.has(program)
  );
}
