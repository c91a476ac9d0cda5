import {
  appendFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReadOptions } from '../../../collector/sources/line-batch.ts';
import type { ReadProblem } from '../../../collector/sources/open-log.ts';
import { readJsonl } from '../../../collector/sources/read-jsonl.ts';
import type { Cursor } from '../../../collector/sources/source.ts';
import { fileAt, lastCursor, lineFormat, stored, tempFolder, textsOf } from './support.ts';

function setUp(content?: string | Buffer) {
  const root = tempFolder();
  const file = fileAt(root, 'a.jsonl');
  if (content !== undefined) writeFileSync(file.path, content);
  const problems: ReadProblem[] = [];
  const read = (cursor?: Cursor, options: ReadOptions = {}) => [
    ...readJsonl(file, cursor, lineFormat, { ...options, problem: (problem) => problems.push(problem) }),
  ];
  return { root, file, read, problems };
}

describe('readJsonl', () => {
  it('works in one buffer, also when each read is left after its first batch', () => {
    const { file } = setUp('{"n":0}\n');
    let cursor: Cursor | undefined;
    const readFirst = (): void => {
      for (const batch of readJsonl(file, cursor, lineFormat)) {
        cursor = stored(batch.cursor);
        break;
      }
    };
    readFirst();
    const before = process.memoryUsage().arrayBuffers;
    // Few enough that nothing is collected meanwhile: a buffer for each would show as 20 MiB.
    for (let n = 1; n <= 20; n += 1) {
      appendFileSync(file.path, `{"n":${n}}\n`);
      readFirst();
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4_000_000);
    expect(cursor?.offsetBytes).toBeGreaterThan(160);
  });

  it('reads whole lines and leaves the unfinished last one', () => {
    const { read, file } = setUp('{"a":1}\r\n\n{"b":2}\n{"c":');
    const [batch] = read();
    expect(batch!.records).toEqual([
      { kind: 'line', text: '{"a":1}', offsetBytes: 0 },
      { kind: 'line', text: '{"b":2}', offsetBytes: 10 },
    ]);
    expect(batch).toMatchObject({
      atEnd: true,
      restarted: false,
      lines: 3,
      cursor: { offsetBytes: 18, sizeBytes: 23 },
    });
    appendFileSync(file.path, '3}\n');
    expect(read(stored(batch!.cursor))).toMatchObject([{ records: [{ text: '{"c":3}', offsetBytes: 18 }] }]);
  });

  it('yields nothing when nothing changed, and only a cursor when the file was touched', () => {
    const { read, file } = setUp('x\n');
    const cursor = stored(lastCursor(read()));
    expect(read(cursor)).toEqual([]);
    utimesSync(file.path, 1, 1);
    expect(read(cursor)).toMatchObject([{ records: [], restarted: false, cursor: { mtimeMs: 1000 } }]);
  });

  it('knows an empty file again', () => {
    const { read } = setUp('');
    const batches = read();
    expect(batches).toMatchObject([{ records: [], cursor: { offsetBytes: 0 } }]);
    expect(read(stored(lastCursor(batches)))).toEqual([]);
  });

  it('replaces bytes that are not UTF-8, drops a byte order mark and a hole of NUL bytes', () => {
    const { read } = setUp(
      Buffer.concat([
        Buffer.from('\uFEFF{"a":1}\n'),
        Buffer.from([0x22, 0xff, 0x22, 10]),
        Buffer.from('\0\0\0{"b":2}\n"\uFFFD"\n'),
      ]),
    );
    const [batch] = read();
    expect(batch!.records).toEqual([
      { kind: 'line', text: '{"a":1}', offsetBytes: 3 },
      { kind: 'line', text: '"\uFFFD"', offsetBytes: 11 },
      { kind: 'line', text: '{"b":2}', offsetBytes: 18 },
      { kind: 'line', text: '"\uFFFD"', offsetBytes: 26 },
    ]);
    expect(batch!.rejected).toEqual({ 'invalid-utf8': 1, nul: 1 });
  });

  it('asks the byte test before decoding and counts what it names', () => {
    const root = tempFolder();
    const file = fileAt(root, 'a.jsonl');
    writeFileSync(file.path, 'keep 1\nskip\nkeep 2\nskip\n');
    const seen: string[] = [];
    const format = {
      ...lineFormat,
      skip: (bytes: Uint8Array, start: number, end: number) => {
        seen.push(Buffer.from(bytes.subarray(start, end)).toString());
        return bytes[start] === 0x73 ? 'noise' : undefined;
      },
    };
    const [batch] = readJsonl(file, undefined, format);
    expect(seen).toEqual(['keep 1', 'skip', 'keep 2', 'skip']);
    expect(batch).toMatchObject({
      lines: 4,
      skipped: { noise: 2 },
      records: [{ text: 'keep 1' }, { text: 'keep 2' }],
    });
  });

  it('starts again when the file was cut, replaced, or rewritten at its front or its end', () => {
    const long = Array.from({ length: 400 }, (_, n) => `{"line":${n}}`).join('\n') + '\n';
    const changes: Record<string, (path: string) => void> = {
      cut: (path) => {
        truncateSync(path, 20);
      },
      'cut and regrown with the same front': (path) => {
        writeFileSync(path, long.slice(0, 3000) + 'z'.repeat(5000) + '\n');
      },
      'replaced by the same': (path) => {
        writeFileSync(`${path}.new`, long);
        renameSync(`${path}.new`, path);
      },
      'front rewritten, same size': (path) => {
        writeFileSync(path, 'X' + long.slice(1));
      },
      'end rewritten, same size': (path) => {
        writeFileSync(path, long.slice(0, -3) + 'X}\n');
      },
      'rotated away and begun anew': (path) => {
        renameSync(path, `${path}.1`);
        writeFileSync(path, '{"new":1}\n');
      },
      'removed and back': (path) => {
        rmSync(path);
        writeFileSync(path, '{"back":1}\n');
      },
    };
    for (const [name, change] of Object.entries(changes)) {
      const { read, file } = setUp(long);
      const cursor = stored(lastCursor(read()));
      change(file.path);
      const batches = read({ ...cursor, state: { old: true } });
      expect([name, batches[0]?.restarted]).toEqual([name, true]);
      expect(batches[0]!.cursor.state).toEqual({});
      expect(batches.slice(1).every((batch) => !batch.restarted)).toBe(true);
    }
  });

  it('says that an emptied file was restarted, although there is nothing to read', () => {
    const { read, file } = setUp('{"a":1}\n');
    const cursor = stored(lastCursor(read()));
    truncateSync(file.path);
    expect(read(cursor)).toMatchObject([
      { restarted: true, records: [], cursor: { offsetBytes: 0, sizeBytes: 0 } },
    ]);
  });

  it('bounds batches by bytes, and every cursor of them resumes', () => {
    const lines = Array.from({ length: 500 }, (_, n) => `{"n":${n},"pad":"${'p'.repeat(n % 37)}"}`);
    const { read } = setUp(lines.join('\n') + '\n');
    const batches = read(undefined, { batchBytes: 2000, chunkBytes: 512 });
    expect(batches.length).toBeGreaterThan(10);
    expect(textsOf(batches)).toEqual(lines);
    expect(batches.map((batch) => batch.atEnd).indexOf(true)).toBe(batches.length - 1);
    let done = 0;
    for (const batch of batches) {
      done += batch.records.length;
      expect(textsOf(read(stored(batch.cursor)))).toEqual(lines.slice(done));
    }
  });

  it('stores its progress through a long stretch without a kept line', () => {
    const root = tempFolder();
    const file = fileAt(root, 'a.jsonl');
    writeFileSync(file.path, 'noise\n'.repeat(2000));
    const format = { ...lineFormat, skip: () => 'noise' };
    const batches = [...readJsonl(file, undefined, format, { chunkBytes: 1024, scanBytes: 4096 })];
    expect(batches.length).toBe(3);
    expect(batches.map((batch) => batch.skipped['noise']).reduce((a = 0, b = 0) => a + b)).toBe(2000);
  });

  it('reads a line of 64 MiB shortened, counts a longer one, and goes on behind it', () => {
    const { read, file, root } = setUp();
    const size = 64 * 1_048_576;
    const line = Buffer.alloc(size, 0x61);
    line.write('{"text":"', 0);
    line.write('","id":7}', size - 9);
    writeFileSync(file.path, Buffer.concat([Buffer.from('before\n'), line, Buffer.from('\nafter\n')]));
    const first = read();
    const texts = textsOf(first);
    expect([texts.length, texts[0], texts[2]]).toEqual([3, 'before', 'after']);
    expect(JSON.parse(texts[1]!)).toEqual({ text: 'a'.repeat(8 * 1_048_576 - 1), id: 7 });
    expect(first.map(({ rejected }) => rejected)).toContainEqual({ shortened: 1 });
    appendFileSync(file.path, Buffer.concat([Buffer.from('b'), line]));
    const open = read();
    expect(open.at(-1)).toMatchObject({ rejected: { oversize: 1 }, cursor: { insideOversizeLine: true } });
    const cursor = stored(lastCursor(open));
    appendFileSync(file.path, 'rest\nnext\n');
    expect(read(cursor)).toMatchObject([{ records: [{ text: 'next' }], rejected: {}, bytes: 10 }]);
    expect(root).toBeTruthy();
  });

  it('does not read a long unfinished line again until its newline has come', () => {
    const { read, file } = setUp('first\n' + 'u'.repeat(3_000_000));
    let cursor = stored(lastCursor(read()));
    appendFileSync(file.path, 'v'.repeat(1000));
    const [quiet] = read(cursor);
    expect(quiet).toMatchObject({
      records: [],
      bytes: 0,
      atEnd: true,
      cursor: { offsetBytes: 6, sizeBytes: 3_001_006 },
    });
    cursor = stored(quiet!.cursor);
    appendFileSync(file.path, '\nlast\n');
    expect(textsOf(read(cursor)).map((text) => text.length)).toEqual([3_001_000, 4]);
  });

  it('refuses links, pipes and what lies outside the root', () => {
    const { root, problems } = setUp();
    const outside = tempFolder();
    writeFileSync(join(outside, 'secret.jsonl'), 'outside\n');
    mkdirSync(join(outside, 'sub'));
    writeFileSync(join(outside, 'sub', 'x.jsonl'), 'outside\n');
    symlinkSync(join(outside, 'secret.jsonl'), join(root, 'link.jsonl'));
    symlinkSync(join(outside, 'sub'), join(root, 'sub'));
    symlinkSync('loop.jsonl', join(root, 'loop.jsonl'));
    mkdirSync(join(root, 'folder.jsonl'));
    execFileSync('mkfifo', [join(root, 'pipe.jsonl')]);
    for (const name of [
      'link.jsonl',
      'sub/x.jsonl',
      'loop.jsonl',
      'folder.jsonl',
      'pipe.jsonl',
      'none.jsonl',
    ]) {
      const read = [
        ...readJsonl(fileAt(root, name), undefined, lineFormat, { problem: (p) => problems.push(p) }),
      ];
      expect(read).toEqual([]);
    }
    expect(problems).toEqual(['symlink', 'outside-root', 'symlink', 'not-regular', 'not-regular', 'missing']);
  });

  it('refuses another file outside the root that took the place of one read before', () => {
    const root = tempFolder();
    const outside = tempFolder();
    mkdirSync(join(root, 'sub'));
    for (const dir of [join(root, 'sub'), outside]) writeFileSync(join(dir, 'x.jsonl'), 'same\n');
    const file = fileAt(root, 'sub/x.jsonl');
    const cursor = stored(lastCursor([...readJsonl(file, undefined, lineFormat)]));
    appendFileSync(join(outside, 'x.jsonl'), 'outside\n');
    rmSync(join(root, 'sub'), { recursive: true });
    symlinkSync(outside, join(root, 'sub'));
    const problems: ReadProblem[] = [];
    expect([...readJsonl(file, cursor, lineFormat, { problem: (p) => problems.push(p) })]).toEqual([]);
    expect(problems).toEqual(['outside-root']);
  });

  it('does not spend hours on a file that is a hole of a terabyte', () => {
    const { read, file, problems } = setUp('{"a":1}\n');
    truncateSync(file.path, 2 ** 40);
    expect(read()).toEqual([]);
    expect(problems).toEqual(['too-large']);
  });

  it('closes the file when the reader stops early', () => {
    const { read, file } = setUp('a\n'.repeat(1000));
    expect(read().length).toBe(1);
    for (let n = 0; n < 3000; n += 1) {
      for (const batch of readJsonl(file, undefined, lineFormat, { batchBytes: 10 })) {
        expect(batch.atEnd).toBe(false);
        break;
      }
    }
  });
});

