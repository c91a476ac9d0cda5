/**
 * What each method of the window costs in a store of a million events, one session of which has a tenth of them:
 * median time and processor time of a call, and the longest time in which nothing else could run on the main thread.
 * First everything in one thread, then the heavy ones as the collector answers them, with the reading thread.
 * Usage: node bench/window-methods.ts [events = 1000000] [store to make, or to use again]
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { createReadHandlers } from '../collector/api.ts';
import { callDirectly } from '../collector/call-directly.ts';
import { METHODS, type Handlers, type Params } from '../collector/contract/ipc.ts';
import { Store } from '../collector/store/store.ts';
import { Window } from '../collector/window.ts';
import { windowOptions } from '../test/support/window-options.ts';
import { BIG_SESSION, fillBigStore } from './shared/big-store.ts';
import { quantilesOf } from './shared/quantiles.ts';
import { report } from './shared/report.ts';

const events = Number(process.argv[2] ?? 1_000_000);
const kept = process.argv[3];
const START_MS = 1_750_000_000_000;
const ORDINARY_SESSION = 'claude-code:s2501';
const CALLS = 31;
const LONGEST_MS = 4_000;
const DAY_MS = 86_400_000;

const folder = kept === undefined ? mkdtempSync(join(tmpdir(), 'reeve-bench-')) : dirname(kept);
const path = kept ?? join(folder, 'reeve.db');
const fresh = !existsSync(path);
const nowMs = START_MS + events * 2_000;
const store = Store.open({ path, nowMs: () => nowMs });
if (fresh) {
  fillBigStore(store, events, START_MS);
  while (store.search.step() > 0);
}

const readHandlers = createReadHandlers(store);
const window = new Window(
  windowOptions(store, folder, {
    clock: { nowMs: () => nowMs, monotonicMs: () => performance.now() },
    readHandlers,
    hears: () => false,
  }),
);
type Served = Pick<Handlers, keyof typeof readHandlers | keyof typeof window.handlers>;
const handlers: Served = { ...readHandlers, ...window.handlers };

type Call = {
  [M in keyof Served]: readonly [name: string, method: M, params: Params<M>];
}[keyof Served];

const [event] = store.read.events({ sessionId: BIG_SESSION, kind: 'tool.call', limit: 1 });
const prompts = { anchor: 'start' as const, kinds: ['prompt.submit' as const] };
const calls = { anchor: 'end' as const, direction: 'backward' as const, kinds: ['tool.call' as const] };
const some = { anchor: { index: 20_000 }, kinds: ['tool.call' as const, 'prompt.submit' as const] };
const QUESTIONS: readonly Call[] = [
  ['overview.get', 'overview.get', {}],
  ['overview.get, a month', 'overview.get', { sinceMs: nowMs - 30 * DAY_MS }],
  ['agents.list', 'agents.list', {}],
  ['mcpServers.list', 'mcpServers.list', {}],
  ['credentials.list', 'credentials.list', {}],
  ['assets.list', 'assets.list', {}],
  ['principals.list', 'principals.list', {}],
  ['models.list', 'models.list', {}],
  ['sessions.list, 200', 'sessions.list', {}],
  ['sessions.list, a week', 'sessions.list', { sinceMs: nowMs - 7 * DAY_MS, limit: 1_000 }],
  ['sessions.list, other agent', 'sessions.list', { agentId: 'codex' }],
  ['sessions.get, big', 'sessions.get', { id: BIG_SESSION }],
  ['sessions.resolve', 'sessions.resolve', { prefix: 's25' }],
  ['events.list, latest', 'events.list', {}],
  ['events.list, kind', 'events.list', { kind: 'prompt.submit' }],
  ['events.list, no such kind', 'events.list', { kind: 'config.change' }],
  ['events.list, big by kind', 'events.list', { sessionId: BIG_SESSION, kind: 'prompt.submit' }],
  ['events.page, end', 'events.page', { sessionId: BIG_SESSION, anchor: 'end', direction: 'backward' }],
  ['events.page, middle', 'events.page', { sessionId: BIG_SESSION, anchor: { index: events / 20 } }],
  ['events.page, ordinary', 'events.page', { sessionId: ORDINARY_SESSION, anchor: 'start' }],
  ['events.page, prompts', 'events.page', { sessionId: BIG_SESSION, ...prompts }],
  ['events.page, calls, end', 'events.page', { sessionId: BIG_SESSION, ...calls }],
  ['events.page, calls, middle', 'events.page', { sessionId: BIG_SESSION, ...some }],
  ['events.get', 'events.get', { id: event?.event.id ?? '' }],
  ['events.marks', 'events.marks', { sessionId: BIG_SESSION }],
  ['events.search, rare', 'events.search', { words: 'step 17' }],
  ['events.search, common', 'events.search', { words: 'npm' }],
  ['graph.get, big', 'graph.get', { sessionId: BIG_SESSION }],
  ['graph.get, ordinary', 'graph.get', { sessionId: ORDINARY_SESSION }],
  ['findings.list', 'findings.list', {}],
  ['findings.list, all 3,000', 'findings.list', { limit: 10_000 }],
  ['findings.list, open', 'findings.list', { status: 'open', minSeverity: 'medium' }],
  ['findings.list, session', 'findings.list', { sessionId: BIG_SESSION }],
  ['findings.bySession', 'findings.bySession', {}],
  ['findings.list, since', 'findings.list', { sinceMs: nowMs - DAY_MS, suppressed: false }],
  ['findings.get', 'findings.get', { id: 'f5' }],
  ['findings.explain', 'findings.explain', { id: 'f5' }],
  ['findings.suppressPreview', 'findings.suppressPreview', { scope: { ruleId: 'read.ssh-keys' } }],
  ['suppressions.list', 'suppressions.list', {}],
  ['tunings.list', 'tunings.list', {}],
  ['approvals.list', 'approvals.list', {}],
  ['sent.list', 'sent.list', {}],
  ['sent.get', 'sent.get', { id: 4_000 }],
  ['sent.stats', 'sent.stats', {}],
  ['sent.preview', 'sent.preview', {}],
  ['settings.get', 'settings.get', {}],
  ['health.list', 'health.list', {}],
  ['audit.list', 'audit.list', {}],
  ['audit.verify', 'audit.verify', {}],
  ['processes.ofSession', 'processes.ofSession', { sessionId: BIG_SESSION }],
  ['privileges.get', 'privileges.get', { sinceMs: nowMs - 30 * DAY_MS }],
  ['baseline.list', 'baseline.list', {}],
];

interface Cost {
  readonly wallMs: readonly number[];
  readonly cpuMs: number;
  readonly heldMs: number;
}

async function measure(run: () => unknown): Promise<Cost> {
  const wallMs: number[] = [];
  let heldMs = 0;
  let done = false;
  const watch = async (): Promise<void> => {
    let lastMs = performance.now();
    while (!done) {
      await sleep(1);
      const atMs = performance.now();
      heldMs = Math.max(heldMs, atMs - lastMs);
      lastMs = atMs;
    }
  };
  const watching = watch();
  const before = process.cpuUsage();
  const startMs = performance.now();
  do {
    const fromMs = performance.now();
    await run();
    wallMs.push(performance.now() - fromMs);
    await turn();
  } while (wallMs.length < CALLS && performance.now() - startMs < LONGEST_MS);
  const used = process.cpuUsage(before);
  done = true;
  await watching;
  return { wallMs, cpuMs: (used.user + used.system) / 1_000 / wallMs.length, heldMs };
}

function line({ wallMs, cpuMs, heldMs }: Cost): string {
  const { p50, max } = quantilesOf(wallMs);
  const ms = (value: number): string => value.toFixed(1).padStart(7);
  return `${ms(p50)} ms, at most ${ms(max)}; processor ${ms(cpuMs)}; holds up ${ms(heldMs)}`;
}

const rows: (readonly [string, string])[] = [];
for (const [name, method, params] of QUESTIONS) {
  // Method and parameters belong together; `Call` keeps them so.
  rows.push([
    name,
    line(await measure(() => Reflect.apply(callDirectly, undefined, [handlers, method, params]))),
  ]);
}
report('methods of the window', [
  ['store', `${events} events, ${(store.sizeBytes() / 1e6).toFixed(0)} MB`],
  ...rows,
]);

const threaded: (readonly [string, string])[] = [];
const served = window.threaded;
for (const [name, method, params] of QUESTIONS) {
  const handler: unknown = Reflect.get(served, method);
  if (typeof handler !== 'function') continue;
  const parsed = METHODS[method].params.parse(params);
  await Reflect.apply(handler, undefined, [parsed]);
  threaded.push([name, line(await measure(() => Reflect.apply(handler, undefined, [parsed])))]);
}
report('the same with the reading thread', threaded);
await window.close();
store.close();
if (kept === undefined) rmSync(folder, { recursive: true, force: true });
