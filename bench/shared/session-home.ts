import { appendFileSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DemoAgent, Step } from '../../collector/cli/demo/story.ts';
import { DEMO_LOGS, type DemoLog } from '../../collector/cli/demo/write-logs.ts';

/** One session log of a home made for measuring. */
export interface SessionFile {
  readonly agent: DemoAgent;
  readonly path: string;
  /** Appends all lines of one step in one write, as the agent does. */
  append(step: Step): void;
}

const HISTORY: readonly Step[] = [
  { prompt: 'The cart total is wrong when a coupon is removed. Find out why and fix it.' },
  { shell: 'git status --short', output: '' },
  { shell: 'rg -n "applyCoupon" src --type ts', output: 'src/cart/total.ts:41:export function applyCoupon(' },
  { read: 'src/cart/total.ts' },
  { shell: 'npm test -- --run src/cart', output: 'Test Files  3 passed (3)' },
];

export interface SessionHomeOptions {
  readonly sessions: number;
  readonly projects: number;
  /** Which agent writes session number `n`. */
  readonly agentOf: (n: number) => DemoAgent;
  /** How many steps of ordinary work each session already holds. */
  readonly steps: number;
  /** When the last session began, in epoch milliseconds; the others began one minute before each other. */
  readonly nowMs: number;
}

/** Writes a home with many small sessions, spread over projects. */
export function writeSessionHome(home: string, options: SessionHomeOptions): SessionFile[] {
  return Array.from({ length: options.sessions }, (_, n) => {
    const agent = options.agentOf(n);
    const cwd = `/home/ana/src/project-${n % options.projects}`;
    const id = `${n.toString(16).padStart(8, '0')}-5e55-4000-a000-${(n * 7919).toString(16).padStart(12, '0')}`;
    const startMs = options.nowMs - (options.sessions - n) * 60_000;
    const log = DEMO_LOGS[agent]({ id, cwd, home, startMs });
    const path = join(home, log.path);
    mkdirSync(dirname(path), { recursive: true });
    const steps = Array.from({ length: options.steps }, (_, at) => HISTORY[at % HISTORY.length]);
    const lines = steps.flatMap((step, at) =>
      step === undefined ? [] : log.step(step, at, startMs + at * 5_000),
    );
    writeFileSync(path, `${[...log.head, ...lines].join('\n')}\n`);
    // Written when its last step happened: a file of the last ten minutes is looked at more often than one of yesterday.
    const lastSeconds = (startMs + options.steps * 5_000) / 1_000;
    utimesSync(path, lastSeconds, lastSeconds);
    return { agent, path, append: appender(path, log, options.steps) };
  });
}

function appender(path: string, log: DemoLog, from: number): (step: Step) => void {
  let at = from;
  return (step) => {
    appendFileSync(path, `${log.step(step, at, Date.now()).join('\n')}\n`);
    at += 1;
  };
}
