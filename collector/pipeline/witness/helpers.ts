import type { ProcessInfo } from '../../contract/process.ts';
import { baseName, scriptArguments, shellText, titleWords } from '../attribution/match-command.ts';

/** What agents run for themselves, without a tool call. One entry per habit. */
interface Helper {
  readonly why: string;
  /** Base name of the program. */
  readonly program: RegExp;
  /** Of the arguments, joined by blanks; default: any. */
  readonly args?: RegExp;
  /** Only this agent does so. */
  readonly agentId?: string;
}

const MAX_TEXT = 2_000;
const READING_GIT =
  /^(?:(?:--no-optional-locks|--no-pager|--literal-pathspecs|-C \S+|-c [a-zA-Z.]+=(?:true|false|never|auto|off|\d*)) )*(?:status|rev-parse|config --get\S*|config --list|log|diff|diff-index|diff-tree|branch --\S+|branch -\S+|remote -v|remote get-url|remote|ls-files|ls-tree|symbolic-ref|worktree list|show|show-ref|rev-list|cat-file|for-each-ref|check-ignore|describe|merge-base|blame|var|version|--version)(?: (?!--output|--ext-diff).*)?$/;

/** Seen in Claude Code, Codex, Gemini CLI, Copilot CLI and OpenCode of 2026-11. Reading and asking only. */
export const HELPERS: readonly Helper[] = [
  { why: 'state of the repository', program: /^git$/, args: READING_GIT },
  { why: 'search in the project', program: /^(?:rg|fd|fdfind|ripgrep)$/, args: /^(?!.*--pre(?:[ =]|$))/ },
  {
    why: 'what the machine is',
    program: /^(?:uname|sw_vers|lsb_release|getconf|hostname|arch|nproc|sysctl|locale|id|whoami|tty|stty)$/,
  },
  { why: 'what is installed', program: /^(?:which|where|whereis|command)$/ },
  { why: 'version of a program', program: /^[\w.+-]{1,40}$/, args: /^(?:--version|-v|-V|version)$/ },
  { why: 'what runs', program: /^(?:ps|pgrep|lsof|tasklist|wmic)$/ },
  { why: 'clipboard', program: /^(?:pbpaste|pbcopy|xclip|xsel|wl-paste|wl-copy)$/ },
  {
    why: 'language server',
    program: /^(?:.+-language-server|.+-lsp|gopls|rust-analyzer|clangd|pyright.*|jdtls|tsserver|vtsls)$/,
  },
  {
    why: 'language server in an interpreter',
    program: /^(?:node|bun|python[\d.]*)$/,
    args: /^\S*\/(?:tsserver\.js|[\w.-]+-language-server|pyright-langserver\.js)(?: |$)/,
  },
  {
    why: 'own account in the keychain',
    program: /^security$/,
    args: /^find-generic-password /,
    agentId: 'claude-code',
  },
  {
    why: 'state of pull requests and the own login',
    program: /^(?:gh|glab)$/,
    args: /^(?:pr|mr|auth|repo) (?:view|status|list|checks)(?: |$)/,
  },
  {
    why: 'packages that are there',
    program: /^(?:npm|pnpm|yarn|bun)$/,
    args: /^(?:view|info|config get|prefix|root|ls|list|pm bin)(?: |$)/,
  },
  {
    why: 'extensions of the editor',
    program: /^(?:code|cursor|windsurf|codium)$/,
    args: /^--(?:list-extensions|status|force-?\w* --install-extension|install-extension) ?/,
  },
  {
    why: 'terminal it runs in',
    program: /^tmux$/,
    args: /^(?:display-message|show-option|show|list-panes|-V)(?: |$)/,
  },
  {
    why: 'tells the person',
    program: /^(?:notify-send|terminal-notifier|afplay|paplay|aplay|osascript|powershell-notify)$/,
    args: /^(?!.*do shell script)/,
  },
  {
    why: 'what the machine has',
    program: /^(?:ioreg|defaults|system_profiler|dscl|reg|ver|free|df)$/,
    args: /^(?!write|import|add|delete|-create)/,
  },
  {
    why: 'keeps the machine awake',
    program: /^(?:caffeinate|systemd-inhibit)$/,
    args: /^(?: |-\S+(?= |$)|\d+(?= |$))*$/,
  },
];

