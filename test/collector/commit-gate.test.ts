import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { CommitGate } from '../../collector/commit-gate.ts';

/** Holds the gate for a while in a thread of its own, and says when it has it. */
function holder(shared: Int32Array, heldMs: number): Promise<Worker> {
  const url = new URL('../../collector/commit-gate.ts', import.meta.url);
  const code = `
    const { parentPort, workerData } = require('node:worker_threads');
    import(workerData.url).then(({ CommitGate }) => {
      const gate = new CommitGate(workerData.shared);
      gate.enter();
      parentPort.postMessage('held');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, workerData.heldMs);
      if (workerData.heldMs < 60_000) gate.leave();
    });`;
  const worker = new Worker(code, { eval: true, workerData: { url: url.href, shared, heldMs } });
  return new Promise((resolve, reject) => {
    worker.once('message', () => {
      resolve(worker);
    });
    worker.once('error', reject);
  });
}

describe('CommitGate', () => {
  it('lets one thread in at a time', async () => {
    const shared = new Int32Array(new SharedArrayBuffer(4));
    const gate = new CommitGate(shared);
    expect(gate.isFree).toBe(true);
    const worker = await holder(shared, 300);
    expect(gate.isFree).toBe(false);
    const startedMs = performance.now();
    gate.enter();
    expect(performance.now() - startedMs).toBeLessThan(20_000);
    expect(gate.isFree).toBe(false);
    gate.leave();
    expect(gate.isFree).toBe(true);
    await worker.terminate();
  });

  it('does not wait for ever for a thread that died with it', async () => {
    const shared = new Int32Array(new SharedArrayBuffer(4));
    const worker = await holder(shared, 1_000_000);
    await worker.terminate();
    const gate = new CommitGate(shared, 50);
    gate.enter();
    gate.leave();
    expect(gate.isFree).toBe(true);
  });
});
