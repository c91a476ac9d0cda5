import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { isInside, readRegularFile } from '../../../collector/discovery/safe-read.ts';
import { buildHome, type HomeBuilder } from '../../support/home-builder.ts';

const homes: HomeBuilder[] = [];
function home(): HomeBuilder {
  const built = buildHome();
  homes.push(built);
  return built;
}
afterEach(() => {
  for (const built of homes.splice(0)) built.remove();
});

describe('readRegularFile', () => {
  it('gives content, mode and time', () => {
    const jane = home().text('a.json', '{"a": "ü"}', 0o640);
    const file = readRegularFile(jane.at('a.json'), jane.dir, 100);
    expect(file.ok && [file.bytes.toString('utf8'), file.mode, file.truncated]).toEqual([
      '{"a": "ü"}',
      0o640,
      false,
    ]);
  });

  it('tells what is not a file without waiting for it', async () => {
    const jane = home().fifo('pipe').folder('folder');
    const server = createServer().listen(jane.at('socket'));
    await once(server, 'listening');
    for (const name of ['pipe', 'folder', 'socket']) {
      expect(readRegularFile(jane.at(name), undefined, 100), name).toMatchObject({
        ok: false,
        reason: 'not-a-file',
      });
    }
    expect(readRegularFile('/dev/zero', undefined, 100)).toMatchObject({ reason: 'not-a-file' });
    server.close();
  });

  it('refuses a long file, or reads its beginning', () => {
    const jane = home().text('long', 'x'.repeat(1000));
    expect(readRegularFile(jane.at('long'), undefined, 999)).toMatchObject({
      ok: false,
      reason: 'too-large',
    });
    const cut = readRegularFile(jane.at('long'), undefined, 10, 'cut');
    expect(cut.ok && [cut.bytes.length, cut.truncated]).toEqual([10, true]);
  });

  it('refuses links that leave the folder, at the end or on the way', () => {
    const jane = home().text('inside/real', 'in').text('outside/secret', 'out');
    jane
      .link('inside/same', 'real')
      .link('inside/out', '../outside/secret')
      .link('inside/way', '../outside')
      .link('inside/loop', 'loop');
    const within = jane.at('inside');
    expect(readRegularFile(jane.at('inside/same'), within, 100).ok).toBe(true);
    expect(readRegularFile(jane.at('inside/out'), within, 100)).toMatchObject({ reason: 'link-refused' });
    expect(readRegularFile(jane.at('inside/way/secret'), within, 100)).toMatchObject({
      reason: 'link-refused',
    });
    expect(readRegularFile(jane.at('inside/loop'), within, 100)).toMatchObject({
      reason: 'unreadable',
      detail: 'ELOOP',
    });
    expect(readRegularFile(jane.at('inside/out'), undefined, 100).ok).toBe(true);
  });

  it('takes a folder that is itself reached by a link', () => {
    const jane = home().text('real/a', 'x').link('alias', 'real');
    expect(readRegularFile(jane.at('alias/a'), jane.at('alias'), 100).ok).toBe(true);
  });

  it('leaves no descriptor open', () => {
    const jane = home().text('a', 'x').folder('folder').fifo('pipe');
    const count = (): number =>
      Number(execFileSync('sh', ['-c', `ls /proc/${process.pid}/fd | wc -l`]).toString());
    const before = count();
    for (let round = 0; round < 50; round++) {
      for (const name of ['a', 'folder', 'pipe', 'absent']) readRegularFile(jane.at(name), jane.dir, 1);
    }
    expect(count()).toBeLessThanOrEqual(before + 2);
  });
});

describe('isInside', () => {
  it.each([
    ['/a/b', '/a', true],
    ['/a', '/a/', true],
    ['/ab', '/a', false],
    ['C:\\a\\b', 'C:/a', true],
  ])('%s in %s: %s', (path, folder, expected) => {
    expect(isInside(path, folder)).toBe(expected);
  });
});
