/** What Reeve understands of one command line. Produced by `pipeline/shell`, read by rules. */

export type ShellDialect = 'posix' | 'powershell' | 'cmd';

/** How a command came to be inside another: the wrapper that was unwrapped. */
export type ShellVia =
  | 'inline' // sh -c, bash -lc, powershell -Command, cmd /c
  | 'wrapper' // sudo, env, nohup, timeout, nice, xargs, find -exec, parallel, watch
  | 'substitution' // $(…), `…`, <(…)
  | 'heredoc' // bash <<EOF … EOF
  | 'decoded' // echo … | base64 -d | sh; powershell -EncodedCommand
  | 'code' // python -c, node -e, perl -e: a language body, not shell
  | 'remote' // ssh host cmd
  | 'container'; // docker exec/run, kubectl exec, podman, wsl

export interface ShellRedirect {
  readonly fd: number | undefined;
  /** `>`, `>>`, `>|`, `<`, `<>`, `&>` … as written. */
  readonly operator: string;
  /** Expanded target; `undefined` when it is a here-document or cannot be known. */
  readonly target: string | undefined;
}

/** One simple command after wrappers were peeled off. */
export interface ShellCommand {
  /** Base name of the program, lower-cased only on PowerShell and cmd: `curl`, `rm`, `Invoke-WebRequest`. */
  readonly program: string;
  /** Program as written: `/usr/bin/curl`. */
  readonly programPath: string;
  /** Arguments with quotes removed and `~`, `$HOME` expanded; unknown parts keep their source text (`$VAR`). */
  readonly args: readonly string[];
  /** `true` for each argument that holds an unresolved expansion; same length as `args`. */
  readonly dynamic: readonly boolean[];
  readonly assignments: Readonly<Record<string, string>>;
  readonly redirects: readonly ShellRedirect[];
  /** Commands with equal `pipeline` are one pipeline, in `stage` order. */
  readonly pipeline: number;
  readonly stage: number;
  /** How deep in wrappers, and which ones from outside in. Depth 0 is what the agent wrote. */
  readonly depth: number;
  readonly via: readonly ShellVia[];
  /** Runs on another machine or in a container: its paths and hosts are not of this machine. */
  readonly elsewhere: boolean;
  readonly elevated: boolean;
  /** Working directory if it can be known (`cd x && …` is followed). */
  readonly cwd: string | undefined;
  /** For `via: 'code'`: the interpreter's source text, bounded. */
  readonly code?: string;
  /** Here-document or here-string body, bounded. */
  readonly stdinText?: string;
  /** Index in `commands` of the command this one is inside of: a substitution in its words, what it runs or decodes. */
  readonly parent?: number;
  /** Set when it differs from the line's: `powershell -c …` in a POSIX line. */
  readonly dialect?: ShellDialect;
  /** The program itself is an unresolved expansion: `$CMD x`, `$(fetch) x`; `program` then holds its source text. */
  readonly dynamicProgram?: true;
  /** The other machine, for `via: 'remote'`; the container or pod, for `via: 'container'`. */
  readonly where?: string;
}

export interface ShellAnalysis {
  readonly dialect: ShellDialect;
  readonly commands: readonly ShellCommand[];
  /** The grammar gave up on some part; never means safe. */
  readonly unparsed: boolean;
  /** Depth, size or count bound was hit. */
  readonly truncated: boolean;
}
