import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { sessionId } from '../../collector/contract/event.ts';
import type { Finding } from '../../collector/contract/finding.ts';
import type { ListedProcess } from '../../collector/contract/process-list.ts';
import { openNetlinkEvents } from '../../collector/platform/linux-netlink.ts';
import { LinuxProcessReader } from '../../collector/platform/linux-processes.ts';
import { AgentZoo, type ZooAgent } from '../support/agent-zoo.ts';
import { startWork, type WorkPlan, type WorkStep } from '../support/agent-at-work.ts';
import { type RunningCollector, startCollector } from '../support/collector-process.ts';
import { tempDir } from '../support/temp.ts';

const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function collectorFor(home: string): Promise<RunningCollector> {
  mkdirSync(join(home, '.config/reeve'), { recursive: true });
  writeFileSync(
    join(home, '.config/reeve/config.json'),
    JSON.stringify({ processes: { patienceMs: 4_000 } }),
  );
  const collector = await startCollector({ own: home }, join(tempDir(), 'state'));
  closers.push(() => collector.stop());
  return collector;
}

async function until<T>(
  what: string,
  ask: () => Promise<T>,
  isSo: (value: T) => boolean,
  withinMs = 40_000,
): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    const value = await ask();
    if (isSo(value)) return value;
    if (performance.now() > end)
      throw new Error(`${what}: not within ${withinMs} ms; ${JSON.stringify(value).slice(0, 500)}`);
    await sleep(200);
  }
}

/** Ways in which what an agent starts gets away from it. */
const WAYS = [
  'SLEEP & SLEEP & wait',
  'sh -c "SLEEP | SLEEP"',
  '(setsid SLEEP &) ; SLEEP',
  'nohup SLEEP >/dev/null 2>&1 & SLEEP',
  'env -i /bin/sh -c "SLEEP & SLEEP"',
  'env -i /usr/bin/setsid /bin/sh -c "(SLEEP &) ; SLEEP" & SLEEP',
  'setsid sh -c "(setsid sh -c \\"(SLEEP &) ; SLEEP\\" &) ; SLEEP" & wait',
];

