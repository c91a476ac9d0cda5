import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { MAX_SENT_BYTES, MAX_SENT_RECORDS, type SentRequest } from '../../../collector/store/sent.ts';
import { Store } from '../../../collector/store/store.ts';
import { tempDir } from '../../support/temp.ts';

const NOW = 1_750_000_000_000;
const opened: Store[] = [];
afterEach(() => {
  for (const store of opened.splice(0)) store.close();
});
const open = (): Store => {
  const store = Store.open({ path: join(tempDir(), 'reeve.db'), nowMs: () => NOW });
  opened.push(store);
  return store;
};
const request = (
  uids: readonly string[],
  over: Partial<SentRequest> = {},
  body = '{"ü":1}',
): SentRequest => ({
  timeMs: NOW,
  endpoint: 'https://otel.example.com',
  mode: 'metadata',
  status: 'accepted',
  wireBytes: 100,
  records: uids.map((uid) => ({
    uid,
    name: 'ocsf.api_activity',
    severity: 'low',
    attributes: { 'log.record.uid': uid },
    body,
  })),
  ...over,
});

describe('what was sent', () => {
  it('can be looked at exactly, latest first, a page at a time', () => {
    const store = open();
    store.sent.add(request(['a', 'b']));
    store.sent.add(request(['c'], { status: 'rejected', reason: 'status 400' }));
    const [c, b] = store.sent.list({ limit: 2 });
    expect([c, b]).toMatchObject([
      { uid: 'c', status: 'rejected', reason: 'status 400' },
      { uid: 'b', bytes: 8 },
    ]);
    expect(store.sent.list({ limit: 9, beforeId: b!.id }).map(({ uid }) => uid)).toEqual(['a']);
    expect(store.sent.get(b!.id)?.payload).toEqual({
      attributes: { 'log.record.uid': 'b' },
      body: '{"ü":1}',
    });
    expect(store.sent.get(999)).toBeUndefined();
  });

  it('is there once when it was sent again, as it was the last time', () => {
    const store = open();
    store.sent.add(request(['a'], { status: 'failed', reason: 'status 503' }));
    store.sent.add(request(['a']));
    expect(store.sent.list({ limit: 9 })).toMatchObject([{ uid: 'a', status: 'accepted' }]);
    expect(store.sent.stats(NOW).today).toEqual({ requests: 2, records: 2, wireBytes: 200 });
  });

  it('is counted by day of UTC, for ever', () => {
    const store = open();
    store.sent.add(request(['a'], { timeMs: NOW - 86_400_000 }));
    store.sent.add(request(['b']));
    const { today, ever } = store.sent.stats(NOW);
    expect(today.requests).toBe(1);
    expect(ever).toEqual({
      requests: 2,
      records: 2,
      wireBytes: 200,
      sinceMs: NOW - 86_400_000 - ((NOW - 86_400_000) % 86_400_000),
    });
  });

  it('keeps the latest of many, within its bounds', () => {
    const store = open();
    for (let n = 0; n < 12; n++) store.sent.add(request(Array.from({ length: 500 }, (_, i) => `u${n}-${i}`)));
    expect(store.sent.stats(NOW).kept.records).toBe(MAX_SENT_RECORDS);
    expect(store.sent.list({ limit: 1 })[0]?.uid).toBe('u11-499');
    const big = 'x'.repeat(1_000_000);
    for (let n = 0; n < 20; n++) store.sent.add(request([`big${n}`], {}, big));
    const { kept, ever } = store.sent.stats(NOW);
    expect(kept.bytes).toBeLessThanOrEqual(MAX_SENT_BYTES);
    expect(store.sent.list({ limit: 1 })[0]?.uid).toBe('big19');
    expect(ever.records).toBe(6_020);
  });
});
