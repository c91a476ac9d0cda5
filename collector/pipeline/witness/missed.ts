import { baseName, type CallCommand } from '../attribution/match-command.ts';

/** A program that ended before it could be read. */
export interface MissedProcess {
  /** It was there at some time between these: who reads events may be late. Default: at `timeMs`. */
  readonly sinceMs?: number;
  readonly timeMs: number;
  /** The kernel's name for it (15 bytes at most), where at least that could be read. */
  readonly name?: string;
  /** `processId` of its agent, where that is known. */
  readonly agent?: string;
  /** `processId` of those above it that are known, nearest first, below its agent. */
  readonly line: readonly string[];
}

/** The kernel keeps no more of a name (`TASK_COMM_LEN`, proc_pid_comm(5)). */
const KERNEL_NAME = 15;
/** What may run a program under its own name: shells, interpreters, and programs that start another one. */
const RUNS_OTHERS =
  /^(?:(?:ba|z|da|k|fi|a)?sh|node(?:js)?|MainThread|node-MainThread|bunx?|deno|python[\d.]*|ruby|perl|php|java|env|sudo|doas|su|timeout|nice|ionice|nohup|setsid|stdbuf|xargs|time|busybox|npm|npx|pnpm|yarn|uvx?|pipx|poetry|conda|mise|asdf|volta|fnm|pyenv|rbenv|direnv|nix|flatpak|snap|systemd-run)(?: |$)/;

/** Could a program of this name be what the call says? `runs`: it has the name of one of its programs. */
export function nameFits(name: string | undefined, { commands }: CallCommand): 'runs' | 'perhaps' | 'no' {
  if (name === undefined) return 'perhaps';
  const ran = baseName(name).split(' ')[0] ?? '';
  if (commands.some(({ program }) => baseName(program).slice(0, KERNEL_NAME) === ran)) return 'runs';
  return RUNS_OTHERS.test(name) ? 'perhaps' : 'no';
}
