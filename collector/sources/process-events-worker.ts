/**
 * Worker thread: waits for the kernel's process events and reads each process at once, so that one that lives for a
 * few milliseconds is seen also while the main thread is busy. It sleeps in the kernel while nothing starts or ends.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { openNetlinkEvents, type NetlinkEvents } from '../platform/linux-netlink.ts';
import { LinuxProcessReader } from '../platform/linux-processes.ts';
import {
  createBudget,
  EventTranslator,
  type FromEventThread,
  type ProcessEventBatch,
  type ProcessRecord,
} from './process-event-batch.ts';

/** Records are handed over in groups: waking the main thread for each would cost more than reading them. */
const GATHER_MS = 25;
const MAX_RECORDS = 2048;
/** Groups that the main thread has not taken yet; more means that it is stuck, and memory must not grow. */
const MAX_WAITING = 32;
/** A parallel build starts some hundred programs per second; one reading costs about 0.1 ms. */
const READS_PER_SECOND = 1500;

const port = parentPort;
if (port === null) throw new Error('process-events-worker runs as a worker thread only');
const post = (message: FromEventThread): void => {
  port.postMessage(message);
};

const setup = z
  .object({
    proc: z.string(),
    kernel: z.object({
      bootMs: z.number(),
      bootId: z.string().exactOptional(),
      tickMs: z.number(),
      pageBytes: z.number(),
    }),
    /** How many groups the main thread has taken. */
    taken: z.instanceof(Int32Array),
  })
  .parse(workerData);

const opened = await openNetlinkEvents();
if (opened.ok) {
  post({ kind: 'ready', wakeFd: opened.source.wakeFd });
  run(opened.source);
} else {
  post({ kind: 'unavailable', reason: opened.reason });
}

function run(source: NetlinkEvents): void {
  const reader = new LinuxProcessReader(setup.proc, setup.kernel);
  const translator = new EventTranslator(
    { place: (pid) => reader.readPlace(pid), program: (pid) => reader.lookAt(pid) },
    createBudget(READS_PER_SECOND, () => performance.now()),
  );
  let posted = 0;
  let lost = false;
  let unread = false;
  const gather = (): { readonly batch: ProcessEventBatch; readonly woken: boolean } => {
    const records: ProcessRecord[] = [];
    let missed = 0;
    const missedBelow: number[] = [];
    let untilMs = Infinity;
    let sinceMs: number | undefined;
    for (;;) {
      const leftMs = untilMs - performance.now();
      const { events, overflow, woken } = source.wait(
        leftMs === Infinity ? -1 : Math.max(0, Math.ceil(leftMs)),
      );
      sinceMs ??= events.length > 0 ? Date.now() : undefined;
      const batch = translator.translate(events);
      missed += batch.missed;
      if (missedBelow.length < MAX_RECORDS) missedBelow.push(...(batch.missedBelow ?? []));
      else lost ||= batch.missedBelow !== undefined;
      if (records.length < MAX_RECORDS) records.push(...batch.records);
      else lost ||= batch.records.length > 0;
      lost ||= overflow;
      unread ||= batch.overflow;
      if (woken || leftMs <= 0)
        return {
          batch: {
            records,
            missed,
            missedBelow,
            overflow: lost || unread,
            ...(lost && { lost }),
            ...(sinceMs !== undefined && { sinceMs }),
          },
          woken,
        };
      if (untilMs === Infinity) untilMs = performance.now() + GATHER_MS;
    }
  };
  for (;;) {
    const { batch, woken } = gather();
    if (posted - Atomics.load(setup.taken, 0) > MAX_WAITING) {
      lost = true; // said with the next group that is taken
    } else if (batch.records.length > 0 || batch.missed > 0 || batch.overflow) {
      post({ kind: 'batch', ...batch });
      posted += 1;
      lost = false;
      unread = false;
    }
    if (woken) break;
  }
  source.close();
}
