import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildBigHome } from '../test/support/big-home.ts';
import { startCollector } from '../test/support/collector-process.ts';
import { quantilesOf } from './shared/quantiles.ts';

/** How long after a change of a file of the inventory the API shows it: 59 products, 500 servers, 500 skills, 300 projects. */
const CHANGES = Number(process.argv[2] ?? 200);
const LIMIT_MS = 8_000;
/** Between a change that shows and the next. */
const PAUSE_MS = 100;

const { home, changes } = buildBigHome();
const state = mkdtempSync(join(tmpdir(), 'reeve-bench-inventory-'));
const collector = await startCollector(home.dir, state);
const { client } = collector;
const shown: number[] = [];
let missed = 0;
const cpuBefore = collector.cpuSeconds();
for (let n = 0; n < CHANGES; n++) {
  const change = changes[n % changes.length];
  if (change === undefined) continue;
  const start = performance.now();
  const shows = change(n);
  let found = false;
  while (!found && performance.now() - start < LIMIT_MS) {
    found = JSON.stringify(await client.call('inventory.changes', { limit: 20 })).includes(shows);
    if (!found) await sleep(10);
  }
  if (found) shown.push(performance.now() - start);
  else missed += 1;
  await sleep(PAUSE_MS);
}
const cpuMs = (1_000 * (collector.cpuSeconds() - cpuBefore)) / CHANGES;
const { p50, p95, p99, max } = quantilesOf(shown);
console.log(
  `inventory change: ${shown.length} shown, ${missed} missed; p50 ${p50.toFixed(0)}, p95 ${p95.toFixed(0)}, p99 ${p99.toFixed(0)}, max ${max.toFixed(0)} ms; ${cpuMs.toFixed(0)} ms of CPU each; memory ${collector.memory().rssMb.toFixed(0)} MB, peak ${collector.memory().peakMb.toFixed(0)} MB`,
);
await collector.stop();
home.remove();
rmSync(state, { recursive: true, force: true });
