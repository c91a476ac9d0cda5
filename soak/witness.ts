/**
 * Agents' stand-ins do ordinary work for an hour beside a real collector: nothing may be told of it. Then things are done
 * that log and process table disagree on: all of them must be told.
 * Usage: node soak/witness.ts [minutes = 60] [seed = 1]
 * Other agents on the machine do not disturb it: only what is told of these sessions, or of a process in their home, counts.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, homedir, loadavg } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { random as seeded } from '../bench/shared/claude-corpus.ts';
import type { DemoAgent } from '../collector/cli/demo/story.ts';
import { sessionId } from '../collector/contract/event.ts';
import type { Finding } from '../collector/contract/finding.ts';
import { startCollector } from '../test/support/collector-process.ts';
import type { Done, OrdinaryPlan } from './shared/ordinary-agent.ts';
import { writeOrdinaryHome } from './shared/ordinary-home.ts';
import { pick } from './shared/target.ts';

const minutes = Number(process.argv[2] ?? 60);
const seed = Number(process.argv[3] ?? 1);
const random = seeded(seed);
const SCRIPT = new URL('./shared/ordinary-agent.ts', import.meta.url).pathname;
const PROGRAMS: Readonly<Record<DemoAgent, string>> = {
  'claude-code': 'claude',
  codex: 'codex',
  'gemini-cli': 'gemini',
  'copilot-cli': 'copilot',
};
/** Of each agent that does what its log does not tell, or tells what it does not do: subject and how often. */
const PLANTED: readonly (readonly [subject: string, count: number])[] = [
  ['bash', 4],
  ['tar', 2],
  ['pytest', 2],
  ['cargo', 1],
  ['npm', 1],
];

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** Outside `/tmp`: programs there are worth a finding. */
mkdirSync(join(homedir(), '.cache'), { recursive: true });
const folder = mkdtempSync(join(homedir(), '.cache/reeve-hour-'));
const home = join(folder, 'home');

class Stand {
  readonly plan: OrdinaryPlan;
  child: ChildProcess;
  /** Sums over all its lives. */
  calls = 0;
  own = 0;
  lives = 1;
  #heard: (what: string) => void = () => undefined;

  constructor(agent: DemoAgent, project: string, number: number) {
    // Another run at the same time has other sessions.
    const session = `${String(number).padStart(8, '0')}-5555-4222-8333-${String(process.pid).padStart(12, '0')}`;
    this.plan = {
      agent,
      session,
      home,
      cwd: join(home, project),
      seed: seed * 100 + number,
      markers: markersOf(agent, session),
    };
    this.child = this.#start();
  }

  get id(): string {
    return sessionId(this.plan.agent, this.plan.session);
  }

  tell(line: string): void {
    this.child.stdin?.write(`${line}\n`);
  }

  /** @returns when it has answered with `what` */
  heard(what: string): Promise<void> {
    return new Promise((resolve) => {
      this.#heard = (heard) => {
        if (heard === what) resolve();
      };
    });
  }

  /** Ends the agent as a person does, and resumes its session. */
  async resume(): Promise<void> {
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    const rests = this.heard('rests');
    this.tell('rest');
    await rests;
    this.child.stdin?.end();
    await gone;
    await sleep(3_000);
    this.lives += 1;
    this.child = this.#start();
  }

  #start(): ChildProcess {
    const file = join(home, `.plan-${this.plan.session}.json`);
    writeFileSync(file, JSON.stringify(this.plan));
    const child = spawn(process.execPath, [SCRIPT, file], {
      argv0: PROGRAMS[this.plan.agent],
      cwd: this.plan.cwd,
      env: {
        PATH: (process.env['PATH'] ?? '')
          .split(':')
          .filter((one) => !one.includes('/node_modules/'))
          .join(':'),
        HOME: home,
        SHELL: '/bin/bash',
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { what, calls, own } = JSON.parse(line) as Done & { what: string };
      if (what === 'rests') {
        this.calls += calls;
        this.own += own;
      }
      this.#heard(what);
    });
    return child;
  }
}

function markersOf(agent: DemoAgent, session: string): Record<string, string> {
  if (agent === 'claude-code') return { CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: session };
  if (agent === 'codex') return { CODEX_CI: '1', CODEX_THREAD_ID: session };
  if (agent === 'gemini-cli') return { GEMINI_CLI: '1' };
  return { COPILOT_CLI: '1', COPILOT_AGENT_SESSION_ID: session };
}

const lineOf = ({ ruleCode, ruleId, subject, count, sessionId: id, why }: Finding): string =>
  `${ruleCode} ${ruleId} ${subject.value} ×${count} ${id ?? 'no session'}\n    ${why.slice(0, 300)}`;
const isProcessRule = ({ ruleCode }: Finding): boolean => /^N-|^B-4[45]/.test(ruleCode);

