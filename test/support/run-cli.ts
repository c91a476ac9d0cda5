import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, lstatSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const ENTRY = new URL('../../dist/reeve.js', import.meta.url).pathname;

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly state?: string;
  /** Beside PATH and HOME nothing of our own environment gets through. */
  readonly home?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly cwd?: string;
}

export interface StartedCli {
  readonly child: ChildProcess;
  readonly output: { stdout: string; stderr: string };
  /** Waits until stdout or stderr holds the text. */
  says(text: string | RegExp): Promise<void>;
  ended(): Promise<CliResult>;
}

/** The real command line in a process of its own. */
export function startCli(args: readonly string[], options: CliOptions = {}): StartedCli {
  return startProgram([process.execPath, ENTRY, ...stateOf(options), ...args], options);
}

/** Any program that ends in our command line, such as a wrapper that limits it. */
export function startProgram(command: readonly string[], options: CliOptions = {}): StartedCli {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: options.home ?? '/nonexistent',
      TZ: 'UTC',
      ...options.env,
    },
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    ...(options.uid !== undefined && { uid: options.uid, gid: options.uid }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const ended = new Promise<CliResult>((resolve) => {
    child.once('close', (code) => {
      resolve({ code, ...output });
    });
  });
  return {
    child,
    output,
    says: async (text) => {
      const has = (where: string): boolean =>
        typeof text === 'string' ? where.includes(text) : text.test(where);
      for (let n = 0; !has(output.stdout) && !has(output.stderr); n++) {
        if (n > 2_000 || child.exitCode !== null)
          throw new Error(`never said ${String(text)}: ${output.stdout}${output.stderr}`);
        await sleep(10);
      }
    },
    ended: () => ended,
  };
}

export function reeve(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return startCli(args, options).ended();
}

function stateOf({ state }: CliOptions): string[] {
  return state === undefined ? [] : ['--state', state];
}

/** Everything below a folder with what a write would change; times of reading are left out. */
export function snapshot(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((path) => {
      const stat = lstatSync(join(dir, path));
      return `${path} ${stat.mode.toString(8)} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs} ${stat.ino}`;
    });
}
