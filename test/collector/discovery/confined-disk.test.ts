import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createConfinedDisk, refusedMounts } from '../../../collector/discovery/confined-disk.ts';
import { createFileFinder } from '../../../collector/discovery/find-files.ts';
import { FolderBuilder } from '../../support/home-builder.ts';

const folders: string[] = [];
function folder(): FolderBuilder {
  const dir = mkdtempSync(join(tmpdir(), 'reeve-confined-'));
  folders.push(dir);
  return new FolderBuilder(dir);
}
afterEach(() => {
  for (const dir of folders.splice(0)) rmSync(dir, { recursive: true, force: true });
});

describe('createConfinedDisk', () => {
  it('takes the root of the other system for the root, in paths and in links', () => {
    const outside = folder().text('secret', 'outside');
    const root = folder()
      .text('root/.claude.json', 'inside')
      .text('etc/passwd', 'theirs')
      .link('root/absolute', '/etc/passwd')
      .link('root/relative', '../etc/passwd')
      .link('root/up', '../../../../../../../../etc/passwd')
      .link('root/out', outside.at('secret'))
      .link('root/way', outside.dir)
      .link('root/folder', '/etc')
      .link('root/loop', '/root/loop');
    const disk = createConfinedDisk({ root: root.dir, name: 'container:c1:' });
    const read = (path: string): string => {
      const file = disk.read(`container:c1:${path}`, undefined, 100);
      return file.ok ? file.bytes.toString('utf8') : file.reason;
    };
    expect(read('/root/.claude.json')).toBe('inside');
    expect(read('/root/absolute')).toBe('theirs');
    expect(read('/root/relative')).toBe('theirs');
    expect(read('/root/up')).toBe('theirs');
    expect(read('/root/folder/passwd')).toBe('theirs');
    expect(read('/root/../../../../etc/passwd')).toBe('theirs');
    // What is outside is not there at all, seen from inside.
    expect(read('/root/out')).toBe('absent');
    expect(read('/root/way/secret')).toBe('absent');
    expect(read('/root/loop')).toBe('unreadable');
    expect(disk.isThere('container:c1:/root/way/secret')).toBe(false);
    expect(disk.realFolder('container:c1:/root/way')).toBeUndefined();
    expect(disk.realFolder('container:c1:/root')).toBe('container:c1:/root');
  });

  it('opens regular files only', () => {
    const root = folder().fifo('mcp.json').folder('folder').text('long', 'x'.repeat(200));
    const disk = createConfinedDisk({ root: root.dir, name: 'c:' });
    expect(disk.read('c:/mcp.json', undefined, 100)).toMatchObject({ reason: 'not-a-file' });
    expect(disk.read('c:/folder', undefined, 100)).toMatchObject({ reason: 'not-a-file' });
    expect(disk.read('c:/long', undefined, 100)).toMatchObject({ reason: 'too-large' });
    expect(disk.read('c:/long', undefined, 100, 'cut')).toMatchObject({ ok: true, truncated: true });
  });

  it('finds patterns without leaving the root', () => {
    const outside = folder().text('a/SKILL.md', 'x');
    const root = folder()
      .text('root/.claude/skills/mine/SKILL.md', 'y')
      .link('root/.claude/skills/theirs', join(outside.dir, 'a'));
    const disk = createConfinedDisk({ root: root.dir, name: 'c:' });
    const files = createFileFinder(() => undefined, disk);
    expect(files.find('c:/root/.claude/skills/*/SKILL.md')).toEqual(['c:/root/.claude/skills/mine/SKILL.md']);
  });

  it('never leaves the root while a folder is swapped for a link again and again', async () => {
    const outside = folder().text('file', 'outside');
    const root = folder().text('real/file', 'inside').folder('spin');
    const disk = createConfinedDisk({ root: root.dir, name: '' });
    const { spawn } = await import('node:child_process');
    const script = `cd '${root.dir}'; while :; do ln -sfn '${outside.dir}' spin/d; ln -sfn /real spin/d; done`;
    const swapper = spawn('sh', ['-c', script], { stdio: 'ignore' });
    try {
      const seen = new Set<string>();
      for (let n = 0; n < 3_000; n++) {
        const file = disk.read('/spin/d/file', undefined, 100);
        seen.add(file.ok ? file.bytes.toString('utf8') : file.reason);
      }
      expect(seen.has('outside')).toBe(false);
    } finally {
      swapper.kill('SIGKILL');
    }
  });

  it('leaves descriptors as they were', async () => {
    const { readdirSync } = await import('node:fs');
    const root = folder().text('a/b/c', 'x').link('loop', 'loop');
    const disk = createConfinedDisk({ root: root.dir, name: '' });
    const before = readdirSync('/proc/self/fd').length;
    for (let n = 0; n < 50; n++)
      for (const path of ['/a/b/c', '/a/x/y', '/loop', '/a']) disk.read(path, undefined, 10);
    // The runtime opens one or two of its own meanwhile; a leak would be hundreds.
    expect(readdirSync('/proc/self/fd').length).toBeLessThan(before + 20);
  });

  it('does not ask file systems that another program answers for', () => {
    const info = [
      '22 28 0:21 / / rw - overlay overlay rw',
      '30 22 0:30 / /root/.claude rw - fuse.sshfs jane@host:/ rw',
      '31 22 0:31 / /mnt/with\\040space rw shared:1 - nfs4 server:/x rw',
      '32 22 8:1 / /work rw - ext4 /dev/sda1 rw',
      'nonsense',
    ].join('\n');
    expect([...refusedMounts(info)]).toEqual(['/root/.claude', '/mnt/with space']);
    const root = folder().text('root/.claude/settings.json', '{}').text('root/.codex/config.toml', '');
    const disk = createConfinedDisk({ root: root.dir, name: '', mountInfo: info });
    expect(disk.read('/root/.claude/settings.json', undefined, 10)).toMatchObject({ reason: 'unreadable' });
    expect(disk.read('/root/.codex/config.toml', undefined, 10)).toMatchObject({ ok: true });
  });
});