writeOrdinaryHome(home, ['shop', 'api', 'docs', 'tools', 'infra']);
const collector = await startCollector({ own: home }, join(folder, 'state'));
const { client } = collector;
// Skills, hooks and servers of the agents are read by then.
await sleep(5_000);
const stands = [
  new Stand('claude-code', 'shop', 1),
  new Stand('claude-code', 'shop', 2),
  new Stand('codex', 'shop', 3),
  new Stand('codex', 'api', 4),
  new Stand('gemini-cli', 'docs', 5),
  new Stand('gemini-cli', 'api', 6),
  new Stand('copilot-cli', 'tools', 7),
  new Stand('claude-code', 'infra', 8),
];
const ours = new Set(stands.map(({ id }) => id));
const findings = async (): Promise<readonly Finding[]> =>
  (await client.call('findings.list', { limit: 1_000 })).filter(({ sessionId: id, subject: { cwd } }) =>
    id === undefined ? cwd?.startsWith(folder) === true : ours.has(id),
  );

let passed = false;
try {
  const started = performance.now();
  const cpuBefore = collector.cpuSeconds();
  const endMs = started + minutes * 60_000;
  let told = 0;
  let suspended = 0;
  let nextMinute = started + 60_000;
  while (performance.now() < endMs) {
    await sleep(Math.min(20_000, Math.max(100, endMs - performance.now())));
    const roll = random();
    const one = pick(stands, random);
    if (roll < 0.2) {
      suspended += 1;
      one.child.kill('SIGSTOP');
      await sleep(5_000 + random() * 40_000);
      one.child.kill('SIGCONT');
    } else if (roll < 0.3 && performance.now() < endMs - 120_000) void one.resume();
    if (performance.now() < nextMinute) continue;
    nextMinute += 60_000;
    const now = await findings();
    const alarms = now.filter(isProcessRule);
    if (alarms.length === told) continue;
    told = alarms.length;
    say(`after ${((performance.now() - started) / 60_000).toFixed(0)} min: ${told}`);
    for (const alarm of alarms) say(`  ${lineOf(alarm)}`);
  }
  const workedMs = performance.now() - started;
  const rested = stands.map((one) => one.heard('rests'));
  for (const one of stands) one.tell('rest');
  await Promise.all(rested);
  // Longer than a log line may be late, and what is waited for after it.
  await sleep(40_000);
  const all = await findings();
  const mismatches = all.filter(({ ruleId }) => ruleId === 'proc.log-mismatch');
  const others = all.filter((one) => isProcessRule(one) && one.ruleId !== 'proc.log-mismatch');
  const witnesses = await client.call('witnesses.get', {});
  const sum = (what: 'calls' | 'own' | 'lives'): number =>
    stands.reduce((total, one) => total + one[what], 0);
  say(
    `ordinary work: ${(workedMs / 60_000).toFixed(1)} min, ${stands.length} agents, ${sum('lives')} runs of them`,
  );
  say(
    `               ${sum('calls')} tool calls, ${sum('own')} programs without one, ${suspended} times suspended`,
  );
  say(`               load at the end ${loadavg()[0]?.toFixed(1) ?? '?'}, ${cpus().length} cores`);
  say(
    `collector:     ${(((collector.cpuSeconds() - cpuBefore) / workedMs) * 100_000).toFixed(2)} % of a core, ${collector.memory().rssMb.toFixed(0)} MB; ${JSON.stringify(witnesses.processes)}`,
  );
  say(`alarms that log and processes disagree: ${mismatches.length} (none expected)`);
  for (const one of mismatches) say(`  ${lineOf(one)}`);
  say(`other findings on processes and connections: ${others.length}`);
  for (const one of others) say(`  ${lineOf(one)}`);

  const before = new Map(mismatches.map((one) => [`${one.sessionId ?? ''} ${one.subject.value}`, one.count]));
  const bad = stands.filter((_, at) => [0, 2, 4, 6].includes(at));
  const silent = stands.filter((_, at) => [3, 7].includes(at));
  const planted = bad.map((one) => one.heard('planted'));
  const fell = silent.map((one) => one.heard('silent'));
  for (const one of bad) one.tell('plant');
  for (const one of silent) one.tell('silent');
  await Promise.all([...planted, ...fell]);
  await sleep(45_000);
  const after = (await findings()).filter(({ ruleId }) => ruleId === 'proc.log-mismatch');
  const times = (one: Stand, subject: string): number => {
    const found = after.find(({ sessionId: id, subject: { value } }) => id === one.id && value === subject);
    return (found?.count ?? 0) - (before.get(`${one.id} ${subject}`) ?? 0);
  };
  let expected = 0;
  let found = 0;
  for (const one of bad)
    for (const [subject, count] of PLANTED) {
      const got = times(one, subject);
      expected += count;
      found += Math.min(got, count);
      if (got !== count) say(`  ${one.id}: ${subject} planted ${count} times, told ${got} times`);
    }
  for (const one of silent) {
    expected += 1;
    const got = times(one, one.plan.agent);
    found += Math.min(got, 1);
    if (got < 1) say(`  ${one.id}: silence not told`);
  }
  say(`planted disagreements found: ${found} of ${expected}`);
  passed = mismatches.length === 0 && found === expected;
} finally {
  for (const one of stands) {
    one.child.kill('SIGCONT');
    one.child.stdin?.end();
  }
  await sleep(1_500);
  for (const one of stands) one.child.kill('SIGKILL');
  await collector.stop();
  if (process.env['REEVE_KEEP'] === undefined) rmSync(folder, { recursive: true, force: true });
  else say(`kept in ${folder}`);
}
process.exitCode = passed ? 0 : 1;
