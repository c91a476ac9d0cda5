import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createLog, RotatingFile } from '../../../collector/lib/log.ts';
import { tempDir } from '../../support/temp.ts';

describe('RotatingFile', () => {
  it('makes its folder and file for the owner only, and goes on with a file that is there', () => {
    const path = join(tempDir(), 'log', 'collector.log');
    for (const line of ['one\n', 'two\n']) {
      const file = new RotatingFile(path);
      file.write(line);
      file.close();
    }
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
  });

  it('keeps three older files, each of about the limit, and no line is lost or cut', () => {
    const dir = tempDir();
    const file = new RotatingFile(join(dir, 'c.log'), 1_000);
    for (let n = 0; n < 500; n++) file.write(`line ${String(n).padStart(4, '0')}\n`);
    file.close();
    expect(readdirSync(dir).sort()).toEqual(['c.log', 'c.log.1', 'c.log.2', 'c.log.3']);
    const text = ['c.log.3', 'c.log.2', 'c.log.1', 'c.log'].map((name) =>
      readFileSync(join(dir, name), 'utf8'),
    );
    for (const part of text) expect(part.length).toBeLessThanOrEqual(1_010);
    const lines = text.join('').trimEnd().split('\n');
    expect(lines).toEqual(
      Array.from(
        { length: lines.length },
        (_, i) => `line ${String(500 - lines.length + i).padStart(4, '0')}`,
      ),
    );
    expect(file.lost).toBe(0);
  });

  it('counts what it cannot write, never throws, and writes again when it can', () => {
    const dir = tempDir();
    const inTheWay = join(dir, 'log');
    writeFileSync(inTheWay, '');
    const file = new RotatingFile(join(inTheWay, 'collector.log'));
    file.write('lost\n');
    file.write('lost\n');
    expect(file.lost).toBe(2);
    rmSync(inTheWay);
    file.write('kept\n');
    expect(readFileSync(join(inTheWay, 'collector.log'), 'utf8')).toBe('kept\n');
    expect(file.lost).toBe(2);
    file.close();
  });

  it('goes on in one file when the older ones cannot be moved', () => {
    const dir = tempDir();
    const path = join(dir, 'c.log');
    // A folder with something in it cannot be replaced by a file.
    for (const name of ['c.log.1', 'c.log.2', 'c.log.3'])
      mkdirSync(join(dir, name, 'x'), { recursive: true });
    const file = new RotatingFile(path, 100);
    for (let n = 0; n < 50; n++) file.write(`line ${n}\n`);
    file.close();
    expect(file.lost).toBe(0);
    expect(readFileSync(path, 'utf8')).toContain('line 49');
    chmodSync(dir, 0o700);
  });

  it('may be closed twice', () => {
    const path = join(tempDir(), 'c.log');
    const file = new RotatingFile(path);
    file.close();
    file.close();
    expect(existsSync(path)).toBe(true);
  });
});

describe('createLog', () => {
  it('writes one JSON object per line, without host name and process id', () => {
    const path = join(tempDir(), 'c.log');
    const file = new RotatingFile(path);
    const log = createLog(file);
    log.debug('not this');
    log.warn({ code: 'x' }, 'two\nlines');
    log.error({ reason: 'y' }, 'failed');
    file.close();
    const rows = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(rows).toHaveLength(2);
    expect(Object.keys(JSON.parse(rows[0] ?? '') as object).sort()).toEqual(['code', 'level', 'msg', 'time']);
    expect(Date.parse((JSON.parse(rows[1] ?? '') as { time: string }).time)).toBeGreaterThan(
      1_700_000_000_000,
    );
  });
});
