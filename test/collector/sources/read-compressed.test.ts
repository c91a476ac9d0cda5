import { utimesSync, writeFileSync } from 'node:fs';
import { zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { ReadOptions } from '../../../collector/sources/line-batch.ts';
import { readCompressed } from '../../../collector/sources/read-compressed.ts';
import type { Cursor, LogBatch } from '../../../collector/sources/source.ts';
import { fileAt, lastCursor, lineFormat, stored, tempFolder, textsOf } from './support.ts';

const lines = Array.from({ length: 5000 }, (_, n) => `{"n":${n}}`);
const text = lines.join('\n') + '\n';

function setUp(bytes: Buffer) {
  const file = fileAt(tempFolder(), 'a.jsonl.zst');
  writeFileSync(file.path, bytes);
  const read = async (cursor?: Cursor, options?: ReadOptions): Promise<LogBatch[]> => {
    const batches: LogBatch[] = [];
    for await (const batch of readCompressed(file, cursor, lineFormat, options)) batches.push(batch);
    return batches;
  };
  return { file, read };
}

describe('readCompressed', () => {
  it('reads every line once, and nothing when nothing changed', async () => {
    const { read } = setUp(zstdCompressSync(text));
    const batches = await read();
    expect(textsOf(batches)).toEqual(lines);
    expect(batches.at(-1)!.atEnd).toBe(true);
    expect(await read(stored(lastCursor(batches)))).toEqual([]);
  });

  it('goes on after an interruption at any batch', async () => {
    const { read } = setUp(zstdCompressSync(text));
    const batches = await read(undefined, { batchBytes: 40_000 });
    expect(batches.length).toBeGreaterThan(10);
    let done = 0;
    for (const batch of batches) {
      done += batch.records.length;
      const rest = await read(stored(batch.cursor));
      expect(textsOf(rest)).toEqual(lines.slice(done));
      expect(rest.every((one) => !one.restarted)).toBe(true);
    }
  });

  it('reads a changed file anew and says so', async () => {
    const { read, file } = setUp(zstdCompressSync(text));
    const cursor = stored(lastCursor(await read()));
    writeFileSync(file.path, zstdCompressSync('{"new":1}\n'));
    utimesSync(file.path, 1, 1);
    expect(await read(cursor)).toMatchObject([
      { restarted: true, records: [{ text: '{"new":1}', offsetBytes: 0 }] },
    ]);
  });

  it('stops at the bound on what a file unfolds to, with little memory, and does not try again', async () => {
    const bomb = zstdCompressSync(Buffer.alloc(200 * 1_048_576));
    expect(bomb.length).toBeLessThan(50_000);
    const { read } = setUp(bomb);
    const before = process.memoryUsage().rss;
    const batches = await read(undefined, { maxUnfoldedBytes: 20 * 1_048_576, maxLineBytes: 1_048_576 });
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1_048_576);
    expect(batches.at(-1)!.rejected).toMatchObject({ 'too-large': 1, oversize: 1 });
    expect(await read(stored(lastCursor(batches)))).toEqual([]);
  });

  it('gives what a cut or broken file still holds and counts it', async () => {
    const whole = zstdCompressSync(text);
    for (const bytes of [whole.subarray(0, -100), Buffer.from('no zstd at all'), Buffer.alloc(0)]) {
      const { read } = setUp(bytes);
      const batches = await read();
      expect(textsOf(batches)).toEqual(lines.slice(0, textsOf(batches).length));
      expect(batches.at(-1)!.atEnd).toBe(true);
      if (bytes.length > 0) expect(batches.at(-1)!.rejected).toEqual({ corrupt: 1 });
      expect(await read(stored(lastCursor(batches)))).toEqual([]);
    }
  });
});
