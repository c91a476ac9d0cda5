/**
 * An hour of ten agents at work in front of an open window, compressed: what the page holds must not grow with what it
 * was told. Memory is read after a forced collection of garbage, with the DOM nodes and listeners that are alive.
 * Usage: node soak/window.ts [seconds = 240] [events = 18000]
 * 18,000 events are ten sessions with a call every four seconds for an hour, each call with its result.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type SessionFile, writeSessionHome } from '../bench/shared/session-home.ts';
import { launchBrowser } from '../test/support/browser.ts';
import { startCollector } from '../test/support/collector-process.ts';

const seconds = Number(process.argv[2] ?? 240);
const events = Number(process.argv[3] ?? 18_000);
const SESSIONS = 10;
const EVENTS_A_STEP = 2;
const LOOKS = 12;
const LIMIT_MB = 150;
/** A timeline builds what is on the screen; this is ten screens. */
const LIMIT_NODES = 20_000;

interface Look {
  readonly place: string;
  readonly heapMb: number;
  readonly nodes: number;
  readonly listeners: number;
  /** Private memory of the process of the page, the browser's own parts included. */
  readonly processMb: number;
}

const folder = mkdtempSync(join(tmpdir(), 'reeve-soak-window-'));
const home = join(folder, 'home');
const files = writeSessionHome(home, {
  sessions: SESSIONS,
  projects: SESSIONS,
  agentOf: () => 'claude-code',
  steps: 3,
  nowMs: Date.now(),
});
const collector = await startCollector({ own: home }, join(folder, 'state'));
const browser = await launchBrowser(['--js-flags=--expose-gc']);
const looks: Look[] = [];
try {
  const page = await browser.newPage();
  const { url } = await collector.client.call('ui.open', { port: 0 });
  await page.goto(url);
  await page.getByText('Watching', { exact: true }).waitFor();
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable');
  const whole = await browser.newBrowserCDPSession();
  const look = async (place: string): Promise<void> => {
    await cdp.send('HeapProfiler.collectGarbage');
    const { metrics } = await cdp.send('Performance.getMetrics');
    const of = (name: string): number => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
    const { processInfo } = await whole.send('SystemInfo.getProcessInfo');
    const pages = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => privateMb(id));
    const one = {
      place,
      heapMb: of('JSHeapUsedSize') / 1e6,
      nodes: of('Nodes'),
      listeners: of('JSEventListeners'),
      processMb: Math.max(...pages),
    };
    looks.push(one);
    console.log(
      `  ${place.padEnd(34)} heap ${one.heapMb.toFixed(1).padStart(6)} MB · ${one.nodes} nodes · ${one.listeners} listeners · process ${one.processMb.toFixed(0)} MB`,
    );
  };
  const { sessions } = await collector.client.call('overview.get', {});
  const [first] = sessions.running;
  if (first === undefined) throw new Error('no session is running');
  const places = ['/', `/sessions/${encodeURIComponent(first.sessionId)}`, '/sessions', '/findings'];
  console.log(`${events} events of ${SESSIONS} sessions in ${seconds} s`);
  await look('before');
  let steps = 0;
  for (let turn = 0; turn < LOOKS; turn++) {
    const place = places[turn % places.length] ?? '/';
    await page.evaluate(`location.hash = ${JSON.stringify(`#${place}`)}; undefined`);
    const until = performance.now() + (seconds * 1_000) / LOOKS;
    const goal = ((turn + 1) * events) / LOOKS / EVENTS_A_STEP;
    while (performance.now() < until || steps < goal) {
      const left = Math.max(0, until - performance.now());
      const now = Math.max(1, Math.ceil((goal - steps) / Math.max(1, left / 100)));
      for (let n = 0; n < now && steps < goal; n++) write(files, steps++);
      await sleep(100);
    }
    await page.evaluate('scrollTo(0, document.documentElement.scrollHeight); undefined');
    await sleep(1_500);
    await look(`${steps * EVENTS_A_STEP} events, ${place.split('/')[1] ?? ''}`);
  }
  const { totals } = await collector.client.call('status.get', {});
  if (totals.events < events) throw new Error(`the collector knows only ${totals.events} events`);
} finally {
  await browser.close();
  await collector.stop();
  rmSync(folder, { recursive: true, force: true });
}

const [most, nodes] = [
  Math.max(...looks.map(({ heapMb }) => heapMb)),
  Math.max(...looks.map((one) => one.nodes)),
];
console.log(`most: heap ${most.toFixed(1)} MB of ${LIMIT_MB}, ${nodes} nodes of ${LIMIT_NODES}`);
if (most > LIMIT_MB || nodes > LIMIT_NODES) process.exitCode = 1;

function write(to: readonly SessionFile[], step: number): void {
  to[step % to.length]?.append({
    shell: `npm test -- --run src/part-${step}`,
    output: 'Tests  3 passed (3)',
  });
}

/** proc(5), smaps_rollup. */
function privateMb(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return (
    [...text.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+)/gm)].reduce((sum, [, kb]) => sum + Number(kb), 0) /
    1_024
  );
}
