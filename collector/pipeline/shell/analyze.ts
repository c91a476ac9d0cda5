import type { ShellAnalysis, ShellDialect } from '../../contract/shell.ts';
import type { ShellContext, Sink } from './state.ts';
import { createScope, MAX_TOTAL_ROUNDS, MAX_TOTAL_SOURCE } from './state.ts';
import { walkDialect } from './walk.ts';

/**
 * What one command line would run: every simple command with wrappers peeled off, substitutions, payloads and the
 * literal shell calls of inline code included, in source order (a command stands before what is inside it).
 * Bounds: 64 KiB of text, 500 commands, 8 wrappers deep; over them `truncated` is set. What the grammar could not read sets
 * `unparsed`. Pure and deterministic; never throws, linear in the input.
 * @param context `dialect` as the tool names it; by default POSIX shell (also on Windows, where agents bring Git Bash),
 *   unless the text looks like PowerShell and the platform is Windows
 */
export function analyzeShell(command: string, context: ShellContext): ShellAnalysis {
  const dialect = context.dialect ?? guessDialect(command, context);
  const sink: Sink = {
    context,
    commands: [],
    dialect,
    unparsed: false,
    truncated: false,
    pipelines: 0,
    sourceLeft: MAX_TOTAL_SOURCE,
    roundsLeft: MAX_TOTAL_ROUNDS,
    functions: undefined,
    files: knownFiles(context),
  };
  // A NUL ends the text for the kernel but not for a reader of the log; both halves are looked at.
  const text = command.includes('\0') ? command.replaceAll('\0', '\n') : command;
  if (text !== command) sink.unparsed = true;
  walkDialect(dialect)(text, createScope(context), sink);
  return { dialect, commands: sink.commands, unparsed: sink.unparsed, truncated: sink.truncated };
}

function knownFiles({ scripts }: ShellContext): Sink['files'] {
  if (scripts === undefined || scripts.length === 0) return undefined;
  return new Map(scripts.map(({ path, text }) => [path, { text, decoded: false }]));
}

/** Approved verbs in front of a dash and a capital, or a `$env:`: nothing a POSIX shell user writes. */
const POWERSHELL_LOOK =
  /(?:^|[;|({\s])(?:Get|Set|New|Remove|Invoke|Start|Stop|Copy|Move|Test|Write|Select|Where|ForEach|Add|Clear|Out|Import|Export|ConvertTo|ConvertFrom|Expand|Compress|Join|Resolve)-[A-Z][A-Za-z]+\b|\$env:\w|\$ErrorActionPreference/;

function guessDialect(command: string, context: ShellContext): ShellDialect {
  if (context.platform !== 'win32') return 'posix';
  return POWERSHELL_LOOK.test(command.slice(0, 4_096)) ? 'powershell' : 'posix';
}
