import { type Ending, PtySession } from '../../sources/pty-session.ts';
import { toLaunch } from './launch.ts';
import { OutputQueue } from './output-queue.ts';
import type { Supervised } from './supervised.ts';
import { Suspension } from './suspension.ts';
import { TerminalModes } from './terminal-modes.ts';
import { TerminalSettings } from './terminal-settings.ts';

/** Sent to us by somebody, as keys come as bytes: they are meant for the program. */
const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;
const STDOUT = 1;
/** While output is held back, how often to look whether the program still lives. */
const LIFE_CHECK_MS = 50;

/**
 * Runs a program in a terminal of its own and joins it byte for byte with the terminal of this process, which is as it
 * was when this returns or fails.
 * @throws NoPtyError
 */
export async function superviseTerminal(supervised: Supervised): Promise<Ending> {
  const settings = TerminalSettings.read();
  const modes = new TerminalModes();
  const restore = (): void => {
    if (settings !== undefined) settings.restore();
    else if (process.stdin.isRaw) process.stdin.setRawMode(false);
  };
  const makeRaw = (): void => {
    if (settings !== undefined) settings.makeRaw();
    else process.stdin.setRawMode(true);
  };
  const holdBack = new HoldBack();
  const output = new OutputQueue(STDOUT, holdBack);
  const { columns, rows } = process.stdout;
  const session = await PtySession.start({
    ...toLaunch({
      ...supervised.launch,
      ...(settings !== undefined && { terminalSettings: settings.saved }),
    }),
    cwd: supervised.cwd,
    env: supervised.env,
    columns: columns > 0 ? columns : 80,
    rows: rows > 0 ? rows : 24,
    onOutput: (bytes) => {
      modes.feed(bytes);
      output.push(bytes);
    },
    onDrain: () => {
      process.stdin.resume();
    },
  });
  holdBack.session = session;
  const crash = (error: unknown): void => {
    process.stdout.write(modes.undo());
    restore();
    process.stderr.write(`reeve: ${error instanceof Error ? error.message : 'failed'}\n`);
    process.exit(3);
  };
  process.once('exit', restore);
  process.once('uncaughtException', crash);

  const resize = (): void => {
    session.resize(process.stdout.columns, process.stdout.rows);
  };
  const resume = (): void => {
    makeRaw();
    resize();
  };
  const suspension = new Suspension(session.pid, restore, resume);
  const type = (bytes: Buffer): void => {
    suspension.keys(bytes);
    if (!session.write(bytes)) process.stdin.pause();
  };
  const hangUp = (): void => {
    session.close();
  };
  const passOn = (signal: NodeJS.Signals): void => {
    try {
      process.kill(session.pid, signal);
    } catch {
      return; // ESRCH: it has just ended.
    }
  };
  makeRaw();
  process.stdin.on('data', type).once('end', hangUp).once('error', hangUp);
  process.stdout.on('resize', resize);
  process.on('SIGCONT', resume);
  for (const signal of PASSED_ON) process.on(signal, passOn);
  suspension.watch();
  supervised.onStart(session.pid);
  try {
    const ending = await session.ended;
    await output.empty();
    if (ending.kind === 'signal') {
      // It could not clean up behind itself.
      output.push(Buffer.from(modes.undo()));
      await output.empty();
    }
    return ending;
  } finally {
    suspension.unwatch();
    for (const signal of PASSED_ON) process.off(signal, passOn);
    process.off('SIGCONT', resume);
    process.stdout.off('resize', resize);
    process.stdin.off('data', type).off('end', hangUp).off('error', hangUp).pause();
    holdBack.end();
    restore();
    process.off('exit', restore);
    process.off('uncaughtException', crash);
  }
}

/**
 * Holds the program's output back while the own terminal does not keep up. What is left in the kernel when the program
 * ends must be read within 200 ms (node-pty 1.1.0 closes then), so from its end on nothing is held back.
 */
class HoldBack {
  session: PtySession | undefined;
  #check: NodeJS.Timeout | undefined;

  readonly pause = (): void => {
    this.session?.pause();
    this.#check ??= setInterval(() => {
      if (this.session !== undefined && !isAlive(this.session.pid)) this.resume();
    }, LIFE_CHECK_MS);
  };

  readonly resume = (): void => {
    this.end();
    this.session?.resume();
  };

  end(): void {
    clearInterval(this.#check);
    this.#check = undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false; // ESRCH
  }
}
