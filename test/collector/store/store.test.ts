import Sqlite from 'better-sqlite3';
import {
  closeSync,
  openSync,
  readdirSync,
  rmSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StoreError } from '../../../collector/store/errors.ts';
import { InstanceLock } from '../../../collector/store/lock.ts';
import { Store } from '../../../collector/store/store.ts';
import { batch, finding, toolCall } from '../../support/records.ts';
import { tempDir } from '../../support/temp.ts';

const NOW = 1_750_000_100_000;
const open = (path = join(tempDir(), 'reeve.db'), queue = false): Store =>
  Store.open({ path, nowMs: () => NOW, queue: () => queue });

describe('commit', () => {
  it('stores an event once however often it is seen', () => {
    const store = open();
    const first = store.commit(batch({ events: [toolCall('a'), toolCall('b')] }));
    const again = store.commit(batch({ events: [toolCall('b'), toolCall('c')] }));
    expect(first.inserted.map(({ event }) => event.id)).toEqual([
      'claude-code:tool.call:a',
      'claude-code:tool.call:b',
    ]);
    expect(again.inserted.map(({ event }) => event.id)).toEqual(['claude-code:tool.call:c']);
    expect(store.read.session('claude-code:s1')?.counts.toolCalls).toBe(3);
    store.close();
  });

  it('drops a finding whose event was known already, so a copied log does not count twice', () => {
    const store = open();
    const detected = { finding: finding('f_1'), eventId: 'claude-code:tool.call:a' };
    store.commit(batch({ events: [toolCall('a')], findings: [detected] }));
    store.commit(batch({ events: [toolCall('a')], findings: [detected] }));
    expect(store.read.finding('f_1')?.count).toBe(1);
    store.close();
  });

  it('counts a finding up when a new event shows it again', () => {
    const store = open();
    store.commit(
      batch({
        events: [toolCall('a')],
        findings: [{ finding: finding('f_1'), eventId: 'claude-code:tool.call:a' }],
      }),
    );
    store.commit(
      batch({
        events: [toolCall('b')],
        findings: [{ finding: finding('f_1'), eventId: 'claude-code:tool.call:b' }],
      }),
    );
    expect(store.read.finding('f_1')?.count).toBe(2);
    store.close();
  });

  it('keeps the larger token counts of a repeated response', () => {
    const store = open();
    const usage = (output: number) => ({
      key: 'msg_1:req_1',
      nativeSessionId: 's1',
      timeMs: NOW,
      model: 'm',
      tokens: { input: 5, output, cacheRead: 0, cacheWrite: 0 },
    });
    store.commit(batch({ events: [toolCall('a')], usage: [usage(3), usage(90), usage(40)] }));
    store.commit(batch({ usage: [usage(12)] }));
    expect(store.read.session('claude-code:s1')?.tokens).toEqual({
      input: 5,
      output: 90,
      cacheRead: 0,
      cacheWrite: 0,
    });
    store.close();
  });

  it('stores nothing of a batch that fails half-way', () => {
    const store = open();
    const broken = batch({
      events: [toolCall('a')],
      states: new Map([['claude-code:s1', Symbol('no') as unknown as string]]),
    });
    expect(() => store.commit(broken)).toThrow();
    expect(store.read.totals().events).toBe(0);
    expect(store.commit(batch({ events: [toolCall('a')] })).inserted).toHaveLength(1);
    store.close();
  });

  it('gives back a cursor exactly as it was stored', () => {
    const store = open();
    const cursor = {
      path: '/x',
      agentId: 'a',
      formatId: 'a.b',
      fileId: '1:2',
      offsetBytes: 7,
      sizeBytes: 9,
      mtimeMs: 1.5,
      prefixHash: 'h',
      state: { turn: 3 },
    };
    store.commit(batch({ cursor }));
    expect(store.cursor('/x')).toEqual(cursor);
    expect([...store.cursorStamps(['/none', '/x'])]).toEqual([
      ['/x', { formatId: 'a.b', fileId: '1:2', sizeBytes: 9, mtimeMs: 1.5 }],
    ]);
    store.close();
  });

  it('fills the outbox in the same transaction, and only when asked to', () => {
    const silent = open();
    silent.commit(batch({ events: [toolCall('a')] }));
    expect(silent.outbox.size().rows).toBe(0);
    silent.close();
    const store = open(undefined, true);
    store.commit(
      batch({
        events: [toolCall('a')],
        findings: [{ finding: finding('f_1'), eventId: 'claude-code:tool.call:a' }],
      }),
    );
    store.commit(batch({ events: [toolCall('a')] }));
    expect(store.outbox.peek(10, 1e6).map((row) => row.priority)).toEqual(['event', 'finding']);
    store.close();
  });
});

