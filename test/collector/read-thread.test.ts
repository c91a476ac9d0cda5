import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createReadHandlers } from '../../collector/api.ts';
import type { Handlers } from '../../collector/contract/ipc.ts';
import { METHODS } from '../../collector/contract/ipc.ts';
import { Encoded } from '../../collector/ipc/encoded.ts';
import { ReadThread, type ThreadMethod } from '../../collector/read-thread.ts';
import { Store } from '../../collector/store/store.ts';
import { batch, finding, toolCall } from '../support/records.ts';
import { tempDir } from '../support/temp.ts';

const SESSION = 'claude-code:s1';
const PLACE = {
  os: 'linux' as const,
  ownHome: { platform: 'linux' as const, home: '/home/ana', env: {} },
  identity: { name: 'ana', uid: 1000, emails: [] },
  host: { hostname: 'desk', osVersion: 'Debian' },
};
const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function open(over: { storePath?: string; idleMs?: number } = {}) {
  const path = join(tempDir(), 'reeve.db');
  const store = Store.open({ path, nowMs: () => 1 });
  store.commit(
    batch({
      events: ['a', 'b'].map((id, n) =>
        toolCall(id, { timeMs: 1_000 + n, resources: [{ kind: 'file', value: `/x/${id}`, access: 'read' }] }),
      ),
    }),
  );
  store.saveFindings([finding('f1')]);
  const errors: unknown[] = [];
  const thread = new ReadThread({
    storePath: path,
    place: () => PLACE,
    onError: (error) => errors.push(error),
    ...over,
  });
  const asked: string[] = [];
  const here: Pick<Handlers, ThreadMethod> = {
    ...createReadHandlers(store),
    'graph.get': ({ sessionId }) => {
      asked.push(sessionId);
      return null;
    },
  };
  const served = thread.handlers(here);
  closing.push(
    () => thread.close(),
    () => {
      store.close();
    },
  );
  const ask = async (
    method: ThreadMethod,
    params: unknown,
  ): Promise<{ threaded: boolean; value: unknown }> => {
    const handler: unknown = served[method];
    if (typeof handler !== 'function') throw new Error(method);
    const parsed: unknown = METHODS[method].params.parse(params);
    const answer: unknown = await Reflect.apply(handler, undefined, [parsed]);
    if (!(answer instanceof Encoded)) return { threaded: false, value: answer };
    return { threaded: true, value: JSON.parse(new TextDecoder().decode(answer.bytes)) };
  };
  const warm = () => ask('graph.get', { sessionId: SESSION });
  return { store, thread, errors, asked, here, ask, warm };
}

describe('the reading thread', { timeout: 20_000 }, () => {
  it('answers what takes long itself, and the rest once it is there: as this thread would, in the shapes of the contract', async () => {
    const { ask, asked, here, store, thread, warm } = open();
    expect((await ask('sessions.get', { id: SESSION })).threaded).toBe(false);
    const { threaded, value: graph } = await warm();
    expect([threaded, asked]).toEqual([true, []]);
    expect(METHODS['graph.get'].result.parse(graph)?.blast.groups).toEqual({ 'files-outside': 2 });
    store.commit(batch({ events: [toolCall('c', { timeMs: 2_000 })] }));
    const questions: [ThreadMethod, object][] = [
      ['events.page', { sessionId: SESSION, anchor: 'start' }],
      ['events.list', {}],
      ['events.search', { words: 'git' }],
      ['events.marks', { sessionId: SESSION }],
      ['events.get', { id: 'claude-code:tool.call:a' }],
      ['findings.list', {}],
      ['findings.bySession', {}],
      ['sessions.list', {}],
      ['audit.verify', {}],
      ['models.list', {}],
    ];
    for (const [method, params] of questions) {
      const { threaded, value } = await ask(method, params);
      expect(threaded, method).toBe(true);
      const direct: unknown = await Reflect.apply(here[method], undefined, [
        METHODS[method].params.parse(params),
      ]);
      expect(value, method).toEqual(JSON.parse(JSON.stringify(direct)));
      expect(METHODS[method].result.safeParse(value).success, method).toBe(true);
    }
    // A damaged store was put aside: the new one is read, not the old one that is still open.
    store.recover();
    await thread.reset();
    await warm();
    expect(await ask('events.list', {})).toEqual({ threaded: true, value: [] });
    expect((await ask('findings.list', {})).value).toMatchObject([{ id: 'f1' }]);
  });

  it('goes when nobody has asked for a while', async () => {
    const { thread, warm } = open({ idleMs: 50 });
    await warm();
    expect(thread.isUp).toBe(true);
    await expect.poll(() => thread.isUp, { timeout: 10_000 }).toBe(false);
  });

  it('leaves the questions to this thread when it cannot have the store, and says so', async () => {
    const { ask, warm, asked, errors } = open({ storePath: join(tempDir(), 'none.db') });
    expect((await warm()).threaded).toBe(false);
    expect(asked).toEqual([SESSION]);
    expect(errors).toHaveLength(1);
    expect((await ask('sessions.list', {})).threaded).toBe(false);
  });

  it('answers here what it was asked and could not finish', async () => {
    const { thread, warm, asked } = open();
    const waiting = warm();
    await thread.close();
    expect(await waiting).toEqual({ threaded: false, value: null });
    expect(asked).toEqual([SESSION]);
  });
});