/** What such a shell becomes when it has one thing to do. */
const START_UP_PROGRAM = /^(?:env|printenv)(?: -0)?$/;
/** Shells that agents start to learn the user's environment. */
const START_UP_TEXT =
  /^(?:SNAPSHOT_FILE=\S|env(?: -0)?$|printenv(?: -0)?$|export -p$|echo \$(?:PATH|SHELL)$|command -v \w+$)/;

/** Why this process needs no tool call, or nothing. */
export function helperReason(process: ProcessInfo, agentId: string): string | undefined {
  const text = shellText(process);
  if (text !== undefined)
    return START_UP_TEXT.test(text.trim().slice(0, 200)) ? 'shell start-up' : reasonForText(text, agentId);
  if (START_UP_PROGRAM.test([baseName(process.argv[0] ?? process.name), ...process.argv.slice(1)].join(' ')))
    return 'shell start-up';
  const script = scriptArguments(process.argv);
  return (
    reasonFor(process.argv, process.name, agentId) ??
    (script === undefined ? undefined : reasonFor(script, '', agentId)) ??
    reasonForTitle(process, agentId)
  );
}

const MAX_PARTS = 8;
/** Quiet ends of a command; another redirection writes something. */
const QUIET = /(?:[12]|&)?>\s*\/dev\/null|2>&1/g;

/** `git rev-parse HEAD && git status`: a shell that runs helpers, and nothing but. */
function reasonForText(text: string, agentId: string): string | undefined {
  const quiet = text.slice(0, MAX_TEXT).replace(QUIET, ' ');
  if (text.length > MAX_TEXT || /[`$<>(){}\\'"*?~!#]|(?<!&)&(?!&)/.test(quiet)) return undefined;
  const parts = quiet.split(/&&|\|\||[;|\n]/).map((part) => part.trim().split(/\s+/));
  const reasons = parts.map((words) => reasonFor(words, '', agentId));
  return parts.length <= MAX_PARTS && reasons.every((reason) => reason !== undefined)
    ? reasons[0]
    : undefined;
}

/** Scripts of Node that write over their arguments, and then show some of them (`npm root`) or none (`npm`). */
const TITLED = /^(?:npm|npx|pnpm|yarn)$/;

function reasonForTitle(process: ProcessInfo, agentId: string): string | undefined {
  const [program, ...words] = titleWords(process) ?? [];
  if (program === undefined || !TITLED.test(program)) return undefined;
  if (!/^(?:node|bun)$/.test(baseName(process.executable ?? ''))) return undefined;
  return words.length === 0
    ? 'package manager that shows no arguments'
    : reasonFor([program, ...words], '', agentId);
}

function reasonFor(argv: readonly string[], name: string, agentId: string): string | undefined {
  const program = baseName(argv[0] ?? name);
  const args = argv.slice(1).join(' ').slice(0, 2_000);
  return HELPERS.find(
    (helper) =>
      (helper.agentId === undefined || helper.agentId === agentId) &&
      helper.program.test(program) &&
      (helper.args === undefined || helper.args.test(args)),
  )?.why;
}

/** A shell that waits for commands on its input: what it runs is what counts. */
export function isOpenShell(process: ProcessInfo): boolean {
  return (
    process.argv.length > 0 &&
    /^(?:ba|z|da|k|fi|a)?sh$/.test(baseName(process.argv[0] ?? process.name)) &&
    process.argv.slice(1).every((arg) => /^-(?:[ilsx]+|-login|-noprofile|-norc|-posix)$/.test(arg))
  );
}