describe('outbox', () => {
  it('drops oldest events first and findings last, and counts what it drops', () => {
    const store = open(undefined, true);
    for (let n = 0; n < 50; n++) store.commit(batch({ events: [toolCall(`e${n}`)] }));
    store.commit(
      batch({
        events: [toolCall('z')],
        findings: [{ finding: finding('f_1'), eventId: 'claude-code:tool.call:z' }],
      }),
    );
    const { bytes } = store.outbox.size();
    const dropped = store.outbox.trim(Math.floor(bytes / 3), 0);
    expect(dropped).toBeGreaterThan(20);
    expect(store.outbox.dropped()).toEqual({ 'queue-size': dropped });
    const rest = store.outbox.peek(1_000, 1e9);
    expect(rest.some((row) => row.priority === 'finding')).toBe(true);
    expect(rest.some((row) => row.uid.endsWith(':e0'))).toBe(false);
    store.close();
  });

  it('never gives an acknowledged id to another row', () => {
    const store = open(undefined, true);
    store.commit(batch({ events: [toolCall('a')] }));
    const [first] = store.outbox.peek(1, 1e6);
    store.outbox.acknowledge([first!.id]);
    store.commit(batch({ events: [toolCall('b')] }));
    expect(store.outbox.peek(1, 1e6)[0]!.id).toBeGreaterThan(first!.id);
    store.close();
  });
});

describe('outbox.size', () => {
  it('stays what counting every row says, however rows come and go', () => {
    const path = join(tempDir(), 'reeve.db');
    const store = open(path, true);
    const counted = (): unknown => {
      const db = new Sqlite(path, { readonly: true });
      const row = db
        .prepare('SELECT count(*) AS rows, coalesce(sum(octet_length(json)), 0) AS bytes FROM outbox')
        .get();
      db.close();
      return row;
    };
    const agree = (): void => {
      expect(store.outbox.size()).toEqual(counted());
    };
    agree();
    for (let n = 0; n < 10; n++) store.commit(batch({ events: [toolCall(`ä${n}`)] }));
    agree();
    const ids = store.outbox.peek(20, 1e9).map((row) => row.id);
    store.commit(batch({ events: [toolCall('later')] }));
    store.outbox.acknowledge([...ids.slice(0, 3), 12_345]);
    agree();
    store.outbox.drop(ids.slice(2, 5), 'refused');
    agree();
    store.commit(batch({ events: [toolCall('last')] }));
    store.outbox.acknowledge(store.outbox.peek(100, 1e9).map((row) => row.id));
    agree();
    expect(store.outbox.size()).toEqual({ rows: 0, bytes: 0 });
    for (let n = 0; n < 10; n++) store.commit(batch({ events: [toolCall(`b${n}`)] }));
    store.outbox.trim(store.outbox.size().bytes / 2, 0);
    agree();
    store.close();
  });
});

