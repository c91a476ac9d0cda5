import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACTIONS } from '../../collector/actions/index.ts';
import { preview } from '../../collector/actions/prepare.ts';
import { createReadHandlers } from '../../collector/api.ts';
import { type ActionRequest, type ActionResult, processKeyOf } from '../../collector/contract/action.ts';
import type { Handlers } from '../../collector/contract/ipc.ts';
import { IpcServer } from '../../collector/ipc/server.ts';
import { writeToken } from '../../collector/lib/token-file.ts';
import { pathsOf } from '../../collector/paths.ts';
import { createPlatform } from '../../collector/platform/index.ts';
import { listAudit, verifyAudit } from '../../collector/store/audit.ts';
import { openDatabase } from '../../collector/store/open.ts';
import { Store } from '../../collector/store/store.ts';
import { batch, toolCall } from '../support/records.ts';
import { tempDir } from '../support/temp.ts';
import { control, markerOf, ZooKeeper } from './kill-tree-zoo.ts';

const CLI = new URL('./kill-tree-cli.ts', import.meta.url).pathname;
interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function reeve(state: string, ...words: string[]): Promise<Answer> {
  const child = spawn(process.execPath, [CLI, state, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exit = once(child, 'exit') as Promise<[number]>;
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: (await exit)[0], out, err };
}

let keeper: ZooKeeper;
beforeEach(() => {
  keeper = new ZooKeeper();
});
afterEach(async () => {
  await keeper.clean();
});

describe('without a collector', () => {
  it('pauses, resumes and kills by process number, and writes it down', async () => {
    const state = tempDir();
    const path = pathsOf(createPlatform(), state).store;
    Store.open({ path, nowMs: () => Date.now() }).close();
    const zoo = await keeper.start({ plain: 5, stopped: 1 });
    const pid = String(zoo.root.pid);
    expect(await reeve(state, 'pause', pid, '--reason', 'it wrote too much')).toMatchObject({ code: 0 });
    const resumed = await reeve(state, 'resume', pid, '--json');
    const outcomes = (JSON.parse(resumed.out) as ActionResult).processes.map((one) => one.outcome);
    expect(outcomes.filter((outcome) => outcome === 'already-stopped')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'resumed')).toHaveLength(outcomes.length - 1);
    const killed = await reeve(state, 'kill', pid, '--yes', '--grace', '1s');
    expect(killed).toMatchObject({ code: 0, err: '' });
    expect(killed.out).toMatch(/^Done\. \d+ processes ended, \d+ of them by force\. \(frozen after/);
    expect(zoo.alive()).toEqual([]);
    const { db } = openDatabase(path, 0);
    expect(verifyAudit(db)).toMatchObject({ ok: true, rows: 3 });
    expect(listAudit(db, { afterSeq: 0, limit: 9 }).map((row) => [row.action, row.reason])).toEqual([
      ['pause', 'it wrote too much'],
      ['resume', undefined],
      ['kill', undefined],
    ]);
    db.close();
  });

  it('does not kill without a word when nobody can be asked', async () => {
    const zoo = await keeper.start({ plain: 3 });
    const before = zoo.alive();
    const answer = await reeve(tempDir(), 'kill', String(zoo.root.pid));
    expect(answer).toMatchObject({ code: 2, out: '' });
    expect(answer.err).toContain(`Kill ${zoo.root.pid}: 5 processes: sh (${zoo.root.pid})`);
    expect(answer.err).toContain('add --yes');
    expect(zoo.alive()).toEqual(before);
  });

  it('says why it refuses, and what a session needs', async () => {
    const state = tempDir();
    expect(await reeve(state, 'kill', '1', '--yes')).toMatchObject({
      code: 3,
      out: 'Refused. Process 1 keeps the whole machine running.\n',
    });
    const session = await reeve(state, 'pause', 'claude-code:s1');
    expect(session.code).toBe(3);
    expect(session.err).toContain('Start it with `reeve run`, or give a process number.');
    expect((await reeve(state, 'kill', '4000000000', '--yes')).err).toContain('No process 4000000000 runs.');
    expect((await reeve(state, 'kill', '1', '--yes', '--grace', '2h')).code).toBe(2);
  });
});

describe('with a collector', () => {
  it('acts on the processes of a session, found by the beginning of its id', async () => {
    const state = tempDir();
    const paths = pathsOf(createPlatform(), state);
    const store = Store.open({ path: paths.store, nowMs: () => Date.now() });
    store.commit(batch({ events: [toolCall('a')] }));
    const zoo = await keeper.start({ plain: 4, daemons: 2 });
    const asked: ActionRequest[] = [];
    const deps = {
      control,
      monotonicMs: () => performance.now(),
      resolve: () => ({ roots: [processKeyOf(zoo.root)], isMember: markerOf(zoo) }),
    };
    // What the collector does with a request, over the real socket.
    const handlers = {
      ...createReadHandlers(store),
      'actions.preview': (request: ActionRequest) => preview(request.target, deps),
      'actions.run': (request: ActionRequest) => {
        asked.push(request);
        return ACTIONS[request.action].run(request.target, { graceMs: request.graceMs ?? 0 }, deps);
      },
    } as unknown as Handlers;
    const server = await IpcServer.listen({
      address: paths.address,
      token: writeToken(paths.token),
      version: '0.0.0',
      handlers,
      onError: () => undefined,
    });
    try {
      const unsure = await reeve(state, 'kill', 'claude-code:s');
      expect(unsure.code).toBe(2);
      expect(unsure.err).toContain('8 processes: ');
      expect(asked).toEqual([]);
      const answer = await reeve(
        state,
        'kill',
        'claude-code:s',
        '--yes',
        '--grace',
        '1s',
        '--reason',
        'enough',
      );
      expect(answer).toMatchObject({ code: 0, err: '' });
      expect(asked).toEqual([
        {
          action: 'kill',
          target: { kind: 'session', id: 'claude-code:s1' },
          via: 'cli',
          graceMs: 1000,
          reason: 'enough',
        },
      ]);
      expect(zoo.alive()).toEqual([]);
      await reeve(state, 'pause', 'codex');
      expect(asked.at(-1)).toMatchObject({ action: 'pause', target: { kind: 'agent', id: 'codex' } });
    } finally {
      await server.close();
      store.close();
    }
  });
});
