import { constants } from 'node:os';
import type { Ending } from '../../sources/pty-session.ts';

/** Signals that do something else to a Node process than end it: SIGUSR1 opens a debugger, SIGPIPE is ignored. */
const NOT_FOR_US = new Set([
  'SIGUSR1',
  'SIGPIPE',
  'SIGSTOP',
  'SIGTSTP',
  'SIGTTIN',
  'SIGTTOU',
  'SIGCHLD',
  'SIGCONT',
]);
const DELIVERY_MS = 500;

const NAMES = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

export function signalName(signal: number): NodeJS.Signals | undefined {
  const name = NAMES.get(signal);
  return isSignal(name) ? name : undefined;
}

function isSignal(name: string | undefined): name is NodeJS.Signals {
  return name !== undefined && name in constants.signals;
}

/**
 * Ends this process as the other one ended: by the same signal where that is possible, so that the caller's shell
 * sees what it would have seen. Otherwise with 128 + the signal's number. Does not come back;
 * `exit` listeners do not run for a signal, so everything must be put right before.
 */
export async function exitLike(ending: Ending): Promise<never> {
  if (ending.kind === 'code') process.exit(ending.code);
  const name = signalName(ending.signal);
  if (name !== undefined && !NOT_FOR_US.has(name)) {
    process.removeAllListeners(name);
    process.kill(process.pid, name);
    await new Promise((resolve) => setTimeout(resolve, DELIVERY_MS));
  }
  process.exit(128 + ending.signal);
}