describe('search', () => {
  it('indexes a bounded number of events at a time, and says when there is nothing left', () => {
    const store = open();
    store.commit(
      batch({
        events: Array.from({ length: 1_200 }, (_, n) =>
          toolCall(`e${n}`, { input: { command: `run step${n}` } }),
        ),
      }),
    );
    expect([store.search.step(), store.search.step(), store.search.step(), store.search.step()]).toEqual([
      500, 500, 200, 0,
    ]);
    expect(store.search.find('step1199', 10)).toHaveLength(1);
    store.close();
  });

  it('needs no lock when it is up to date', () => {
    const path = join(tempDir(), 'reeve.db');
    const store = open(path);
    store.commit(batch({ events: [toolCall('a')] }));
    expect(store.search.step()).toBe(1);
    const writer = new Sqlite(path);
    writer.exec('BEGIN IMMEDIATE');
    expect(store.search.step()).toBe(0);
    writer.exec('ROLLBACK');
    writer.close();
    store.close();
  });

  it('finds words of commands and paths, newest first, and only whole words unless asked for a prefix', () => {
    const store = open();
    store.commit(
      batch({
        events: [
          toolCall('a', { timeMs: 1, input: { command: 'kubectl get pods -n web' } }),
          toolCall('b', {
            timeMs: 2,
            input: { command: 'cat notes.txt' },
            resources: [{ kind: 'file', value: '/srv/notes.txt', access: 'read' }],
          }),
          toolCall('c', { timeMs: 3, input: { command: 'kubectl delete pod web-1' } }),
        ],
      }),
    );
    const ids = (words: string): string[] =>
      store.search.find(words, 10).map((row) => (JSON.parse(row.body) as { id: string }).id.slice(-1));
    expect(ids('kubectl')).toEqual(['c', 'a']);
    expect(ids('kubectl pods')).toEqual(['a']);
    expect(ids('pod*')).toEqual(['c', 'a']);
    expect(ids('notes.txt')).toEqual(['b']);
    expect(ids('"quoted" OR -x')).toEqual([]);
    store.close();
  });
});

describe('the search index', () => {
  it('waits while a backlog is being stored, catches up afterwards, and is complete for whoever asks meanwhile', () => {
    const store = open();
    const some = (from: number, count: number) =>
      batch({
        events: Array.from({ length: count }, (_, n) =>
          toolCall(`e${from + n}`, { timeMs: from + n, input: { command: 'ls notes.txt' } }),
        ),
      });
    expect(store.search.step()).toBe(0);
    store.commit(some(0, 1_100));
    expect(store.search.step()).toBe(0);
    store.commit(some(1_100, 1_100));
    expect(store.search.step()).toBe(0);
    const steps = Array.from({ length: 6 }, () => store.search.step());
    expect(steps).toEqual([500, 500, 500, 500, 200, 0]);
    store.commit(some(2_200, 1_100));
    expect(store.search.step()).toBe(0);
    expect(store.search.find('notes.txt', 5_000)).toHaveLength(3_300);
    store.commit(some(3_300, 10));
    expect(store.search.step()).toBe(10);
    store.close();
  });
});

describe('retention', () => {
  it('works in steps when asked to, so that others get their turn', () => {
    const store = open();
    const day = 86_400_000;
    store.commit(
      batch({
        events: Array.from({ length: 2_500 }, (_, n) => toolCall(`e${n}`, { timeMs: NOW - 40 * day + n })),
      }),
    );
    const removed = Array.from(
      { length: 4 },
      () => store.applyRetention({ days: 30, maxStoreBytes: 1e9 }, 1).removedByAge,
    );
    expect(removed).toEqual([1_000, 1_000, 500, 0]);
    expect(store.read.totals()).toMatchObject({ events: 0, sessions: 1 });
    store.close();
  });

  it('removes events by age and then by size, oldest first, and leaves findings', () => {
    const store = open();
    const day = 86_400_000;
    store.commit(
      batch({
        events: [toolCall('old', { timeMs: NOW - 40 * day }), toolCall('new', { timeMs: NOW - day })],
      }),
    );
    store.saveFindings([finding('f_1')]);
    expect(store.applyRetention({ days: 30, maxStoreBytes: 1e9 })).toEqual({
      removedByAge: 1,
      removedBySize: 0,
    });
    expect(store.read.events({ limit: 10 }).map(({ event }) => event.tool?.callId)).toEqual(['new']);
    for (let n = 0; n < 40; n++) {
      store.commit(
        batch({
          events: Array.from({ length: 500 }, (_, i) =>
            toolCall(`x${n}-${i}`, { timeMs: NOW + n, input: { command: 'y'.repeat(500) } }),
          ),
        }),
      );
    }
    expect(store.read.totals().events).toBe(20_001);
    const before = store.sizeBytes();
    const { removedBySize } = store.applyRetention({ days: 30, maxStoreBytes: Math.floor(before / 2) });
    expect(removedBySize).toBeGreaterThan(1_000);
    expect(store.read.totals().events).toBe(20_001 - removedBySize);
    // The removed ones may be those with the highest numbers.
    const left = store.read.totals().events;
    store.commit(batch({ events: [toolCall('ancient', { timeMs: 5 })] }));
    expect(store.applyRetention({ days: 30, maxStoreBytes: 1e9 }).removedByAge).toBe(1);
    expect(store.read.totals().events).toBe(left);
    store.commit(batch({ events: [toolCall('after')] }));
    expect(store.read.totals().events).toBe(left + 1);
    expect(store.read.totals().findings).toBe(1);
    store.close();
  });
});