type Step =
  | { kind: 'append' | 'partial' | 'rewrite' | 'replace' | 'recreate'; lines: number; pad: number }
  | { kind: 'truncate' | 'rotate' | 'delete' | 'touch' | 'read' | 'restart' };

const steps = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constantFrom('append', 'partial', 'rewrite', 'replace', 'recreate' as const),
      lines: fc.integer({ min: 0, max: 6 }),
      pad: fc.constantFrom(0, 5, 300, 1200),
    }),
    fc.record({ kind: fc.constantFrom('truncate', 'rotate', 'delete', 'touch', 'restart' as const) }),
    fc.record({ kind: fc.constant('read' as const) }),
  ),
  { maxLength: 30 },
) as fc.Arbitrary<Step[]>;

/** What the file is, and what a perfect reader has seen of it. */
class Model {
  content: string | undefined;
  identity = 0;
  delivered: string[] = [];
  #seenIdentity = -1;
  #consumed = '';

  read(): void {
    if (this.content === undefined) return;
    if (this.identity !== this.#seenIdentity || !this.content.startsWith(this.#consumed)) this.#consumed = '';
    this.#seenIdentity = this.identity;
    const end = this.content.lastIndexOf('\n') + 1;
    const text = this.content.slice(this.#consumed.length, Math.max(end, this.#consumed.length));
    this.delivered.push(...text.split('\n').slice(0, -1));
    this.#consumed += text;
  }
}

describe('a log that is appended to, cut, replaced, rotated, rewritten, removed', () => {
  it('delivers what a perfect reader sees, whatever happens and whenever it restarts', () => {
    const root = tempFolder();
    let run = 0;
    fc.assert(
      fc.property(steps, fc.constantFrom(50, 100_000), (list, batchBytes) => {
        run += 1;
        const file = fileAt(root, `${run}.jsonl`);
        const model = new Model();
        const delivered: string[] = [];
        let cursor: Cursor | undefined;
        let unique = 0;
        const made = (count: number, pad: number): string =>
          Array.from({ length: count }, () => `${run}.${(unique += 1)}:${'p'.repeat(pad)}\n`).join('');
        /** @param most how many batches before a sudden end; the cursor of the last one is what was stored. */
        const read = (most = Infinity): void => {
          let count = 0;
          for (const batch of readJsonl(file, cursor, lineFormat, { batchBytes, chunkBytes: 256 })) {
            delivered.push(...textsOf([batch]));
            cursor = stored(batch.cursor);
            count += 1;
            if (count >= most) break;
          }
        };
        for (const step of [...list, { kind: 'read' } as const]) {
          switch (step.kind) {
            case 'append':
            case 'partial': {
              const text = made(step.lines + 1, step.pad);
              const bytes = step.kind === 'append' ? text : text.slice(0, -1 - Math.min(step.pad, 3));
              appendFileSync(file.path, bytes);
              if (model.content === undefined) model.identity += 1;
              model.content = (model.content ?? '') + bytes;
              break;
            }
            case 'rewrite':
              if (model.content === undefined) break;
              model.content = made(step.lines, step.pad);
              writeFileSync(file.path, model.content);
              break;
            case 'replace':
              model.content = made(step.lines, step.pad);
              writeFileSync(`${file.path}.new`, model.content);
              renameSync(`${file.path}.new`, file.path);
              model.identity += 1;
              break;
            case 'recreate':
              rmSync(file.path, { force: true });
              model.content = made(step.lines, step.pad);
              writeFileSync(file.path, model.content);
              // The number of a removed file may be given out again; then only the content tells.
              break;
            case 'rotate':
              if (model.content === undefined) break;
              renameSync(file.path, `${file.path}.1`);
              model.content = '';
              model.identity += 1;
              writeFileSync(file.path, '');
              break;
            case 'truncate':
              if (model.content === undefined) break;
              model.content = model.content.slice(0, Math.floor(model.content.length / 2));
              truncateSync(file.path, model.content.length);
              break;
            case 'delete':
              rmSync(file.path, { force: true });
              model.content = undefined;
              break;
            case 'touch':
              if (model.content !== undefined) utimesSync(file.path, run, unique);
              break;
            case 'restart':
              // Killed after the first batch was stored: the next reader takes up from there.
              read(1);
              read();
              model.read();
              break;
            case 'read':
              read();
              model.read();
              break;
          }
        }
        expect(delivered).toEqual(model.delivered);
      }),
      { numRuns: 300 },
    );
  });
});
