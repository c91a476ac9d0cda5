import type { Browser } from 'playwright-core';

/** What the main thread of a page did, in processor time: it says the same on a busy machine and on a quiet one. */
export interface Traced {
  /** Script of each frame that was drawn, in milliseconds. */
  readonly scriptMs: readonly number[];
  /** All work of the main thread in each frame: script, style, layout, painting orders. */
  readonly mainMs: readonly number[];
  /** Every task of the main thread over 50 ms, longest first. */
  readonly longTasksMs: readonly number[];
  /** Frames drawn in a second of the time traced, by the clock on the wall. */
  readonly framesPerSecond: number;
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds on the wall. */
  readonly ts: number;
  readonly dur?: number;
  /** Microseconds of the thread's processor time. */
  readonly tdur?: number;
  readonly args?: Readonly<Record<string, unknown>>;
}

const CATEGORIES = ['devtools.timeline', 'devtools.timeline.frame', 'disabled-by-default-devtools.timeline'];
const SCRIPT = new Set([
  'FunctionCall',
  'EvaluateScript',
  'FireAnimationFrame',
  'FireIdleCallback',
  'TimerFire',
  'EventDispatch',
  'RunMicrotasks',
  'V8.CompileCode',
]);
/** The limit above which the Long Tasks API tells of a task (W3C, Long Tasks API). */
const LONG_MS = 50;

/** Traces the page while `work` runs. @throws when the trace holds no frame: nothing was measured */
export async function trace(browser: Browser, work: () => Promise<void>): Promise<Traced> {
  const session = await browser.newBrowserCDPSession();
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => {
    events.push(...(value as unknown as TraceEvent[]));
  });
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: CATEGORIES },
  });
  await work();
  const complete = new Promise((resolve) => {
    session.once('Tracing.tracingComplete', resolve);
  });
  await session.send('Tracing.end');
  await complete;
  await session.detach();
  return analyse(events);
}

function analyse(all: readonly TraceEvent[]): Traced {
  const main = mainThreadOf(all);
  const events = all
    .filter((event) => event.pid === main.pid && event.tid === main.tid)
    .sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
  const starts = events.filter(isFrame).map(({ ts }) => ts);
  const [first, last] = [starts[0], starts.at(-1)];
  if (first === undefined || last === undefined || last === first) throw new Error('no frame was traced');
  const perFrame = (wanted: (name: string) => boolean): number[] => {
    const sums = starts.map(() => 0);
    let frame = -1;
    let until = 0;
    for (const event of events) {
      while ((starts[frame + 1] ?? Infinity) <= event.ts) frame += 1;
      // Within one that was counted already.
      if (frame < 0 || event.ts < until || event.ph !== 'X' || !wanted(event.name)) continue;
      until = event.ts + (event.dur ?? 0);
      sums[frame] = (sums[frame] ?? 0) + (event.tdur ?? 0) / 1_000;
    }
    return sums;
  };
  return {
    scriptMs: perFrame((name) => SCRIPT.has(name)),
    mainMs: perFrame((name) => name === 'RunTask'),
    longTasksMs: events
      .filter((event) => event.name === 'RunTask' && event.ph === 'X')
      .map((event) => (event.tdur ?? 0) / 1_000)
      .filter((ms) => ms > LONG_MS)
      .sort((a, b) => b - a),
    framesPerSecond: ((starts.length - 1) * 1_000_000) / (last - first),
  };
}

function isFrame({ name, ph }: TraceEvent): boolean {
  return name === 'AnimationFrame' && ph === 'b';
}

/** The busiest of the threads that run a page. */
function mainThreadOf(events: readonly TraceEvent[]): { readonly pid: number; readonly tid: number } {
  const busy = new Map<string, { pid: number; tid: number; frames: number }>();
  for (const event of events) {
    if (!isFrame(event)) continue;
    const { pid, tid } = event;
    const key = `${pid} ${tid}`;
    const one = busy.get(key) ?? { pid, tid, frames: 0 };
    busy.set(key, { ...one, frames: one.frames + 1 });
  }
  const [first] = [...busy.values()].sort((a, b) => b.frames - a.frames);
  if (first === undefined) throw new Error('no frame was traced');
  return first;
}
