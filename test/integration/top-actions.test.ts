import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { LinuxProcessReader, parseStat } from '../../collector/platform/linux-processes.ts';
import { Screen } from '../collector/cli-exec/screen.ts';
import { Terminal } from '../collector/cli-exec/terminal.ts';
import { AgentZoo } from '../support/agent-zoo.ts';
import { startCollector } from '../support/collector-process.ts';
import { tempDir } from '../support/temp.ts';

const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** `T` while it is stopped; nothing when it is gone. A killed one may wait for its parent to look. */
function stateOf(pid: number): string | undefined {
  try {
    const state = parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.state;
    return state === 'Z' ? undefined : state;
  } catch {
    return undefined;
  }
}

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 40_000;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`${what}: not within 40 s`);
    await sleep(100);
  }
}

describe('reeve top beside a real collector and a real agent', () => {
  it('stops, resumes and ends a session by key, and each is in the audit', { timeout: 120_000 }, async () => {
    const zoo = new AgentZoo();
    closers.push(async () => {
      zoo.close((await new LinuxProcessReader().read()).processes);
    });
    const state = join(tempDir(), 'state');
    const collector = await startCollector({ own: zoo.home }, state);
    closers.push(() => collector.stop());
    const { client } = collector;
    const one = zoo.add('claude-code', 'web', ['SLEEP & SLEEP & wait', 'setsid SLEEP & SLEEP']);
    const beside = zoo.add('codex', 'api', ['SLEEP & wait']);
    for (const agent of [one, beside]) zoo.start(agent);
    const pidsOf = async (session: string): Promise<number[]> =>
      (await client.call('processes.list', {})).processes.flatMap(({ pid, sessionId }) =>
        sessionId?.endsWith(session) === true ? [pid] : [],
      );
    const sleepers = async (session: string): Promise<number> => {
      const { processes } = await client.call('processes.list', {});
      return processes.filter(
        ({ command, sessionId }) =>
          sessionId?.endsWith(session) === true && zoo.ownerOf(command ?? '') !== undefined,
      ).length;
    };
    await until('all children', async () => (await sleepers(one.session)) === 4);
    await until('the other one', async () => (await sleepers(beside.session)) === 1);
    const pids = await pidsOf(one.session);
    const others = await pidsOf(beside.session);
    expect(pids.length).toBeGreaterThanOrEqual(5);

    const terminal = Terminal.reeve(['--state', state, 'top'], { cols: 120, rows: 30 });
    const screen = new Screen(terminal, 120, 30);
    const row = one.session.slice(0, 8);
    await screen.waitFor(row);
    await until('the row is chosen', async () => {
      if (screen.text().includes(`› ${row}`)) return true;
      terminal.type('j');
      await sleep(300);
      return screen.text().includes(`› ${row}`);
    });
    terminal.type('p');
    await until('all stopped', () => pids.every((pid) => stateOf(pid) === 'T'));
    expect(others.some((pid) => stateOf(pid) === 'T')).toBe(false);
    terminal.type('r');
    await until('all resumed', () => pids.every((pid) => !['T', undefined].includes(stateOf(pid))));
    terminal.type('x');
    await screen.waitFor(/Kill session .*y\/n/);
    expect(pids.every((pid) => stateOf(pid) !== undefined)).toBe(true);
    terminal.type('y');
    await until('all gone', () => pids.every((pid) => stateOf(pid) === undefined));
    expect(others.every((pid) => stateOf(pid) !== undefined)).toBe(true);

    await until('three rows', async () => (await client.call('audit.list', {})).length >= 3);
    const rows = (await client.call('audit.list', {})).toSorted((a, b) => a.seq - b.seq);
    const id = `claude-code:${one.session}`;
    expect(rows).toMatchObject(
      ['pause', 'resume', 'kill'].map((action) => ({
        action,
        target: { kind: 'session', id },
        result: { status: 'done' },
      })),
    );
    expect(await client.call('audit.verify', {})).toMatchObject({ ok: true, rows: 3 });
    terminal.type('q');
    expect((await terminal.ended).exitCode).toBe(0);
  });
});