describe('a running collector and real agents', () => {
  it(
    'puts every child on its own session, and ends a session with all that got away',
    { timeout: 120_000 },
    async () => {
      const zoo = new AgentZoo();
      closers.push(async () => {
        zoo.close((await new LinuxProcessReader().read()).processes);
      });
      const { client } = await collectorFor(zoo.home);
      const inner = zoo.add('codex', 'web', WAYS.slice(0, 4));
      const agents = [
        zoo.add('claude-code', 'web', [...WAYS, zoo.commandFor(inner)]),
        zoo.add('claude-code', 'web', WAYS),
        zoo.add('codex', 'api', WAYS),
        zoo.add('gemini-cli', 'gem', WAYS),
        zoo.add('copilot-cli', 'docs', WAYS),
      ];
      for (const one of agents) zoo.start(one);
      const ask = async (): Promise<readonly ListedProcess[]> =>
        (await client.call('processes.list', {})).processes;
      const sleepers = (list: readonly ListedProcess[]): readonly ListedProcess[] =>
        list.filter(({ command }) => zoo.ownerOf(command ?? '') !== undefined);
      // Without events (a pid namespace) what left its parents between two looks may be nobody's, but never another's.
      const { source } = (await client.call('witnesses.get', {})).processes;
      const mayBeNobodys = (one: ListedProcess): boolean =>
        source !== 'events' && one.role === 'loose' && one.sessionId === undefined;
      const placed = (list: readonly ListedProcess[]): number =>
        sleepers(list).filter((one) => one.sessionId !== undefined || mayBeNobodys(one)).length;
      const list = await until('all children', ask, (now) => placed(now) >= zoo.sleeps);

      const wrong = sleepers(list).filter((one) => {
        const owner = zoo.ownerOf(one.command ?? '');
        if (owner === undefined) return true;
        return !mayBeNobodys(one) && one.sessionId !== sessionId(owner.agent, owner.session);
      });
      expect(wrong).toEqual([]);
      expect(sleepers(list)).toHaveLength(zoo.sleeps);

      // The second one shares its folder and its kind with the first: ending it must leave the first alone.
      const idOf = (one: ZooAgent): string => sessionId(one.agent, one.session);
      const [first, second] = agents;
      if (first === undefined || second === undefined) throw new Error('no agents');
      const result = await client.call('actions.run', {
        action: 'kill',
        target: { kind: 'session', id: idOf(second) },
        graceMs: 500,
        via: 'cli',
      });
      expect(result.status).toBe('done');
      const after = await ask();
      expect(after.filter((one) => one.sessionId === idOf(second))).toEqual([]);
      expect(sleepers(after).filter((one) => zoo.ownerOf(one.command ?? '') === second)).toEqual([]);
      const left = (id: string, all: readonly ListedProcess[]): number =>
        sleepers(all).filter((one) => one.sessionId === id).length;
      for (const one of [first, inner]) expect(left(idOf(one), after)).toBe(left(idOf(one), list));

      const stored = await until(
        'stored processes',
        () => client.call('processes.ofSession', { sessionId: idOf(first) }),
        ({ processes }) => processes.some(({ role }) => role === 'agent') && processes.length > 5,
      );
      expect(stored.processes.filter(({ role }) => role === 'agent').map(({ name }) => name)).toContain(
        'node',
      );
      expect(stored.processes.some(({ toolCallId }) => toolCallId !== undefined)).toBe(true);
      const events = await client.call('events.list', {
        sessionId: idOf(first),
        kind: 'process.start',
        limit: 500,
      });
      expect(events.length).toBeGreaterThan(5);
      expect(new Set(events.map(({ event }) => event.id)).size).toBe(events.length);
    },
  );

  it(
    'is silent about ordinary work and finds each thing that log and machine disagree on',
    { timeout: 120_000 },
    async () => {
      const home = tempDir();
      const { client } = await collectorFor(home);
      const repository = join(home, 'repo');
      mkdirSync(repository);
      execFileSync('git', ['init', '-q', repository]);
      writeFileSync(
        join(repository, 'package.json'),
        JSON.stringify({ name: 'x', scripts: { test: 'node -e 0' } }),
      );
      const ordinary: WorkStep[] = [
        { kind: 'own', argv: ['bash', '-c', '-l', 'SNAPSHOT_FILE=/dev/null; alias > $SNAPSHOT_FILE'] },
        { kind: 'own', argv: ['git', '--no-optional-locks', 'status', '--porcelain'] },
        { kind: 'own', argv: ['git', 'rev-parse', '--show-toplevel'] },
        { kind: 'tool', command: 'git status --short && git log --oneline -3 || true' },
        { kind: 'tool', command: 'grep -rn name . | head -3' },
        { kind: 'own', argv: ['uname', '-a'] },
        { kind: 'tool', command: 'npm install --offline --no-audit --no-fund' },
        { kind: 'tool', command: 'for i in 1 2 3; do echo $i; sleep 0.05; done' },
        { kind: 'own', argv: ['git', 'diff', '--stat'] },
        { kind: 'tool', command: 'npm test' },
        { kind: 'tool', command: "sh -c 'sleep 0.2; date' | cat" },
        { kind: 'tool', command: 'ls *.json && cat package.json > /dev/null' },
        { kind: 'own', argv: ['which', 'rg'] },
        { kind: 'own', argv: ['rg', '--files', '.'] },
        { kind: 'own', argv: ['node', `${repository}/node_modules/typescript/lib/tsserver.js`] },
        { kind: 'tool', command: 'sleep 0.3 & wait' },
      ];
      const plan = (number: number, more: Partial<WorkPlan>): WorkPlan => ({
        agent: 'claude-code',
        session: `0000000${number}-1111-4222-8333-444455556666`,
        home,
        cwd: repository,
        markers: { CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: `0000000${number}-1111-4222-8333-444455556666` },
        steps: ordinary,
        ...more,
      });
      const good = [
        plan(1, {}),
        plan(2, { agent: 'codex', markers: { CODEX_CI: '1' }, cwd: join(home, 'codex') }),
        plan(3, { agent: 'copilot-cli', markers: { COPILOT_CLI: '1' }, cwd: join(home, 'copilot') }),
      ];
      const bad = plan(4, {
        cwd: join(home, 'other'),
        steps: [
          { kind: 'tool', command: 'sleep 0.1' },
          { kind: 'hidden', command: 'sleep 0.41; sleep 0.42', afterMs: 4_000 },
          { kind: 'hidden', command: 'sleep 0.43 | cat' },
          { kind: 'claimed', command: 'pytest -q tests' },
        ],
      });
      const works = [...good, bad].map(startWork);
      closers.push(() => {
        works.forEach(({ child }) => child.kill('SIGKILL'));
      });
      const ofWork = async (): Promise<readonly Finding[]> =>
        (await client.call('findings.list', { limit: 1_000 })).filter(
          ({ ruleCode, sessionId: id, subject }) =>
            /^N-|^B-4[45]/.test(ruleCode) &&
            id?.includes('-1111-4222-8333-') === true &&
            // The stand-ins are this program under another name: in a checkout below `/tmp` that is worth a finding.
            subject.value !== process.execPath,
        );
      await Promise.all(works.map(({ done }) => done));
      // That something did not run is known only where the kernel tells of every start: not in a pid namespace.
      const opened = await openNetlinkEvents();
      if (opened.ok) opened.source.close();
      const missing = opened.ok ? 1 : 0;
      const found = await until('planted disagreements', ofWork, (all) => {
        const times = (subject: string): number =>
          all.find(({ subject: { value } }) => value === subject)?.count ?? 0;
        return times('bash') >= 2 && times('pytest') >= missing;
      });
      const badId = sessionId('claude-code', bad.session);
      expect(
        found.map(({ ruleId, sessionId: id, subject, count }) => [ruleId, id, subject.value, count]),
      ).toEqual([
        ['proc.log-mismatch', badId, 'bash', 2],
        ...(opened.ok ? [['proc.log-mismatch', badId, 'pytest', 1]] : []),
      ]);
      const witnesses = await client.call('witnesses.get', {});
      expect(witnesses.processes.source).toBe(opened.ok ? 'events' : 'polling');
      expect(witnesses.attribution.withSession).toBeGreaterThanOrEqual(works.length);
    },
  );
});
