import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { constants } from 'node:os';
import type { Ending } from '../../sources/pty-session.ts';
import { toLaunch } from './launch.ts';
import type { Supervised } from './supervised.ts';

const ALWAYS_PASSED_ON = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const;
/** From a keyboard these reach the whole job by themselves; passed on as well they would count twice. */
const FROM_KEYS = ['SIGINT', 'SIGQUIT'] as const;

/**
 * Runs a program with the standard streams of this process: for pipes and files.
 *
 * Without any terminal it becomes the leader of a session of its own. With one (as in `reeve exec -- agent | less`) it
 * stays in the job of the shell: in another session it could neither ask for a password nor be stopped by a key.
 */
export async function supervisePlain(supervised: Supervised): Promise<Ending> {
  const ownSession = !hasTerminal();
  const { program, args } = toLaunch(supervised.launch);
  const child = spawn(program, args, {
    stdio: 'inherit',
    cwd: supervised.cwd,
    env: supervised.env,
    detached: ownSession,
  });
  const passOn = (signal: NodeJS.Signals): void => {
    child.kill(signal);
  };
  const leaveToProgram = (): void => undefined;
  for (const signal of ALWAYS_PASSED_ON) process.on(signal, passOn);
  for (const signal of FROM_KEYS) process.on(signal, ownSession ? passOn : leaveToProgram);
  try {
    return await new Promise<Ending>((resolve, reject) => {
      child.once('error', reject);
      child.once('spawn', () => {
        if (child.pid !== undefined) supervised.onStart(child.pid);
      });
      child.once('exit', (code, signal) => {
        resolve(
          signal === null
            ? { kind: 'code', code: code ?? 0 }
            : { kind: 'signal', signal: constants.signals[signal] },
        );
      });
    });
  } finally {
    for (const signal of ALWAYS_PASSED_ON) process.off(signal, passOn);
    for (const signal of FROM_KEYS) process.off(signal, passOn).off(signal, leaveToProgram);
  }
}

function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return false; // ENXIO: none controls this session.
  }
}
