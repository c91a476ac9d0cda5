import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { WALK_LIMITS, walkLogs, type WalkLimits } from '../../../collector/sources/walk.ts';
import { rootAt, tempFolder } from './support.ts';

const walk = (dir: string, maxDepth = 3, limits: Partial<WalkLimits> = {}) => {
  const owner = { agentId: 'example', formatId: 'example.lines', root: rootAt(dir, maxDepth) };
  const { files, counts } = walkLogs([owner], { ...WALK_LIMITS, ...limits });
  return { files: files.map((file) => file.relativePath).sort(), counts };
};

describe('walkLogs', () => {
  it('finds matching files down to the depth of the root', () => {
    const dir = tempFolder();
    mkdirSync(join(dir, 'a/b/c'), { recursive: true });
    for (const name of ['x.jsonl', 'a/x.jsonl', 'a/note.txt', 'a/b/x.jsonl', 'a/b/c/x.jsonl']) {
      writeFileSync(join(dir, name), '');
    }
    expect(walk(dir, 2).files).toEqual(['a/b/x.jsonl', 'a/x.jsonl', 'x.jsonl']);
    expect(walk(`${dir}/`, 0)).toEqual({ files: ['x.jsonl'], counts: {} });
  });

  it('lists no folder that the root does not enter, and counts no link that stands for one', () => {
    const dir = tempFolder();
    for (const name of ['ws/chats', 'ws/other/chats']) mkdirSync(join(dir, name), { recursive: true });
    for (const name of ['ws/chats/x.jsonl', 'ws/other/x.jsonl', 'ws/other/chats/x.jsonl']) {
      writeFileSync(join(dir, name), '');
    }
    symlinkSync('/etc', join(dir, 'ws', 'link'));
    const root = { ...rootAt(dir, 3), enters: (path: string) => path === 'ws' || path === 'ws/chats' };
    const owner = { agentId: 'example', formatId: 'example.lines', root };
    const { files, counts } = walkLogs([owner]);
    expect([files.map(({ relativePath }) => relativePath), counts]).toEqual([['ws/chats/x.jsonl'], {}]);
  });

  it('takes a folder that does not exist as empty', () => {
    expect(walk(join(tempFolder(), 'later'))).toEqual({ files: [], counts: {} });
  });

  it('follows no link below the root, ends on no loop, and counts what it refused', () => {
    const dir = tempFolder();
    const outside = tempFolder();
    writeFileSync(join(outside, 'secret.jsonl'), '');
    symlinkSync(outside, join(dir, 'folder'));
    symlinkSync('.', join(dir, 'self'));
    symlinkSync(join(outside, 'secret.jsonl'), join(dir, 'link.jsonl'));
    execFileSync('mkfifo', [join(dir, 'pipe.jsonl'), join(dir, 'pipe.txt')]);
    writeFileSync(join(dir, 'real.jsonl'), '');
    expect(walk(dir)).toEqual({ files: ['real.jsonl'], counts: { symlink: 3, 'not-regular': 1 } });
  });

  it('follows a root that is a link itself', () => {
    const dir = tempFolder();
    mkdirSync(join(dir, 'real'));
    writeFileSync(join(dir, 'real', 'x.jsonl'), '');
    symlinkSync('real', join(dir, 'root'));
    expect(walk(join(dir, 'root')).files).toEqual(['x.jsonl']);
  });

  it('ends at each bound and says so', () => {
    const dir = tempFolder();
    for (let n = 0; n < 20; n += 1) {
      mkdirSync(join(dir, `d${n}`));
      writeFileSync(join(dir, `d${n}`, 'x.jsonl'), '');
    }
    for (const limits of [{ maxFiles: 5 }, { maxFolders: 6 }, { maxEntries: 25 }, { maxMs: 0 }]) {
      const { files, counts } = walk(dir, 3, limits);
      expect(files.length).toBeLessThanOrEqual(5);
      expect(counts.limit).toBeGreaterThan(0);
    }
  });

  it('gives a path that two roots claim to the first', () => {
    const dir = tempFolder();
    writeFileSync(join(dir, 'x.jsonl'), '');
    const root = rootAt(dir);
    const { files } = walkLogs([
      { agentId: 'first', formatId: 'f', root },
      { agentId: 'second', formatId: 's', root },
    ]);
    expect(files.map((file) => file.owner.agentId)).toEqual(['first']);
  });

  it('survives a deep chain of folders without a deep call stack', () => {
    const dir = tempFolder();
    let deep = dir;
    for (let n = 0; n < 900; n += 1) deep = join(deep, 'd');
    mkdirSync(deep, { recursive: true });
    expect(walk(dir, 1_000_000, { maxFolders: 500 }).counts.limit).toBe(1);
  });

  it('finds 50,000 files well within a second or two', () => {
    const dir = tempFolder();
    // Many names of one file: cheap to make, and the walk cannot tell.
    const one = join(dir, 'one');
    writeFileSync(one, '');
    for (let folder = 0; folder < 500; folder += 1) {
      const path = join(dir, `project-${folder}`);
      mkdirSync(path);
      for (let n = 0; n < 100; n += 1) linkSync(one, `${path}/${n}.jsonl`);
    }
    const before = process.cpuUsage();
    expect(walk(dir).files.length).toBe(50_000);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(2000);
  });
});
