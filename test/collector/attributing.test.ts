import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { agentIdOf } from '../../collector/agent-identity.ts';
import { Attributing } from '../../collector/attributing.ts';
import type { ProcessInfo } from '../../collector/contract/process.ts';
import { createAttribution } from '../../collector/pipeline/attribution/index.ts';
import { Store } from '../../collector/store/store.ts';
import { batch, toolCall } from '../support/records.ts';
import { tempDir } from '../support/temp.ts';

const NOW = 1_750_000_000_000;
const agent = (pid: number, over: Partial<ProcessInfo> = {}): ProcessInfo => ({
  pid,
  startTimeMs: NOW - 60_000,
  parentPid: 1,
  name: 'claude',
  argv: ['claude'],
  cwd: '/w',
  ...over,
});

function setUp(running: readonly ProcessInfo[], files: Readonly<Record<number, readonly string[]>> = {}) {
  const home = tempDir();
  const clock = { nowMs: NOW };
  const attributor = createAttribution({ agentOf: agentIdOf });
  const asked: number[] = [];
  const folders: string[] = [];
  const attributing = new Attributing({
    attributor,
    processes: {
      get: (pid) => running.find((one) => one.pid === pid),
      agents: () => running,
    },
    reader: {
      openFiles: (pid, under) => {
        asked.push(pid);
        folders.push(...under);
        return Promise.resolve(files[pid] ?? []);
      },
    },
    homes: [{ platform: 'linux', home, env: {} }],
    nowMs: () => clock.nowMs,
  });
  attributor.processes({
    timeMs: NOW,
    changes: running.map((process) => ({ kind: 'start', process })),
  });
  return { home, clock, attributor, attributing, asked, folders };
}

describe('what ties agents to sessions', () => {
  it('reads pid files of agents that run', async () => {
    const one = agent(10);
    const { home, attributor, attributing } = setUp([one]);
    mkdirSync(join(home, '.claude/sessions'), { recursive: true });
    writeFileSync(
      join(home, '.claude/sessions/10.json'),
      JSON.stringify({ pid: 10, sessionId: 's-1', startedAt: one.startTimeMs + 500 }),
    );
    await attributing.look();
    // The file is newer than the make-believe process by years: only its start decides.
    expect(attributor.of(one)?.sessionId).toBe('claude-code:s-1');
  });

  it('looks for open logs of agents without a session, at first often and then seldom', async () => {
    const { clock, attributing, asked } = setUp([agent(10)]);
    for (let minute = 0; minute < 60; minute += 1) {
      clock.nowMs += 60_000;
      await attributing.look();
    }
    expect(asked.length).toBeGreaterThan(20);
    expect(asked.length).toBeLessThan(40);
  });

  it('knows an open store in a project that the product lists itself', async () => {
    const project = tempDir();
    const path = join(project, '.crush/crush.db');
    const one = agent(10, { name: 'crush', argv: ['crush'], cwd: project });
    const { home, attributor, attributing, folders } = setUp([one], { 10: [path] });
    attributing.live({
      agentId: 'crush',
      path,
      sessions: [{ nativeId: 'c1', cwd: project }],
      events: [],
      taintOf: () => ({ untrusted: false, sensitive: false }),
    });
    mkdirSync(join(home, '.local/share/crush'), { recursive: true });
    writeFileSync(
      join(home, '.local/share/crush/projects.json'),
      JSON.stringify({ projects: [{ path: project, data_dir: '.crush' }] }),
    );
    await attributing.look();
    expect(folders).toContain(join(project, '.crush'));
    expect(attributor.of(one)).toMatchObject({ sessionId: 'crush:c1', confidence: 'high' });
  });

  it('recalls sessions of running agents from the store, with their calls and log', async () => {
    const store = Store.open({ path: join(tempDir(), 'reeve.db'), nowMs: () => NOW });
    store.commit(
      batch({
        events: [toolCall('a', { timeMs: NOW - 1_000, input: { command: 'make release' } })],
        sessions: [{ nativeId: 's1', cwd: '/w' }],
      }),
    );
    const log = toolCall('a').source.path;
    const one = agent(10);
    const { attributor, attributing } = setUp([one], { 10: [log] });
    const events = attributing.recall(store);
    expect(events).toMatchObject([
      { kind: 'tool.call', sessionId: 'claude-code:s1', shell: { commands: [{ program: 'make' }] } },
    ]);
    await attributing.look();
    expect(attributor.of(one)?.links.map(({ evidence }) => evidence)).toContain('open-log');
    const child = {
      ...agent(11),
      parentPid: 10,
      name: 'make',
      argv: ['make', 'release'],
      startTimeMs: NOW - 900,
    };
    attributor.processes({ timeMs: NOW, changes: [{ kind: 'start', process: child }] });
    expect(attributor.of(child)).toMatchObject({ sessionId: 'claude-code:s1', toolCallId: 'a' });
    store.close();
  });

  it('reads nothing when no agent runs', () => {
    const store = Store.open({ path: join(tempDir(), 'reeve.db'), nowMs: () => NOW });
    store.commit(batch({ events: [toolCall('a', { timeMs: NOW })] }));
    expect(setUp([]).attributing.recall(store)).toEqual([]);
    store.close();
  });
});
