import { appendFileSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { LogWatch, systemWatch, type Notice, type WatchFunction } from '../../../collector/sources/watch.ts';
import { tempFolder } from '../../collector/sources/support.ts';

/** A busy machine is slow, not wrong. */
const PATIENT = { timeout: 10_000, interval: 5 };

function setUp(options: { watch?: WatchFunction; maxPaths?: number; busyGatherMs?: () => number } = {}) {
  const notices: Notice[] = [];
  const watch = new LogWatch({ recursive: false, onNotice: (notice) => notices.push(notice), ...options });
  onTestFinished(() => {
    watch.close();
  });
  const add = (dir: string): void => {
    watch.add(dir, statSync(dir).ino, true);
  };
  const noticed = (path: string): Promise<void> =>
    vi.waitFor(() => {
      expect(notices.some(({ paths }) => paths.has(path))).toBe(true);
    }, PATIENT);
  return { watch, notices, add, noticed };
}

describe('LogWatch', () => {
  it('tells of appends, new files and removals in a watched folder', async () => {
    const dir = tempFolder();
    const { add, noticed } = setUp();
    add(dir);
    writeFileSync(join(dir, 'a'), 'x');
    await noticed(join(dir, 'a'));
    rmSync(join(dir, 'a'));
    mkdirSync(join(dir, 'b'));
    await noticed(join(dir, 'b'));
  });

  it('makes one notice of a burst on one file', async () => {
    const dir = tempFolder();
    const { add, noticed, notices } = setUp();
    add(dir);
    for (let n = 0; n < 1000; n += 1) appendFileSync(join(dir, 'a'), 'x');
    await noticed(join(dir, 'a'));
    expect(notices.length).toBeLessThan(50);
    expect(notices.every(({ paths }) => paths.size <= 1)).toBe(true);
  });

  it('tells the first event at once, and gathers for longer while notices come one after the other', async () => {
    const dir = tempFolder();
    const noticesBefore: number[] = [];
    const { add, notices, noticed } = setUp({
      busyGatherMs: () => {
        noticesBefore.push(notices.length);
        return 200;
      },
    });
    add(dir);
    writeFileSync(join(dir, 'first'), '');
    await noticed(join(dir, 'first'));
    for (let n = 0; n < 60; n += 1) {
      appendFileSync(join(dir, `${n % 5}`), 'x');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await noticed(join(dir, '4'));
    // One in ten milliseconds would be sixty. A machine that is busy makes it fewer.
    expect(notices.length).toBeLessThan(15);
    expect(noticesBefore[0]).toBe(1);
  });

  it('says overflow instead of listing a storm', async () => {
    const dir = tempFolder();
    const { add, notices } = setUp({ maxPaths: 100 });
    add(dir);
    for (let n = 0; n < 2000; n += 1) writeFileSync(join(dir, `${n}`), '');
    await vi.waitFor(() => {
      expect(notices.some(({ overflow }) => overflow)).toBe(true);
    }, PATIENT);
    expect(Math.max(...notices.map(({ paths }) => paths.size))).toBeLessThanOrEqual(100);
  });

  it('waits for a folder several levels below what exists', async () => {
    const dir = tempFolder();
    const wanted = join(dir, 'x/y/z');
    const { watch, notices, noticed } = setUp();
    watch.expect(wanted);
    writeFileSync(join(dir, 'unrelated'), '');
    mkdirSync(join(dir, 'x'));
    await noticed(wanted);
    notices.length = 0;
    watch.expect(wanted);
    mkdirSync(wanted, { recursive: true });
    await noticed(wanted);
    expect(notices.flatMap(({ paths }) => [...paths]).filter((path) => path !== wanted)).toEqual([]);
    expect(watch.size).toBe(1);
  });

  it('tells of a folder that came while the watch was being set', async () => {
    const dir = tempFolder();
    const wanted = join(dir, 'soon');
    const { watch, noticed } = setUp({
      watch: (folder, recursive, onEvent, onError) => {
        mkdirSync(wanted, { recursive: true });
        return systemWatch(folder, recursive, onEvent, onError);
      },
    });
    watch.expect(wanted);
    await noticed(wanted);
  });

  it('watches a folder anew that was removed and came back', async () => {
    const dir = join(tempFolder(), 'logs');
    mkdirSync(dir);
    const { add, notices, noticed } = setUp();
    add(dir);
    rmSync(dir, { recursive: true });
    mkdirSync(dir);
    await noticed(dir);
    add(dir);
    notices.length = 0;
    writeFileSync(join(dir, 'a'), '');
    await noticed(join(dir, 'a'));
  });

  it('keeps a folder that moved away out of the notices once it is removed from the watch', async () => {
    const root = tempFolder();
    const dir = join(root, 'logs');
    mkdirSync(dir);
    const { watch, add, notices, noticed } = setUp();
    add(root);
    add(dir);
    renameSync(dir, join(root, 'old'));
    await noticed(join(root, 'old'));
    watch.remove(dir);
    notices.length = 0;
    writeFileSync(join(root, 'old', 'a'), '');
    writeFileSync(join(root, 'end'), '');
    await noticed(join(root, 'end'));
    expect(notices.flatMap(({ paths }) => [...paths])).not.toContain(join(dir, 'a'));
  });

  it('remembers folders the system gives no watch for, and tries again', () => {
    const dirs = [tempFolder(), tempFolder(), tempFolder()];
    let free = 1;
    const { watch, add } = setUp({
      watch: (...args) => {
        if (free === 0) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
        free -= 1;
        return systemWatch(...args);
      },
    });
    dirs.forEach(add);
    expect([watch.limitReached, [...watch.unwatched.keys()], watch.size]).toEqual([true, dirs.slice(1), 1]);
    free = 1;
    watch.retry();
    expect([watch.limitReached, watch.unwatched.size, watch.size]).toEqual([true, 1, 2]);
    free = 5;
    watch.retry();
    expect([watch.limitReached, watch.unwatched.size, watch.size]).toEqual([false, 0, 3]);
  });
});
