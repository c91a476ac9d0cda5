import { describe, expect, it } from 'vitest';
import { ActiveFiles } from '../../../collector/sources/active-files.ts';

const MINUTE = 60_000;

describe('ActiveFiles', () => {
  it('knows a file for ten minutes after its last change', () => {
    const files = new ActiveFiles();
    files.changed('/a', 0, 0);
    files.changed('/b', 5 * MINUTE, 5 * MINUTE);
    expect([...files.at(9 * MINUTE)]).toEqual(['/a', '/b']);
    expect([...files.at(11 * MINUTE)]).toEqual(['/b']);
  });

  it('takes no file whose change is old when it is found', () => {
    const files = new ActiveFiles();
    files.changed('/old', 0, 60 * MINUTE);
    expect([...files.at(60 * MINUTE)]).toEqual([]);
  });

  it('keeps the 200 that changed last', () => {
    const files = new ActiveFiles();
    for (let n = 0; n < 250; n += 1) files.changed(`/${n}`, n, n);
    files.changed('/60', 300, 300);
    const active = [...files.at(300)];
    expect(active).toHaveLength(200);
    expect(active[0]).toBe('/50');
    expect(active.at(-1)).toBe('/60');
  });
});
