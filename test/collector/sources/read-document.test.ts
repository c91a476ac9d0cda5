import { appendFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { IGNORED, type DocumentFormat } from '../../../collector/agents/spec-log.ts';
import { readDocument } from '../../../collector/sources/read-document.ts';
import type { ReadProblem } from '../../../collector/sources/open-log.ts';
import type { Cursor } from '../../../collector/sources/source.ts';
import { fileAt, lastCursor, stored, tempFolder } from './support.ts';

const format: DocumentFormat = {
  id: 'example.document',
  container: 'document',
  maxBytes: 1000,
  roots: () => [],
  initialState: () => ({}),
  parseDocument: () => IGNORED,
};

function setUp(content?: string) {
  const file = { ...fileAt(tempFolder(), 'a.json'), formatId: format.id };
  if (content !== undefined) writeFileSync(file.path, content);
  const problems: ReadProblem[] = [];
  const read = (cursor?: Cursor, nowMs?: number) => [
    ...readDocument(file, cursor, format, {
      problem: (problem) => problems.push(problem),
      ...(nowMs === undefined ? {} : { nowMs }),
    }),
  ];
  return { file, read, problems };
}

describe('readDocument', () => {
  it('gives the document once, and again when its content changed', () => {
    const { read, file } = setUp('\uFEFF{"a":1}');
    const first = read();
    expect(first).toMatchObject([
      { records: [{ kind: 'document', text: '{"a":1}' }], atEnd: true, restarted: false },
    ]);
    const cursor = stored(lastCursor(first));
    expect(read(cursor)).toEqual([]);
    utimesSync(file.path, 1, 1);
    const touched = read(cursor);
    expect(touched).toMatchObject([{ records: [], cursor: { mtimeMs: 1000 } }]);
    writeFileSync(file.path, '{"a":2}');
    expect(read(stored(lastCursor(touched)))).toMatchObject([{ records: [{ text: '{"a":2}' }] }]);
  });

  it('counts a document over the bound once', () => {
    const { read } = setUp(`"${'x'.repeat(1000)}"`);
    const batches = read();
    expect(batches).toMatchObject([{ records: [], rejected: { 'too-large': 1 } }]);
    expect(read(stored(lastCursor(batches)))).toEqual([]);
  });

  it('waits while the end is missing, but not for ever', () => {
    const { read, file, problems } = setUp('{"a":');
    utimesSync(file.path, 100, 100);
    expect(read(undefined, 101_000)).toEqual([]);
    expect(problems).toEqual(['busy']);
    expect(read(undefined, 110_000)).toMatchObject([{ records: [{ text: '{"a":' }] }]);
    appendFileSync(file.path, '1}\n');
    expect(read(undefined, Date.now())).toMatchObject([{ records: [{ text: '{"a":1}\n' }] }]);
  });

  it('never throws on what is not a document file', () => {
    const { file, read, problems } = setUp();
    expect(read()).toEqual([]);
    symlinkSync('/dev/zero', file.path);
    expect(read()).toEqual([]);
    expect(problems).toEqual(['missing', 'symlink']);
  });
});
