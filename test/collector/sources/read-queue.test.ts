import { describe, expect, it } from 'vitest';
import { ReadQueue } from '../../../collector/sources/read-queue.ts';
import type { Cursor } from '../../../collector/sources/source.ts';

const cursorOf = (path: string, offsetBytes = 0): Cursor => ({
  path,
  agentId: 'example',
  formatId: 'example.lines',
  fileId: '1:1',
  offsetBytes,
  prefixBytes: 0,
  prefixHash: '',
  sizeBytes: offsetBytes,
  mtimeMs: 1,
  state: {},
});
const any = (): boolean => true;

describe('ReadQueue', () => {
  it('gives each waiting file once, longest waiting first', () => {
    const queue = new ReadQueue();
    for (const path of ['/b', '/a', '/b']) queue.add(path);
    expect([queue.next(any), queue.next(any), queue.next(any)]).toEqual(['/b', '/a', undefined]);
  });

  it('keeps a file that may not be read now in its place', () => {
    const queue = new ReadQueue();
    for (const path of ['/a', '/b']) queue.add(path);
    expect(queue.next((path) => path !== '/a')).toBe('/b');
    expect(queue.next(any)).toBe('/a');
  });

  it('lets a file rest until its batch is committed, and reads on what came meanwhile', () => {
    const queue = new ReadQueue();
    queue.add('/a');
    queue.next(any);
    queue.handedOut('/a', true);
    queue.add('/a');
    expect(queue.next(any)).toBeUndefined();
    queue.committed(cursorOf('/a', 5));
    expect(queue.next(any)).toBe('/a');
    expect(queue.cursor('/a')?.offsetBytes).toBe(5);
  });

  it('goes on by itself with a file that has more to give', () => {
    const queue = new ReadQueue();
    queue.handedOut('/a', false);
    queue.committed(cursorOf('/a'));
    expect(queue.next(any)).toBe('/a');
  });

  it('remembers the cursors of the files read last, and no more than those', () => {
    const queue = new ReadQueue();
    for (let n = 0; n < 200; n += 1) queue.committed(cursorOf(`/${n}`));
    expect(queue.cursor('/0')).toBeUndefined();
    expect(queue.cursor('/199')).toBeDefined();
    queue.forget('/199');
    expect(queue.cursor('/199')).toBeUndefined();
  });
});
