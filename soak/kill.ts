/**
 * Plays logs into a home piece by piece while the collector is started and killed with SIGKILL, again and again. In the
 * end the store must hold what an undisturbed run holds, row for row, and the receiver the same set of ids.
 * Usage: node soak/kill.ts [kills = 200] [megabytes of Claude Code logs = 12] [seed = 1]
 */
import { cpSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { random, writeClaudeCorpus } from '../bench/shared/claude-corpus.ts';
import { writeSessionHome } from '../bench/shared/session-home.ts';
import { buildDemoHome } from '../collector/cli/demo/build-home.ts';
import { STORIES } from '../collector/cli/demo/story.ts';
import { startReceiver } from '../collector/report/receive.ts';
import { differences, dumpStore } from '../test/support/dump-store.ts';
import { killReplay, readUndisturbed } from '../test/support/kill-replay.ts';

const kills = Number(process.argv[2] ?? 200);
const megabytes = Number(process.argv[3] ?? 12);
const seed = Number(process.argv[4] ?? 1);

/** Pictures of the whole machine are taken anew at each start; what happened must be sent once. */
const PICTURE = /^(inventory|health|counts):/;
/** A finding is sent again when it grows; the last version of each must be the same, the steps to it need not. */
const FINDING = /^(f_[^:]+):(\d+):/;

/** What a receiver has that drops repeats by id. */
class Received {
  records = 0;
  readonly #events = new Set<string>();
  readonly #findings = new Map<string, { count: number; uid: string }>();

  take(body: unknown): void {
    const uid = uidOf(body);
    if (PICTURE.test(uid)) return;
    this.records += 1;
    const [, id = '', count] = FINDING.exec(uid) ?? [];
    if (id === '') this.#events.add(uid);
    else if (Number(count) >= (this.#findings.get(id)?.count ?? 0))
      this.#findings.set(id, { count: Number(count), uid });
  }

  /** Events, and each finding as it was last. */
  uids(): Set<string> {
    return new Set([...this.#events, ...[...this.#findings.values()].map(({ uid }) => uid)]);
  }
}

function uidOf(body: unknown): string {
  const event: unknown = JSON.parse(String(body));
  if (typeof event !== 'object' || event === null || !('metadata' in event)) throw new Error('no OCSF event');
  const { metadata } = event;
  if (typeof metadata !== 'object' || metadata === null || !('uid' in metadata)) throw new Error('no uid');
  return String(metadata.uid);
}

/** What only one of two sets has, a few of them. */
function onlyIn(one: ReadonlySet<string>, other: ReadonlySet<string>): string[] {
  return [...one].filter((uid) => !other.has(uid)).slice(0, 5);
}

/** Ordinary work and attacks of four agents, in logs of all sizes. */
function writeSource(home: string): void {
  buildDemoHome(home, 1_750_000_000_000);
  writeClaudeCorpus(home, megabytes * 1e6, seed);
  const agents = ['claude-code', 'codex', 'gemini-cli', 'copilot-cli'] as const;
  const sessions = writeSessionHome(home, {
    sessions: 40,
    projects: 8,
    agentOf: (n) => agents[n % agents.length] ?? 'codex',
    steps: 6,
    nowMs: 1_750_000_000_000,
  });
  for (const [n, session] of sessions.entries())
    for (const step of STORIES[n % STORIES.length]?.steps ?? []) session.append(step);
}

const isLog = (path: string): boolean => path.endsWith('.jsonl');

/** Settings are there from the start: half a settings file is another machine. */
function copyFiles(from: string, to: string, wanted: (path: string) => boolean): void {
  cpSync(from, to, {
    recursive: true,
    preserveTimestamps: true,
    filter: (path) => statSync(path).isDirectory() || wanted(path),
  });
}

const folder = mkdtempSync(join(tmpdir(), 'reeve-soak-'));
const source = join(folder, 'source');
const logs = join(folder, 'logs');
// Both runs happen in the same place, because paths are part of what is found.
const place = join(folder, 'run');
const home = join(place, 'home');
let received = new Received();
const receiver = await startReceiver({
  port: 0,
  onRecord: ({ body }) => {
    received.take(body);
  },
});
try {
  writeSource(source);
  copyFiles(source, logs, isLog);
  const extra = ['--endpoint', receiver.url];
  await readUndisturbed(source, place, extra);
  const expectedDump = dumpStore(join(place, 'state'), home);
  const expected = received.uids();
  renameSync(place, join(folder, 'reference'));

  received = new Received();
  copyFiles(source, home, (path) => !isLog(path));
  const startMs = performance.now();
  const state = await killReplay({ source: logs, folder: place, kills, random: random(seed), extra });
  const seconds = (performance.now() - startMs) / 1_000;
  const uids = received.uids();
  const problems = [
    ...differences(expectedDump, dumpStore(state, home)),
    ...onlyIn(expected, uids).map((uid) => `never received: ${uid}`),
    ...onlyIn(uids, expected).map((uid) => `received, and should not exist: ${uid}`),
  ];
  if (expected.size === 0) problems.push('the undisturbed run sent nothing');
  const rows = Object.entries(expectedDump).map(([part, list]) => `${list.length} ${part}`);
  console.log(`kills            ${kills} in ${seconds.toFixed(0)} s, seed ${seed}`);
  console.log(`store            ${rows.join(', ')}`);
  console.log(
    `receiver         ${received.records} records, ${uids.size} different, ${expected.size} expected`,
  );
  console.log(`result           ${problems.length === 0 ? 'equal' : `${problems.length} differences`}`);
  for (const problem of problems) console.log(`  ${problem}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  await receiver.close();
  rmSync(folder, { recursive: true, force: true });
}
