import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Config } from '../../../collector/contract/config.ts';
import { createReporter } from '../../../collector/report/reporter.ts';
import { Store } from '../../../collector/store/store.ts';
import { storedEvent } from '../../collector/report/memory-outbox.ts';
import { CONTEXT } from '../../collector/report/arbitraries.ts';
import { startFakeReceiver, uidsOf, type FakeReceiver, type Fault } from '../../support/otlp-fake.ts';

let folder: string;
let receiver: FakeReceiver;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'reeve-report-'));
  receiver = await startFakeReceiver();
});
afterEach(async () => {
  await receiver.close();
  rmSync(folder, { recursive: true, force: true });
});

const open = () => Store.open({ path: join(folder, 'reeve.db'), nowMs: () => Date.now() });

function fill(store: Store, from: number, count: number): void {
  const rows = Array.from({ length: count }, (_, i) => `e${from + i}`).map((uid) => ({
    uid,
    priority: 'event' as const,
    json: JSON.stringify(storedEvent(uid)),
    createdMs: 1,
  }));
  store.outbox.enqueue(rows);
}

async function sendUntil(store: Store, done: () => boolean): Promise<void> {
  const stop = new AbortController();
  const reporter = createReporter({
    config: Config.parse({ reporting: { endpoint: receiver.url } }).reporting,
    outbox: store.outbox,
    context: CONTEXT,
    instanceId: 'instance-1',
    pseudonym: (name) => name,
    clock: { nowMs: () => Date.now() },
    random: Math.random,
    log: { info: () => undefined, warn: () => undefined },
    onHealth: () => undefined,
    env: {},
    timing: {
      baseMs: 1,
      capMs: 5,
      slowRetryMs: 5,
      pollMs: 2,
      lingerMs: 0,
      flushMs: 0,
      timeouts: { connectMs: 500, headersMs: 400, totalMs: 500 },
    },
  });
  const run = reporter.run(stop.signal);
  const deadline = performance.now() + 20_000;
  while (!done() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 2));
  stop.abort();
  await run;
}

it('delivers every row of a real store, again after each restart, through a receiver that fails in every way', async () => {
  const faults: Fault[] = [
    { kind: 'status', status: 503 },
    { kind: 'lost-answer' },
    { kind: 'reset' },
    { kind: 'status', status: 401 },
    { kind: 'hang' },
    { kind: 'lost-answer' },
    { kind: 'web-page' },
    { kind: 'status', status: 500 },
  ];
  const count = 2_500;
  for (let round = 0; round < faults.length; round++) {
    const store = open();
    fill(store, round * count, count);
    receiver.faults = [faults[round]!, faults[(round * 3 + 1) % faults.length]!];
    const stopAfter = receiver.requests.length + 4;
    // Stopped without flushing, in the middle of its work.
    await sendUntil(
      store,
      () => receiver.requests.length >= stopAfter || store.outbox.peek(1, 1).length === 0,
    );
    store.close();
  }
  const store = open();
  await sendUntil(store, () => store.outbox.peek(1, 1).length === 0);
  expect(store.outbox.size()).toEqual({ rows: 0, bytes: 0 });
  expect(store.outbox.dropped()).toEqual({});
  store.close();
  const expected = Array.from({ length: faults.length * count }, (_, i) => `host-1/e${i}`);
  expect(new Set(uidsOf(receiver.records))).toEqual(new Set(expected));
});