describe('a store that cannot be used', () => {
  it('puts a damaged file aside, keeps findings that can be read, and starts anew', () => {
    const path = join(tempDir(), 'reeve.db');
    const store = open(path);
    store.saveFindings([finding('f_1')]);
    store.commit(batch({ events: Array.from({ length: 3_000 }, (_, n) => toolCall(`e${n}`)) }));
    store.close();
    const size = statSync(path).size;
    const fd = openSync(path, 'r+');
    writeSync(fd, Buffer.alloc(16, 0xff), 0, 16, 0);
    closeSync(fd);
    const next = open(path);
    expect(next.asidePath).toMatch(/damaged/);
    expect(statSync(next.asidePath!).size).toBe(size);
    expect(next.read.totals().events).toBe(0);
    next.close();
  });

  it('saves findings from a file whose later pages are torn', () => {
    const path = join(tempDir(), 'reeve.db');
    const store = open(path);
    store.saveFindings([finding('f_1'), finding('f_2')]);
    store.commit(batch({ events: Array.from({ length: 5_000 }, (_, n) => toolCall(`e${n}`)) }));
    store.close();
    const size = statSync(path).size;
    const fd = openSync(path, 'r+');
    // Whole pages, and not the last one: it holds the schema, without which nothing can be read.
    for (let at = Math.floor((size * 0.6) / 4_096) * 4_096; at < size - 4_096; at += 4_096)
      writeSync(fd, Buffer.alloc(4_096, 0xa5), 0, 4_096, at);
    closeSync(fd);
    const torn = open(path);
    expect(torn.check().length).toBeGreaterThan(0);
    const aside = torn.recover();
    expect(readdirSync(join(aside, '..')).some((name) => name.includes('damaged'))).toBe(true);
    expect(
      torn.read
        .findings({ limit: 10 })
        .map((row) => row.id)
        .sort(),
    ).toEqual(['f_1', 'f_2']);
    expect(torn.check()).toEqual([]);
    torn.close();
  });

  it('counts a finding no less than before, whether its log is read again or gone', () => {
    const path = join(tempDir(), 'reeve.db');
    const store = open(path);
    const seen = (id: string, n: number): void => {
      const detected = { finding: finding(id), eventId: `claude-code:tool.call:${id}-${n}` };
      store.commit(batch({ events: [toolCall(`${id}-${n}`)], findings: [detected] }));
    };
    for (let n = 0; n < 5; n++) {
      seen('f_again', n);
      seen('f_gone', n);
    }
    store.recover();
    for (let n = 0; n < 3; n++) seen('f_again', n);
    // A second damage while the logs are being read again.
    store.recover();
    for (let n = 0; n < 7; n++) seen('f_again', n);
    seen('f_new', 0);
    store.restoreCounts();
    const counts = ['f_again', 'f_gone', 'f_new'].map((id) => store.read.finding(id)?.count);
    expect(counts).toEqual([7, 5, 1]);
    seen('f_gone', 100);
    store.restoreCounts();
    expect(store.read.finding('f_gone')?.count).toBe(6);
    store.close();
  });

  it('takes a file of something else for damaged, and does not overwrite it', () => {
    const path = join(tempDir(), 'reeve.db');
    writeFileSync(path, 'this is my shopping list, not a database, and it must survive');
    const store = open(path);
    expect(readFileSync(store.asidePath!, 'utf8')).toContain('shopping list');
    store.close();
  });

  it('survives a file cut to nothing', () => {
    const path = join(tempDir(), 'reeve.db');
    open(path).close();
    truncateSync(path, 0);
    const store = open(path);
    expect(store.commit(batch({ events: [toolCall('a')] })).inserted).toHaveLength(1);
    store.close();
  });

  it('refuses a store of a newer version instead of spoiling it', () => {
    const path = join(tempDir(), 'reeve.db');
    open(path).close();
    const db = new Sqlite(path);
    db.pragma('user_version = 999');
    db.close();
    expect(() => open(path)).toThrow(/newer Reeve/);
  });

  it('says that a folder cannot be written', () => {
    const file = join(tempDir(), 'file');
    writeFileSync(file, '');
    let error: unknown;
    try {
      open(join(file, 'reeve.db'));
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(StoreError);
  });
});

describe('unclean stop', () => {
  it('has every page read before anybody asks: damage anywhere is found at the next start', () => {
    const path = join(tempDir(), 'reeve.db');
    const killed = open(path);
    killed.commit(batch({ events: Array.from({ length: 2_000 }, (_, n) => toolCall(`e${n}`)) }));
    killed.release();
    const sound = readFileSync(path);
    const pages = sound.length / 4_096;
    for (let n = 0; n < 12; n++) {
      const torn = Buffer.from(sound);
      const from = Math.floor((n * pages) / 12) * 4_096;
      torn.fill(0xa5, from, Math.min(torn.length, from + 20 * 4_096));
      writeFileSync(path, torn);
      const next = open(path);
      expect(next.asidePath, `from byte ${from}`).toMatch(/damaged/);
      expect(readFileSync(next.asidePath!).length).toBe(torn.length);
      expect(next.check()).toEqual([]);
      expect(next.read.totals().events).toBe(0);
      next.release();
      rmSync(next.asidePath!);
    }
  });

  it('is noticed at the next start', () => {
    const path = join(tempDir(), 'reeve.db');
    const killed = open(path);
    killed.release();
    const next = open(path);
    expect(next.unclean).toBe(true);
    next.close();
    const after = open(path);
    expect(after.unclean).toBe(false);
    after.close();
  });
});

describe('instance lock', () => {
  it('is held by one and free again after release', () => {
    const path = join(tempDir(), 'collector.lock');
    const first = InstanceLock.tryAcquire(path);
    expect(first).toBeDefined();
    expect(InstanceLock.tryAcquire(path)).toBeUndefined();
    first?.release();
    const second = InstanceLock.tryAcquire(path);
    expect(second).toBeDefined();
    second?.release();
  });
});

describe('inventory', () => {
  it('tells what is gone, also when the clock was set back', () => {
    let nowMs = NOW;
    const store = Store.open({ path: join(tempDir(), 'reeve.db'), nowMs: () => nowMs });
    const look = (...ids: readonly string[]): string[] =>
      store.inventory.replace({ asset: ids.map((id) => ({ id })) }, nowMs).map(({ id }) => id);
    expect(look('a', 'b')).toEqual(['a', 'b']);
    nowMs -= 3_600_000;
    expect(look('b')).toEqual(['a']);
    expect(store.inventory.list('asset').map(({ value }) => value)).toEqual([{ id: 'b' }]);
    expect(look('a', 'b')).toEqual(['a']);
    expect(look()).toEqual(['a', 'b']);
    expect(store.inventory.list('asset')).toEqual([]);
    store.close();
  });
});
