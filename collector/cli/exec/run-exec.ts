import { randomUUID } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { Ending } from '../../sources/pty-session.ts';
import { type CliContext, CommandError, connect } from '../context.ts';
import { plain } from '../words.ts';
import { birthOf } from './birth.ts';
import { CollectorLink } from './collector-link.ts';
import { exitLike } from './exit-like.ts';
import { findProgram } from './find-program.ts';
import { superviseTerminal } from './supervise-terminal.ts';
import { supervisePlain } from './supervise-plain.ts';

/** Runs an agent, tells the collector of it, and ends as it ended. */
export async function runExec(context: CliContext, program: string, args: readonly string[]): Promise<never> {
  const windows = context.platform.os === 'win32';
  const found = findProgram(program, process.env['PATH'], windows ? ['.exe', '.cmd', '.bat'] : []);
  if (!found.ok) throw new CommandError(`${plain(program)}: ${found.reason}`, found.exitCode);
  const cwd = workingFolder();
  const id = randomUUID();
  const link = new CollectorLink(() => connect(context));
  const supervised = {
    launch: { program: windows ? found.path : program, args, ...scopeOf(id) },
    cwd,
    env: { ...definedOf(process.env), REEVE_SESSION: id },
    onStart: (pid: number): void => {
      void birthOf(context.platform, pid).then((birth) => {
        link.started({ id, argv0: program, cwd, ...birth });
      });
    },
  };
  const inTerminal = process.stdin.isTTY && process.stdout.isTTY;
  const ending = await (inTerminal ? superviseTerminal(supervised) : supervisePlain(supervised));
  await link.ended({ id, endedMs: Date.now(), ...toParams(ending) });
  return exitLike(ending);
}

function toParams(ending: Ending): { exitCode: number } | { signal: number } {
  return ending.kind === 'code' ? { exitCode: ending.code } : { signal: ending.signal };
}

/** A scope gathers all processes of the agent, also those that leave its session. */
function scopeOf(id: string): { scope?: string } {
  const runtime = process.env['XDG_RUNTIME_DIR'];
  if (runtime === undefined || !existsSync(join(runtime, 'systemd', 'private'))) return {};
  return { scope: `reeve-exec-${id}.scope` };
}

/** As the shell names it: a path through links stays what the person sees. */
function workingFolder(): string {
  let real: string;
  try {
    real = process.cwd();
  } catch {
    throw new CommandError('The current folder does not exist any more.');
  }
  const named = process.env['PWD'];
  try {
    return named !== undefined && realpathSync(named) === real ? named : real;
  } catch {
    return real; // ENOENT: PWD is from somewhere else.
  }
}

function definedOf(env: NodeJS.ProcessEnv): Record<string, string> {
  const defined: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value !== undefined) defined[name] = value;
  return defined;
}
