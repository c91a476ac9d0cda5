import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkBehind } from '../../../collector/store/check.ts';
import { Store } from '../../../collector/store/store.ts';
import { batch, toolCall } from '../../support/records.ts';
import { tempDir } from '../../support/temp.ts';

function storeWithEvents(): string {
  const path = join(tempDir(), 'reeve.db');
  const store = Store.open({ path, nowMs: () => 1 });
  store.commit(batch({ events: Array.from({ length: 3_000 }, (_, n) => toolCall(`e${n}`)) }));
  store.close();
  return path;
}

function tear(path: string): void {
  const { size } = statSync(path);
  const fd = openSync(path, 'r+');
  for (let at = Math.floor((size * 0.6) / 4_096) * 4_096; at < size - 4_096; at += 4_096)
    writeSync(fd, Buffer.alloc(4_096, 0xa5), 0, 4_096, at);
  closeSync(fd);
}

describe('checkBehind', () => {
  it('finds a sound store sound, also while it is written', async () => {
    const path = storeWithEvents();
    const store = Store.open({ path, nowMs: () => 1 });
    const checking = checkBehind(path, new AbortController().signal);
    for (let n = 0; n < 20; n++) store.commit(batch({ events: [toolCall(`more${n}`)] }));
    expect(await checking).toEqual([]);
    store.close();
  });

  it('names damage', async () => {
    const path = storeWithEvents();
    tear(path);
    expect((await checkBehind(path, new AbortController().signal)).length).toBeGreaterThan(0);
  });

  it('ends when told, and says nothing of a file that is not there', async () => {
    const stop = new AbortController();
    const checking = checkBehind(storeWithEvents(), stop.signal);
    stop.abort();
    expect(await checking).toEqual([]);
    expect(await checkBehind(join(tempDir(), 'none.db'), new AbortController().signal)).toEqual([]);
  });
});
